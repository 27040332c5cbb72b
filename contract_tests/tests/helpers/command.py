"""`pacsimile verify` as a user types it: a process, a target file, secrets in the environment."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "pacsimile", "verify")
SECRETS = {"T_ID": "client-1", "T_SECRET": "the-secret-of-client-1"}
CLIENTS = "clients: {primary: {id: T_ID, secret: T_SECRET}}\n"


def target_file(folder: Path, url: str, more: str = "", clients: str = CLIENTS) -> str:
    """Write a target file and return its path."""
    file = folder / "staging.yaml"
    text = f"base_url: {url}\noauth2_endpoint: {url}/oauth2\norganization_id: org-a\n{clients}{more}"
    file.write_text(text, "utf-8")
    return str(file)


def environment(**more: str) -> dict[str, str]:
    """Return an environment with the secrets, and without what a job would add."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PACSIMILE_"))}
    return {**kept, **SECRETS, "PYTHONUNBUFFERED": "1", **more}


def verify(*words: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command and return what it wrote."""
    done = subprocess.run(
        [*COMMAND, *words], capture_output=True, text=True, timeout=120, cwd=cwd, env=environment(**more)
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done


def report(folder: Path) -> dict[str, Any]:
    """Return the report.json of a run."""
    found: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return found


def judged(folder: Path) -> set[str]:
    """Return the requirements that a run was about."""
    return {one["requirement"] for one in report(folder)["verdicts"] if one["summary"] != "not selected"}
