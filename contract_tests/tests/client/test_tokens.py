"""Tokens of clients that states made are asked for in each way in turn."""

import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import MagicMock

from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.client.tokens import Tokens
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.target.model import Client

SCOPES = "status.read reports.read reports.ack"
TOKEN = {
    "access_token": "a",
    "token_type": "Bearer",
    "expires_in": 3600,
    "scope": "status.read reports.read reports.ack",
}


def tokens_of(dialect: Any = None) -> Tokens:
    """Return the tokens of a run that has asked for none yet."""
    target = SimpleNamespace(
        dialect=dialect,
        absent=frozenset(),
        clients={},
        oauth2_endpoint="http://127.0.0.1/oauth2",
        base_url="",
        headers=(),
    )
    return Tokens(cast(Any, target), MagicMock(), MagicMock())


def asked(client: Client, *, form_is_refused: bool = False, dialect: Any = None) -> list[str]:
    """Ask for six tokens, and return how each request carried the credentials."""
    ways: list[str] = []

    def send(request: Request) -> Exchange:
        by_form = b"client_secret" in (request.body or b"")
        ways.append("form" if by_form else request.method)
        refused = by_form and form_is_refused
        return exchange(request.operation, 401 if refused else 200, {"error": "invalid_client"} if refused else TOKEN)

    tokens = tokens_of(dialect)
    for _ in range(6):
        tokens.get(client, None, send, fresh=True)
    return ways


def test_ways_take_turns_for_clients_that_states_made() -> None:
    """By GET, in a form and by POST; a client of the operator, and one of a dialect, asks by GET alone."""
    own, given = (Client("c", "c-1", "s3cret", "org-a", owned=owned) for owned in (True, False))
    assert asked(own) == ["GET", "form", "POST"] * 2
    assert asked(given) == asked(own, dialect=object()) == ["GET"] * 6


def test_a_way_that_gives_no_token_is_tried_once() -> None:
    """AUTH-2 tells that it gives none: the run goes on with GET."""
    own = Client("c", "c-1", "s3cret", "org-a", owned=True)
    assert asked(own, form_is_refused=True) == ["GET", "form", "GET", *["GET"] * 4]


def test_a_token_that_outlasts_what_passed_is_used_again() -> None:
    """Two minutes after it was given it still opens, and more than an hour after it another one is asked for."""
    asked_for: list[str | None] = []

    def send(request: Request) -> Exchange:
        asked_for.append(request.operation)
        return replace(exchange(request.operation, 200, TOKEN), ended=time.monotonic())

    tokens, client = tokens_of(), Client("c", "c-1", "s3cret", "org-a")
    for seconds, requests in ((0, 1), (120, 1), (3600, 2)):
        tokens.grow_older(seconds)
        tokens.get(client, None, send)
        assert len(asked_for) == requests
