"""Defects of the retrieval of a study group's report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import orjson

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.statuses import CANCELLED, COMPLETED, FINAL, RECEIVED

LARGE, YEAR = 100, 365 * 86_400 * SECOND


@defect("group-type-ignored", "GROUP-1")
class GroupTypeIgnored(ReportService):
    """A group's report is always json, whatever type is requested."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Return json."""
        return super().group_document(organization_id, study_group, members, "json", now)


@defect("group-leaves-failed-out", "GROUP-2")
class GroupLeavesFailedOut(ReportService):
    """A group's report omits the orders that failed or were cancelled."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Remove those orders."""
        done = [order for order in members if order.state(now).status == COMPLETED]
        return super().group_document(organization_id, study_group, done, report_type, now)


@defect("large-group-is-put-away-after-a-year", "GROUP-1")
class LargeGroupPutAway(ReportService):
    """A group of a hundred orders or more is unknown once none of them has changed for a year."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Refuse it."""
        super().check_group_state(members, now)
        if len(members) >= LARGE and all(now - order.state(now).updated_at > YEAR for order in members):
            raise self.unknown_group(members[0].study_group or "")


@defect("group-ready-too-early", "GROUP-3")
class GroupTooEarly(ReportService):
    """A group's report is served as soon as one of its orders is COMPLETED."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Accept a group with one COMPLETED order."""
        if not any(order.state(now).status == COMPLETED for order in members):
            super().check_group_state(members, now)


@defect("group-without-report-is-200", "GROUP-3")
class GroupWithoutReport(ReportService):
    """A group without a COMPLETED order is answered with 200."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Refuse only unfinished groups."""
        try:
            super().check_group_state(members, now)
        except Problem as problem:
            if problem.reason != "order-failed":
                raise


@defect("unknown-group-is-empty-200", "GROUP-4")
class UnknownGroupEmpty(ReportService):
    """An unknown group is answered with 200 and an empty report."""

    def of_group(self, organization_id: str, study_group: str, report_type: str, now: Instant) -> Document:
        """Return an empty report."""
        if not self.members(organization_id, study_group):
            return Document(b"", report_type, REPORT_TYPES[report_type].media_type, "study-group-report")
        return super().of_group(organization_id, study_group, report_type, now)


@defect("group-report-kept", "GROUP-5")
class GroupReportKept(ReportService):
    """A group's report never changes once it is made, even after an amendment."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Repeat the first report."""
        kept: dict[tuple[str, str, str], Document] = self.__dict__.setdefault("kept", {})
        key = (organization_id, study_group, report_type)
        if key not in kept:
            kept[key] = super().group_document(organization_id, study_group, members, report_type, now)
        return kept[key]


@defect("group-misses-one-impression", "GROUP-5")
class GroupMissesImpression(ReportService):
    """A group's report omits the last of several COMPLETED orders."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Remove that order."""
        done = [order for order in members if order.state(now).status == COMPLETED]
        kept = [order for order in members if len(done) < 2 or order is not done[-1]]
        return super().group_document(organization_id, study_group, kept, report_type, now)


@defect("unknown-group-told-as-an-order", "GROUP-4")
class UnknownGroupAsOrder(ReportService):
    """An unknown study group is reported as an unknown order."""

    def unknown_group(self, study_group: str) -> Problem:
        """Change the problem type."""
        problem = super().unknown_group(study_group)
        problem.reason = "order-not-found"
        return problem


@defect("wholly-cancelled-group-is-unknown", "GROUP-3")
class WhollyCancelledIsUnknown(ReportService):
    """A group whose orders were all cancelled is answered as unknown."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Forget such a group."""
        if all(order.state(now).status == CANCELLED for order in members):
            raise self.unknown_group(str(members[0].study_group))
        super().check_group_state(members, now)


@defect("group-names-the-first-version", "GROUP-5")
class NamesFirstVersion(ReportService):
    """A group's json names the first version of an amended report, beside the impression of the newest."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Name the first version of each order."""
        document = super().group_document(organization_id, study_group, members, report_type, now)
        if report_type != "json":
            return document
        content = orjson.loads(document.content)
        for order in content["orders"]:
            order["report_id"] = order["report_id"] and re.sub("-[0-9]+$", "-1", order["report_id"])
        return replace(document, content=orjson.dumps(content))


@defect("group-waits-for-its-newest-order-alone", "GROUP-3")
class NewestAlone(ReportService):
    """A group's report is served once its newest order is final, whatever the others are."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look at the newest order, where another completed."""
        completed = [order for order in members if order.state(now).status == COMPLETED]
        newest = max(members, key=lambda order: order.recency)
        super().check_group_state([*completed, newest], now)


@defect("group-waits-for-each-order-of-its-studies", "GROUP-3")
class WaitsForItsStudies(ReportService):
    """A group waits for each order of its studies, be it of the group or not."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look at the orders of the studies."""
        super().check_group_state(members, now)
        for member in members:
            of_study = self.orders.of_study(member.organization_id, member.study_uid)
            if any(order.state(now).status not in FINAL for order in of_study):
                raise self.not_ready("An order of a study of the group is under way", 1, "GROUP-3")


@defect("group-report-has-the-newest-order-of-each-study", "GROUP-2")
class NewestOfEachStudy(ReportService):
    """A group's report has of each of its studies the newest order that has ended, be it of the group or not."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Replace those that have a newer one."""
        newest = []
        for member in members:
            of_study = self.orders.of_study(organization_id, member.study_uid)
            ended = [
                order
                for order in of_study
                if order.state(now).status in FINAL and order.study_group in (None, study_group)
            ]
            newest.append(member if ended[0].study_group else ended[0])
        return super().group_document(organization_id, study_group, newest, report_type, now)


@defect("csv-of-an-amended-group-is-plain-text", "GROUP-1")
class AmendedCsvIsText(ReportService):
    """The csv of a group has the media type of a text, once the report of an order was amended."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Give it another media type."""
        document = super().group_document(organization_id, study_group, members, report_type, now)
        if report_type != "csv" or not any(order.amendments for order in members):
            return document
        return replace(document, media_type="text/plain; charset=utf-8")


@defect("group-that-has-not-begun-is-unknown", "GROUP-3")
class NotBegunIsUnknown(ReportService):
    """A group of which each order is RECEIVED is answered as unknown."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Know groups from their first order in PROCESSING on."""
        if all(order.state(now).status == RECEIVED for order in members):
            raise self.unknown_group(str(members[0].study_group))
        super().check_group_state(members, now)
