"""Schemathesis's command line: as it comes, and with everything on and existing identifiers."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from scripts.compare_judges.description import described
from scripts.compare_judges.judges.base import CannotJudge, Report, found, run
from scripts.compare_judges.known import Known
from scripts.compare_judges.results import ROOT
from scripts.schemathesis_run import AUTHENTICATION, EVERYTHING, dictionaries

SEED = "20250623"


@dataclass(frozen=True)
class Schemathesis:
    """Schemathesis, with a token and the hook that knows `x-exactly-one-of`."""

    everything: bool = False
    licence: str = "MIT"

    @property
    def name(self) -> str:
        """The configuration is part of it."""
        return "Schemathesis, everything on" if self.everything else "Schemathesis"

    @property
    def version(self) -> str:
        """As installed with the contract tests."""
        return version("schemathesis")

    def install(self) -> None:
        """Do nothing: the contract tests need it too."""

    def judge(self, known: Known, folder: Path) -> Report:
        """Run it; a failed check of an operation is a finding."""
        given = {"client_id": known.client_id, "client_secret": known.client_secret, "token": known.token}
        config = AUTHENTICATION.format(**{name: json.dumps(value) for name, value in given.items()})
        document, options = ROOT / "openapi.yaml", []
        if self.everything:
            document = folder / "openapi.yaml"
            document.write_text(yaml.safe_dump(described(known), allow_unicode=True, sort_keys=False))
            config += EVERYTHING.replace("max-examples = 200", "max-examples = 50") + dictionaries(identifiers(known))
        (folder / "schemathesis.toml").write_text(config)
        program = Path(sys.executable).with_name("schemathesis")
        options += ["--url", known.address.url, "--seed", SEED, "--report", "json", "--report-json-path", "report.json"]
        command: list[str | Path] = [program, "--config-file", "schemathesis.toml", "run", document, *options]
        ended = run(command, folder, {"SCHEMATHESIS_HOOKS": str(ROOT / "scripts" / "schemathesis_hooks.py")})
        path = folder / "report.json"
        if not path.exists():
            raise CannotJudge(ended.output[-500:])
        report = json.loads(path.read_text("utf-8"))
        return Report(found(_findings(report)), report["test_cases"]["generated"], ended.stopped)


def identifiers(known: Known) -> dict[str, set[str]]:
    """Return existing identifiers for its dictionaries."""
    return {
        "orders": {*known.orders.values(), *known.study["order_ids"], *known.group["order_ids"]},
        "studies": {known.study_uid, known.study["study_uid"]},
        "groups": {known.group["study_group"], known.waiting_group},
        "reports": {report["report_id"] for report in known.reports} or {"none"},
        "organizations": {known.organization_id},
    }


def _findings(report: dict[str, Any]) -> list[str]:
    """Name each failure by its title and operation."""
    failures = [f"{place}: {one['title']}" for one in report["failures"] for place in one["operations"]]
    return [*failures, *(f"error: {one.get('title')}" for one in report["errors"])]
