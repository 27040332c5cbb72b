"""Defects of the retrieval of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count
from urllib.parse import quote

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.parameters import pairs
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED


@defect("report-before-completion", "RESULTS-4")
class BeforeCompletion(ReportService):
    """A report is served before its order is COMPLETED."""

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Refuse failed and cancelled orders alone."""
        if state.status in (FAILED, CANCELLED):
            super().check_state(state, order, now)

    def version(self, order: Order, now: Instant) -> Version:
        """Make up a first version."""
        return order.newest_version(now) or Version(1, order.report_id(1), now, None)


@defect("older-report-while-newest-unfinished", "RESULTS-3")
class OlderReport(ReportService):
    """While a study's newest order is unfinished, an older one's report is served for the study."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Prefer what is done."""
        if study_uid is not None:
            orders = self.orders.of_study(organization_id, study_uid)
            return next((order for order in orders if order.state(now).status == COMPLETED), orders[0])
        return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)


@defect("study-view-is-the-oldest-order", "RESULTS-2")
class StudyViewOldest(ReportService):
    """The report of a study is its oldest order's."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Take the oldest."""
        if study_uid is not None:
            return self.orders.of_study(organization_id, study_uid)[-1]
        return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)


@defect("report-type-ignored", "RESULTS-1")
class TypeIgnored(ReportService):
    """Whatever type is asked for, json is served."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Serve json."""
        return super().document(order, version, "json")


@defect("wrong-media-type", "RESULTS-1")
class WrongMediaType(ReportService):
    """Every report is told to be application/octet-stream."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Change the media type."""
        return replace(super().document(order, version, report_type), media_type="application/octet-stream")


@defect("another-orders-report", "RESULTS-7")
class AnotherOrdersReport(ReportService):
    """The bytes are another order's report, under this order's headers."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Serve that of the organization's first other order."""
        own = super().document(order, version, report_type)
        ready = (one for one in self.store.orders_of(order.organization_id) if one.plan[-1].status == COMPLETED)
        other = next((one for one in ready if one.order_id != order.order_id), None)
        if other is None:
            return own
        content = super().document(other, other.planned_versions()[-1], report_type).content
        return replace(own, content=content)


@defect("report-says-something-new-each-time", "RESULTS-6")
class NewEachTime(ReportService):
    """A report's times differ each time it is fetched."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Move the version's time a second each time."""
        moved = next(self.__dict__.setdefault("fetches", count()))
        return super().document(order, version._replace(ready_at=version.ready_at + moved * SECOND), report_type)


@defect("retrieving-acknowledges", "RESULTS-6")
class RetrievingAcknowledges(ReportService):
    """A report that was fetched counts as acknowledged."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Acknowledge what is served."""
        document = super().of_order(order, report_type, now)
        self.store.acknowledge(order.organization_id, [document.report_id or ""], now)
        return document


@defect("failed-order-is-empty-200", "RESULTS-4")
class FailedIsEmpty(ReportService):
    """A FAILED order answers 200 with an empty body."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Serve nothing."""
        if order.state(now).status == FAILED:
            return Document(b"", report_type, REPORT_TYPES[report_type].media_type, "report")
        return super().of_order(order, report_type, now)


@defect("cancelled-told-as-failed", "RESULTS-4")
class CancelledAsFailed(ReportService):
    """A cancelled order is told as a failed one."""

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Change the status first."""
        super().check_state(state._replace(status=FAILED) if state.status == CANCELLED else state, order, now)


@defect("not-ready-without-retry-after", "RESULTS-4")
class NoRetryAfter(ReportService):
    """409 for an unfinished order comes without `Retry-After`."""

    def not_ready(self, told: str, retry_after: int, requirement: str = "RESULTS-4") -> Problem:
        """Take the header away."""
        problem = super().not_ready(told, retry_after, requirement)
        problem.headers = ()
        return problem


@defect("ruled-out-type-waits-for-completion", "RESULTS-5")
class RuledOutWaits(ReportService):
    """A type that no order has is answered with 409 while the order is unfinished."""

    def check_ruled_out(self, report_type: str, *, of_group: bool) -> None:
        """Leave it to the check of what is offered."""


@defect("unknown-report-type-is-json", "RESULTS-5")
class UnknownTypeIsJson(Pipeline):
    """An unknown `report_type` is answered with json."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Replace it."""
        given = [(k, "json" if k == "report_type" and v not in REPORT_TYPES else v) for k, v in pairs(call.query)]
        call.query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in given)
        return super().parameters(operation_id, call)


@defect("amendment-not-served", "RESULTS-11")
class AmendmentNotServed(ReportService):
    """After an amendment the first version is still served."""

    def version(self, order: Order, now: Instant) -> Version:
        """Serve the first."""
        super().version(order, now)
        return order.planned_versions()[0]


@defect("group-type-ignored", "GROUP-1")
class GroupTypeIgnored(ReportService):
    """Whatever type of a group's report is asked for, json is served."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Serve json."""
        return super().group_document(organization_id, study_group, members, "json", now)


@defect("group-leaves-failed-out", "GROUP-2")
class GroupLeavesFailedOut(ReportService):
    """A group's report does not name the orders that failed or were cancelled."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Leave them out."""
        done = [order for order in members if order.state(now).status == COMPLETED]
        return super().group_document(organization_id, study_group, done, report_type, now)


@defect("group-ready-too-early", "GROUP-3")
class GroupTooEarly(ReportService):
    """A group's report is served as soon as one of its orders is COMPLETED."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look for one."""
        if not any(order.state(now).status == COMPLETED for order in members):
            super().check_group_state(members, now)


@defect("group-without-report-is-200", "GROUP-3")
class GroupWithoutReport(ReportService):
    """A group in which no order completed is answered with 200."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Refuse unfinished groups alone."""
        try:
            super().check_group_state(members, now)
        except Problem as problem:
            if problem.reason != "order-failed":
                raise


@defect("unknown-group-is-empty-200", "GROUP-4")
class UnknownGroupEmpty(ReportService):
    """An unknown group is answered with 200 and an empty report."""

    def of_group(self, organization_id: str, study_group: str, report_type: str, now: Instant) -> Document:
        """Serve nothing."""
        if not self.members(organization_id, study_group):
            return Document(b"", report_type, REPORT_TYPES[report_type].media_type, "study-group-report")
        return super().of_group(organization_id, study_group, report_type, now)


@defect("group-report-kept", "GROUP-5")
class GroupReportKept(ReportService):
    """A group's report, once made, is served for ever: an amendment does not change it."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Keep the first."""
        kept: dict[tuple[str, str, str], Document] = self.__dict__.setdefault("kept", {})
        key = (organization_id, study_group, report_type)
        if key not in kept:
            kept[key] = super().group_document(organization_id, study_group, members, report_type, now)
        return kept[key]


@defect("group-misses-one-impression", "GROUP-5")
class GroupMissesImpression(ReportService):
    """The last COMPLETED order of a group of several is not in the group's report."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Leave it out."""
        done = [order for order in members if order.state(now).status == COMPLETED]
        kept = [order for order in members if len(done) < 2 or order is not done[-1]]
        return super().group_document(organization_id, study_group, kept, report_type, now)
