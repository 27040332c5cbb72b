"""Access tokens, asked for once and shared by all scenarios while they last."""

import time
from collections.abc import Callable, Iterable
from functools import partial
from itertools import cycle

from pacsimile_contract import facts
from pacsimile_contract.client.requests import FORM, basic, build, query_of
from pacsimile_contract.client.transport import Transport
from pacsimile_contract.dialects.vocabulary import API_SCOPES
from pacsimile_contract.errors import Blocked
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.target.model import Client, Target
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

LIMITED_CLIENTS = ("status_only", "ingest_only")
"""Names of clients in the target file that are asked for no more than their default scopes."""
IN_FORM = "form"
"""The way to ask with the credentials in a form, without HTTP Basic."""
WAYS = ("getToken", IN_FORM, "postToken")
"""Ways to ask for a token: by GET and by POST with HTTP Basic, and with the credentials in a form."""
EARLY = 30.0
"""Seconds before its end at which a token is no longer handed out."""


class Tokens:
    """The run's tokens, by client and asked scopes."""

    def __init__(self, target: Target, transport: Transport, redactor: Redactor) -> None:
        self._target, self._transport, self._redactor = target, transport, redactor
        self._kept: dict[tuple[str, str | None], tuple[str, float]] = {}
        self._limited = {item.client_id for name, item in target.clients.items() if name in LIMITED_CLIENTS}
        """Ids of clients that are never asked for all scopes of the API."""
        self._scopes_of: dict[str, str] = {}
        """Scopes to ask for, by client id, where a state said which the client has."""
        self._narrow: set[str] = set()
        """Ids of clients whose default scopes lack one of the API: they must ask for what they want."""
        self._turns = cycle(WAYS)
        self._takes_turns = target.dialect is None and not target.absent.intersection(TOKEN_OPERATIONS)
        """Whether clients that states made ask in each of WAYS in turn: as long as each way gives a token."""

    def limit(self, client: Client, scopes: Iterable[str] = ()) -> None:
        """Note that a client has these scopes alone (none: those of its default set)."""
        self._limited.add(client.client_id)
        if scopes:
            self._scopes_of[client.client_id] = " ".join(scopes)

    def get(
        self, client: Client, scopes: str | None, send: Callable[[Request], Exchange], *, fresh: bool = False
    ) -> str:
        """Return a token of the client; Blocked where no way of asking gives one.

        It is asked for by GET, else by POST. Clients that states made ask in each of WAYS in turn: a token must open
        the same however it was asked for.

        `scopes` None takes the client's default set, or all scopes of the API where that lacks one and the client may
        have it; else the space-separated ones are asked for.
        """
        scopes = self._scopes_of.get(client.client_id) if scopes is None else scopes
        kept = self._kept.get((client.client_id, scopes))
        if kept and not fresh and kept[1] > time.monotonic():
            return kept[0]
        if scopes is None and client.client_id in self._narrow:
            exchange = self._asked(client, " ".join(API_SCOPES), send)
            if exchange is not None:
                return self._keep(exchange, client, None)
            self._narrow.discard(client.client_id)
            self.limit(client)
        exchange = self._asked(client, scopes, send)
        if exchange is None:
            raise Blocked("AUTH-1" if scopes is None else "AUTH-6")
        token = self.store(exchange, client, scopes)
        return token if scopes or client.client_id not in self._narrow else self.get(client, None, send, fresh=fresh)

    def _asked(self, client: Client, scopes: str | None, send: Callable[[Request], Exchange]) -> Exchange | None:
        first = next(self._turns) if client.owned and self._takes_turns else WAYS[0]
        for way in dict.fromkeys((first, *TOKEN_OPERATIONS)):
            ask = form_request if way == IN_FORM else partial(token_request, operation=way)
            exchange = send(ask(self._target, client, scopes=scopes))
            if exchange.succeeded and facts.gives_token(exchange):
                return exchange
            self._takes_turns = False  # AUTH-2 tells which way gives none
        return None

    def store(self, exchange: Exchange, client: Client, scopes: str | None) -> str:
        """Keep the token of an answer, unless it has too little for who asks for no scopes; returns it."""
        granted = facts.token(exchange).scopes
        lacks = scopes is None and granted is not None and not granted.issuperset(API_SCOPES)
        if lacks and client.client_id not in self._limited:
            self._narrow.add(client.client_id)
            return self._register(exchange, client)
        return self._keep(exchange, client, scopes)

    def _register(self, exchange: Exchange, client: Client) -> str:
        token = str(facts.token(exchange).access_token)
        scope = exchange.given.get("scope")
        self._redactor.add_token(token, client, None if scope is None or _is_whole(scope) else scope)
        self._transport.safety.note_token(token, client)
        return token

    def _keep(self, exchange: Exchange, client: Client, scopes: str | None) -> str:
        token = self._register(exchange, client)
        lasting = exchange.ended + max(facts.token(exchange).expires_in or 60, 1) - EARLY
        self._kept.setdefault((client.client_id, scopes), (token, lasting))
        if self._kept[(client.client_id, scopes)][1] < lasting:
            self._kept[(client.client_id, scopes)] = (token, lasting)
        return token

    def grow_older(self, seconds: float) -> None:
        """Let each token live so much shorter: the server's clock was moved."""
        self._kept = {whose: (token, lasting - seconds) for whose, (token, lasting) in self._kept.items()}


def _is_whole(scope: str) -> bool:
    return set(API_SCOPES) <= set(scope.split())


def _grant(scopes: str | None) -> dict[str, str]:
    return {"grant_type": "client_credentials"} | ({} if scopes is None else {"scope": scopes})


def form_request(target: Target, client: Client, scopes: str | None = None) -> Request:
    """Return the ordinary token request with the credentials in a form (RFC 6749 section 2.3.1)."""
    asked = _grant(scopes)
    body = query_of({**asked, "client_id": client.client_id, "client_secret": client.client_secret}).encode()
    return build(target, "postToken", asked, query="", headers=FORM, body=body, client=client)


def token_request(
    target: Target, client: Client, operation: str, scopes: str | None = None, secret: str | None = None
) -> Request:
    """Return the ordinary token request of an operation, with HTTP Basic."""
    authorization = ("Authorization", basic(client.client_id, client.client_secret if secret is None else secret))
    asked = _grant(scopes)
    if operation == "getToken":
        return build(target, operation, asked, headers=(authorization,), client=client)
    headers, body = (authorization, *FORM), query_of(asked).encode()
    return build(target, operation, asked, query="", headers=headers, body=body, client=client)
