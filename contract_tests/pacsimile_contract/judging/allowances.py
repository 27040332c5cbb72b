"""What the operator puts up with: parts that are known to fail (a baseline), requirements that may stay open."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from pacsimile_contract.errors import UsageError
from pacsimile_contract.findings.registry import parts_of
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.target.checked_yaml import load, schema
from pacsimile_contract.target.model import Acceptance, Target
from pacsimile_spec import requirements


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
            raise places.error((place, "check"), f"no such part: {entry['check']}; report.json names them")
        if any(known.check == entry["check"] for known in failures):
            raise places.error((place, "check"), f"{entry['check']} is given twice; expected once")
        try:
            until = date.fromisoformat(entry["until"]) if "until" in entry else None
        except ValueError:
            raise places.error((place, "until"), f"expected a date such as 2027-03-01; got {entry['until']}") from None
        failures.append(KnownFailure(entry["check"], entry["reason"], until))
    return tuple(failures)


def check_patterns(patterns: Iterable[str]) -> None:
    """Raise UsageError for a pattern of requirements that may stay open and that fits none: a typing error."""
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in requirements()):
            raise UsageError(f"accept-not-exercised {pattern}: no such requirement; see `verify --list`")


def ineffective_acknowledge_option(target: Target, organization: str | None) -> list[str]:
    """Return a line where `--allow-acknowledge` names an organization whose queue the target file leaves alone."""
    if organization is None:
        return []
    vain = f"--allow-acknowledge {organization} has no effect"
    if target.world_of_its_own:
        return [f"{vain}: a mock's own world always allows it; leave the option out"]
    if not target.acknowledge_allowed:
        wanted = f"acknowledge: {{allowed: true, organization_id: {organization}}}"
        return [f"{vain}: the target file does not allow acknowledging; add `{wanted}` to it, or leave the option out"]
    if organization != target.acknowledge_organization:
        return [f"{vain}: the target file allows it only for {target.acknowledge_organization}; give that"]
    return []


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts for the exit status: `failed` and `lacking` requirements, and what the baseline has wrong."""

    failed: tuple[str, ...]
    lacking: tuple[str, ...]
    notes: tuple[str, ...]
    outdated: bool
    """Whether a known failure passes now, or, where that is strict, an accepted lack is none."""


def tally(
    judgements: Sequence[Judgement],
    known: Sequence[KnownFailure],
    accepted: Iterable[Acceptance],
    *,
    strict: bool,
    deferred: Collection[str] = (),
) -> Counted:
    """Compare the judgements with what the operator accepts; the chosen level leaves `deferred` requirements out."""
    allowed = {failure.check for failure in known if failure.is_current}
    verdicts = {part.check: part.verdict for judgement in judgements for part in judgement.parts}
    accepted = tuple(accepted)
    patterns = [
        acceptance.pattern for acceptance in accepted if acceptance.until is None or acceptance.until >= today()
    ]
    passing = [failure.check for failure in known if verdicts.get(failure.check) is Verdict.PASS]
    needless = [acceptance.pattern for acceptance in accepted if _is_exercised(acceptance.pattern, judgements)]
    notes = [f"known failure: {failure.check}: {failure.reason}" for failure in known if _is_used(failure, verdicts)]
    notes += [
        f"the baseline no longer accepts {check}: its date was {_until(known, check)}"
        for check in _expired(known, verdicts)
    ]
    notes += [f"{check} is in the baseline and passes now: remove it" for check in passing]
    notes += [f"{pattern} is accepted as not exercised, but was exercised" for pattern in needless]
    notes += [
        f"{acceptance.pattern} was accepted as not exercised only until {acceptance.until}"
        for acceptance in accepted
        if acceptance.until is not None and acceptance.until < today()
    ]
    return Counted(
        failed=tuple(judgement.requirement.id for judgement in judgements if _fails(judgement, allowed)),
        lacking=tuple(
            judgement.requirement.id
            for judgement in judgements
            if judgement.requirement.id not in deferred and _lacks(judgement, patterns)
        ),
        notes=tuple(notes),
        outdated=bool(passing or (strict and needless)),
    )


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


def _fails(judgement: Judgement, allowed: set[str]) -> bool:
    if judgement.verdict is not Verdict.FAIL:
        return False
    failing = [part.check for part in judgement.parts if part.verdict is Verdict.FAIL]
    return not failing or any(part not in allowed for part in failing)


def _lacks(judgement: Judgement, patterns: Sequence[str]) -> bool:
    if judgement.verdict is not Verdict.NOT_EXERCISED or judgement.requirement.level != "MUST":
        return False
    return not any(fnmatchcase(judgement.requirement.id, pattern) for pattern in patterns)


def _is_exercised(pattern: str, judgements: Sequence[Judgement]) -> bool:
    meant = [judgement.verdict for judgement in judgements if fnmatchcase(judgement.requirement.id, pattern)]
    return bool(meant) and not any(verdict in (Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE) for verdict in meant)


def _is_used(known: KnownFailure, verdicts: dict[str, Verdict]) -> bool:
    return known.is_current and verdicts.get(known.check) is Verdict.FAIL


def _expired(known: Sequence[KnownFailure], verdicts: dict[str, Verdict]) -> list[str]:
    return [
        failure.check for failure in known if not failure.is_current and verdicts.get(failure.check) is Verdict.FAIL
    ]


def _until(known: Sequence[KnownFailure], check: str) -> date | None:
    return next(failure.until for failure in known if failure.check == check)
