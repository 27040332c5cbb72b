"""Faults of the mock in the queue of reports."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

CHUNK = 1_000
LATE = 0.4
"""Seconds until another client sees an acknowledgement."""


@defect("mock-listing-has-the-most-recent-order-of-a-study", "BATCH-1")
class MostRecentOrders(QueueService):
    """The listing joins reports with the study's most recent order: reports of its older orders are never listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave the reports of older orders out."""
        listed = super().unacknowledged(organization_id, now, None)
        return [report for report in listed if self._is_most_recent(organization_id, report)][:limit]

    def _is_most_recent(self, organization_id: str, report: Listed) -> bool:
        orders = self.store.orders_of_study(organization_id, report.order.study_uid)
        return max(order.recency for order in orders) == report.order.recency


@defect("mock-acknowledging-forgets-every-clients-listing", "BATCH-5")
class ForgetsAll(QueueService):
    """A POST without a body clears the remembered listings of the whole organization, not of its client alone."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember who has a listing."""
        holders: dict[str, set[str]] = self.__dict__.setdefault("holders", {})
        holders.setdefault(organization_id, set()).add(client_id)
        super().remember(organization_id, client_id, listed, now)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge, and clear by organization."""
        holders: dict[str, set[str]] = self.__dict__.setdefault("holders", {})
        if client_id not in holders.get(organization_id, ()):
            return Acknowledged([], [])
        holders[organization_id].clear()
        return super().acknowledge_listing(organization_id, client_id, now)


@defect("mock-acknowledges-as-many-as-were-listed", "BATCH-6")
class AsMany(QueueService):
    """Of a listing its length is remembered: a POST acknowledges so many of the oldest, and so a late finisher."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember how many there were."""
        counts: dict[tuple[str, str], int] = self.__dict__.setdefault("counts", {})
        counts[organization_id, client_id] = len(listed)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge that many."""
        counts: dict[tuple[str, str], int] = self.__dict__.setdefault("counts", {})
        count = counts.pop((organization_id, client_id), 0)
        oldest = self.unacknowledged(organization_id, now, count) if count else []
        return self.acknowledge(organization_id, [report.version.report_id for report in oldest], now)


@defect("mock-acknowledging-lists-what-remains", "BATCH-8")
class ListsWhatRemains(QueueService):
    """A POST without a body lists what remains, to log it, and that listing is remembered: a second POST takes it."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge, and look at the rest."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        self.list_reports(organization_id, client_id, now, None)
        return done


@defect("mock-last-chunk-of-ids-is-dropped", "BATCH-11")
class LastChunkDropped(QueueService):
    """More than 1,000 ids are taken in chunks of 1,000, and the last chunk is dropped if it is shorter."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Count the chunks wrong by one."""
        ids = list(dict.fromkeys(report_ids))
        if len(ids) <= CHUNK:
            return super().acknowledge(organization_id, ids, now)
        done = Acknowledged([], [])
        with self.store.transaction():
            for first in range(0, len(ids) - CHUNK + 1, CHUNK):
                part = super().acknowledge(organization_id, ids[first : first + CHUNK], now)
                done.acknowledged.extend(part.acknowledged)
                done.not_found.extend(part.not_found)
        return done


@defect("mock-superseded-report-takes-its-successor-along", "BATCH-12")
class TakesSuccessor(QueueService):
    """A POST without a body marks the order of each report: an amended version that came since is marked with it."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge by order."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        for report_id in done.acknowledged:
            order = self.store.find_report(report_id, now)
            newest = order.newest_version(now) if order else None
            if newest is not None:
                super().acknowledge(organization_id, [newest.report_id], now)
        return done


@defect("mock-limit-cuts-before-it-sorts", "BATCH-13")
class CutsBeforeSorting(QueueService):
    """`limit` takes the first reports by submission, and sorts these by completion: the oldest may be left out."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Cut the list in the order of the primary key."""
        listed = super().unacknowledged(organization_id, now, None)
        if limit is None:
            return listed
        first = sorted(listed, key=lambda report: (report.order.number, report.version.number))[:limit]
        return sorted(first, key=lambda report: (report.version.ready_at, report.order.number))


@defect("mock-two-calls-acknowledge-one-report", "CONS-1")
class BothAcknowledge(QueueService):
    """What a POST newly marks is read before it is marked: of two POSTs at once, both say that they marked a report."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Read and write in two transactions."""
        waiting = {report.version.report_id for report in self.unacknowledged(organization_id, now, None)}
        time.sleep(0.02)
        done = super().acknowledge(organization_id, report_ids, now)
        marked = waiting.union(done.acknowledged)
        return Acknowledged([name for name in dict.fromkeys(report_ids) if name in marked], done.not_found)


@defect("mock-acknowledgement-reaches-other-clients-late", "CONS-1")
class ReachesOthersLate(QueueService):
    """Other clients of the organization list from a replica: what a POST without a body took is there for a moment."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Note what the replica still has."""
        before = self.unacknowledged(organization_id, now, None)
        done = super().acknowledge_listing(organization_id, client_id, now)
        marked = set(done.acknowledged)
        if marked:
            late = [report for report in before if report.version.report_id in marked]
            self._replica()[organization_id] = (time.monotonic() + LATE, client_id, late)
        return done

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """List for another client what the replica still has."""
        listed = super().list_reports(organization_id, client_id, now, limit)
        until, marked_by, late = self._replica().get(organization_id, (0.0, "", []))
        if client_id == marked_by or time.monotonic() > until:
            return listed
        both = sorted([*late, *listed], key=lambda report: (report.version.ready_at, report.order.number))
        return both[:limit]

    def _replica(self) -> dict[str, tuple[float, str, list[Listed]]]:
        replica: dict[str, Any] = self.__dict__.setdefault("replica", {})
        return replica
