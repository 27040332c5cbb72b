"""Faults of the mock in tokens, parameters, orders and paths."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.queue_endpoints import check_media_type
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant, rfc3339
from pacsimile_mock.errors import Problem, TokenError, invalid_request
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import Issued, TokenRequest, TokenService
from pacsimile_mock.oauth2.tokens import JwtTokens
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec import operations
from pacsimile_spec.statuses import CANCELLED, FAILED

DAY = 24 * 3600 * SECOND
TIME_OUT = 2 * 3600 * SECOND
"""How long an order may take before it is given up."""
MINUTE = 60 * SECOND


@defect("mock-form-with-a-charset-is-refused", "AUTH-2")
class FormWithCharset(Pipeline):
    """The form's media type is compared as a whole: with `; charset=UTF-8`, as many libraries send it, it is none."""

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Refuse a parameter of the media type."""
        if call.operation == "postToken" and ";" in call.headers.get("content-type", ""):
            raise invalid_request("The body must be application/x-www-form-urlencoded.")
        return super().respond(call, values)


@defect("mock-token-for-the-status-alone-lives-a-day", "AUTH-3")
class LivesADay(TokenService):
    """A token for `status.read` alone, which screens on a wall use, lives for a day; `expires_in` says an hour."""

    def grant(self, client: Client, scopes: tuple[str, ...], now: Instant) -> Grant:
        """End it a day later."""
        grant = super().grant(client, scopes, now)
        return replace(grant, expires_at=grant.expires_at + DAY) if scopes == ("status.read",) else grant


@defect("mock-secret-ends-at-a-nul", "AUTH-4")
class SecretEndsAtNul(TokenService):
    """Secrets are compared by a library of C, for which a string ends at a NUL: what follows one is not looked at."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Cut the secret."""
        if sent is not None:
            readings = tuple((name, secret.partition("\0")[0]) for name, secret in sent.readings)
            sent = sent._replace(readings=readings)
        return super().authenticate(sent)


@defect("mock-token-by-get-may-be-kept-by-its-client", "AUTH-7")
class TokenMayBeKept(Pipeline):
    """A token that was asked for by GET may be kept by a private cache as long as it lives: `private, max-age=3600`."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Allow it."""
        super().add_common_headers(answer, call)
        if call.operation == "getToken" and answer.status == 200:
            kept = [header for header in answer.headers if header[0] != "Cache-Control"]
            answer.headers = [*kept, ("Cache-Control", "private, max-age=3600")]


@defect("mock-form-credentials-get-no-challenge", "AUTH-10")
class FormGetsNoChallenge(TokenService):
    """Only who tried HTTP Basic is challenged: wrong credentials in a form get a 401 without `WWW-Authenticate`."""

    def issue(self, request: TokenRequest, now: Instant, ends_after: int | None = None) -> Issued:
        """Leave the challenge out."""
        try:
            return super().issue(request, now, ends_after)
        except TokenError as error:
            if request.form is not None and not request.authorization:
                error.headers = ()
            raise


@defect("mock-unknown-key-id-means-the-current-key", "AUTH-12")
class UnknownKeyId(JwtTokens):
    """A `kid` that names no key is taken for the former name of the current one, which then verifies the token."""

    def key(self, header: dict[str, Any]) -> Any:
        """Fall back to the current key."""
        return self.keys.current if self.keys.find(header.get("kid")) is None else super().key(header)


@defect("mock-media-type-is-checked-before-the-scope", "AUTH-15")
class MediaTypeBeforeScope(Pipeline):
    """The media type of a body is a part of the route: a wrong one is refused before the token's scope is looked at."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Look at the media type with the token."""
        grant = super().authenticate(call, now)
        if call.operation == "acknowledgeReports" and call.body:
            check_media_type(call)
        return grant


