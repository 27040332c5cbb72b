"""Read the line that `pacsimile serve --json` prints, and write it as shell assignments."""

import json
import shlex
import sys

announced = json.load(sys.stdin)
client = announced["clients"][0]
for name, value in (
    ("BASE_URL", announced["url"]),
    ("CLIENT_ID", client["client_id"]),
    ("CLIENT_SECRET", client["client_secret"]),
    ("ORGANIZATION_ID", client["organization_id"]),
):
    print(f"{name}={shlex.quote(value)}")
