"""Defects of answers that show only in special cases: one refusal, one type, generated input, large amounts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from pacsimile_mock.calls.pipeline import HANDLERS, Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.changed_calls import edited
from pacsimile_mock.errors import Problem, Refusal
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.orders.store import Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec import operations
from pacsimile_spec.statuses import RECEIVED


@defect("status-of-its-own", "PROTO-1")
class StatusOfItsOwn(OrderService):
    """An order that is RECEIVED has the undocumented status QUEUED."""

    def state(self, order: Order, now: Instant) -> State:
        """Replace the status."""
        state = super().state(order, now)
        return state._replace(status="QUEUED") if state.status == RECEIVED else state


@defect("group-thirtieth-order-missing-in-pdf", "PROTO-6")
class ThirtiethMissing(ReportService):
    """The PDF of a group's report omits the thirtieth order."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Remove the order before the report is rendered."""
        kept = [*members[:29], *members[30:]] if report_type == "pdf" else members
        return super().group_document(organization_id, study_group, kept, report_type, now)


PAGE = 500
"""Reports that are read at once."""


@defect("listing-ends-at-1000", "PROTO-6")
class ListingEndsAt1000(QueueService):
    """A listing without `limit` has only the oldest thousand reports."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Apply a limit."""
        return super().unacknowledged(organization_id, now, 1000 if limit is None else limit)


@defect("group-ends-at-40", "PROTO-6")
class GroupEndsAt40(ReportService):
    """A group's report has only the first forty orders."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Cut the group."""
        return super().members(organization_id, study_group)[:40]


@defect("ties-at-a-pages-border-are-not-listed", "PROTO-6")
class TiesAtBorder(QueueService):
    """A listing is read in pages of 500 and omits reports completed at the same instant as the last one of a page."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Start each page after the instant of the last report."""
        reports, pages = super().unacknowledged(organization_id, now, None), list[Listed]()
        while reports:
            pages += reports[:PAGE]
            reports = [report for report in reports[PAGE:] if report.version.ready_at > pages[-1].version.ready_at]
        return pages[:limit]


NEARLY = 10
"""Progress that is missing where an order is nearly done."""


@defect("zero-byte-in-an-organization-fails", "PROTO-3")
class ZeroByteFails(Pipeline):
    """A zero byte in `organizationId` makes the listing fail."""

    def route(self, call: Call) -> str:
        """Fail as a database would."""
        if call.operation == "listReports" and "%00" in call.query:
            raise Problem("A string must not contain 0x00.", reason="internal-error")
        return super().route(call)


@defect("retry-after-of-zero", "PROTO-4")
class RetryAfterZero(ReportService):
    """409 for an unfinished order has `Retry-After: 0`."""

    def not_ready(self, reason: str, retry_after: int, requirement: str = "RESULTS-4") -> Problem:
        """Return zero seconds."""
        return super().not_ready(reason, 0, requirement)


@defect("retry-after-of-two-hours", "PROTO-4")
class RetryAfterTwoHours(Pipeline):
    """429 and 503 have `Retry-After: 7200`."""

    def throttle(self, grant: Grant) -> None:
        """Return two hours."""
        try:
            super().throttle(grant)
        except Problem as problem:
            problem.headers = (("Retry-After", "7200"),)
            raise


@defect("retry-after-of-zero-near-the-end", "PROTO-4")
class RetryAfterZeroNearTheEnd(ReportService):
    """409 for an order with a progress of 90 or more has `Retry-After: 0`."""

    def retry_after(self, orders: Sequence[Order], now: Instant) -> int:
        """Round the remaining time down."""
        left = 100 - min(order.state(now).progress for order in orders)
        return super().retry_after(orders, now) if left > NEARLY else 0