@defect("mock-tokens-expire-by-the-minute", "AUTH-18")
class ExpireByMinute(JwtTokens):
    """Expired tokens are dropped once a minute: one is accepted until the minute that its `exp` lies in is over."""

    def expiry(self, claims: dict[str, Any]) -> Instant:
        """Round it up."""
        return -(-super().expiry(claims) // MINUTE) * MINUTE


@defect("mock-tie-of-two-orders-is-broken-by-chance", "STATUS-2")
class TieByChance(OrderService):
    """Orders are sorted by `created_at` and then by a random key of the table: of equal ones any may come first."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Take the key for the rank."""
        return order.created_at, int.from_bytes(sha256(order.order_id.encode()).digest()[:8])


@defect("mock-parameter-names-are-bound-without-case", "STATUS-3")
class BoundWithoutCase(Pipeline):
    """The framework binds a query to parameters without regard to case: `ORDER_ID` is `order_id`."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Spell the names as the operation does."""
        known = {parameter.name.lower(): parameter.name for parameter in operations()[operation_id].parameters}
        pieces = [piece.partition("=") for piece in call.query.split("&")]
        query = "&".join(known.get(name.lower(), name) + sign + value for name, sign, value in pieces)
        return super().parameters(operation_id, replace(call, query=query))


@defect("mock-unknown-study-has-no-content", "STATUS-4")
class NoContent(Pipeline):
    """A lookup that finds nothing returns nothing, and the framework makes a 204 of it: by study, not by order."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Answer without content."""
        try:
            return super().serve(operation_id, request)
        except Problem as problem:
            if operation_id == "getStatus" and problem.reason == "study-not-found":
                return Answer(204, b"", None)
            raise


@defect("mock-cancelled-order-fails-at-its-time-out", "STATUS-5")
class FailsAtTimeOut(OrderService):
    """A job gives up what was not COMPLETED in two hours, and leaves out FAILED alone: what was cancelled fails too."""

    def state(self, order: Order, now: Instant) -> State:
        """Let it fail."""
        state = super().state(order, now)
        if state.status != CANCELLED or now - state.updated_at < TIME_OUT:
            return state
        return state._replace(status=FAILED, updated_at=state.updated_at + TIME_OUT)


@defect("mock-failed-order-is-done", "STATUS-6")
class FailedIsDone(OrderService):
    """An order that has ended is done, and a bar that is done is full: a FAILED one has a progress of 100."""

    def state(self, order: Order, now: Instant) -> State:
        """Fill the bar."""
        state = super().state(order, now)
        return state._replace(progress=100) if state.status == FAILED else state


@defect("mock-group-name-is-normalized", "STATUS-8")
class NameIsNormalized(ReportService):
    """Names of groups are compared in normalization form C: decomposed letters find a name of composed ones."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Compare the form where the name itself is not there."""
        members = super().members(organization_id, study_group)
        if members:
            return members
        name = unicodedata.normalize("NFC", study_group)
        orders = self.store.orders_of(organization_id)
        return tuple(order for order in orders if unicodedata.normalize("NFC", order.study_group or "") == name)


@defect("mock-order-ids-are-sorted-by-times-as-text", "ORDERID-2")
class SortedAsText(OrderService):
    """`/orderId` sorts by `created_at` as it is written, with offsets of several zones as they are."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Sort the texts."""
        orders = super().listed(organization_id, study_uid)
        return sorted(orders, key=lambda order: rfc3339(order.created_at, order.offset), reverse=True)


@defect("mock-unknown-order-may-be-on-its-way", "SEC-1")
class OnItsWay(OrderService):
    """An id that nobody has may belong to an order on its way: its 404 has `Retry-After`, another's order's has not."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Say when to ask again."""
        try:
            return super().by_id(organization_id, order_id)
        except Problem as problem:
            if self.store.find_order(order_id) is None:
                problem.headers = (*problem.headers, ("Retry-After", "2"))
            raise


@defect("mock-paths-are-matched-without-case", "PROTO-2")
class PathsWithoutCase(Pipeline):
    """The router does not regard case, as some do by default: `/Status` and `/ORDERID` are answered."""

    def route(self, call: Call) -> str:
        """Look for the path in small letters."""
        if call.operation is None:
            for name, operation in operations().items():
                if (operation.method, operation.path.lower()) == (call.method, call.path.lower()):
                    call.operation = name
        return super().route(call)


@defect("mock-group-named-with-an-emoji-ends-in-500", "PROTO-3")
class GroupWithEmoji(ReportService):
    """The database has three bytes for a character at most: it fails on a group's name with an emoji."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Fail as the driver does."""
        if any(ord(character) > 0xFFFF for character in study_group):
            raise ValueError("Illegal mix of collations")
        return super().members(organization_id, study_group)
