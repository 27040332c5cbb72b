"""Faults of the mock in the queue of reports."""

from __future__ import annotations

import time
from collections.abc import Sequence

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

Place = tuple[str, str]
"""An organization and a client of it."""

REPLAYED = 5.0
"""Seconds in which a second POST counts as a retry of the first."""
LEASE = 30 * SECOND
"""How long a page of the listing is left to the client that fetched it."""
PAGE = 500
"""Reports that are read from the table at a time."""


@defect("mock-listings-add-up-until-a-post", "BATCH-5")
class AddUp(QueueService):
    """Each listing adds its reports to what the client was shown, and a POST without a body acknowledges them all."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Add to what was shown."""
        shown: dict[Place, dict[str, None]] = self.__dict__.setdefault("shown", {})
        ids = (report.version.report_id for report in listed)
        shown.setdefault((organization_id, client_id), {}).update(dict.fromkeys(ids))

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge what was shown since the last POST."""
        shown: dict[Place, dict[str, None]] = self.__dict__.setdefault("shown", {})
        done = self.acknowledge(organization_id, list(shown.pop((organization_id, client_id), ())), now)
        return Acknowledged(done.acknowledged, [])


@defect("mock-second-post-counts-as-a-retry", "BATCH-8")
class CountsAsRetry(QueueService):
    """A POST without a body within five seconds of another is taken for its retry, and gets the same answer again."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Answer what was answered."""
        answered: dict[Place, tuple[float, Acknowledged]] = self.__dict__.setdefault("answered", {})
        at, former = answered.get((organization_id, client_id), (0.0, None))
        if former is not None and time.monotonic() - at < REPLAYED:
            return former
        done = super().acknowledge_listing(organization_id, client_id, now)
        answered[organization_id, client_id] = time.monotonic(), done
        return done


@defect("mock-page-of-a-listing-is-left-to-its-client", "BATCH-9")
class LeftToItsClient(QueueService):
    """With `limit`, what one client lists is hidden from the others for half a minute, lest work be done twice."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Leave out what others hold."""
        leases: dict[str, tuple[str, Instant]] = self.__dict__.setdefault("leases", {})
        shown: dict[Place, list[str]] = self.__dict__.setdefault("shown", {})
        with self.store.transaction():
            free = []
            for report in self.unacknowledged(organization_id, now, None):
                holder, until = leases.get(report.version.report_id, (client_id, now))
                if holder == client_id or until <= now:
                    free.append(report)
            listed = free[:limit]
            if limit is not None:
                leases.update((report.version.report_id, (client_id, now + LEASE)) for report in listed)
            shown[organization_id, client_id] = [report.version.report_id for report in listed]
        return listed

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge the reports that were listed."""
        shown: dict[Place, list[str]] = self.__dict__.setdefault("shown", {})
        done = self.acknowledge(organization_id, shown.get((organization_id, client_id), []), now)
        return Acknowledged(done.acknowledged, [])


@defect("mock-acknowledged-amendment-brings-the-old-version-back", "BATCH-12")
class OldVersionBack(QueueService):
    """A version is left out while one that supersedes it waits: once that one is acknowledged, the old one is back."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add the versions whose successors are acknowledged."""
        listed = super().unacknowledged(organization_id, now, None)
        for order in self.store.orders_of(organization_id):
            ready = [version for version in order.planned_versions() if version.ready_at <= now]
            waits = [not self.store.is_acknowledged(organization_id, version.report_id) for version in ready]
            back = zip(ready[:-1], waits, waits[1:], strict=False)
            listed += [Listed(order, version) for version, open_, next_open in back if open_ and not next_open]
        listed.sort(key=lambda report: (report.version.ready_at, report.order.number, report.version.number))
        return listed[:limit]


@defect("mock-limit-counts-superseded-versions", "BATCH-13")
class CountsSuperseded(QueueService):
    """`limit` cuts the rows before superseded versions are left out: a page may be empty and not the last."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Cut the list that has all versions."""
        listed = super().unacknowledged(organization_id, now, None)
        if limit is None:
            return listed
        rows = sorted(
            (version.ready_at, order.number, version.number, version.report_id)
            for order in self.store.orders_of(organization_id)
            for version in order.planned_versions()
            if version.ready_at <= now and not self.store.is_acknowledged(organization_id, version.report_id)
        )
        page = {row[-1] for row in rows[:limit]}
        return [report for report in listed if report.version.report_id in page]


@defect("mock-listing-is-as-of-the-last-whole-second", "CONS-1")
class WholeSecond(QueueService):
    """The listing compares `completed_at` with the time in whole seconds: what was completed since is not yet there."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Cut the time."""
        listed = super().unacknowledged(organization_id, now, None)
        return [report for report in listed if report.version.ready_at <= now // SECOND * SECOND][:limit]


@defect("mock-long-listing-loses-ties-between-its-pages", "PROTO-6")
class LosesTies(QueueService):
    """A listing is read in pages of 500, each from after the last instant of the page before: ties there are lost."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Read page by page."""
        rest, read = super().unacknowledged(organization_id, now, None), list[Listed]()
        while rest:
            page = rest[:PAGE]
            read += page
            rest = [report for report in rest[PAGE:] if report.version.ready_at > page[-1].version.ready_at]
        return read[:limit]
