"""Run Schemathesis's command line against the mock twice: with its defaults, and with everything switched on.

    python scripts/schemathesis_run.py

It starts the mock, asks for a token and for existing identifiers, and ends the mock. The second run uses these
identifiers, so that every operation also answers 200, and sends what the first run leaves out. Exit status 0: nothing
was found. Reports and caches are in a folder that is removed at the end.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[1]
HOOKS = ROOT / "scripts" / "schemathesis_hooks.py"
SEED = os.environ.get("SEED", "20250623")
OVERDUE = 170
"""Seconds after which a run counts as stuck."""

AUTHENTICATION = """
[auth.openapi.basic]
username = {client_id}
password = {client_secret}

[auth.openapi.oauth2]
bearer = {token}
"""

EVERYTHING = """
[phases.coverage]
generate-duplicate-query-parameters = true
unexpected-methods = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "TRACE"]

[phases.stateful]
max-steps = 12

[generation]
allow-x00 = true
max-examples = 200
mode = "all"

[warnings]
fail-on = ["missing_auth", "missing_test_data", "validation_mismatch"]
"""

BINDINGS = {
    "query.order_id": "orders",
    "query.study_uid": "studies",
    "query.study_group": "groups",
    "query.organizationId": "organizations",
    "body.report_ids[*]": "reports",
}
"""Where existing identifiers are used, besides those that Schemathesis invents."""


def main() -> int:
    """Run it in both ways."""
    with started_mock() as started, tempfile.TemporaryDirectory() as folder:
        client = started["clients"][0]
        token = access_token(started, client)
        given = {"client_id": client["client_id"], "client_secret": client["client_secret"], "token": token}
        config = AUTHENTICATION.format(**{name: json.dumps(value) for name, value in given.items()})
        plain = run("as it comes", Path(folder), started["url"], config)
        known = identifiers(started["url"], token, client["organization_id"])
        whole = run("everything turned on", Path(folder), started["url"], config + EVERYTHING + dictionaries(known))
    return plain or whole


@contextmanager
def started_mock() -> Iterator[dict[str, Any]]:
    """Serve the demonstration. Return the line that it printed."""
    command = [sys.executable, "-m", "pacsimile", "serve", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.send_signal(signal.SIGTERM)


def access_token(started: dict[str, Any], client: dict[str, Any]) -> str:
    """Get a token."""
    credentials = (client["client_id"], client["client_secret"])
    answer = requests.get(f"{started['oauth2_endpoint']}/token", auth=credentials, timeout=10)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def identifiers(url: str, token: str, organization: str) -> dict[str, set[str]]:
    """Read the existing identifiers from a listing."""
    answer = requests.get(
        f"{url}/reports",
        params={"organizationId": organization},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    answer.raise_for_status()
    reports = answer.json()["reports"]
    return {
        "orders": {report["order_id"] for report in reports},
        "studies": {report["study_uid"] for report in reports},
        "groups": {report["study_group"] for report in reports if report["study_group"]},
        "reports": {report["report_id"] for report in reports},
        "organizations": {organization},
    }


def dictionaries(known: dict[str, set[str]]) -> str:
    """Return the existing identifiers and their places, as Schemathesis's configuration."""
    lines = [f"[dictionaries.{name}]\nvalues = {json.dumps(sorted(values))}" for name, values in known.items()]
    lines.append("[parameters]")
    lines += [f'"{key}" = {{dictionary = "{name}", probability = 0.6}}' for key, name in BINDINGS.items()]
    return "\n".join(lines) + "\n"


def run(title: str, folder: Path, url: str, config: str) -> int:
    """Run the command line with its caches in `folder`. Return its exit status."""
    print(f"== {title}", flush=True)
    file = folder / "schemathesis.toml"
    file.write_text(config, encoding="utf-8")
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", file, "run", ROOT / "openapi.yaml"]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": str(HOOKS)}
    options = ["--url", url, "--seed", SEED]
    return subprocess.run([*command, *options], cwd=folder, env=environment, timeout=OVERDUE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
