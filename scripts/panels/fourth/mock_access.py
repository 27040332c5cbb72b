"""Faults of the mock in tokens, scopes, organizations and orders."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.queue_endpoints import MOST_IDS, check_complete, check_media_type
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Call
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import Issued, TokenRequest, TokenService
from pacsimile_mock.oauth2.tokens import AUDIENCE, InvalidToken, JwtTokens
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import PROCESSING

HALF_AN_HOUR = 1800
"""Seconds that a token lives that was asked for by a form."""
STEP = 5
"""Points of progress that a bar shows at a time."""


@defect("mock-secret-is-normalized", "AUTH-4")
class SecretIsNormalized(TokenService):
    """Secrets are compared after compatibility normalization, as passwords of people are: look-alikes are right."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Fold the secret first."""
        if sent is not None:
            readings = tuple((name, unicodedata.normalize("NFKC", secret)) for name, secret in sent.readings)
            sent = sent._replace(readings=readings)
        return super().authenticate(sent)


@defect("mock-scope-of-a-form-is-read-from-the-query-with-basic", "AUTH-6")
class ScopeOfTheQuery(TokenService):
    """With Basic, `scope` is read where GET has it: a form's narrower scope is not seen, and the whole set granted."""

    def parameters(self, request: TokenRequest) -> Mapping[str, str]:
        """Take the scope of the query."""
        given = dict(super().parameters(request))
        if request.form is not None and (request.authorization or "").lower().startswith("basic"):
            given.pop("scope", None)
            given.update((name, value) for name, value in request.query if name == "scope" and value)
        return given


@defect("mock-connection-stays-signed-in", "AUTH-9")
class ConnectionStaysSignedIn(Pipeline):
    """A connection that a token came over is signed in: a later call on it without one is the same client's."""

    def bearer(self, call: Call) -> str | None:
        """Take the connection's last token where the call has none."""
        last: dict[str, tuple[float, str]] = self.__dict__.setdefault("last", {})
        token = super().bearer(call)
        if call.connection is None:
            return token
        if token is None and not call.headers.get("authorization"):
            at, former = last.get(call.connection, (0.0, None))
            return former if time.monotonic() - at < 30 else None
        if token is not None:
            try:
                self.verify(token, self.world.clock.now())
            except InvalidToken:
                return token
            last[call.connection] = time.monotonic(), token
        return token


@defect("mock-audience-is-compared-by-its-beginning", "AUTH-12")
class AudienceByItsBeginning(JwtTokens):
    """The audience is compared by its beginning: a token for the staging system, whose name is longer, is accepted."""

    def check_audience(self, claims: dict[str, object]) -> None:
        """Look at the beginning."""
        audience = claims.get("aud")
        names = audience if isinstance(audience, list) else [audience]
        if not any(str(name).startswith(AUDIENCE) for name in names):
            raise InvalidToken("The access token is meant for another service.")


@defect("mock-scope-is-remembered-of-a-client", "AUTH-14")
class ScopeIsRemembered(Pipeline):
    """Which client may do what is remembered by its id: a narrower token of it opens what another one has opened."""

    def permits(self, grant: Grant, scope: str) -> bool:
        """Ask once."""
        opened: set[tuple[str, str]] = self.__dict__.setdefault("opened", set())
        if (grant.client_id, scope) in opened:
            return True
        if super().permits(grant, scope):
            opened.add((grant.client_id, scope))
            return True
        return False


@defect("mock-organization-is-refused-before-the-body", "AUTH-15")
class OrganizationBeforeBody(Pipeline):
    """Whether a client may acknowledge for an organization is checked before the body is looked at."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Check the organization first."""
        if operation_id == "acknowledgeReports":
            now = self.world.clock.now()
            values = self.parameters(operation_id, call)
            request = Request(call, self.verify(self.bearer(call) or "", now), values, None, now)
            self.check_ownership(request, values["organizationId"])
        return super().report_ids(operation_id, call)


