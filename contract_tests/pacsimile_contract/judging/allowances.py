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
from pacsimile_contract.target.model import Acceptance
from pacsimile_spec import requirements


def today() -> date:
    """Return the date in UTC: what `until` is compared with."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Known:
    """A failure that is known: the part (`BATCH-9/own-listing`), why it is accepted, and until when (that day too)."""

    check: str
    reason: str
    until: date | None = None

    @property
    def counts(self) -> bool:
        """Whether it is still accepted today."""
        return self.until is None or self.until >= today()


def load_baseline(path: Path) -> tuple[Known, ...]:
    """Read a baseline, a YAML list of `{check, reason, until}`; UsageError with file, line and what was expected."""
    entries, marks = load(path, schema("baseline.schema.json"))
    found: list[Known] = []
    for place, one in enumerate(entries or []):
        requirement, _, part = one["check"].partition("/")
        if part not in (parts_of(requirement) if requirement in requirements() else ()):
            raise marks.error((place, "check"), f"there is no part {one['check']}; report.json names them")
        if any(known.check == one["check"] for known in found):
            raise marks.error((place, "check"), f"{one['check']} stands twice; expected once")
        try:
            until = date.fromisoformat(one["until"]) if "until" in one else None
        except ValueError:
            raise marks.error((place, "until"), f"expected a date such as 2027-03-01; got {one['until']}") from None
        found.append(Known(one["check"], one["reason"], until))
    return tuple(found)


def check_patterns(patterns: Iterable[str]) -> None:
    """Raise UsageError for a pattern of requirements that may stay open and that fits none: a typing error."""
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in requirements()):
            raise UsageError(f"accept-not-exercised {pattern}: there is no such requirement; see `verify --list`")


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts for the exit status: `failed` and `lacking` requirements, and what the baseline has wrong."""

    failed: tuple[str, ...]
    lacking: tuple[str, ...]
    notes: tuple[str, ...]
    outdated: bool
    """Whether a known failure passes now, or, where that is strict, an accepted lack is none."""


def count(
    judgements: Sequence[Judgement],
    known: Sequence[Known],
    accepted: Iterable[Acceptance],
    *,
    strict: bool,
    left: Collection[str] = (),
) -> Counted:
    """Compare what was judged with what the operator accepts; `left` are requirements that his level leaves out."""
    allowed = {one.check for one in known if one.counts}
    verdicts = {part.check: part.verdict for one in judgements for part in one.parts}
    accepted = tuple(accepted)
    patterns = [one.pattern for one in accepted if one.until is None or one.until >= today()]
    passing = [one.check for one in known if verdicts.get(one.check) is Verdict.PASS]
    needless = [one.pattern for one in accepted if _is_exercised(one.pattern, judgements)]
    notes = [f"known failure: {one.check}: {one.reason}" for one in known if _is_used(one, verdicts)]
    notes += [f"the baseline accepts {one} no more: until {_until(known, one)}" for one in _expired(known, verdicts)]
    notes += [f"in the baseline, and passes now: {one}: take it out" for one in passing]
    notes += [f"accepted as not exercised, and is exercised: {one}" for one in needless]
    notes += [
        f"accepted as not exercised until {one.until} only: {one.pattern}"
        for one in accepted
        if one.until is not None and one.until < today()
    ]
    return Counted(
        failed=tuple(one.requirement.id for one in judgements if _fails(one, allowed)),
        lacking=tuple(
            one.requirement.id for one in judgements if one.requirement.id not in left and _lacks(one, patterns)
        ),
        notes=tuple(notes),
        outdated=bool(passing or (strict and needless)),
    )


def with_known(judgements: Sequence[Judgement], known: Iterable[Known]) -> list[Judgement]:
    """Return the judgements; what of a baseline fails is a FAIL still, whose evidence begins with the reason."""
    reasons = {one.check: one.reason for one in known if one.counts}
    return [_with_known(one, reasons) if reasons else one for one in judgements]


def _with_known(judgement: Judgement, reasons: Mapping[str, str]) -> Judgement:
    parts = tuple(
        _as_known(one, reasons[one.check]) if one.verdict is Verdict.FAIL and one.check in reasons else one
        for one in judgement.parts
    )
    if parts == judgement.parts:
        return judgement
    failing = [one for one in parts if one.verdict is Verdict.FAIL]
    news = next((one for one in failing if one.check not in reasons), failing[0])
    note = news.evidence[0].note if news.evidence else ""
    return replace(judgement, parts=parts, summary=f"{news.check.partition('/')[2]}: {note}")


def _as_known(part: JudgedPart, reason: str) -> JudgedPart:
    evidence = part.evidence or (Evidence(None, ""),)
    return replace(part, evidence=tuple(replace(one, note=f"known failure ({reason}): {one.note}") for one in evidence))


def _fails(judgement: Judgement, allowed: set[str]) -> bool:
    if judgement.verdict is not Verdict.FAIL:
        return False
    failing = [one.check for one in judgement.parts if one.verdict is Verdict.FAIL]
    return not failing or any(one not in allowed for one in failing)


def _lacks(judgement: Judgement, patterns: Sequence[str]) -> bool:
    if judgement.verdict is not Verdict.NOT_EXERCISED or judgement.requirement.level != "MUST":
        return False
    return not any(fnmatchcase(judgement.requirement.id, pattern) for pattern in patterns)


def _is_exercised(pattern: str, judgements: Sequence[Judgement]) -> bool:
    meant = [one.verdict for one in judgements if fnmatchcase(one.requirement.id, pattern)]
    return bool(meant) and not any(one in (Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE) for one in meant)


def _is_used(known: Known, verdicts: dict[str, Verdict]) -> bool:
    return known.counts and verdicts.get(known.check) is Verdict.FAIL


def _expired(known: Sequence[Known], verdicts: dict[str, Verdict]) -> list[str]:
    return [one.check for one in known if not one.counts and verdicts.get(one.check) is Verdict.FAIL]


def _until(known: Sequence[Known], check: str) -> date | None:
    return next(one.until for one in known if one.check == check)
