"""Defects of the queue that show only in special cases: late finishers, repeats, large amounts, refused calls."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.batch_listing import ids
from pacsimile_mock.defects.changed_calls import read_as
from pacsimile_mock.defects.concurrency import LISTS, MARKS
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
    """POST also acknowledges reports completed after the listing, of orders submitted before it."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember the unfinished orders too."""
        super().remember(organization_id, client_id, listed, now)
        orders = self.store.orders_of(organization_id)
        report_ids = [order.report_id(1) for order in orders if not order.newest_version(now)]
        self.__dict__.setdefault("open", {})[organization_id, client_id] = report_ids

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge those of them that are ready by now."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        report_ids = self.__dict__.get("open", {}).get((organization_id, client_id), [])
        completed = self.store.acknowledge(organization_id, report_ids, now)
        return Acknowledged([*done.acknowledged, *completed.acknowledged], [])


@defect("acknowledged-report-is-archived", "BATCH-10")
class AcknowledgedArchived(ReportService):
    """A report is not served any more once it is acknowledged."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Refuse an acknowledged report."""
        document = super().of_order(order, report_type, now)
        if self.store.is_acknowledged(order.organization_id, document.report_id or ""):
            raise Problem("The report is archived.", reason="report-type-not-available")
        return document


@defect("superseded-cannot-be-acknowledged", "BATCH-12")
class SupersededKept(QueueService):
    """An acknowledgement by id ignores a superseded report."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Drop superseded ids."""
        orders = self.store.orders_of(organization_id)
        old = {version.report_id for order in orders for version in order.planned_versions()[:-1] if order.amendments}
        current = [report_id for report_id in report_ids if report_id not in old]
        return super().acknowledge(organization_id, current, now)


@defect("late-finishers-skipped", "BATCH-13")
class LateFinishersSkipped(QueueService):
    """With `limit` a listing continues after the last acknowledged report and skips reports that finished late."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Record the latest acknowledged time."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        marked = set(done.acknowledged)
        orders = self.store.orders_of(organization_id)
        versions = (version for order in orders for version in order.planned_versions())
        times = [version.ready_at for version in versions if version.report_id in marked]
        if times:
            self.__dict__.setdefault("reached", {})[organization_id] = max(times)
        return done

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Start at that time."""
        reports, reached = super().unacknowledged(organization_id, now, None), self.__dict__.get("reached", {})
        if limit is not None:
            reports = [report for report in reports if report.version.ready_at >= reached.get(organization_id, 0)]
        return reports[:limit]


@defect("repeated-names-hide-another", "BATCH-14")
class RepeatHidesAnother(QueueService):
    """Acknowledging ten reports by id a second time hides the newest report that waits."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Hide a report where nothing is newly acknowledged."""
        done = super().acknowledge(organization_id, report_ids, now)
        left = self.unacknowledged(organization_id, now, None)
        if len(report_ids) >= 10 and not done.acknowledged and left:
            self.__dict__.setdefault("hidden", set()).update(ids(left[-1:]))
        return done

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave hidden reports out."""
        hidden = self.__dict__.get("hidden", ())
        reports = super().unacknowledged(organization_id, now, None)
        return [report for report in reports if report.version.report_id not in hidden][:limit]


@defect("many-names-fail-half-way", "BATCH-14")
class ManyFailHalfWay(QueueService):
    """Of twenty or more `report_ids` the first ten are acknowledged, and the answer is 500."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Fail after ten ids."""
        if len(report_ids) < 20:
            return super().acknowledge(organization_id, report_ids, now)
        super().acknowledge(organization_id, report_ids[:10], now)
        raise Problem("Something went wrong.", reason="internal-error")


HALF_A_MEBIBYTE = 512 * 1024


@defect("organization-without-orders-refused", "BATCH-4")
class WithoutOrdersRefused(QueueService):
    """The listing of an organization without any order is refused as a foreign one is."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Accept only organizations with orders."""
        if organization_id not in self.store.organizations():
            raise Problem("There is no such organization.", reason="organization-not-allowed")
        return super().list_reports(organization_id, client_id, now, limit)


