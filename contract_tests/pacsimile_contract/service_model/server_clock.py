"""Tell whether a server's `Date` is the clock by which its tokens expire and its orders move."""

from collections.abc import Iterable, Iterator

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

AHEAD = 120.0
"""Seconds by which a time that an answer states may be later than its `Date`, if both are of one clock."""


def date_follows_clock(exchanges: Iterable[Exchange]) -> bool:
    """Tell whether no answer states a time that is later than its own `Date`.

    A server whose clock a state moves may go on to write the machine's time in `Date`, as many frameworks do. Then
    `Date` tells nothing of when its tokens expire.
    """
    return not any(
        exchange.date is not None and time > exchange.date + AHEAD
        for exchange in exchanges
        if exchange.succeeded
        for time in _times(exchange)
    )


def _times(exchange: Exchange) -> Iterator[float]:
    """Yield what an answer states to have happened, in seconds since the epoch: an issue, a creation, a change."""
    if exchange.operation in TOKEN_OPERATIONS:
        issued = ((exchange.jwt or {}).get("claims") or {}).get("iat")
        if isinstance(issued, int | float) and not isinstance(issued, bool):
            yield float(issued)
    elif exchange.operation == "getStatus":
        order = facts.order_status(exchange)
        yield from (float(time.seconds) for time in (order.created_at, order.updated_at) if time is not None)
