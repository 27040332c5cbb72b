"""Start the command in the arguments, which serves with `--json`. Get a token and a status from it, and stop it.

    smoke.py pacsimile serve --port 0 --json

It needs only the standard library, so it runs where only the wheel is installed.
"""

import base64
import json
import os
import signal
import subprocess
import sys
import urllib.request
from typing import Any


def get(url: str, authorization: str) -> dict[str, Any]:
    """Return the JSON object that `url` answers with. Raise HTTPError for 4xx and 5xx."""
    request = urllib.request.Request(url, headers={"Authorization": authorization})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(json.load(answer))


def use(started: dict[str, Any]) -> None:
    """Play the shortest session: a token, the listing, and the status of its first order."""
    client = started["clients"][0]  # the first client may do everything
    basic = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    token = get(f"{started['oauth2_endpoint']}/token", f"Basic {basic}")
    bearer = f"Bearer {token['access_token']}"
    listing = get(f"{started['url']}/reports?organizationId={client['organization_id']}", bearer)
    order_id = listing["reports"][0]["order_id"]
    status = get(f"{started['url']}/status?order_id={order_id}", bearer)
    assert status["status"] == "COMPLETED", status


def main(command: list[str]) -> None:
    """Serve, use, stop. Any deviation ends in an exit status other than 0."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        started = json.loads(server.stdout.readline())
        try:
            use(started)
        finally:
            os.kill(started["pid"], signal.SIGTERM)  # not `server`, which may be a make that waits for it
    assert server.returncode == 0, f"stopped with {server.returncode}"


if __name__ == "__main__":
    main(sys.argv[1:])
