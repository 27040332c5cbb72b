"""Writes `report.json`: a run for scripts, in the format of `report.schema.json`."""

import json
import platform
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from pacsimile_contract.crossing.coverages import coverages
from pacsimile_contract.crossing.table import Coverage
from pacsimile_contract.files import new_file
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.release import own_version
from pacsimile_contract.reporting.repetition import repeating_command
from pacsimile_contract.run.events import Event, RunFinished
from pacsimile_contract.transcript.curl import answer, curl, request_id, sent_at
from pacsimile_spec.documents import read


@cache
def versions() -> Mapping[str, str]:
    """Return the versions of the software that judged, and the hash of the description that it judged by."""
    return {
        "pacsimile": own_version(),
        "python": platform.python_version(),
        "openapi_sha256": sha256(read("openapi.yaml")).hexdigest(),
        **{name: version for name in _LIBRARIES if (version := _installed(name)) is not None},
    }


_LIBRARIES = ("hypothesis", "jsonschema", "schemathesis")
"""The libraries whose release may change a verdict."""


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def dialect_of(done: RunFinished) -> dict[str, Any]:
    """Return the member `dialect` of a stored run: name, SHA-256 and text; nothing where there is none."""
    given = done.target.dialect
    if given is None:
        return {}
    return {"dialect": {"name": given.dialect.name, "digest": given.digest, "text": given.text}}


def _evidence(evidence: Evidence, redactor: Redactor) -> dict[str, Any]:
    exchange = evidence.exchange
    return {
        "request": curl(exchange, redactor) if exchange else None,
        "response": answer(exchange, redactor) if exchange else None,
        "call": exchange.number if exchange else None,
        "at": sent_at(exchange) if exchange else None,
        "request_id": request_id(exchange, redactor) if exchange else None,
        "note": redactor.redact_own_text("\n".join((evidence.note, *evidence.steps))),
    }


def _part(part: JudgedPart, redactor: Redactor) -> dict[str, Any]:
    return {
        "check": part.check,
        "level": part.level,
        "verdict": part.verdict.value,
        "kind": part.kind.value if part.kind else None,
        "evidence": [_evidence(evidence, redactor) for evidence in part.evidence],
    }


def _verdict(judgement: Judgement, redactor: Redactor) -> dict[str, Any]:
    return {
        "requirement": judgement.requirement.id,
        "title": judgement.requirement.title,
        "level": judgement.requirement.level,
        "verdict": judgement.verdict.value,
        "summary": redactor.redact_own_text(judgement.summary),
        "parts": [_part(part, redactor) for part in judgement.parts],
    }


def _accepted(done: RunFinished) -> list[dict[str, Any]]:
    """Return what the operator accepted beforehand: parts that may fail, requirements that may stay unexercised."""
    failures = [("failure", each.check, each.reason, each.until) for each in done.options.baseline]
    lacks = [("lack", each.pattern, each.reason, each.until) for each in done.target.accepted]
    options = [("lack", pattern, "", None) for pattern in done.options.accept_not_exercised]
    return [
        {"kind": kind, "of": of, "reason": done.redactor.redact_own_text(reason), "until": until and until.isoformat()}
        for kind, of, reason, until in (*failures, *lacks, *options)
    ]


def _crossing(of: str, crossed: Coverage) -> dict[str, Any]:
    by_property = {name: {"asked": asked, "possible": all_} for name, (asked, all_) in crossed.by_property.items()}
    numbers = {"combined": crossed.strength, "asked": crossed.asked, "possible": crossed.possible}
    return {"of": of, **numbers, "properties": by_property}


def crossings(done: RunFinished) -> list[dict[str, Any]]:
    """Return how much of each table of crossed calls was asked."""
    crossed = coverages(done.target, done.options.level, (story for story, _ in done.stories))
    return [_crossing(of, one) for of, one in crossed.items()]


def report(done: RunFinished) -> dict[str, Any]:
    """Return the report of a finished run as a JSON object, with a verdict for each requirement."""
    return {
        "exit_status": done.exit_status,
        "profile": done.profile,
        "level": done.options.level,
        "seed": done.options.seed,
        "target": done.target.base_url,
        **dialect_of(done),
        "requests": done.requests,
        "seconds": round(done.seconds, 3),
        "crossing": crossings(done),
        "versions": dict(versions()),
        "run_id": done.run_id,
        "command": repeating_command(done),
        "diagnosis": None if done.diagnosis is None else done.redactor.redact_own_text(done.diagnosis),
        "notes": [done.redactor.redact_own_text(note) for note in done.notes],
        "accepted": _accepted(done),
        "verdicts": [_verdict(judgement, done.redactor) for judgement in done.judgements],
    }


class ReportJson:
    """Writes `report.json` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "report.json"

    def __call__(self, event: Event) -> None:
        """Write the file at the end of the run."""
        if isinstance(event, RunFinished):
            text = json.dumps(report(event), indent=1, ensure_ascii=False) + "\n"
            with new_file(self._path) as file:
                file.write(text)
