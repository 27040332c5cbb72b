"""Reads a stored run as the calls that a dialect is learned from: of `verify`, or of a proxy before a service."""

from __future__ import annotations

from pathlib import Path

from pacsimile_contract import facts
from pacsimile_contract.errors import UsageError
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.learn.sources.recorded_calls import RecordedCall
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

NOT_STORED = b"?"
"""The body of an answer that was not stored: there was one, and nothing is known of it."""


def read_history(path: Path) -> list[RecordedCall]:
    """Return the calls of a stored run that were answered, as on the wire and in its order.

    Args:
        path: its folder, or its `history.jsonl`.

    Raises:
        UsageError: it cannot be read, or has no call with an answer.
    """
    scopes: dict[str | None, frozenset[str]] = {}
    calls = []
    for exchange in load_run(path).exchanges.values():
        if exchange.operation in TOKEN_OPERATIONS and exchange.succeeded:
            scopes[exchange.request.client] = facts.token(exchange).scopes or frozenset()
        if exchange.received is not None:
            calls.append(_call(exchange, scopes.get(exchange.request.client, frozenset())))
    if not calls:
        raise UsageError(f"{path}: no call in it has an answer; let a client work while the proxy runs")
    return calls


def _call(exchange: Exchange, scopes: frozenset[str]) -> RecordedCall:
    sent, received = exchange.sent, exchange.received
    assert received is not None
    content = received.body if exchange.body_was_stored else NOT_STORED
    return RecordedCall(
        method=sent.method,
        url=sent.url,
        sent={name.lower(): value for name, value in sent.headers},
        body=sent.body or None,
        status=received.status,
        received=dict(received.headers),
        content=content or None,
        token_scopes=frozenset() if exchange.operation in TOKEN_OPERATIONS else scopes,
    )
