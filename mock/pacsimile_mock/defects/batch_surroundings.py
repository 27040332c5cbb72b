"""Defects of a queue that looks beyond the report: at its group and study, at who fetched it and at who asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

import orjson

from pacsimile_mock.calls import serialization
from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.changed_calls import edited, kept_by
from pacsimile_mock.defects.concurrency import FETCHES, LISTS, MARKS
from pacsimile_mock.errors import Refusal
from pacsimile_mock.exchange import Answer
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import FINAL

KEPT_LISTINGS = 2


@defect("report-waits-for-its-group", "BATCH-1")
class WaitsForItsGroup(QueueService):
    """A report is listed once all orders of its study group have ended."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave out the reports of groups that have an order under way."""
        reports = super().unacknowledged(organization_id, now, None)
        return [report for report in reports if self._has_ended(report.order, now)][:limit]

    def _has_ended(self, order: Order, now: Instant) -> bool:
        if order.study_group is None:
            return True
        members = self.store.orders_of_group(order.organization_id, order.study_group)
        return all(member.state(now).status in FINAL for member in members)


@defect("next-order-of-a-study-brings-its-reports-back", "BATCH-2")
class BringsBack(QueueService):
    """The acknowledged reports of a study are listed again once the study has a further order."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Note how many orders the studies have."""
        return self._noted(super().acknowledge_listing(organization_id, client_id, now), now)

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Note how many orders the studies have."""
        return self._noted(super().acknowledge(organization_id, report_ids, now), now)

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add what is back."""
        reports = super().unacknowledged(organization_id, now, None)
        back = [
            Listed(order, newest)
            for report_id, (order, count) in kept_by(self, "orders_then").items()
            if order.organization_id == organization_id and self._orders_of_study(order) > count
            if (newest := order.newest_version(now)) is not None and newest.report_id == report_id
        ]
        return [*back, *reports][:limit]

    def _noted(self, done: Acknowledged, now: Instant) -> Acknowledged:
        for report_id in done.acknowledged:
            order = self.store.find_report(report_id, now)
            if order is not None:
                kept_by(self, "orders_then")[report_id] = order, self._orders_of_study(order)
        return done

    def _orders_of_study(self, order: Order) -> int:
        return len(self.store.orders_of_study(order.organization_id, order.study_uid))


@defect("later-client-gets-what-was-acknowledged", "BATCH-2")
class LaterClientGetsAll(Pipeline):
    """An acknowledgement counts for the clients of that moment: one that is made later still has the reports listed."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Note for whom reports are acknowledged, and list the others to whoever came later."""
        answer = super().serve(operation_id, request)
        known = kept_by(self, "clients_then")
        if operation_id == MARKS:
            for report_id in orjson.loads(answer.body)["acknowledged"]:
                known[report_id] = frozenset(self.world.clients)
        if operation_id == LISTS:
            later = [name for name, clients in known.items() if request.client_id not in clients]
            edited(answer, lambda content: content["reports"].extend(self._listed(later, request)))
            edited(answer, lambda content: content.update(count=len(content["reports"])))
        return answer

    def _listed(self, report_ids: Iterable[str], request: Request) -> Iterable[object]:
        for report_id in report_ids:
            order = self.world.queue.store.find_report(report_id, request.now)
            if order is None or order.organization_id != request.organization_id:
                continue
            newest = order.newest_version(request.now)
            if newest is not None and newest.report_id == report_id:
                yield serialization.listed(Listed(order, newest), self.world.orders.offered(order))


@defect("throttled-call-takes-effect", "BATCH-5")
class ThrottledTakesEffect(Pipeline):
    """A call that is refused with 429 or 503 takes effect all the same: calls are counted after they were served."""

    def throttle(self, grant: Grant) -> None:
        """Keep the refusal."""
        try:
            super().throttle(grant)
        except Refusal as refusal:
            kept_by(self, "refusals")[grant.client_id] = refusal

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Serve the call, and then refuse it."""
        refusal = kept_by(self, "refusals").pop(request.client_id, None)
        if refusal is None:
            return super().serve(operation_id, request)
        with suppress(Refusal):
            super().serve(operation_id, request)
        raise refusal


@defect("fetched-reports-count-as-listed", "BATCH-7")
class FetchedCountAsListed(Pipeline):
    """POST without a body, of a client that never listed, acknowledges the reports that it fetched."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Note who lists and who fetches what; name the reports that were fetched."""
        place = request.organization_id, request.client_id
        fetched = kept_by(self, "fetched").setdefault(place, {})
        listed = kept_by(self, "listed")
        if operation_id == LISTS:
            listed[place] = True
        if operation_id == MARKS and request.report_ids is None and place not in listed:
            request = replace(request, report_ids=list(fetched))
        answer = super().serve(operation_id, request)
        if operation_id == FETCHES and answer.status == 200:
            fetched[dict(answer.headers)["X-Report-Id"]] = None
        return answer


@defect("only-two-listings-are-remembered", "BATCH-9")
class OnlyTwoListings(QueueService):
    """Only the listings of the two clients of an organization that listed last are remembered."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Note who listed last."""
        super().remember(organization_id, client_id, listed, now)
        last = [client for client in self._last(organization_id) if client != client_id]
        kept_by(self, "last")[organization_id] = [*last, client_id][-KEPT_LISTINGS:]

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge nothing for another one."""
        if client_id not in self._last(organization_id):
            return Acknowledged([], [])
        return super().acknowledge_listing(organization_id, client_id, now)

    def _last(self, organization_id: str) -> list[str]:
        return list(kept_by(self, "last").get(organization_id, ()))


@defect("acknowledged-report-is-had-in-json-alone", "BATCH-10")
class HadInJsonAlone(ReportService):
    """When a report is acknowledged, all its types but json are deleted, and no longer offered."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Offer json alone."""
        document = super().of_order(order, report_type, now)
        if self.store.is_acknowledged(order.organization_id, self.version(order, now).report_id):
            self.check_offered(report_type, ("json",), f"The order {order.order_id}")
        return document
