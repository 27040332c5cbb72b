"""Defects of the queue that show in one corner: late finishers, repeats, very many at once, a refused call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.batch_listing import ids
from pacsimile_mock.defects.changed_calls import read_as
from pacsimile_mock.defects.crowd import LISTS, MARKS
from pacsimile_mock.errors import Problem, Refusal
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect


@defect("orders-known-at-the-listing-are-acknowledged-along", "BATCH-6")
class KnownAcknowledgedAlong(QueueService):
    """POST acknowledges also what completed since, of orders that had been submitted by the listing."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember the unfinished orders of all too."""
        super().remember(organization_id, client_id, listed, now)
        orders = self.store.orders_of(organization_id)
        open_ones = [order.report_id(1) for order in orders if not order.newest_version(now)]
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
        old = {version.report_id for order in orders for version in order.planned_versions()[:-1] if order.amendments}
        current = [report_id for report_id in report_ids if report_id not in old]
        return super().acknowledge(organization_id, current, now)


@defect("late-finishers-skipped", "BATCH-13")
class LateFinishersSkipped(QueueService):
    """With `limit` the listing goes on behind the last report acknowledged: what finished late is skipped."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Note how far the walk has come."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        marked = set(done.acknowledged)
        orders = self.store.orders_of(organization_id)
        versions = (version for order in orders for version in order.planned_versions())
        came = [version.ready_at for version in versions if version.report_id in marked]
        if came:
            self.__dict__.setdefault("came", {})[organization_id] = max(came)
        return done

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Begin where the walk has come to."""
        reports, came = super().unacknowledged(organization_id, now, None), self.__dict__.get("came", {})
        if limit is not None:
            reports = [report for report in reports if report.version.ready_at >= came.get(organization_id, 0)]
        return reports[:limit]


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
        reports = super().unacknowledged(organization_id, now, None)
        return [report for report in reports if report.version.report_id not in hidden][:limit]


@defect("many-names-fail-half-way", "BATCH-14")
class ManyFailHalfWay(QueueService):
    """Of twenty or more `report_ids` the first ten are marked, and the answer is 500."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Fail in the midst of it."""
        if len(report_ids) < 20:
            return super().acknowledge(organization_id, report_ids, now)
        super().acknowledge(organization_id, report_ids[:10], now)
        raise Problem("Something went wrong.", reason="internal-error")


HALF_A_MEBIBYTE = 512 * 1024


@defect("organization-without-orders-refused", "BATCH-4")
class WithoutOrdersRefused(QueueService):
    """The listing of an organization that never submitted an order is refused as a stranger's is."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Know an organization by its orders."""
        if organization_id not in self.store.organizations():
            raise Problem("There is no such organization.", reason="organization-not-allowed")
        return super().list_reports(organization_id, client_id, now, limit)


@defect("half-a-mebibyte-of-ids-is-too-large", "BATCH-11")
class HalfAMebibyte(Pipeline):
    """A body over 512 KiB is refused with 413, although 10,000 ids of 64 characters are more."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Refuse it."""
        if len(call.body) > HALF_A_MEBIBYTE:
            raise Problem("The body is larger than 512 KiB.", reason="body-too-large", requirement="BATCH-11")
        return super().report_ids(operation_id, call)


@defect("acknowledged-before-is-not-found", "BATCH-11")
class AcknowledgedIsNotFound(QueueService):
    """An id that is acknowledged a second time comes back in `not_found`."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Call not found whatever was not marked."""
        done = super().acknowledge(organization_id, report_ids, now)
        marked = set(done.acknowledged)
        unmarked = [report_id for report_id in dict.fromkeys(report_ids) if report_id not in marked]
        return done._replace(not_found=unmarked)


@defect("named-acknowledgement-ends-at-100", "BATCH-11")
class NamedEndsAt100(QueueService):
    """Of more than a hundred `report_ids` the first hundred are marked; the answer names all."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Mark a hundred."""
        done = super().acknowledge(organization_id, report_ids[:100], now)
        done.acknowledged.extend(report_ids[100:])
        return done


@defect("second-organization-misses-its-newest", "BATCH-1")
class SecondMissesNewest(QueueService):
    """The second organization of several is not listed its newest report where it has several."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave the last away."""
        reports = super().unacknowledged(organization_id, now, None)
        if organization_id in self.store.organizations()[1:2] and len(reports) > 1:
            reports = reports[:-1]
        return reports[:limit]


@defect("superseded-comes-back-after-its-successor", "BATCH-12")
class SupersededComesBack(QueueService):
    """Once an amendment is acknowledged, the version before it is listed again if that was not acknowledged."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave a version out only while its successor is listed."""
        reports = super().unacknowledged(organization_id, now, None)
        for order in self.store.orders_of(organization_id):
            ready = [version for version in order.planned_versions() if version.ready_at <= now]
            acknowledged = partial(self.store.is_acknowledged, organization_id)
            open_ones = [version for version in ready if not acknowledged(version.report_id)]
            if open_ones and open_ones[-1] is not ready[-1]:
                reports.append(Listed(order, open_ones[-1]))
        return sorted(reports, key=lambda report: report.version.ready_at)[:limit]


@defect("signed-limit-accepted-above-100", "BATCH-13")
class SignedLimitAccepted(Pipeline):
    """A limit with a plus sign is accepted when it is greater than 100."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Leave the sign out."""
        return read_as(self, operation_id, call, re.sub(r"limit=%2B(?=[1-9][0-9]{2})", "limit=", call.query))


MALFORMED, FORBIDDEN, REFUSED = range(400, 401), range(403, 404), range(400, 500)


def _refused_call_forgets(name: str, operation_id: str, statuses: range, summary: str) -> None:
    """Register the defect of a refused call making the service forget the client's most recent listing."""

    class RefusedCallForgets(Pipeline):
        def refuse(self, refusal: Refusal, call: Call) -> Answer:
            """Put an empty listing in its place."""
            answer = super().refuse(refusal, call)
            client = self.world.clients.get(call.client_id or "")
            if call.operation == operation_id and answer.status in statuses and client is not None:
                self.world.queue.remember(client.organization_id, client.client_id, (), self.world.clock.now())
            return answer

    RefusedCallForgets.__doc__ = summary
    defect(name, "BATCH-5")(RefusedCallForgets)


_refused_call_forgets(
    "malformed-listing-forgets-the-last",
    LISTS,
    MALFORMED,
    "A listing that is refused with 400 makes the service forget the client's last one.",
)
_refused_call_forgets(
    "forbidden-listing-forgets-the-last",
    LISTS,
    FORBIDDEN,
    "A listing that is refused with 403 makes the service forget the client's last one.",
)
_refused_call_forgets(
    "refused-acknowledgement-forgets-the-listing",
    MARKS,
    REFUSED,
    "An acknowledgement that is refused makes the service forget the client's last listing.",
)
