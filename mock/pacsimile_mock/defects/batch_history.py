"""Defects of the queue that show only in a sequence of calls, each of which is right by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.defects.batch_listing import ids
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

Clients = dict[tuple[str, str], list[Listed]]


HALF_AN_HOUR = 1800 * SECOND
WEEK, YEAR = 7 * 86400 * SECOND, 365 * 86400 * SECOND


def _last_listings(service: QueueService) -> Clients:
    """Return the last listing of each client, by organization and client."""
    listings: Clients = service.__dict__.setdefault("last_listings", {})
    return listings


def _versions(order: Order, now: Instant) -> list[Version]:
    return [version for version in order.planned_versions() if version.ready_at <= now]


@defect("amendment-of-an-acknowledged-amendment-is-lost", "BATCH-12")
class SecondAmendmentLost(QueueService):
    """A report that is amended again after its amendment was acknowledged is not listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave out versions that supersede an acknowledged amendment."""
        reports = super().unacknowledged(organization_id, now, None)
        acknowledged = partial(self.store.is_acknowledged, organization_id)
        lost = [
            report for report in reports if report.version.number > 2 and acknowledged(report.version.supersedes or "")
        ]
        return [report for report in reports if report not in lost][:limit]


@defect("unread-report-is-dropped-after-a-week", "BATCH-14")
class DroppedAfterAWeek(QueueService):
    """A report that nobody acknowledged within a week is not listed any more."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave out what became ready more than a week ago."""
        reports = super().unacknowledged(organization_id, now, None)
        return [report for report in reports if now - report.version.ready_at < WEEK][:limit]


@defect("acknowledgement-ends-after-a-year", "BATCH-14")
class EndsAfterAYear(QueueService):
    """An acknowledgement is kept for a year: after that, its report is listed once more."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add what was listed more than a year ago, and acknowledged since."""
        reports = super().unacknowledged(organization_id, now, None)
        seen: dict[tuple[str, str], tuple[Listed, Instant]] = self.__dict__.setdefault("seen", {})
        seen.update({(organization_id, report.version.report_id): (report, now) for report in reports})
        old = [
            report
            for (owner, report_id), (report, at) in seen.items()
            if owner == organization_id and now - at > YEAR and self.store.is_acknowledged(owner, report_id)
        ]
        return [*old, *reports][:limit]


@defect("limited-listing-replaces-the-others-memory", "BATCH-9")
class LimitedReplacesOthers(QueueService):
    """A listing with `limit` replaces the remembered listings of the organization's other clients too."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Remember the listing for all clients that ever listed."""
        listed = super().list_reports(organization_id, client_id, now, limit)
        known = self.__dict__.setdefault("known", set())
        for owner, other in tuple(known):
            if limit is not None and owner == organization_id and other != client_id:
                self.remember(organization_id, other, listed, now)
        known.add((organization_id, client_id))
        return listed


@defect("naming-nothing-new-forgets-the-listing", "BATCH-11")
class NothingNewForgets(QueueService):
    """An acknowledgement by id that acknowledges nothing makes the service forget every client's last listing."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Record which clients have listed."""
        super().remember(organization_id, client_id, listed, now)
        self.__dict__.setdefault("known", set()).add((organization_id, client_id))

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Forget the listings where ids are known and none is newly acknowledged."""
        done = super().acknowledge(organization_id, report_ids, now)
        if not done.acknowledged and len(done.not_found) < len(report_ids):
            for owner, client_id in tuple(self.__dict__.get("known", ())):
                if owner == organization_id:
                    super().remember(organization_id, client_id, (), now)
        return done


@defect("amendment-makes-the-acknowledged-one-new", "BATCH-11")
class AmendedIsNewAgain(QueueService):
    """An acknowledged report that is amended can be acknowledged again, and counts as newly acknowledged."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Count it again, once for each amendment."""
        done = super().acknowledge(organization_id, report_ids, now)
        again: set[str] = self.__dict__.setdefault("again", set())
        amended = (version for order in self.store.orders_of(organization_id) for version in _versions(order, now)[:-1])
        for version in amended:
            report_id = version.report_id
            if report_id in report_ids and report_id not in {*done.acknowledged, *again}:
                again.add(report_id)
                done.acknowledged.append(report_id)
        return done


@defect("limit-after-a-whole-listing-remembers-one-more", "BATCH-5")
class RemembersOneMore(QueueService):
    """A listing with `limit` that follows one without remembers one report more than it has."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Remember one report more after a listing without `limit`."""
        whole: set[tuple[str, str]] = self.__dict__.setdefault("whole", set())
        listed = super().list_reports(organization_id, client_id, now, limit)
        if limit is None:
            whole.add((organization_id, client_id))
        elif (organization_id, client_id) in whole:
            self.remember(organization_id, client_id, self.unacknowledged(organization_id, now, limit + 1), now)
        return listed


