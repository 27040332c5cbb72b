"""What counts for the exit status: failed and lacking requirements, but for those that the operator accepts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.baseline import KnownFailure, today
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.target.model import Acceptance


@dataclass(frozen=True, slots=True)
class Tally:
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
) -> Tally:
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
    return Tally(
        failed=tuple(judgement.requirement.id for judgement in judgements if _fails(judgement, allowed)),
        lacking=tuple(
            judgement.requirement.id
            for judgement in judgements
            if judgement.requirement.id not in deferred and _lacks(judgement, patterns)
        ),
        notes=tuple(notes),
        outdated=bool(passing or (strict and needless)),
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