@defect("mock-token-by-form-ends-sooner", "AUTH-17")
class TokenByFormEndsSooner(TokenService):
    """Tokens that a form asked for have a lifetime of their own, of half an hour; `expires_in` is not told of it."""

    def issue(self, request: TokenRequest, now: Instant, ends_after: int | None = None) -> Issued:
        """End it after half an hour."""
        if request.form is not None and ends_after is None:
            ends_after = HALF_AN_HOUR
        return super().issue(request, now, ends_after)


@defect("mock-most-recent-order-is-found-by-whole-seconds", "STATUS-2")
class RecencyInSeconds(OrderService):
    """`created_at` is kept in whole seconds: of orders within a second the one that was submitted last is taken."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Cut the instant."""
        return order.created_at // SECOND, order.submitted


@defect("mock-progress-is-rounded-to-the-nearest-step", "STATUS-6")
class ProgressInSteps(OrderService):
    """Progress is shown in steps of five, rounded to the nearest: an order at 98 shows 100, and is PROCESSING."""

    def state(self, order: Order, now: Instant) -> State:
        """Round it."""
        state = super().state(order, now)
        if state.status != PROCESSING:
            return state
        return state._replace(progress=STEP * ((state.progress + STEP // 2) // STEP))


@defect("mock-second-amendment-leaves-updated-at", "STATUS-7")
class SecondAmendment(OrderService):
    """The instant of an amendment is written where there is none yet: a second one leaves `updated_at` as it was."""

    def state(self, order: Order, now: Instant) -> State:
        """Look at the first one alone."""
        return super().state(replace(order, amendments=order.amendments[:1]), now)


@defect("mock-report-of-an-order-is-found-without-case", "STATUS-8")
class FoundWithoutCase(ReportService):
    """`/results` looks for an order's folder in a file system that ignores case; `/status` asks a database."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Compare without case where the id itself is not there."""
        if order_id is not None and self.store.order(organization_id, order_id) is None:
            for order in self.store.orders_of(organization_id):
                if order.order_id.lower() == order_id.lower():
                    return order
        return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)


@defect("mock-study-lists-an-order-for-each-version", "ORDERID-1")
class AnOrderForEachVersion(OrderService):
    """`/orderId` joins orders with the versions of their reports: an amended order is there twice."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Repeat amended ones."""
        orders = super().listed(organization_id, study_uid)
        return [order for order in orders for _ in range(1 + len(order.amendments))]


@defect("mock-foreign-order-is-noted-in-a-header", "SEC-1")
class NotedInHeader(OrderService):
    """A refused look at another organization's order is noted for the gateway, in a header that the caller gets too."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Note it."""
        try:
            return super().by_id(organization_id, order_id)
        except Problem as problem:
            if self.store.find_order(order_id) is not None:
                problem.headers = (*problem.headers, ("X-Audit-Event", "denied"))
            raise


@defect("mock-foreign-reports-are-acknowledged-before-the-refusal", "SEC-2")
class AcknowledgedBeforeRefusal(Pipeline):
    """A POST for another organization is refused after the statement that acknowledges the ids that it names."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Acknowledge, then look."""
        if organization_id != request.organization_id and request.report_ids:
            self.world.queue.acknowledge(organization_id, request.report_ids, request.now)
        super().check_ownership(request, organization_id)


@defect("mock-lone-surrogate-in-a-body-ends-in-500", "PROTO-3")
class LoneSurrogate(Pipeline):
    """Bodies are read by a parser that lets half a surrogate pass, and answers written by one that does not."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Read it with the lenient parser."""
        if operation_id != "acknowledgeReports" or not call.body or b"\\ud" not in call.body.lower():
            return super().report_ids(operation_id, call)
        check_media_type(call)
        check_complete(call)
        try:
            content = json.loads(call.body.decode("utf-8"))
        except ValueError:
            return super().report_ids(operation_id, call)
        ids = content.get("report_ids") if isinstance(content, dict) and len(content) == 1 else None
        usable = isinstance(ids, list) and len(ids) <= MOST_IDS and all(isinstance(name, str) for name in ids)
        return ids if usable else super().report_ids(operation_id, call)
