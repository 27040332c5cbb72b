"""Defects of the reports in a listing, and of its limit."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.orders.model import Version
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import PROCESSING

NEARLY = 95


def ids(listed: Sequence[Listed]) -> list[str]:
    """Return the report ids of a listing."""
    return [report.version.report_id for report in listed]


@defect("listing-acknowledges", "BATCH-3")
class ListingAcknowledges(QueueService):
    """GET acknowledges the reports that it lists."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Acknowledge them at once."""
        listed = super().list_reports(organization_id, client_id, now, limit)
        self.store.acknowledge(organization_id, ids(listed), now)
        return listed


@defect("acknowledged-comes-back", "BATCH-2")
class ComesBack(QueueService):
    """The oldest acknowledged report is listed again."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add the report in front."""
        reports = super().unacknowledged(organization_id, now, limit)
        for order in self.store.orders_of(organization_id):
            version = order.newest_version(now)
            if version and self.store.is_acknowledged(organization_id, version.report_id):
                return [Listed(order, version), *reports][:limit]
        return reports


@defect("one-report-never-listed", "BATCH-1")
class NeverListed(QueueService):
    """Every third order's report is never listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave those reports out."""
        return [report for report in super().unacknowledged(organization_id, now, limit) if report.order.number % 3]


@defect("unfinished-order-listed", "BATCH-2")
class UnfinishedListed(QueueService):
    """An order that is still being processed is listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add a report for each such order."""
        orders = self.store.orders_of(organization_id)
        early = [order for order in orders if order.state(now).status == PROCESSING]
        reports = super().unacknowledged(organization_id, now, limit)
        return [*reports, *(Listed(order, Version(1, order.report_id(1), now, None)) for order in early)][:limit]


@defect("report-listed-twice", "BATCH-1")
class ListedTwice(QueueService):
    """The newest report is listed twice."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Repeat the last report."""
        reports = super().unacknowledged(organization_id, now, limit)
        return [*reports, *reports[-1:]][:limit]


@defect("amendment-not-listed", "BATCH-12")
class AmendmentNotListed(QueueService):
    """An amended report is not listed again."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave amendments out."""
        return [report for report in super().unacknowledged(organization_id, now, limit) if report.version.number == 1]


@defect("superseded-still-listed", "BATCH-12")
class SupersededListed(QueueService):
    """A superseded report is still listed, before its successor."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add the version before each amendment."""
        reports = []
        for report in super().unacknowledged(organization_id, now, limit):
            versions = report.order.planned_versions()
            before = versions[report.version.number - 2] if report.version.number > 1 else None
            if before and not self.store.is_acknowledged(organization_id, before.report_id):
                reports.append(Listed(report.order, before))
            reports.append(report)
        return reports[:limit]


@defect("empty-listing-is-404", "BATCH-4")
class EmptyIs404(QueueService):
    """A listing without reports is answered with 404."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Refuse an empty one."""
        listed = super().list_reports(organization_id, client_id, now, limit)
        if not listed:
            raise Problem("There is no report.", reason="not-found")
        return listed


@defect("limit-ignored", "BATCH-13")
class LimitIgnored(QueueService):
    """`limit` is ignored."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List all reports."""
        return super().unacknowledged(organization_id, now, None)


@defect("limit-off-by-one", "BATCH-13")
class LimitOffByOne(QueueService):
    """`limit` lists one report more."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Increase the limit by one."""
        return super().unacknowledged(organization_id, now, None if limit is None else limit + 1)


@defect("limit-lists-the-newest", "BATCH-13")
class LimitListsNewest(QueueService):
    """With `limit` the newest reports are listed instead of the oldest."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Keep the end of the list."""
        reports = super().unacknowledged(organization_id, now, None)
        return reports if limit is None else reports[-limit:]


@defect("limit-loses-ties", "BATCH-13")
class LimitLosesTies(QueueService):
    """Reports completed at the same instant as the last one of a page are acknowledged with the page."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge all reports that are no later than the last one of the page."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        acknowledged = set(done.acknowledged)
        orders = self.store.orders_of(organization_id)
        last = max(
            (v.ready_at for o in orders for v in o.planned_versions() if v.report_id in acknowledged), default=-1
        )
        ties = [report for report in self.unacknowledged(organization_id, now, None) if report.version.ready_at <= last]
        self.store.acknowledge(organization_id, ids(ties), now)
        return done


@defect("order-nearly-done-is-listed", "BATCH-2")
class NearlyDoneListed(QueueService):
    """An order whose progress is 95 or more is listed, whatever its status."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add a report for each order that is nearly done."""
        reports = super().unacknowledged(organization_id, now, limit)
        open_orders = [
            order for order in self.store.orders_of(organization_id) if order.state(now).status == PROCESSING
        ]
        early = [order for order in open_orders if order.state(now).progress >= NEARLY]
        return [*reports, *(Listed(order, Version(1, order.report_id(1), now, None)) for order in early)][:limit]
