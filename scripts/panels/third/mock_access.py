"""Faults of the mock in tokens, isolation and protocol."""

from __future__ import annotations

import json
import time
from collections import deque
from contextlib import suppress
from email.message import Message
from typing import Any
from urllib.parse import unquote_plus

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem, Refusal
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import Issued, TokenRequest, TokenService
from pacsimile_mock.oauth2.tokens import InvalidToken
from pacsimile_mock.oauth2.verifier import Verifier
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS
from pacsimile_spec.scopes import REPORTS_ACK

TRUSTED = 60.0
"""Seconds for which a client that has shown its secret is taken at its word."""
MOST_TOKENS = 5
"""Tokens that a client may hold at a time."""
KEPT = 300 * SECOND
"""How long a verified token is not verified again."""


@defect("mock-secret-is-compared-without-its-case", "AUTH-4")
class SecretWithoutCase(TokenService):
    """The database compares secrets, in a column whose collation ignores case: any spelling of one gets a token."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Take a secret that differs in case for the right one."""
        if sent is not None:
            sent = sent._replace(readings=tuple((name, self._kept(name, secret)) for name, secret in sent.readings))
        return super().authenticate(sent)

    def _kept(self, client_id: str, secret: str) -> str:
        client = self.clients.get(client_id)
        return client.client_secret if client and client.client_secret.lower() == secret.lower() else secret


@defect("mock-client-that-was-authenticated-is-not-asked-again", "AUTH-4")
class NotAskedAgain(TokenService):
    """Comparing a secret is slow: who has shown it is remembered for a minute, by the id without the secret."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Look into the memory first."""
        shown: dict[str, float] = self.__dict__.setdefault("shown", {})
        if sent is not None and time.monotonic() - shown.get(sent.client_id, -TRUSTED) < TRUSTED:
            return self.clients[sent.client_id]
        client = super().authenticate(sent)
        shown[client.client_id] = time.monotonic()
        return client


@defect("mock-token-that-covers-the-scopes-is-given-again", "AUTH-6")
class GivenAgain(TokenService):
    """A token that is still good and has all scopes asked for is given again, also to who asked for fewer."""

    def issue(self, request: TokenRequest, now: Instant, ends_after: int | None = None) -> Issued:
        """Look for a token of this client before a new one is given."""
        issued = super().issue(request, now, ends_after)
        pool: dict[str, list[Issued]] = self.__dict__.setdefault("pool", {})
        held = pool.setdefault(issued.grant.client_id, [])
        for kept in held:
            left = (kept.grant.expires_at - now) // SECOND
            if left > TRUSTED and set(issued.grant.scopes) <= set(kept.grant.scopes):
                return Issued(kept.access_token, issued.grant, left)
        held.append(issued)
        return issued


@defect("mock-verified-token-is-kept-without-its-signature", "AUTH-12")
class WithoutSignature(Verifier):
    """A verified token is remembered by its header and claims: with any other signature it is accepted from then on."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Look up what was signed."""
        verified: dict[str, Grant] = self.__dict__.setdefault("by_content", {})
        signed = text.rpartition(".")[0]
        known = verified.get(signed)
        if known is not None and now < known.expires_at:
            return known
        grant = super().verify(text, now)
        if signed:
            verified[signed] = grant
        return grant


@defect("mock-who-may-acknowledge-may-list", "AUTH-14")
class MayList(Pipeline):
    """A token for `reports.ack` alone opens the listing, since nobody can acknowledge what he cannot see."""

    def authorize(self, grant: Grant, operation_id: str) -> None:
        """Let the scope of the acknowledgement open the listing too."""
        if operation_id == "listReports" and REPORTS_ACK in grant.scopes:
            return
        super().authorize(grant, operation_id)


@defect("mock-csv-is-refused-before-the-order-is-looked-up", "AUTH-15")
class CsvFirst(Pipeline):
    """A type that no order has is refused with the parameters, before anybody looks whether there is such an order."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Refuse the type."""
        if operation_id == "getResult":
            self.world.reports.check_ruled_out(request.values["report_type"], of_group=False)
        return super().serve(operation_id, request)


