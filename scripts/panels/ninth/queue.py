"""Faults of the mock in the queue of reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.exchange import Answer
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

QUARTER_HOUR = 15 * 60 * SECOND
THIRTY_DAYS = 30 * 24 * 3600 * SECOND
BULK = 100
"""Ids from which on an acknowledgement goes another way."""
REFRESHED_AFTER = 1.0
"""Seconds until a search sees what a bulk write has changed."""


def acknowledge_shown(queue: QueueService, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
    """Acknowledge a client's last listing without what a fault hides: the store remembers a listing by its end."""
    with queue.store.transaction():
        waiting = queue.store.list_unacknowledged(organization_id, now, None)
        shown = {report.version.report_id for report in queue.unacknowledged(organization_id, now, None)}
        hidden = {report.version.report_id for report in waiting} - shown
        remembered = queue.store.remembered_listing(organization_id, client_id, now) or []
        named = [report_id for report_id in remembered if report_id not in hidden]
        return Acknowledged(queue.store.acknowledge(organization_id, named, now).acknowledged, [])


@defect("ninth-report-of-thirty-days-ago-is-archived", "BATCH-1")
class Archived(QueueService):
    """Reports that were ready thirty days ago are archived every night: they are not listed, acknowledged or not."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave out what is archived."""
        listed = super().unacknowledged(organization_id, now, None)
        return [report for report in listed if now - report.version.ready_at <= THIRTY_DAYS][:limit]

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge what is not archived."""
        return acknowledge_shown(self, organization_id, client_id, now)


@defect("ninth-listing-joins-the-pdf", "BATCH-1")
class JoinsThePdf(QueueService):
    """The listing joins the PDF of each report: the report of an order that offers no PDF is never listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List what has a PDF."""
        listed = super().unacknowledged(organization_id, now, None)
        return [report for report in listed if "pdf" in (report.order.report_types or ("pdf",))][:limit]

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge what has a PDF."""
        return acknowledge_shown(self, organization_id, client_id, now)


@defect("ninth-listing-is-remembered-for-a-quarter-of-an-hour", "BATCH-5")
class QuarterOfAnHour(QueueService):
    """A listing is remembered for a quarter of an hour, as sessions are: a later POST without a body does nothing."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Note when a client has listed."""
        listed = super().list_reports(organization_id, client_id, now, limit)
        self._times()[organization_id, client_id] = now
        return listed

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge a recent listing only."""
        if now - self._times().get((organization_id, client_id), now) > QUARTER_HOUR:
            return Acknowledged([], [])
        return super().acknowledge_listing(organization_id, client_id, now)

    def _times(self) -> dict[tuple[str, str], Instant]:
        times: dict[tuple[str, str], Instant] = self.__dict__.setdefault("times", {})
        return times


@defect("ninth-listing-is-remembered-by-the-token", "BATCH-5")
class RememberedByToken(Pipeline):
    """A listing is remembered by the token that it came with: after a new token, a POST finds none, or an older one."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Have the queue take each token for a client."""
        if operation_id in ("listReports", "acknowledgeReports"):
            session = f"{request.client_id} {request.grant.token_id}"
            request = replace(request, grant=replace(request.grant, client_id=session))
        return super().serve(operation_id, request)


@defect("ninth-bulk-acknowledgement-waits-for-the-index", "CONS-1")
class WaitsForTheIndex(QueueService):
    """Reports acknowledged by more than a hundred ids are listed for a second more, until the search index follows."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Acknowledge, and leave the index as it was where it is a bulk."""
        if len(report_ids) <= BULK:
            return super().acknowledge(organization_id, report_ids, now)
        with self.store.transaction():
            before = self.store.list_unacknowledged(organization_id, now, None)
            done = super().acknowledge(organization_id, report_ids, now)
        marked = set(done.acknowledged)
        late = [report for report in before if report.version.report_id in marked]
        self._late()[organization_id] = (monotonic() + REFRESHED_AFTER, late)
        return done

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List what the index has."""
        listed = super().unacknowledged(organization_id, now, None)
        until, late = self._late().get(organization_id, (0.0, []))
        if monotonic() < until:
            listed = sorted([*late, *listed], key=lambda report: (report.version.ready_at, report.order.number))
        return listed[:limit]

    def _late(self) -> dict[str, tuple[float, list[Listed]]]:
        late: dict[str, tuple[float, list[Listed]]] = self.__dict__.setdefault("late", {})
        return late
