"""Faults of the mock in tokens, the journal, the status and the orders of a study."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

from pacsimile_mock import authorization
from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import TokenError, invalid_client, invalid_token
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.journal import Journal
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.store import MemoryJournalStore
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import TokenService
from pacsimile_mock.oauth2.tokens import JwtTokens
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import PROCESSING

TOLERATED = 5
"""Wrong secrets in a row until the answer has a warning."""
CONNECTIONS = 100
"""Connections that one token may come over."""
PERIOD = 600.0
"""Seconds in which connections are counted."""
CACHED = 2.0
"""Seconds for which an order is cached."""


@defect("mock-wrong-secrets-of-a-client-are-counted", "AUTH-4")
class WrongSecretsCounted(TokenService):
    """From the fifth wrong secret in a row, the answer warns that the client will be locked, if the client exists."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Count the wrong ones."""
        wrong: Counter[str] = self.__dict__.setdefault("wrong", Counter())
        try:
            client = super().authenticate(sent)
        except TokenError:
            name = "" if sent is None else sent.client_id
            wrong[name] += name in self.clients
            if wrong[name] >= TOLERATED:
                raise invalid_client("Wrong secret: after ten in a row, the client is locked.") from None
            raise
        wrong.pop(client.client_id, None)
        return client


@defect("mock-nbf-is-compared-with-iat", "AUTH-12")
class ComparedWithIssue(JwtTokens):
    """`nbf` is checked against the token's own `iat`, so that skewed clocks don't matter: both may lie ahead."""

    def check_times(self, claims: dict[str, Any], now: Instant) -> None:
        """Leave out an `nbf` that is not after `iat`."""
        begins, issued = claims.get("nbf"), claims.get("iat")
        passed = isinstance(begins, int | float) and isinstance(issued, int | float) and begins <= issued
        super().check_times({name: value for name, value in claims.items() if name != "nbf" or not passed}, now)


@defect("mock-token-as-password-of-basic-counts", "AUTH-13")
class PasswordOfBasic(Pipeline):
    """A token is also accepted as the password of HTTP Basic, under any user name, as code hosts allow it for git."""

    def bearer(self, call: Call) -> str | None:
        """Look into Basic."""
        token = super().bearer(call)
        sent = authorization.read(call.headers.get("authorization"))
        if token is None and sent.scheme == "basic":
            with suppress(ValueError):
                password = (sent.basic() or ("", ""))[1]
                return password if password.count(".") == 2 else None
        return token


@defect("mock-token-seen-on-many-connections-counts-as-stolen", "AUTH-17")
class CountsAsStolen(Pipeline):
    """A token that comes over more than a hundred connections in ten minutes is taken for stolen, and is refused."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Count the connections."""
        grant = super().authenticate(call, now)
        counted: dict[str, dict[str, float]] = self.__dict__.setdefault("counted", {})
        seen = counted.setdefault(str(call.seen.access_token), {})
        seen[str(call.connection)] = monotonic()
        if sum(at > monotonic() - PERIOD for at in tuple(seen.values())) > CONNECTIONS:
            raise invalid_token("The token is used from too many places.", token_sent=True, requirement="AUTH-12")
        return grant


@defect("mock-order-is-cached-by-its-study", "STATUS-1")
class CachedByStudy(OrderService):
    """Orders are cached by their study for two seconds: after a call by study, an older order's id gets the newest."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None) -> Order:
        """Use the cache."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid)
        cache: dict[tuple[str, str], tuple[float, Order]] = self.__dict__.setdefault("cache", {})
        place = organization_id, order.study_uid
        if order_id is None:
            cache[place] = monotonic() + CACHED, order
        until, newest = cache.get(place, (0.0, order))
        return newest if monotonic() < until else order


@defect("mock-progress-is-estimated-between-polls", "STATUS-6")
class Estimated(OrderService):
    """Until the worker reports again, progress grows by a point a second: if the worker then reports less, it falls."""

    def state(self, order: Order, now: Instant) -> State:
        """Add the seconds since this progress was first seen."""
        state = super().state(order, now)
        if state.status != PROCESSING:
            return state
        seen: dict[tuple[str, int], Instant] = self.__dict__.setdefault("seen", {})
        since = now - seen.setdefault((order.order_id, state.progress), now)
        return state._replace(progress=max(state.progress, min(99, state.progress + since // SECOND)))


@defect("mock-orders-of-a-study-are-cached-until-a-newer-one", "ORDERID-1")
class CachedUntilNewer(OrderService):
    """`/orderId` is cached until the study has a newer order: a late one, with an older date, is missing."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Use the cache."""
        orders = super().listed(organization_id, study_uid)
        cache: dict[tuple[str, str], list[Order]] = self.__dict__.setdefault("cache", {})
        cached = cache.get((organization_id, study_uid))
        if cached is None or cached[0].order_id != orders[0].order_id:
            cache[organization_id, study_uid] = cached = orders
        return cached


@defect("mock-repeated-line-is-left-out-of-the-journal", "SEC-6")
class RepeatedLine(Journal):
    """The log drops a line that repeats the one before within a second: of two equal calls, one is recorded."""

    def write(self, call: Call, answer: Answer, values: Mapping[str, str], began_ns: int) -> Entry:
        """Write a repeated line elsewhere."""
        line, now = (call.client_id, call.method, call.path, call.query, answer.status), monotonic()
        last, at = self.__dict__.get("last", (None, now))
        self.__dict__["last"] = line, now
        if line != last or now - at > 1:
            return super().write(call, answer, values, began_ns)
        elsewhere = copy.copy(self)
        elsewhere.store, elsewhere.listeners = MemoryJournalStore(), ()
        return Journal.write(elsewhere, call, answer, values, began_ns)


@defect("mock-organization-id-of-dots-ends-in-500", "PROTO-3")
class IdOfDots(Pipeline):
    """An organization's queue is a file, opened before the ownership check: `organizationId=..` ends in 500."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Open the file."""
        if organization_id in (".", ".."):
            raise IsADirectoryError(organization_id)
        super().check_ownership(request, organization_id)
