"""Access tokens, asked for once and shared by all scenarios while they last."""

import time
from collections.abc import Callable

from pacsimile_contract import facts
from pacsimile_contract.errors import Blocked
from pacsimile_contract.exchange import Exchange, Request
from pacsimile_contract.redaction import Redactor
from pacsimile_contract.requests import basic, build, query_of
from pacsimile_contract.target import Client, Target
from pacsimile_contract.transport import Transport

EARLY = 30.0
"""Seconds before its end at which a token is no longer handed out."""


class Tokens:
    """The run's tokens, by client and asked scopes."""

    def __init__(self, target: Target, transport: Transport, redactor: Redactor) -> None:
        self._target, self._transport, self._redactor = target, transport, redactor
        self._kept: dict[tuple[str, str | None], tuple[str, float]] = {}

    def get(
        self, client: Client, scopes: str | None, send: Callable[[Request], Exchange], *, fresh: bool = False
    ) -> str:
        """Return a token of the client, asked for by GET, else by POST; Blocked where neither gives one.

        `scopes` None takes the client's default set; else the space-separated ones are asked for.
        """
        key = (client.client_id, scopes)
        kept = self._kept.get(key)
        if kept and not fresh and kept[1] > time.monotonic():
            return kept[0]
        for operation in ("getToken", "postToken"):
            exchange = send(token_request(self._target, client, operation, scopes))
            if exchange.succeeded and facts.gives_token(exchange):
                return self.note(exchange, client, scopes)
        raise Blocked("AUTH-1" if scopes is None else "AUTH-6")

    def note(self, exchange: Exchange, client: Client, scopes: str | None) -> str:
        """Keep the token of an answer; returns it."""
        answer = facts.token(exchange)
        token = str(answer.access_token)
        self._redactor.add_secret(token, "$TOKEN")
        self._transport.safety.note_token(token, client)
        lasting = exchange.ended + max(answer.expires_in or 60, 1) - EARLY
        self._kept.setdefault((client.client_id, scopes), (token, lasting))
        if self._kept[(client.client_id, scopes)][1] < lasting:
            self._kept[(client.client_id, scopes)] = (token, lasting)
        return token

    def forget(self) -> None:
        """Forget all: the server's clock was moved."""
        self._kept.clear()


def token_request(
    target: Target, client: Client, operation: str, scopes: str | None = None, secret: str | None = None
) -> Request:
    """Return the ordinary token request of an operation, with HTTP Basic."""
    authorization = ("Authorization", basic(client.client_id, client.client_secret if secret is None else secret))
    asked = {"grant_type": "client_credentials"} | ({} if scopes is None else {"scope": scopes})
    if operation == "getToken":
        return build(target, operation, asked, headers=(authorization,), client=client)
    form = ("Content-Type", "application/x-www-form-urlencoded")
    return build(target, operation, {}, headers=(authorization, form), body=query_of(asked).encode(), client=client)
