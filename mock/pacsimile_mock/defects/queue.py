"""Defects of the queue of reports."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.registry import defect
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.pipeline import Pipeline
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.store import Acknowledged, Listed
from pacsimile_spec.statuses import PROCESSING


def ids(listed: Sequence[Listed]) -> list[str]:
    """The report ids of a listing."""
    return [one.version.report_id for one in listed]


@defect("listing-acknowledges", "BATCH-3")
class ListingAcknowledges(QueueService):
    """GET acknowledges what it lists."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Acknowledge at once."""
        listed = super().list_reports(organization_id, client_id, now, limit)
        self.store.acknowledge(organization_id, ids(listed), now)
        return listed


@defect("acknowledgement-does-nothing", "BATCH-5")
class DoesNothing(QueueService):
    """POST without a body answers as if it had acknowledged, and does nothing."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Name the reports alone."""
        return Acknowledged(ids(self.unacknowledged(organization_id, now, None)), [])


@defect("acknowledges-what-is-ready-now", "BATCH-6")
class TakesWhatIsReady(QueueService):
    """POST acknowledges what is ready at that moment, not what the client was shown."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Take all, once something was listed."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        if done.acknowledged:
            rest = ids(self.unacknowledged(organization_id, now, None))
            done.acknowledged.extend(self.store.acknowledge(organization_id, rest, now).acknowledged)
        return done


@defect("acknowledges-the-first-100-only", "BATCH-5")
class First100Only(QueueService):
    """POST acknowledges no more than the first hundred of a listing."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember a hundred."""
        super().remember(organization_id, client_id, listed[:100], now)


@defect("listing-shared-by-all-clients", "BATCH-9")
class SharedListing(QueueService):
    """POST acknowledges what another client of the organization was shown."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember it for everyone who has ever listed."""
        known: set[tuple[str, str]] = self.__dict__.setdefault("known", set())
        known.add((organization_id, client_id))
        for owner, each in tuple(known):
            if owner == organization_id:
                super().remember(organization_id, each, listed, now)


@defect("acknowledgement-before-listing-takes-all", "BATCH-7")
class BeforeListingTakesAll(QueueService):
    """POST before any listing acknowledges everything."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Take all of a client that never listed."""
        listed: set[str] = self.__dict__.setdefault("listed", set())
        if client_id in listed:
            return super().acknowledge_listing(organization_id, client_id, now)
        rest = ids(self.unacknowledged(organization_id, now, None))
        return self.store.acknowledge(organization_id, rest, now)

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Note who has listed."""
        self.__dict__.setdefault("listed", set()).add(client_id)
        super().remember(organization_id, client_id, listed, now)


@defect("repeated-acknowledgement-takes-the-rest", "BATCH-8")
class RepeatTakesRest(QueueService):
    """A repeated POST acknowledges whatever is left."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Take the rest on the second call."""
        again: set[str] = self.__dict__.setdefault("again", set())
        done = super().acknowledge_listing(organization_id, client_id, now)
        if client_id in again and not done.acknowledged:
            return self.store.acknowledge(organization_id, ids(self.unacknowledged(organization_id, now, None)), now)
        again.update({client_id} if done.acknowledged else ())
        return done


@defect("acknowledged-comes-back", "BATCH-2")
class ComesBack(QueueService):
    """The oldest acknowledged report is listed again."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add it in front."""
        found = super().unacknowledged(organization_id, now, limit)
        for order in self.store.orders_of(organization_id):
            version = order.newest_version(now)
            if version and self.store.is_acknowledged(organization_id, version.report_id):
                return [Listed(order, version), *found][:limit]
        return found


@defect("one-report-never-listed", "BATCH-1")
class NeverListed(QueueService):
    """Every third order's report is never listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave it out."""
        return [one for one in super().unacknowledged(organization_id, now, limit) if one.order.number % 3]


@defect("unfinished-order-listed", "BATCH-2")
class UnfinishedListed(QueueService):
    """An order that is still processed is listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add it."""
        orders = self.store.orders_of(organization_id)
        early = [order for order in orders if order.state(now).status == PROCESSING]
        found = super().unacknowledged(organization_id, now, limit)
        return [*found, *(Listed(order, Version(1, order.report_id(1), now, None)) for order in early)][:limit]


