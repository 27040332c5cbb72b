"""Faults of the mock in the queue of reports."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import Instant
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

LARGEST_PAGE = 10_000


@defect("twelfth-queue-has-one-entry-for-a-study", "BATCH-1")
class OneEntryForAStudy(QueueService):
    """The listing shows each study once, with the report of its newest order that waits: the others are not shown."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave out what a newer order of the same study hides."""
        listed = super().unacknowledged(organization_id, now, None)
        newest: dict[str, Order] = {}
        for order, _ in listed:
            if order.study_uid not in newest or order.recency > newest[order.study_uid].recency:
                newest[order.study_uid] = order
        return [report for report in listed if newest[report.order.study_uid] is report.order][:limit]


@defect("twelfth-acknowledged-listing-is-done-for-its-client-alone", "BATCH-2")
class DoneForItsClient(QueueService):
    """A POST without a body marks the reports for the client that listed them: another client still sees them."""

    def received(self, client_id: str) -> set[str]:
        """Return what a client has acknowledged without naming it."""
        by_client: dict[str, set[str]] = self.__dict__.setdefault("by_client", {})
        return by_client.setdefault(client_id, set())

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Leave out what this client has acknowledged."""
        with self.store.transaction():
            done = self.received(client_id)
            waiting = self.unacknowledged(organization_id, now, None)
            listed = [report for report in waiting if report.version.report_id not in done][:limit]
            self.remember(organization_id, client_id, listed, now)
        return listed

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Note the listed reports for the client."""
        with self.store.transaction():
            done = self.received(client_id)
            remembered = self.store.remembered_listing(organization_id, client_id, now) or []
            new = [report_id for report_id in remembered if report_id not in done]
            done.update(new)
        return Acknowledged(new, [])


@defect("twelfth-acknowledgement-goes-up-to-the-time-of-the-last-listed", "BATCH-6")
class UpToTheLastListed(QueueService):
    """A POST without a body marks all up to the time of the last listed report, late finishers included."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember the time of the last report."""
        marks: dict[tuple[str, str], Instant | None] = self.__dict__.setdefault("marks", {})
        marks[organization_id, client_id] = listed[-1].version.ready_at if listed else None
        super().remember(organization_id, client_id, listed, now)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge what waits and is not later than that."""
        marks: dict[tuple[str, str], Instant | None] = self.__dict__.setdefault("marks", {})
        mark = marks.get((organization_id, client_id))
        if mark is None:
            return super().acknowledge_listing(organization_id, client_id, now)
        with self.store.transaction():
            waiting = self.unacknowledged(organization_id, now, None)
            ids = [report.version.report_id for report in waiting if report.version.ready_at <= mark]
            return self.store.acknowledge(organization_id, ids, now)


@defect("twelfth-acknowledging-a-superseded-report-takes-its-successor-too", "BATCH-12")
class TakesItsSuccessor(QueueService):
    """Acknowledgements are kept by order: who names a report that was amended meanwhile acknowledges the amendment."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Acknowledge the newest version of each order too."""
        named = set(report_ids)
        with self.store.transaction():
            done = super().acknowledge(organization_id, report_ids, now)
            newest = []
            for order in self.store.orders_of(organization_id):
                if order.amendments:
                    *former, last = [one.report_id for one in order.planned_versions() if one.ready_at <= now] or [""]
                    if named.intersection(former):
                        newest.append(last)
            self.store.acknowledge(organization_id, newest, now)
        return done


@defect("twelfth-body-without-a-length-is-no-body", "BATCH-11")
class WithoutALength(Pipeline):
    """Whether there is a body is told by `Content-Length`: one that is sent in chunks acknowledges the last listing."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Look at the announced length alone."""
        return super().report_ids(operation_id, call) if call.content_length else None


@defect("twelfth-listing-without-a-limit-has-the-largest-page", "PROTO-6")
class HasTheLargestPage(QueueService):
    """A listing without `limit` has the largest that `limit` may be: ten thousand reports, no word of others."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Use the largest limit for none."""
        return super().unacknowledged(organization_id, now, limit or LARGEST_PAGE)
