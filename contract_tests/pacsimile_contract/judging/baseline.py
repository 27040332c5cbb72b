"""The baseline: parts that are known to fail, and that the operator accepts for a reason and a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from pacsimile_contract.findings.registry import parts_of
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.target.checked_yaml import load, schema
from pacsimile_spec import requirements
from pacsimile_spec.suggestions import did_you_mean


def today() -> date:
    """Return the date in UTC: what `until` is compared with."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A failure that is known: the part (`BATCH-9/own-listing`), why it is accepted, and until when (that day too)."""

    check: str
    reason: str
    until: date | None = None

    @property
    def is_current(self) -> bool:
        """Whether it is still accepted today."""
        return self.until is None or self.until >= today()


def load_baseline(path: Path) -> tuple[KnownFailure, ...]:
    """Read a baseline, a YAML list of `{check, reason, until}`; UsageError with file, line and what was expected."""
    entries, places = load(path, schema("baseline.schema.json"))
    failures: list[KnownFailure] = []
    for place, entry in enumerate(entries or []):
        requirement, _, part = entry["check"].partition("/")
        if part not in (parts_of(requirement) if requirement in requirements() else ()):
            known_parts = (f"{name}/{part}" for name in requirements() for part in parts_of(name))
            hint = did_you_mean(entry["check"], known_parts)
            raise places.error((place, "check"), f"no such part: {entry['check']}; report.json names them{hint}")
        if any(known.check == entry["check"] for known in failures):
            raise places.error((place, "check"), f"{entry['check']} is given twice; expected once")
        try:
            until = date.fromisoformat(entry["until"]) if "until" in entry else None
        except ValueError:
            raise places.error((place, "until"), f"expected a date such as 2027-03-01; got {entry['until']}") from None
        failures.append(KnownFailure(entry["check"], entry["reason"], until))
    return tuple(failures)


def with_known(judgements: Sequence[Judgement], known: Iterable[KnownFailure]) -> list[Judgement]:
    """Return the judgements; what of a baseline fails is a FAIL still, whose evidence begins with the reason."""
    reasons = {failure.check: failure.reason for failure in known if failure.is_current}
    return [_with_known(judgement, reasons) if reasons else judgement for judgement in judgements]


def _with_known(judgement: Judgement, reasons: Mapping[str, str]) -> Judgement:
    parts = tuple(
        _as_known(part, reasons[part.check]) if part.verdict is Verdict.FAIL and part.check in reasons else part
        for part in judgement.parts
    )
    if parts == judgement.parts:
        return judgement
    failing = [part for part in parts if part.verdict is Verdict.FAIL]
    news = next((part for part in failing if part.check not in reasons), failing[0])
    note = news.evidence[0].note if news.evidence else ""
    return replace(judgement, parts=parts, summary=f"{news.check.partition('/')[2]}: {note}")


def _as_known(part: JudgedPart, reason: str) -> JudgedPart:
    evidence = part.evidence or (Evidence(None, ""),)
    return replace(
        part, evidence=tuple(replace(proof, note=f"known failure ({reason}): {proof.note}") for proof in evidence)
    )
