"""Say at the end of a run that the target, or what stands before it, cut off answers or was out of service."""

from collections.abc import Iterable, Iterator, Sequence

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.evidence.silence import is_counted
from pacsimile_contract.judging.exit_status import ExitStatus
from pacsimile_contract.mistakes.spelling_hints import asked_address
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import API_OPERATIONS

CUT_OFF = "cut off"
"""The failure of a call whose answer ended before its `Content-Length`, or its last chunk."""
OUT_OF_SERVICE = frozenset({502, 503, 504})
FEWEST_CUT, SHARE_CUT = 3, 0.1
"""Of one operation: how many answers were cut off, and which share of all. A network that fails at times has less."""
FEWEST_OUT, SHARE_OUT = 5, 0.25
"""Of one operation: how many answers were 502, 503 or 504, and which share of all."""
SHARE_OF_RUN = 0.5
"""The target was out of service as a whole if this share of all calls of the API, or more, had no real answer."""


def unreliability_line(exchanges: Iterable[Exchange]) -> str | None:
    """Return a line about operations whose answers were cut off, or that were out of service; None for none."""
    lines = [line for asked in _by_operation(exchanges) for line in _lines_about(asked)]
    return "; ".join(lines) if lines else None


def adjusted_exit_status(exchanges: Sequence[Exchange], status: ExitStatus) -> ExitStatus:
    """Return a run's exit status: ERROR instead of NOT_EXERCISED if most calls had no real answer."""
    ordinary = [asked for calls in _by_operation(exchanges) for asked in calls if asked.operation in API_OPERATIONS]
    without = [asked for asked in ordinary if _gives_no_real_answer(asked)]
    most = bool(ordinary) and len(without) >= SHARE_OF_RUN * len(ordinary)
    return ExitStatus.ERROR if status is ExitStatus.NOT_EXERCISED and most else status


def _gives_no_real_answer(asked: Exchange) -> bool:
    silent = asked.answer is None and is_counted(asked)
    return silent or asked.status in OUT_OF_SERVICE


def _by_operation(exchanges: Iterable[Exchange]) -> list[list[Exchange]]:
    """Return the calls of each operation that were sent as HTTP, in the description's order of operations."""
    calls: dict[str, list[Exchange]] = {name: [] for name in operations()}
    for exchange in exchanges:
        if exchange.operation in calls and exchange.request.raw is None:
            calls[exchange.operation].append(exchange)
    return list(calls.values())


def _lines_about(asked: Sequence[Exchange]) -> Iterator[str]:
    cut = [exchange for exchange in asked if exchange.failure == CUT_OFF]
    if len(cut) >= FEWEST_CUT and len(cut) >= SHARE_CUT * len(asked):
        yield (
            f"{asked_address(cut[0])}: cuts off answers: {_share(cut, asked)}, ended before the length that their "
            "headers say; does something before the service end connections?"
        )
    out = [exchange for exchange in asked if exchange.status in OUT_OF_SERVICE]
    if len(out) >= FEWEST_OUT and len(out) >= SHARE_OUT * len(asked):
        yield (
            f"{asked_address(out[0])}: answers {out[0].status}: {_share(out, asked)}; it, or what stands before it, is "
            "out of service: see its log"
        )


def _share(some: Sequence[Exchange], asked: Sequence[Exchange]) -> str:
    return f"{len(some)} of {len(asked)} calls of {asked[0].operation}, first call {some[0].number}"
