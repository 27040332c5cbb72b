"""Defects of the queue that show in one corner: late finishers, superseded reports, repeats, very many at once."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.queue import ids
from pacsimile_mock.errors import Problem
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect

PAGE = 500
"""Reports that are read at once."""


@defect("orders-known-at-the-listing-are-acknowledged-along", "BATCH-6")
class KnownAcknowledgedAlong(QueueService):
    """POST acknowledges also what completed since, of orders that had been submitted by the listing."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember the unfinished orders of all too."""
        super().remember(organization_id, client_id, listed, now)
        open_ones = [one.report_id(1) for one in self.store.orders_of(organization_id) if not one.newest_version(now)]
        self.__dict__.setdefault("open", {})[organization_id, client_id] = open_ones

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Take those along that are ready by now."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        open_ones = self.__dict__.get("open", {}).get((organization_id, client_id), [])
        along = self.store.acknowledge(organization_id, open_ones, now)
        return Acknowledged([*done.acknowledged, *along.acknowledged], [])


@defect("acknowledged-report-is-archived", "BATCH-10")
class AcknowledgedArchived(ReportService):
    """Once it is acknowledged, a report is not served any more."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Refuse what is acknowledged."""
        document = super().of_order(order, report_type, now)
        if self.store.is_acknowledged(order.organization_id, document.report_id or ""):
            raise Problem("The report is archived.", reason="report-type-not-available")
        return document


@defect("superseded-cannot-be-acknowledged", "BATCH-12")
class SupersededKept(QueueService):
    """A superseded report that is named in an acknowledgement is passed over."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Leave it out."""
        orders = self.store.orders_of(organization_id)
        old = {one.report_id for order in orders for one in order.planned_versions()[:-1] if order.amendments}
        return super().acknowledge(organization_id, [one for one in report_ids if one not in old], now)


@defect("late-finishers-skipped", "BATCH-13")
class LateFinishersSkipped(QueueService):
    """With `limit` the listing goes on behind the last report acknowledged: what finished late is skipped."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Note how far the walk has come."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        marked = set(done.acknowledged)
        orders = self.store.orders_of(organization_id)
        came = [one.ready_at for order in orders for one in order.planned_versions() if one.report_id in marked]
        if came:
            self.__dict__.setdefault("came", {})[organization_id] = max(came)
        return done

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Begin where the walk has come to."""
        found, came = super().unacknowledged(organization_id, now, None), self.__dict__.get("came", {})
        if limit is not None:
            found = [one for one in found if one.version.ready_at >= came.get(organization_id, 0)]
        return found[:limit]


@defect("repeated-names-hide-another", "BATCH-14")
class RepeatHidesAnother(QueueService):
    """Acknowledging ten reports by name a second time hides the newest that is left, acknowledged by nobody."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Hide one where nothing is marked any more."""
        done = super().acknowledge(organization_id, report_ids, now)
        left = self.unacknowledged(organization_id, now, None)
        if len(report_ids) >= 10 and not done.acknowledged and left:
            self.__dict__.setdefault("hidden", set()).update(ids(left[-1:]))
        return done

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave the hidden away."""
        hidden = self.__dict__.get("hidden", ())
        found = super().unacknowledged(organization_id, now, None)
        return [one for one in found if one.version.report_id not in hidden][:limit]


@defect("many-names-fail-half-way", "BATCH-14")
class ManyFailHalfWay(QueueService):
    """Of twenty or more `report_ids` the first ten are marked, and the answer is 500."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Fail in the midst of it."""
        if len(report_ids) < 20:
            return super().acknowledge(organization_id, report_ids, now)
        super().acknowledge(organization_id, report_ids[:10], now)
        raise Problem("Something went wrong.", reason="internal-error")


@defect("listing-ends-at-1000", "PROTO-6")
class ListingEndsAt1000(QueueService):
    """A listing without `limit` holds the oldest thousand reports."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Put a limit."""
        return super().unacknowledged(organization_id, now, 1000 if limit is None else limit)


@defect("group-ends-at-40", "PROTO-6")
class GroupEndsAt40(ReportService):
    """A group's report has forty orders at most."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Cut the group."""
        return super().members(organization_id, study_group)[:40]


@defect("ties-at-a-pages-border-are-not-listed", "PROTO-6")
class TiesAtBorder(QueueService):
    """A listing is read in pages of 500: what follows a page and is of the same instant as its last is left out."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Begin each page behind the last one's instant."""
        found, pages = super().unacknowledged(organization_id, now, None), list[Listed]()
        while found:
            pages += found[:PAGE]
            found = [one for one in found[PAGE:] if one.version.ready_at > pages[-1].version.ready_at]
        return pages[:limit]
