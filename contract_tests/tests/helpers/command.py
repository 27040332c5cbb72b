"""`pacsimile verify` as a user types it: options, a target file, secrets in the environment."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from pacsimile.main import main

COMMAND = (sys.executable, "-m", "pacsimile", "verify")
SECRETS = {"T_ID": "client-1", "T_SECRET": "the-secret-of-client-1"}
FOREIGN = ("GITHUB_", "PACSIMILE_")
"""How the names of variables begin that a job would add."""
CLIENTS = "clients: {primary: {id: T_ID, secret: T_SECRET}}\n"


def target_file(folder: Path, url: str, more: str = "", clients: str = CLIENTS) -> str:
    """Write a target file and return its path."""
    file = folder / "staging.yaml"
    text = f"base_url: {url}\noauth2_endpoint: {url}/oauth2\norganization_id: org-a\n{clients}{more}"
    file.write_text(text, "utf-8")
    return str(file)


def environment(**more: str) -> dict[str, str]:
    """Return an environment with the secrets, and without what a job would add."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**kept, **SECRETS, "PYTHONUNBUFFERED": "1", **more}


def verify(*words: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Call the command in this process and return its exit status and what it wrote.

    What is about the process itself, such as a signal or a terminal, starts `COMMAND`.
    """
    foreign = dict.fromkeys(name for name in os.environ if name.startswith(FOREIGN))
    given = {**foreign, **SECRETS, "COLUMNS": "80", **more}
    with contextlib.chdir(cwd or Path.cwd()):
        result = CliRunner().invoke(main, ["verify", *words], env=given, prog_name="pacsimile")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert "Traceback" not in result.output, result.output
    return subprocess.CompletedProcess(words, result.exit_code, result.stdout, result.stderr)


def report(folder: Path) -> dict[str, Any]:
    """Return the report.json of a run."""
    found: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return found


def judged(folder: Path) -> set[str]:
    """Return the requirements that a run was about."""
    return {one["requirement"] for one in report(folder)["verdicts"] if one["summary"] != "not selected"}
