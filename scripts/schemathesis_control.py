"""Run Schemathesis's command line against the control API of a mock that is started for it.

    python scripts/schemathesis_control.py

It sends everything that the description allows, much that it does not allow, and unknown methods. Exit status 0: no
5xx, and no answer that the description does not have. Following calls is left out, because that answer never ends.
Reports and caches are in a folder that is removed at the end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from schemathesis_run import ROOT, SEED, started_mock

HOOKS = ROOT / "scripts" / "schemathesis_control_hooks.py"
DESCRIPTION = ROOT / "mock" / "pacsimile_mock" / "control" / "openapi.yaml"
EXAMPLES = os.environ.get("EXAMPLES", "40")
OVERDUE = 400
"""Seconds after which a run counts as stuck."""

CONFIG = """
[auth.openapi.control]
bearer = {token}

[phases.coverage]
unexpected-methods = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "TRACE"]

[phases.stateful]
enabled = false

[checks.positive_data_acceptance]
# What an order may be follows from what there is: a refusal that says so is right.
enabled = false

[[operations]]
include-operation-id = "followJournal"
enabled = false
"""


def main() -> int:
    """Start the mock, run Schemathesis, and end the mock."""
    with started_mock() as started, tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), started)


def run(folder: Path, started: dict[str, Any]) -> int:
    """Run the command line with its caches in `folder`. Return its exit status."""
    file = folder / "schemathesis.toml"
    file.write_text(CONFIG.format(token=json.dumps(started["control_token"])), encoding="utf-8")
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", file, "run", DESCRIPTION]
    options = ["--url", started["url"], "--seed", SEED, "--max-examples", EXAMPLES]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": str(HOOKS)}
    return subprocess.run([*command, *options], cwd=folder, env=environment, timeout=OVERDUE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
