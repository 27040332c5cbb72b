"""Pact's verifier, with a pact that is written for this API."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.compare_judges.judges import pact_contract
from scripts.compare_judges.judges.base import CannotJudge, Report, found, pip_python, run
from scripts.compare_judges.known import Known

SCRIPT = Path(__file__).with_name("pact_verify.py")


@dataclass(frozen=True)
class Pact:
    """The verifier of pact-python, which has an environment of its own."""

    name: str = "Pact's verifier"
    version: str = "4.2.0"
    licence: str = "MIT"

    def install(self) -> None:
        """Have its environment."""
        pip_python("pact-python", self.version)

    def judge(self, known: Known, folder: Path) -> Report:
        """Run it; an interaction that fails is a finding, with the parts that differ."""
        contract = pact_contract.pact(known)
        (folder / "pact.json").write_text(json.dumps(contract, indent=1))
        python = pip_python("pact-python", self.version)
        ended = run([python, "-P", SCRIPT, known.address.url, folder / "pact.json", folder / "results.json"], folder)
        path = folder / "results.json"
        if not path.exists():
            raise CannotJudge(ended.output[-500:])
        results = json.loads(path.read_text("utf-8"))
        errors = [finding for error in results.get("errors", ()) for finding in _findings(error)]
        return Report(found(errors), len(contract["interactions"]), ended.stopped)


def _findings(error: dict[str, Any]) -> list[str]:
    """Name an interaction's mismatches by what they are about."""
    mismatches = error.get("mismatch", {}).get("mismatches", ())
    name = str(error["interaction"]).rpartition(" - ")[2]
    return [f"{name}: {_about(mismatch)}" for mismatch in mismatches] or [name]


def _about(mismatch: dict[str, Any]) -> str:
    return " ".join(str(mismatch[key]) for key in ("type", "key", "path") if key in mismatch)
