"""What the process says at its end. 1 wins over the others; 4 over 3, since it means less is known."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import IntEnum
from fnmatch import fnmatchcase

from pacsimile_contract.exchange import Exchange
from pacsimile_contract.target import Acceptance
from pacsimile_contract.verdict import Judgement, Verdict
from pacsimile_spec import operations


class ExitStatus(IntEnum):
    """The exit statuses of `verify`."""

    PASSED = 0
    FAILED = 1
    USAGE = 2
    NOT_EXERCISED = 3
    ERROR = 4


def exit_status(
    judgements: Sequence[Judgement], accepted: Iterable[Acceptance], unanswered: Sequence[str]
) -> ExitStatus:
    """Return the status of a run whose selected requirements got these judgements.

    `unanswered` are the operations that had to answer 2xx at least once and never did: without them nothing passes.
    """
    verdicts = {one.verdict for one in judgements}
    if Verdict.FAIL in verdicts:
        return ExitStatus.FAILED
    if Verdict.ERROR in verdicts:
        return ExitStatus.ERROR
    patterns = [one.pattern for one in accepted if one.until is None or one.until >= date.today()]  # noqa: DTZ011
    lacking = [one for one in judgements if _counts_as_lacking(one, patterns)]
    return ExitStatus.NOT_EXERCISED if lacking or unanswered else ExitStatus.PASSED


def _counts_as_lacking(judgement: Judgement, patterns: Sequence[str]) -> bool:
    if judgement.verdict is not Verdict.NOT_EXERCISED or judgement.requirement.level != "MUST":
        return False
    return not any(fnmatchcase(judgement.requirement.id, pattern) for pattern in patterns)


def unanswered_operations(exchanges: Sequence[Exchange], *, whole_run: bool) -> list[str]:
    """Return the operations that never answered 2xx. A run of selected requirements needs one such answer in all."""
    answered = {one.operation for one in exchanges if one.succeeded and one.operation}
    if not whole_run:
        return [] if answered else ["any operation"]
    return [name for name in operations() if name not in answered]