@defect("cookie-decides", "PROTO-5")
class CookieDecides(Pipeline):
    """A request with a cookie gets fewer report types."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Check for a cookie."""
        answer = super().serve(operation_id, request)
        if operation_id != "getStatus" or "cookie" not in request.call.headers:
            return answer
        return edited(answer, lambda content: content.update(report_types=content["report_types"][:1]))


@defect("refused-call-touches-orders", "PROTO-5")
class RefusedTouches(Pipeline):
    """A call that is refused for lack of a token adds a microsecond to `updated_at` of every order."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Count those calls."""
        if isinstance(refusal, Problem) and refusal.requirement == "AUTH-9":
            self.__dict__["refused"] = self.__dict__.get("refused", 0) + 1
        return super().refuse(refusal, call)

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Add a microsecond for each."""
        answer, refused = super().serve(operation_id, request), self.__dict__.get("refused", 0)
        if operation_id != "getStatus" or not refused:
            return answer
        return edited(answer, lambda content: content.update(updated_at=_later(content["updated_at"], refused)))


def _later(time: str, microseconds: int) -> str:
    return (datetime.fromisoformat(time) + timedelta(microseconds=microseconds)).isoformat()


@defect("limit-beyond-64-bits-is-500", "PROTO-3")
class LimitOverflows(Pipeline):
    """A limit that 64 bits cannot hold makes the service fail."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Fail for 2 to the power of 63 and above."""
        match = re.search(r"limit=([0-9]{19,})", call.query)
        if match and int(match[1]) >= 2**63:
            raise Problem("Python int too large to convert to SQLite INTEGER", reason="internal-error")
        return super().parameters(operation_id, call)


@defect("uid-component-of-11-digits-is-500", "PROTO-3")
class LongComponentFails(Pipeline):
    """A study UID with a component of 11 digits makes the service fail."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Fail for such a component."""
        uid = dict(parse_qsl(call.query)).get("study_uid", "")
        if any(len(component) == 11 for component in uid.split(".")):
            raise Problem("value out of range for type integer", reason="internal-error")
        return super().parameters(operation_id, call)


@defect("paths-in-any-case", "PROTO-2")
class PathsInAnyCase(Pipeline):
    """A path in another case, such as `/orderid`, is accepted."""

    def route(self, call: Call) -> str:
        """Find the operation without regard to case."""
        served = ((name, operation) for name, operation in operations().items() if name in HANDLERS)
        known = ((operation.method, operation.path.lower(), name) for name, operation in served)
        for method, path, name in known if call.operation is None else ():
            if (method, path) == (call.method, call.path.lower()):
                call.operation = name
        return super().route(call)


@defect("limit-is-cut-to-1000", "PROTO-6")
class LimitCut(QueueService):
    """A limit beyond 1000 counts as 1000."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Cut it."""
        return super().unacknowledged(organization_id, now, None if limit is None else min(limit, 1000))


@defect("wait-doubles-with-each-poll", "PROTO-4")
class WaitDoubles(ReportService):
    """Each time that a report is asked for before it is ready, `Retry-After` is twice as long, without an end."""

    def retry_after(self, orders: Sequence[Order], now: Instant) -> int:
        """Double it."""
        polls: dict[str, int] = self.__dict__.setdefault("polls", {})
        order_id = orders[0].order_id
        polls[order_id] = polls.get(order_id, -1) + 1
        return super().retry_after(orders, now) << min(polls[order_id], 20)


@defect("text-of-a-group-has-forty-orders", "PROTO-6")
class FortyOrders(ReportService):
    """The text of a group has its first forty orders."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Cut the group."""
        kept = members[:40] if report_type == "txt" else members
        return super().group_document(organization_id, study_group, kept, report_type, now)


@defect("csv-of-a-group-is-a-page", "PROTO-6")
class CsvIsAPage(ReportService):
    """The CSV of a group has a hundred rows at most: it is the table that the user interface shows."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Cut the table."""
        shown = members[:100] if report_type == "csv" else members
        return super().group_document(organization_id, study_group, shown, report_type, now)