@defect("half-a-mebibyte-of-ids-is-too-large", "BATCH-11")
class HalfAMebibyte(Pipeline):
    """A body over 512 KiB is refused with 413, although 10,000 ids of 64 characters are more."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Refuse a large body."""
        if len(call.body) > HALF_A_MEBIBYTE:
            raise Problem("The body is larger than 512 KiB.", reason="body-too-large", requirement="BATCH-11")
        return super().report_ids(operation_id, call)


@defect("acknowledged-before-is-not-found", "BATCH-11")
class AcknowledgedIsNotFound(QueueService):
    """An id that is acknowledged a second time is in `not_found`."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Return every id that is not newly acknowledged as not found."""
        done = super().acknowledge(organization_id, report_ids, now)
        marked = set(done.acknowledged)
        unmarked = [report_id for report_id in dict.fromkeys(report_ids) if report_id not in marked]
        return done._replace(not_found=unmarked)


@defect("named-acknowledgement-ends-at-100", "BATCH-11")
class NamedEndsAt100(QueueService):
    """Of more than a hundred `report_ids` only the first hundred are acknowledged; the answer has all."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Acknowledge a hundred."""
        done = super().acknowledge(organization_id, report_ids[:100], now)
        done.acknowledged.extend(report_ids[100:])
        return done


@defect("second-organization-misses-its-newest", "BATCH-1")
class SecondMissesNewest(QueueService):
    """The second of several organizations does not get its newest report listed where it has several."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Drop the last report."""
        reports = super().unacknowledged(organization_id, now, None)
        if organization_id in self.store.organizations()[1:2] and len(reports) > 1:
            reports = reports[:-1]
        return reports[:limit]


@defect("superseded-comes-back-after-its-successor", "BATCH-12")
class SupersededComesBack(QueueService):
    """Once an amendment is acknowledged, the version before it is listed again unless it was acknowledged."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave a version out only while its successor is listed."""
        reports = super().unacknowledged(organization_id, now, None)
        for order in self.store.orders_of(organization_id):
            ready = [version for version in order.planned_versions() if version.ready_at <= now]
            acknowledged = partial(self.store.is_acknowledged, organization_id)
            remaining = [version for version in ready if not acknowledged(version.report_id)]
            if remaining and remaining[-1] is not ready[-1]:
                reports.append(Listed(order, remaining[-1]))
        return sorted(reports, key=lambda report: report.version.ready_at)[:limit]


@defect("signed-limit-accepted-above-100", "BATCH-13")
class SignedLimitAccepted(Pipeline):
    """A limit with a plus sign is accepted when it is greater than 100."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Remove the sign."""
        return read_as(self, operation_id, call, re.sub(r"limit=%2B(?=[1-9][0-9]{2})", "limit=", call.query))


MALFORMED, FORBIDDEN, REFUSED = range(400, 401), range(403, 404), range(400, 500)


def _refused_call_forgets(name: str, operation_id: str, statuses: range, summary: str) -> None:
    """Register the defect that a refused call makes the service forget the client's last listing."""

    class RefusedCallForgets(Pipeline):
        def refuse(self, refusal: Refusal, call: Call) -> Answer:
            """Remember an empty listing."""
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


@defect("limit-counts-what-was-superseded", "BATCH-13")
class LimitCountsSuperseded(QueueService):
    """A listing with `limit` reads that many rows, and leaves out those of superseded reports afterwards."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Cut before superseded versions are left out."""
        reports_listed = super().unacknowledged(organization_id, now, None)
        rows = sorted(
            (version.ready_at, order.number, version.number, version.report_id)
            for order in (self.store.orders_of(organization_id) if limit is not None else ())
            for version in order.planned_versions()
            if version.ready_at <= now and not self.store.is_acknowledged(organization_id, version.report_id)
        )
        page = {row[-1] for row in rows[:limit]}
        return [report for report in reports_listed if limit is None or report.version.report_id in page]
