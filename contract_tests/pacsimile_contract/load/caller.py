"""Sends the calls of one client: spelled as the service's dialect has it, with the one token that the client keeps.

It does what `client/transport.py` does, without a run's history: a load keeps no exchange. The safety rules were asked
before (`permission.py`), for each kind of call that is made here. No other kind is made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from pacsimile_contract import facts
from pacsimile_contract.client.report_links import may_follow
from pacsimile_contract.client.requests import build
from pacsimile_contract.client.tokens import token_request
from pacsimile_contract.client.transport import context_of, translation_of
from pacsimile_contract.client.wire import Wire, WireError
from pacsimile_contract.dialects.vocabulary import token_method
from pacsimile_contract.evidence.exchange import Exchange, Request, Respelled
from pacsimile_contract.release import own_version
from pacsimile_contract.target.model import Client, Target, host_of, is_loopback

EARLY = 30.0
"""Seconds before its end at which a token is replaced; a fifth of its life, where that is less."""
MOST_CONNECTIONS = 256
NOT_FOLLOWED = "link to a report that is not followed"
"""The failure of a call whose answer has a link over plain HTTP, or to a host that nobody named."""
_JSON = ("Content-Type", "application/json")


class Caller:
    """Sends the calls of one client.

    Args:
        target: The service.
        client: Who asks.
        clock: Returns monotonic seconds.
        wire: What sends; None for connections of its own.
        hosts: Hosts beside the service's own to which links to reports may lead.
    """

    def __init__(
        self,
        target: Target,
        client: Client,
        clock: Callable[[], float] = time.monotonic,
        wire: Wire | None = None,
        hosts: Iterable[str] = (),
    ) -> None:
        self._hosts = {host_of(target.base_url), host_of(target.oauth2_endpoint), *hosts}
        self._target, self.client, self.clock = target, client, clock
        self._wire = wire or Wire(context_of(target), target.proxy, MOST_CONNECTIONS)
        self._translation = translation_of(target)
        agent = ("User-Agent", f"pacsimile/{own_version()} (load)")
        self._added = (agent, *target.headers, ("Accept-Encoding", "identity"))
        self._bearer: tuple[str, str] | None = None
        self.before_following: Callable[[], object] = lambda: None
        """Called before a link to a report is followed, which is one call more."""
        self._token_since = self._token_until = -1.0
        self.token_expires = -1.0
        """When the token expires, as its answer said."""

    def has_token(self) -> bool:
        """Tell whether the client has a token that is not about to expire."""
        return self.clock() < self._token_until

    def get_token(self) -> Exchange:
        """Ask for a token, and keep it where there is one."""
        dialect = self._target.dialect.dialect if self._target.dialect else None
        operation = "getToken" if token_method(dialect, "GET") == "GET" else "postToken"
        exchange = self._send(token_request(self._target, self.client, operation))
        token = facts.token(exchange)
        if exchange.succeeded and token.access_token is not None:
            lifetime = float(max(token.expires_in or 60, 1))
            self._bearer = ("Authorization", f"Bearer {token.access_token}")
            self._token_since, self.token_expires = exchange.ended, exchange.started + lifetime
            self._token_until = self.token_expires - min(EARLY, lifetime / 5)
        return exchange

    def drop_token(self, sent: float) -> None:
        """Get another token for the next call, unless there is a newer one than a call had that was `sent` then."""
        if sent >= self._token_since:
            self._token_until = -1.0

    def call(self, operation: str, parameters: Mapping[str, object], body: bytes | None = None) -> Exchange:
        """Make one call with the client's token, which must have been got before."""
        assert self._bearer is not None
        headers = (self._bearer,) if body is None else (self._bearer, _JSON)
        return self._send(build(self._target, operation, parameters, headers=headers, body=body, client=self.client))

    def _send(self, request: Request) -> Exchange:
        limits = self._target.limits
        timeout = limits.listing_timeout if request.operation == "listReports" else limits.timeout
        exchange = Exchange(0, replace(request, headers=request.headers + self._added), started=self.clock())
        if self._translation is not None:
            respelled = self._translation.write_request(exchange.request)
            exchange.respelled = Respelled(self._translation.dialect, respelled)
        self._exchange(exchange, timeout)
        if self._translation is not None and exchange.answer is not None:
            received, carried = exchange.answer, self._follow(exchange, timeout)
            if exchange.failure is None:
                self._translation.translate_answer(exchange, received, carried)
        exchange.ended = self.clock()
        return exchange

    def _exchange(self, exchange: Exchange, timeout: float) -> None:
        try:
            exchange.answer = self._wire.send(exchange.sent, timeout)
        except WireError as error:
            exchange.failure = str(error)

    def _follow(self, exchange: Exchange, timeout: float) -> Exchange | None:
        """Follow the link to a report once, without the token; a load is put on no host that nobody named."""
        link = None if self._translation is None else self._translation.report_link(exchange)
        if link is None:
            return None
        if not (may_follow(self._target, link) and (is_loopback(link) or host_of(link) in self._hosts)):
            exchange.answer, exchange.failure = None, NOT_FOLLOWED
            return None
        self.before_following()
        carried = Exchange(0, Request("GET", link, (self._added[0], self._added[-1])))
        self._exchange(carried, timeout)
        return carried

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()
