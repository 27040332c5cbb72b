"""Defects of how one thing alone is refused: in other words, at another time, or by falling over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.orders.store import Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import CANCELLED, FAILED

NEARLY = 10
"""Progress that is missing where an order is nearly done."""
HALF_A_MEBIBYTE = 512 * 1024


@contextmanager
def told_as(reason: str, of: str) -> Iterator[None]:
    """Tell a problem of one type as one of another type."""
    try:
        yield
    except Problem as problem:
        if problem.reason == of:
            problem.reason = reason
        raise


@defect("unknown-study-told-as-an-order", "STATUS-4")
class UnknownStudyAsOrder(OrderService):
    """By `study_uid` an unknown study is told as an unknown order."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Change the type of the problem."""
        with told_as("order-not-found", of="study-not-found"):
            return super().most_recent(organization_id, study_uid)


@defect("unknown-study-has-no-such-order", "ORDERID-3")
class UnknownStudyHasNoOrder(OrderService):
    """`/orderId` tells an unknown study as an unknown order."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Change the type of the problem."""
        with told_as("order-not-found", of="study-not-found"):
            return super().listed(organization_id, study_uid)


@defect("unknown-group-told-as-an-order", "GROUP-4")
class UnknownGroupAsOrder(ReportService):
    """An unknown study group is told as an unknown order."""

    def unknown_group(self, study_group: str) -> Problem:
        """Change the type of the problem."""
        problem = super().unknown_group(study_group)
        problem.reason = "order-not-found"
        return problem


@defect("organization-without-orders-refused", "BATCH-4")
class WithoutOrdersRefused(QueueService):
    """The listing of an organization that never submitted an order is refused as a stranger's is."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Know an organization by its orders."""
        if organization_id not in self.store.organizations():
            raise Problem("There is no such organization.", reason="organization-not-allowed")
        return super().list_reports(organization_id, client_id, now, limit)


@defect("zero-byte-in-an-organization-fails", "PROTO-3")
class ZeroByteFails(Pipeline):
    """A zero byte in `organizationId` makes the listing fail."""

    def routed(self, call: Call) -> str:
        """Fail where a database would."""
        if call.operation == "listReports" and "%00" in call.query:
            raise Problem("A string must not contain 0x00.", reason="internal-error")
        return super().routed(call)


@defect("retry-after-of-zero", "PROTO-4")
class RetryAfterZero(ReportService):
    """409 for an unfinished order says `Retry-After: 0`."""

    def not_ready(self, told: str, retry_after: int, requirement: str = "RESULTS-4") -> Problem:
        """Let the client come back at once."""
        return super().not_ready(told, 0, requirement)


@defect("retry-after-of-two-hours", "PROTO-4")
class RetryAfterTwoHours(Pipeline):
    """429 and 503 say `Retry-After: 7200`."""

    def throttle(self, grant: Grant) -> None:
        """Keep the client away for two hours."""
        try:
            super().throttle(grant)
        except Problem as problem:
            problem.headers = (("Retry-After", "7200"),)
            raise


@defect("order-ids-401-asks-for-basic", "AUTH-10")
class AsksForBasic(Pipeline):
    """401 of `/orderId` asks for HTTP Basic instead of a bearer token."""

    def finish(self, answer: Answer, call: Call) -> None:
        """Change the scheme."""
        super().finish(answer, call)
        if call.operation == "getOrderIds" and answer.status == 401:
            answer.headers = [
                (name, value.replace("Bearer ", "Basic ") if name == "WWW-Authenticate" else value)
                for name, value in answer.headers
            ]


@defect("retry-after-of-zero-near-the-end", "PROTO-4")
class RetryAfterZeroNearTheEnd(ReportService):
    """409 for an order whose progress is 90 or more says `Retry-After: 0`."""

    def retry_after(self, orders: Sequence[Order], now: Instant) -> int:
        """Round down what is left."""
        left = 100 - min(order.state(now).progress for order in orders)
        return super().retry_after(orders, now) if left > NEARLY else 0


@defect("type-not-offered-before-failed", "RESULTS-5")
class NotOfferedBeforeFailed(ReportService):
    """A type that a FAILED or CANCELLED order does not offer is refused with 404, not with 409."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Look at the type first."""
        self.check_ruled_out(report_type, of_group=False)
        if order.state(now).status in (FAILED, CANCELLED):
            self.check_offered(report_type, self.orders.offered(order), f"The order {order.order_id}")
        return super().of_order(order, report_type, now)


@defect("type-before-the-group", "AUTH-15")
class TypeBeforeGroup(ReportService):
    """`/report` tells of a type that no study group has before it tells of a group that there is not."""

    def of_group(self, organization_id: str, study_group: str, report_type: str, now: Instant) -> Document:
        """Look at the type first."""
        self.check_ruled_out(report_type, of_group=True)
        return super().of_group(organization_id, study_group, report_type, now)


@defect("half-a-mebibyte-of-ids-is-too-large", "BATCH-11")
class HalfAMebibyte(Pipeline):
    """A body over 512 KiB is refused with 413, although 10,000 ids of 64 characters are more."""

    def content(self, operation_id: str, call: Call) -> list[str] | None:
        """Refuse it."""
        if len(call.body) > HALF_A_MEBIBYTE:
            raise Problem("The body is larger than 512 KiB.", reason="body-too-large", requirement="BATCH-11")
        return super().content(operation_id, call)
