"""`pacsimile verify`, as any user runs it against a server with a state URL."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from pacsimile_spec.version import __version__
from scripts.compare_judges.judges.base import CannotJudge, Report, found, run
from scripts.compare_judges.known import Known


@dataclass(frozen=True)
class Verify:
    """`pacsimile verify` at the level `standard`."""

    name: str = "pacsimile verify"
    version: str = __version__
    licence: str = "Apache-2.0"

    def install(self) -> None:
        """Do nothing: it is here."""

    def judge(self, known: Known, folder: Path) -> Report:
        """Run it; each MUST that fails is a finding."""
        return verify(known, folder, known.address.url, known.address.oauth2_endpoint)


def verify(known: Known, folder: Path, base_url: str, oauth2_endpoint: str, *options: str) -> Report:
    """Judge a server at an address, through a proxy perhaps."""
    target = {
        "base_url": base_url,
        "oauth2_endpoint": oauth2_endpoint,
        "profile": "strict",
        "organization_id": known.organization_id,
        "clients": {"primary": {"id": "JUDGED_ID", "secret": "JUDGED_SECRET"}},
        "probes": {"hostile_input": not options},
        "states": {"url": known.address.states_url, "token": "JUDGED_STATES"},
    }
    (folder / "target.yaml").write_text(yaml.safe_dump(target))
    environment = {
        "JUDGED_ID": known.client_id,
        "JUDGED_SECRET": known.client_secret,
        "JUDGED_STATES": known.address.states_token,
    }
    command = [sys.executable, "-m", "pacsimile", "verify", "--target", "target.yaml", "--report", "report", *options]
    ended = run(command, folder, environment)
    path = folder / "report" / "report.json"
    if not path.exists():
        raise CannotJudge(ended.output[-500:])
    report = json.loads(path.read_text("utf-8"))
    failed = [row["requirement"] for row in report["verdicts"] if row["verdict"] == "FAIL"]
    return Report(found(failed), report.get("run", report).get("requests"), ended.stopped)
