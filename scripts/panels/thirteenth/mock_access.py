"""Faults of the mock in tokens and scopes, between organizations, and in the protocol."""

from __future__ import annotations

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.exchange import Answer
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.oauth2.tokens import InvalidToken
from pacsimile_mock.oauth2.verifier import Verifier
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect

MARKS = "acknowledgeReports"


@defect("panel-13-verified-token-is-kept-by-its-signature", "AUTH-12")
class KeptBySignature(Verifier):
    """A verified token is kept by its signature, the short part that differs in each: altered claims are not read."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Look the signature up first."""
        known: dict[str, Grant] = self.__dict__.setdefault("known", {})
        signature = text.rpartition(".")[2]
        if signature in known and now < known[signature].expires_at:
            return known[signature]
        grant = known[signature] = super().verify(text, now)
        return grant


@defect("panel-13-each-use-keeps-a-token-a-minute-longer", "AUTH-18")
class KeptByUse(Verifier):
    """A token stays in the session cache for a minute after each use, and is not asked for its expiry meanwhile."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Let an expired token pass that was used in the last minute."""
        used: dict[str, tuple[Grant, Instant]] = self.__dict__.setdefault("used", {})
        try:
            grant = super().verify(text, now)
        except InvalidToken:
            if text not in used or now < used[text][0].expires_at or now - used[text][1] > 60 * SECOND:
                raise
            grant = used[text][0]
        used[text] = grant, now
        return grant


@defect("panel-13-who-may-acknowledge-may-read", "AUTH-14")
class AcknowledgingImpliesReading(Pipeline):
    """The right to acknowledge reports is taken to include the right to read them."""

    def permits(self, grant: Grant, scope: str) -> bool:
        """Rank the scopes of reports."""
        return super().permits(grant, scope) or (scope == "reports.read" and "reports.ack" in grant.scopes)


@defect("panel-13-tenant-is-checked-after-the-newest-order-is-found", "SEC-3")
class TenantCheckedLast(ReportService):
    """A study's newest order is looked up among all organizations; its report is not found if it is another's."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Compare the organization last."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        everyone = self.store.organizations()
        of_study = [one for owner in everyone for one in self.store.orders_of_study(owner, order.study_uid)]
        newest = max(of_study, key=lambda one: one.recency)
        if order_id is None and newest.organization_id != organization_id:
            raise self.orders.unknown_study(order.study_uid)
        return order


@defect("panel-13-organization-is-not-checked-when-reports-are-named", "SEC-2")
class UncheckedWhenNamed(Pipeline):
    """The organization is checked for a listing and for its acknowledgement, but not where the reports are named."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Check where no reports are named."""
        if request.report_ids is None:
            super().check_ownership(request, organization_id)


@defect("panel-13-acknowledgement-is-answered-again-by-its-idempotency-key", "PROTO-5")
class AnsweredByKey(Pipeline):
    """A POST with an `Idempotency-Key` that its client sent before gets the answer of then, and does nothing."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Keep answers by client and key."""
        kept: dict[tuple[str, str], Answer] = self.__dict__.setdefault("kept", {})
        key = request.call.headers.get("idempotency-key")
        if operation_id != MARKS or not key:
            return super().serve(operation_id, request)
        if (request.client_id, key) not in kept:
            kept[request.client_id, key] = super().serve(operation_id, request)
        answer = kept[request.client_id, key]
        return Answer(answer.status, answer.body, answer.media_type)
