"""Defects of the queue that only a history shows: each call is right by itself, and after most others."""

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


def _shown(service: QueueService) -> Clients:
    """What each client was shown last, by organization and client."""
    shown: Clients = service.__dict__.setdefault("shown", {})
    return shown


def _versions(order: Order, now: Instant) -> list[Version]:
    return [version for version in order.planned_versions() if version.ready_at <= now]


@defect("amendment-of-an-acknowledged-amendment-is-lost", "BATCH-12")
class SecondAmendmentLost(QueueService):
    """A report that is amended again after its amendment was acknowledged is not listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave out what supersedes an acknowledged amendment."""
        reports = super().unacknowledged(organization_id, now, None)
        known = partial(self.store.is_acknowledged, organization_id)
        lost = [report for report in reports if report.version.number > 2 and known(report.version.supersedes or "")]
        return [report for report in reports if report not in lost][:limit]


@defect("limited-listing-replaces-the-others-memory", "BATCH-9")
class LimitedReplacesOthers(QueueService):
    """A listing with `limit` replaces what the organization's other clients were shown, too."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Remember it for all who ever listed."""
        listed = super().list_reports(organization_id, client_id, now, limit)
        known = self.__dict__.setdefault("known", set())
        for owner, other in tuple(known):
            if limit is not None and owner == organization_id and other != client_id:
                self.remember(organization_id, other, listed, now)
        known.add((organization_id, client_id))
        return listed


@defect("naming-nothing-new-forgets-the-listing", "BATCH-11")
class NothingNewForgets(QueueService):
    """An acknowledgement by name that marks nothing makes every client's last listing forgotten."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Note who listed."""
        super().remember(organization_id, client_id, listed, now)
        self.__dict__.setdefault("known", set()).add((organization_id, client_id))

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Forget where nothing was marked of what was found."""
        done = super().acknowledge(organization_id, report_ids, now)
        if not done.acknowledged and len(done.not_found) < len(report_ids):
            for owner, client_id in tuple(self.__dict__.get("known", ())):
                if owner == organization_id:
                    super().remember(organization_id, client_id, (), now)
        return done


@defect("amendment-makes-the-acknowledged-one-new", "BATCH-11")
class AmendedIsNewAgain(QueueService):
    """An acknowledged report that is amended can be acknowledged a second time, and counts as newly marked."""

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
    """A listing with `limit` that follows one without remembers one report more than it shows."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Remember one more of what the client has seen."""
        whole: set[tuple[str, str]] = self.__dict__.setdefault("whole", set())
        listed = super().list_reports(organization_id, client_id, now, limit)
        if limit is None:
            whole.add((organization_id, client_id))
        elif (organization_id, client_id) in whole:
            self.remember(organization_id, client_id, self.unacknowledged(organization_id, now, limit + 1), now)
        return listed


@defect("limited-listing-after-a-post-skips-the-newest", "BATCH-6")
class SkipsTheNewest(QueueService):
    """What became ready between a listing and its acknowledgement is not in the next listing if that has a `limit`."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Note what waits by now, shown or not."""
        super().remember(organization_id, client_id, listed, now)
        _shown(self)[organization_id, client_id] = self.unacknowledged(organization_id, now, None)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Note what became ready since."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        before = ids(_shown(self).get((organization_id, client_id), ()))
        waiting = ids(self.unacknowledged(organization_id, now, None))
        left = [report_id for report_id in waiting if report_id not in before]
        self.__dict__.setdefault("left", {})[organization_id] = left if done.acknowledged else []
        return done

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Skip it once."""
        left = self.__dict__.get("left", {}).pop(organization_id, [])
        if limit is None or not left:
            return super().list_reports(organization_id, client_id, now, limit)
        waiting = self.unacknowledged(organization_id, now, None)
        reports = [report for report in waiting if report.version.report_id not in left]
        self.remember(organization_id, client_id, reports[:limit], now)
        return reports[:limit]


@defect("limit-counts-what-was-superseded", "BATCH-13")
class LimitCountsSuperseded(QueueService):
    """`limit` counts superseded reports that wait, without listing them."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Cut the page before leaving them out."""
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
    """A POST that repeats one acknowledges what another client was shown since."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Note it for others."""
        super().remember(organization_id, client_id, listed, now)
        _shown(self)[organization_id, client_id] = list(listed)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Fall back on the organization's other listings once the own one is used up."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        if _shown(self).pop((organization_id, client_id), None) is not None or done.acknowledged:
            self.__dict__.setdefault("used", set()).add((organization_id, client_id))
            return done
        if (organization_id, client_id) not in self.__dict__.get("used", ()):
            return done
        others = [ids(listed) for (owner, _), listed in _shown(self).items() if owner == organization_id]
        return self.store.acknowledge(organization_id, _flat(others), now)


@defect("listing-of-as-many-is-not-remembered", "BATCH-5")
class AsManyNotRemembered(QueueService):
    """A listing of all with as many reports, some of them others, as the client's listing before is not remembered."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Take it for the same."""
        before = _shown(self).get((organization_id, client_id))
        listed = super().list_reports(organization_id, client_id, now, limit)
        if limit is None and before is not None and len(before) == len(listed):
            self.remember(organization_id, client_id, before, now)
        _shown(self)[organization_id, client_id] = list(listed)
        return listed


@defect("listing-is-forgotten-after-half-an-hour", "BATCH-5")
class ForgottenAfterHalfAnHour(QueueService):
    """What a client was shown is forgotten after half an hour."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Note when."""
        super().remember(organization_id, client_id, listed, now)
        self.__dict__.setdefault("when", {})[organization_id, client_id] = now

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Find nothing that is older."""
        if now - self.__dict__.get("when", {}).get((organization_id, client_id), now) > HALF_AN_HOUR:
            return Acknowledged([], [])
        return super().acknowledge_listing(organization_id, client_id, now)


def _flat(many: Iterable[Iterable[str]]) -> list[str]:
    return [item for each in many for item in each]