@defect("report-listed-twice", "BATCH-1")
class ListedTwice(QueueService):
    """The newest report is listed twice."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Repeat the last."""
        found = super().unacknowledged(organization_id, now, limit)
        return [*found, *found[-1:]][:limit]


@defect("acknowledged-order-is-unknown", "BATCH-10")
class AcknowledgedIsGone(OrderService):
    """An acknowledged order is unknown from then on."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Forget it."""
        order = super().by_id(organization_id, order_id)
        if self.store.is_acknowledged(organization_id, order.report_id(1)):
            raise self.unknown_order(order_id)
        return order


@defect("amendment-not-listed", "BATCH-12")
class AmendmentNotListed(QueueService):
    """An amended report is not listed again."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave amendments out."""
        return [one for one in super().unacknowledged(organization_id, now, limit) if one.version.number == 1]


@defect("superseded-still-listed", "BATCH-12")
class SupersededListed(QueueService):
    """A superseded report is still listed beside its successor."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add the version before each amendment."""
        found = []
        for one in super().unacknowledged(organization_id, now, limit):
            versions = one.order.planned_versions()
            before = versions[one.version.number - 2] if one.version.number > 1 else None
            if before and not self.store.is_acknowledged(organization_id, before.report_id):
                found.append(Listed(one.order, before))
            found.append(one)
        return found[:limit]


@defect("empty-listing-is-404", "BATCH-4")
class EmptyIs404(QueueService):
    """A listing without a report is answered with 404."""

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
        """List all."""
        return super().unacknowledged(organization_id, now, None)


@defect("limit-off-by-one", "BATCH-13")
class LimitOffByOne(QueueService):
    """`limit` lists one report more."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add one."""
        return super().unacknowledged(organization_id, now, None if limit is None else limit + 1)


@defect("limit-lists-the-newest", "BATCH-13")
class LimitListsNewest(QueueService):
    """`limit` lists the newest so many instead of the oldest."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Cut at the other end."""
        found = super().unacknowledged(organization_id, now, None)
        return found if limit is None else found[-limit:]


@defect("limit-loses-ties", "BATCH-13")
class LimitLosesTies(QueueService):
    """Of reports completed at one instant, those past the page's border are acknowledged with it."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge all that are no later than the last one shown."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        acknowledged = set(done.acknowledged)
        orders = self.store.orders_of(organization_id)
        last = max(
            (v.ready_at for o in orders for v in o.planned_versions() if v.report_id in acknowledged), default=-1
        )
        ties = [one for one in self.unacknowledged(organization_id, now, None) if one.version.ready_at <= last]
        self.store.acknowledge(organization_id, ids(ties), now)
        return done


@defect("acknowledgement-body-ignored", "BATCH-11")
class BodyIgnored(Pipeline):
    """The `report_ids` of an acknowledgement are ignored: the last listing is acknowledged."""

    def content(self, operation_id: str, call: Call) -> list[str] | None:
        """Check the body, and forget it."""
        super().content(operation_id, call)
        return None


@defect("malformed-body-acknowledges", "BATCH-11")
class MalformedAcknowledges(Pipeline):
    """A malformed body is taken for none."""

    def content(self, operation_id: str, call: Call) -> list[str] | None:
        """Take what cannot be read for nothing."""
        try:
            return super().content(operation_id, call)
        except Problem as problem:
            if problem.reason == "invalid-body":
                return None
            raise


@defect("unknown-id-fails-the-whole", "BATCH-11")
class UnknownFailsWhole(QueueService):
    """One unknown `report_id` makes the whole acknowledgement fail."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Refuse after the fact."""
        done = super().acknowledge(organization_id, report_ids, now)
        if done.not_found:
            raise Problem("An id is unknown.", reason="invalid-body")
        return done


@defect("not-found-left-out", "BATCH-11")
class NotFoundLeftOut(QueueService):
    """Unknown ids of an acknowledgement are passed over in silence."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Forget them."""
        return super().acknowledge(organization_id, report_ids, now)._replace(not_found=[])


@defect("named-acknowledgement-takes-the-listing", "BATCH-11")
class NamedTakesListing(QueueService):
    """An acknowledgement with `report_ids` acknowledges the last listing too."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Take everything that is listed along."""
        done = super().acknowledge(organization_id, report_ids, now)
        self.store.acknowledge(organization_id, ids(self.unacknowledged(organization_id, now, None)), now)
        return done
