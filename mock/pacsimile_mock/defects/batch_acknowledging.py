"""Defects of acknowledgements: which reports they acknowledge, with a body or without, and what follows."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.batch_listing import ids
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect


@defect("acknowledgement-does-nothing", "BATCH-5")
class DoesNothing(QueueService):
    """POST without a body answers that it acknowledged the reports, and does not."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Return the reports, and acknowledge none."""
        return Acknowledged(ids(self.unacknowledged(organization_id, now, None)), [])


@defect("acknowledges-what-is-ready-now", "BATCH-6")
class TakesWhatIsReady(QueueService):
    """POST acknowledges the reports that are ready at that moment, not those of the client's last listing."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge everything once a listing is acknowledged."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        if done.acknowledged:
            rest = ids(self.unacknowledged(organization_id, now, None))
            done.acknowledged.extend(self.store.acknowledge(organization_id, rest, now).acknowledged)
        return done


@defect("acknowledges-the-first-100-only", "BATCH-5")
class First100Only(QueueService):
    """POST acknowledges only the first hundred reports of a listing."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember only a hundred."""
        super().remember(organization_id, client_id, listed[:100], now)


@defect("listing-shared-by-all-clients", "BATCH-9")
class SharedListing(QueueService):
    """POST acknowledges the listing of another client of the organization."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember the listing for every client that has ever listed."""
        known: set[tuple[str, str]] = self.__dict__.setdefault("known", set())
        known.add((organization_id, client_id))
        for owner, client in tuple(known):
            if owner == organization_id:
                super().remember(organization_id, client, listed, now)


@defect("acknowledgement-before-listing-takes-all", "BATCH-7")
class BeforeListingTakesAll(QueueService):
    """POST before the first listing acknowledges everything."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge everything for a client that never listed."""
        listed: set[str] = self.__dict__.setdefault("listed", set())
        if client_id in listed:
            return super().acknowledge_listing(organization_id, client_id, now)
        rest = ids(self.unacknowledged(organization_id, now, None))
        return self.store.acknowledge(organization_id, rest, now)

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Record which clients have listed."""
        self.__dict__.setdefault("listed", set()).add(client_id)
        super().remember(organization_id, client_id, listed, now)


@defect("repeated-acknowledgement-takes-the-rest", "BATCH-8")
class RepeatTakesRest(QueueService):
    """A repeated POST acknowledges all remaining reports."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge the rest on the second call."""
        again: set[str] = self.__dict__.setdefault("again", set())
        done = super().acknowledge_listing(organization_id, client_id, now)
        if client_id in again and not done.acknowledged:
            return self.store.acknowledge(organization_id, ids(self.unacknowledged(organization_id, now, None)), now)
        again.update({client_id} if done.acknowledged else ())
        return done


@defect("acknowledged-order-is-unknown", "BATCH-10")
class AcknowledgedIsGone(OrderService):
    """An acknowledged order is unknown afterwards."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Refuse an acknowledged order as unknown."""
        order = super().by_id(organization_id, order_id)
        if self.store.is_acknowledged(organization_id, order.report_id(1)):
            raise self.unknown_order(order_id)
        return order


@defect("acknowledgement-body-ignored", "BATCH-11")
class BodyIgnored(Pipeline):
    """The `report_ids` of an acknowledgement are ignored: the last listing is acknowledged."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Check the body, and ignore it."""
        super().report_ids(operation_id, call)
        return None


@defect("malformed-body-acknowledges", "BATCH-11")
class MalformedAcknowledges(Pipeline):
    """A malformed body is treated as no body."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Return no body where it cannot be read."""
        try:
            return super().report_ids(operation_id, call)
        except Problem as problem:
            if problem.reason == "invalid-body":
                return None
            raise


@defect("unknown-id-fails-the-whole", "BATCH-11")
class UnknownFailsWhole(QueueService):
    """One unknown `report_id` makes the whole acknowledgement fail."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Acknowledge the reports, and refuse the call afterwards."""
        done = super().acknowledge(organization_id, report_ids, now)
        if done.not_found:
            raise Problem("An id is unknown.", reason="invalid-body")
        return done


@defect("not-found-left-out", "BATCH-11")
class NotFoundLeftOut(QueueService):
    """Unknown ids of an acknowledgement are missing in `not_found`."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Drop the unknown ids."""
        return super().acknowledge(organization_id, report_ids, now)._replace(not_found=[])


@defect("named-acknowledgement-takes-the-listing", "BATCH-11")
class NamedTakesListing(QueueService):
    """An acknowledgement with `report_ids` acknowledges the last listing too."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Acknowledge everything that is listed too."""
        done = super().acknowledge(organization_id, report_ids, now)
        self.store.acknowledge(organization_id, ids(self.unacknowledged(organization_id, now, None)), now)
        return done


@defect("report-named-too-early-waits-for-a-listing", "BATCH-11")
class WaitsForListing(QueueService):
    """A report that was named before it was ready counts as unknown until it has been listed."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Leave out what is still taken for unknown."""
        unknown: set[str] = self.__dict__.setdefault("unknown", set())
        done = super().acknowledge(organization_id, [name for name in report_ids if name not in unknown], now)
        still = [name for name in dict.fromkeys(report_ids) if name in unknown]
        unknown.update(done.not_found)
        return done._replace(not_found=[*done.not_found, *still])

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Note that it is known now."""
        listed = super().unacknowledged(organization_id, now, limit)
        self.__dict__.setdefault("unknown", set()).difference_update(ids(listed))
        return listed