@defect("limited-listing-after-a-post-skips-the-newest", "BATCH-6")
class SkipsTheNewest(QueueService):
    """A listing with `limit` after an acknowledgement skips reports that became ready since the listing before."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Record all reports that wait by now, listed or not."""
        super().remember(organization_id, client_id, listed, now)
        _last_listings(self)[organization_id, client_id] = self.unacknowledged(organization_id, now, None)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Record the reports that became ready since."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        before = ids(_last_listings(self).get((organization_id, client_id), ()))
        waiting = ids(self.unacknowledged(organization_id, now, None))
        remaining = [report_id for report_id in waiting if report_id not in before]
        self.__dict__.setdefault("remaining", {})[organization_id] = remaining if done.acknowledged else []
        return done

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Skip them once."""
        remaining = self.__dict__.get("remaining", {}).pop(organization_id, [])
        if limit is None or not remaining:
            return super().list_reports(organization_id, client_id, now, limit)
        waiting = self.unacknowledged(organization_id, now, None)
        reports = [report for report in waiting if report.version.report_id not in remaining]
        self.remember(organization_id, client_id, reports[:limit], now)
        return reports[:limit]


@defect("limit-counts-what-was-superseded", "BATCH-13")
class LimitCountsSuperseded(QueueService):
    """`limit` also counts superseded reports that wait, which are not listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Apply the limit before superseded reports are remaining out."""
        reports = super().unacknowledged(organization_id, now, None)
        if limit is None:
            return reports
        page = list(reports)
        for order in self.store.orders_of(organization_id):
            old = (version for version in _versions(order, now)[:-1])
            acknowledged = partial(self.store.is_acknowledged, organization_id)
            page += [Listed(order, version) for version in old if not acknowledged(version.report_id)]
        page.sort(key=lambda report: (report.version.ready_at, report.order.number, report.version.number))
        return [report for report in page[:limit] if report in reports]


@defect("repeated-post-takes-the-others-listing", "BATCH-8")
class RepeatTakesOthers(QueueService):
    """A repeated POST acknowledges what other clients have listed since."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Record the listing for others."""
        super().remember(organization_id, client_id, listed, now)
        _last_listings(self)[organization_id, client_id] = list(listed)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Use the organization's other listings once the client's own one is used up."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        if _last_listings(self).pop((organization_id, client_id), None) is not None or done.acknowledged:
            self.__dict__.setdefault("used", set()).add((organization_id, client_id))
            return done
        if (organization_id, client_id) not in self.__dict__.get("used", ()):
            return done
        others = [ids(listed) for (owner, _), listed in _last_listings(self).items() if owner == organization_id]
        return self.store.acknowledge(organization_id, _flat(others), now)


@defect("listing-of-as-many-is-not-remembered", "BATCH-5")
class AsManyNotRemembered(QueueService):
    """A listing of all is not remembered if the client's listing before had as many reports, even other ones."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Keep the former listing where the counts are equal."""
        before = _last_listings(self).get((organization_id, client_id))
        listed = super().list_reports(organization_id, client_id, now, limit)
        if limit is None and before is not None and len(before) == len(listed):
            self.remember(organization_id, client_id, before, now)
        _last_listings(self)[organization_id, client_id] = list(listed)
        return listed


@defect("listing-is-forgotten-after-half-an-hour", "BATCH-5")
class ForgottenAfterHalfAnHour(QueueService):
    """A client's listing is forgotten after half an hour."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Record the time."""
        super().remember(organization_id, client_id, listed, now)
        self.__dict__.setdefault("when", {})[organization_id, client_id] = now

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Ignore an older listing."""
        if now - self.__dict__.get("when", {}).get((organization_id, client_id), now) > HALF_AN_HOUR:
            return Acknowledged([], [])
        return super().acknowledge_listing(organization_id, client_id, now)


def _flat(lists: Iterable[Iterable[str]]) -> list[str]:
    return [item for items in lists for item in items]


@defect("tenth-version-is-not-listed", "BATCH-12")
class TenthNotListed(QueueService):
    """Whether a version was superseded is asked by comparing ids as text: the tenth was, by the ninth."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave out versions that have such a successor."""
        reports = super().unacknowledged(organization_id, now, None)
        newest = [max(version.report_id for version in _versions(report.order, now)) for report in reports]
        kept = [report for report, last in zip(reports, newest, strict=True) if report.version.report_id == last]
        return kept[:limit]
