"""Faults in the queue of reports. The one that forgets acknowledgements knows the store in memory only."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from typing import Any

import orjson

from pacsimile_mock.calls import serialization
from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

LISTS, MARKS = "listReports", "acknowledgeReports"
DAY = 24 * 3600 * SECOND


@defect("panel-refused-listing-is-remembered", "BATCH-6")
class RefusedIsRemembered(Pipeline):
    """The queue is read before scope and parameters are checked: a refused listing counts as the client's last one."""

    def authorize(self, grant: Grant, operation_id: str) -> None:
        """Read the queue first."""
        if operation_id == LISTS:
            now = self.world.clock.now()
            self.world.queue.list_reports(grant.organization_id, grant.client_id, now, None)
        super().authorize(grant, operation_id)


@defect("panel-acknowledgement-is-forgotten-after-a-day", "BATCH-14")
class ForgottenAfterADay(Pipeline):
    """Acknowledgements are kept for a day; after that the reports are listed again."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Date the acknowledgements, and drop old ones before a listing."""
        dates: dict[tuple[str, str], Instant] = self.__dict__.setdefault("dates", {})
        if operation_id == LISTS:
            for (organization_id, report_id), at in tuple(dates.items()):
                if request.now - at > DAY:
                    del dates[organization_id, report_id]
                    self._forget(organization_id, report_id)
        answer = super().serve(operation_id, request)
        if operation_id == MARKS:
            acknowledged = orjson.loads(answer.body)["acknowledged"]
            dates.update({(request.organization_id, report_id): request.now for report_id in acknowledged})
        return answer

    def _forget(self, organization_id: str, report_id: str) -> None:
        store: Any = self.world.store
        with store.transaction():
            queue = store._queues[organization_id]
            entry = queue.entries.get(report_id)
            if entry is None:
                return
            entry.acknowledged = None
            if not any(kept is entry for _, kept in queue.listable):
                insort(queue.listable, (entry.key, entry), key=lambda item: item[0])


@defect("panel-as-many-are-acknowledged-as-were-listed", "BATCH-6")
class AsManyAsListed(Pipeline):
    """POST without a body acknowledges as many of the oldest reports as the last listing had, whichever they are."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Remember the number of reports instead of the reports."""
        numbers: dict[str, int] = self.__dict__.setdefault("numbers", {})
        organization_id, now = request.organization_id, request.now
        if operation_id == MARKS and request.report_ids is None:
            self.check_ownership(request, request.values["organizationId"])
            number = numbers.pop(request.client_id, 0)
            waiting = self.world.store.list_unacknowledged(organization_id, now, number) if number else []
            done = self.world.queue.acknowledge(organization_id, [one.version.report_id for one in waiting], now)
            return Answer.of_json(200, serialization.acknowledgement(organization_id, done))
        answer = super().serve(operation_id, request)
        if operation_id == LISTS:
            numbers[request.client_id] = orjson.loads(answer.body)["count"]
        return answer


@defect("panel-ids-after-the-999th-are-dropped", "BATCH-11")
class Dropped(QueueService):
    """Of the ids of a POST only the first 999 are acknowledged, as many as one statement of a database takes."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Take one statement's worth."""
        return super().acknowledge(organization_id, report_ids[:999], now)


@defect("panel-id-acknowledged-before-rolls-the-others-back", "BATCH-14")
class RolledBack(QueueService):
    """If one of several ids was acknowledged before, the others are answered as acknowledged and are not."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Undo everything on a conflict, and answer what was meant."""
        if not any(self.store.is_acknowledged(organization_id, report_id) for report_id in report_ids):
            return super().acknowledge(organization_id, report_ids, now)
        listed = self.store.list_unacknowledged(organization_id, now, None)
        waiting = {report.version.report_id for report in listed}
        others = [report_id for report_id in report_ids if report_id not in waiting]
        not_found = super().acknowledge(organization_id, others, now).not_found
        return Acknowledged([report_id for report_id in dict.fromkeys(report_ids) if report_id in waiting], not_found)


@defect("panel-listing-is-remembered-by-its-orders", "BATCH-12")
class RememberedByOrders(QueueService):
    """A listing is remembered by its orders: POST without a body acknowledges an amendment that came after it."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge the newest version of each order too."""
        with self.store.transaction():
            done = super().acknowledge_listing(organization_id, client_id, now)
            for report_id in done.acknowledged:
                order = self.store.find_report(report_id, now)
                newest = None if order is None else order.newest_version(now)
                if newest is not None:
                    self.store.acknowledge(organization_id, [newest.report_id], now)
        return done


@defect("panel-second-amendment-leaves-the-first-listed", "BATCH-12")
class FirstStaysListed(QueueService):
    """A second amendment takes the place of the report, but not of the first amendment, which stays listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List the version before a third one too."""
        listed = super().unacknowledged(organization_id, now, None)
        amended = [report for report in listed if report.version.number > 2]
        former = [Listed(order, order.planned_versions()[version.number - 2]) for order, version in amended]
        listed += [
            report for report in former if not self.store.is_acknowledged(organization_id, report.version.report_id)
        ]
        listed.sort(key=lambda report: (report.version.ready_at, report.order.number, report.version.number))
        return listed[:limit]


@defect("panel-limit-goes-on-after-the-last-page", "BATCH-13")
class GoesOnAfterTheLastPage(QueueService):
    """`limit` goes on from the time of the last acknowledged page: a late finisher from before is never listed."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Skip what lies before the page that was acknowledged."""
        if limit is None:
            return super().list_reports(organization_id, client_id, now, None)
        pages: dict[str, Listed] = self.__dict__.setdefault("pages", {})
        passed: dict[str, Instant] = self.__dict__.setdefault("passed", {})
        with self.store.transaction():
            page = pages.get(client_id)
            if page is not None and self.store.is_acknowledged(organization_id, page.version.report_id):
                passed[client_id] = page.version.ready_at
            waiting = self.unacknowledged(organization_id, now, None)
            listed = [report for report in waiting if report.version.ready_at >= passed.get(client_id, 0)][:limit]
            if listed:
                pages[client_id] = listed[-1]
            self.remember(organization_id, client_id, listed, now)
        return listed


@defect("panel-body-of-white-space-counts-as-none", "BATCH-11")
class WhiteSpaceCountsAsNone(Pipeline):
    """A body of nothing but white space is taken for no body, and acknowledges the last listing."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Strip the body."""
        blank = bool(call.body) and not call.body.strip()
        if operation_id == MARKS and blank and not call.incomplete and not call.too_large:
            return None
        return super().report_ids(operation_id, call)