@defect("mock-sixth-token-of-a-client-ends-its-first", "AUTH-17")
class SixthEndsFirst(Pipeline):
    """A client holds five tokens at most: with the next one that it gets, the oldest of them ends."""

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Note the tokens that are given."""
        answer = super().respond(call, values)
        if call.operation in TOKEN_OPERATIONS and call.client_id and call.seen.access_token:
            held: dict[str, deque[str]] = self.__dict__.setdefault("held", {})
            tokens = held.setdefault(call.client_id, deque())
            tokens.append(call.seen.access_token)
            if len(tokens) > MOST_TOKENS:
                self.__dict__.setdefault("ended", set()).add(tokens.popleft())
        return answer

    def verify(self, text: str, now: Instant) -> Grant:
        """Refuse those that have ended."""
        if text in self.__dict__.get("ended", ()):
            raise InvalidToken("The client has newer tokens: use these.")
        return super().verify(text, now)


@defect("mock-verified-token-is-not-looked-at-for-five-minutes", "AUTH-18")
class NotLookedAt(Verifier):
    """A token that was verified is good for five minutes, whenever in this time it expires."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Remember when the token was verified."""
        verified: dict[str, tuple[Instant, Grant]] = self.__dict__.setdefault("at", {})
        at, grant = verified.get(text, (0, None))
        if grant is not None and now - at < KEPT:
            return grant
        grant = super().verify(text, now)
        verified[text] = now, grant
        return grant


@defect("mock-state-of-a-foreign-order-is-told", "SEC-1")
class ForeignState(ReportService):
    """`/results` looks at the state before the owner: an unfinished order of another organization answers 409."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Look at the state of whatever order has this id."""
        order = self.store.find_order(order_id) if order_id is not None else None
        if order is not None and order.organization_id != organization_id:
            self.check_state(order.state(now), order, now)
        return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)


@defect("mock-organization-is-checked-once-for-a-token", "SEC-2")
class CheckedOnce(Pipeline):
    """That a token may act for its organization is remembered by the token, and taken for a yes to any other too."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Check, where this token was not checked before."""
        checked: set[str | None] = self.__dict__.setdefault("checked", set())
        token = request.call.seen.access_token
        if token not in checked:
            super().check_ownership(request, organization_id)
            checked.add(token)


@defect("mock-shared-study-opens-every-order-of-it", "SEC-3")
class StudyOpens(OrderService):
    """An order is opened to each organization that has an order of its study, also if it is another organization's."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Check who has the study, not who has the order."""
        order = self.store.find_order(order_id)
        if order is not None and self.store.orders_of_study(organization_id, order.study_uid):
            return order
        return super().by_id(organization_id, order_id)


@defect("mock-refused-parameter-is-quoted-with-its-value", "SEC-5")
class QuotedValue(Pipeline):
    """The detail of a 400 says what was sent: a token that somebody puts into the query comes back in it."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Add the value to the detail."""
        if isinstance(refusal, Problem) and refusal.reason == "invalid-parameter":
            refused = [name for name, _ in refusal.errors]
            for name, _, value in (piece.partition("=") for piece in call.query.split("&")):
                if unquote_plus(name) in refused:
                    refusal.detail += f" Got {unquote_plus(value)[:2000]!r}."
        return super().refuse(refusal, call)


@defect("mock-unknown-charset-ends-in-500", "PROTO-3")
class UnknownCharset(Pipeline):
    """A body is decoded by the `charset` of its media type, and no one thought of one that Python does not know."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Decode the body first."""
        sent = Message()
        sent["Content-Type"] = call.headers.get("content-type", "application/json")
        if operation_id == "acknowledgeReports" and call.body:
            call.body.decode(sent.get_content_charset() or "utf-8", "replace")
        return super().report_ids(operation_id, call)


@defect("mock-organization-id-of-a-post-is-compared-without-case", "STATUS-8")
class OrganizationWithoutCase(Pipeline):
    """The listing compares `organizationId` exactly, the acknowledgement without case: one of the two was mended."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Take another spelling for the caller's own."""
        own, values = request.organization_id, request.values
        if operation_id == "acknowledgeReports" and values["organizationId"].casefold() == own.casefold():
            values = {**values, "organizationId": own}
            request = Request(request.call, request.grant, values, request.report_ids, request.now)
        return super().serve(operation_id, request)


@defect("mock-ids-are-acknowledged-while-they-are-read", "BATCH-11")
class AcknowledgedWhileRead(Pipeline):
    """Ids are marked one by one as the body is read: one that is no string ends in 400, with those before it marked."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Mark what comes before the id at fault."""
        try:
            return super().report_ids(operation_id, call)
        except Problem as refusal:
            if refusal.reason == "invalid-body" and not call.incomplete:
                self._mark(call)
            raise

    def _mark(self, call: Call) -> None:
        content: Any = None
        with suppress(ValueError):
            content = json.loads(call.body)
        ids = content.get("report_ids") if isinstance(content, dict) else None
        if not isinstance(ids, list) or call.client_id is None:
            return
        organization_id = self.world.clients[call.client_id].organization_id
        for report_id in ids:
            if not isinstance(report_id, str):
                break
            self.world.queue.acknowledge(organization_id, [report_id], self.world.clock.now())
