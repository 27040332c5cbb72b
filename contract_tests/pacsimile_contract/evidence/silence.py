"""Which calls without an answer mean something, and how many of them mean that the target is gone."""

from pacsimile_contract.evidence.exchange import Exchange

GONE_AFTER = 4
"""Calls in a row without any answer, after which the target counts as gone."""


def is_counted(exchange: Exchange) -> bool:
    """Whether silence means something: hostile input and calls that we cut ourselves may go unanswered."""
    return not (exchange.request.cut or exchange.request.hostile)
