"""What the process says at its end. 1 wins over the others; 4 over 3, since it means less is known."""

from collections.abc import Iterable, Sequence
from enum import IntEnum

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.judging.tally import Tally
from pacsimile_spec import operations


class ExitStatus(IntEnum):
    """The exit statuses of `verify`."""

    PASSED = 0
    FAILED = 1
    USAGE = 2
    NOT_EXERCISED = 3
    ERROR = 4


def exit_status(
    judgements: Sequence[Judgement],
    counted: Tally,
    unanswered: Sequence[str],
    *,
    interrupted: bool = False,
    unusable: bool = False,
    silent: bool = False,
    shown: bool = True,
) -> ExitStatus:
    """Return the status of a run whose selected requirements got these judgements.

    `unanswered` are the operations that had to answer 2xx at least once and never did: without them nothing passes.
    `interrupted`, `unusable` and `silent` say what ended the run: Ctrl-C, something given that cannot be used, a target
    that gave no answer any more. `shown` is false where what is declared away leaves nothing that was judged.
    """
    if counted.failed or counted.outdated:
        return ExitStatus.FAILED
    if unusable:
        return ExitStatus.USAGE
    if silent or any(judgement.verdict is Verdict.ERROR for judgement in judgements):
        return ExitStatus.ERROR
    return ExitStatus.NOT_EXERCISED if counted.lacking or unanswered or interrupted or not shown else ExitStatus.PASSED


def unanswered_operations(exchanges: Sequence[Exchange], *, whole_run: bool, optional: Iterable[str] = ()) -> list[str]:
    """Return the operations that never answered 2xx, but for those the operator declared away.

    A run of selected requirements needs one such answer in all.
    """
    answered = {exchange.operation for exchange in exchanges if exchange.succeeded and exchange.operation}
    if not whole_run:
        return [] if answered else ["any operation"]
    return [name for name in operations() if name not in answered and name not in set(optional)]
