"""Faults of the mock in the reports of orders and of study groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import CANCELLED, RECEIVED

IMPRESSION = "|TX|19005-8^"
"""What an OBX with a line of the impression has."""


@defect("panel-report-of-the-last-order-that-was-not-cancelled", "RESULTS-3")
class NotCancelled(ReportService):
    """A cancelled order does not count when a study's report is asked for: the report of the order before is served."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Skip cancelled orders."""
        if order_id is not None:
            return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        orders = self.orders.of_study(organization_id, study_uid or "")
        return next((order for order in orders if order.state(now).status != CANCELLED), orders[0])


@defect("panel-newest-order-of-a-study-is-found-before-its-owner", "SEC-3")
class FoundBeforeItsOwner(ReportService):
    """A report by study is that of the newest order of any organization: if it is another's, the answer is 404."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Find the newest order first, and compare its organization then."""
        if order_id is not None:
            return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        owners = self.store.organizations()
        orders = [order for owner in owners for order in self.store.orders_of_study(owner, study_uid or "")]
        newest = max(orders, key=self.orders.recency, default=None)
        if newest is None or newest.organization_id != organization_id:
            raise self.orders.unknown_study(study_uid or "")
        return newest


@defect("panel-dicom-wraps-the-pdf-that-was-made-first", "RESULTS-11")
class WrapsTheFirst(ReportService):
    """The encapsulated PDF is kept by its order, as it takes long to make: after an amendment the old one is served."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Make the DICOM PDF of the version that was asked for first."""
        if report_type != "dicom_pdf":
            return super().made(order, version, report_type)
        kept: dict[str, Version] = self.__dict__.setdefault("kept", {})
        return super().made(order, kept.setdefault(order.order_id, version), report_type)


@defect("panel-impression-in-hl7-is-its-first-line", "RESULTS-7")
class FirstLine(ReportService):
    """HL7 v2 maps the impression to one OBX: of several conclusions, only the first is sent."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Keep one OBX of the impression, and number them anew."""
        made = super().made(order, version, report_type)
        return of_one_conclusion(made.decode()).encode() if report_type == "hl7v2" else made


def of_one_conclusion(message: str) -> str:
    """Return a message with the first line of its impression."""
    kept, number, concluded = [], 0, False
    for line in message.split("\r"):
        if line.startswith("OBX|"):
            if IMPRESSION in line and concluded:
                continue
            number, concluded = number + 1, concluded or IMPRESSION in line
            line = "|".join(["OBX", str(number), *line.split("|")[2:]])
        kept.append(line)
    return "\r".join(kept)


@defect("panel-csv-of-a-group-has-the-first-impressions", "GROUP-5")
class FirstImpressions(ReportService):
    """The CSV of a group is made from a table that is filled as orders complete, and misses amendments."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Leave amendments out of CSV."""
        if report_type == "csv":
            members = [replace(order, amendments=()) for order in members]
        return super().group_document(organization_id, study_group, members, report_type, now)


@defect("panel-group-does-not-wait-for-orders-in-the-inbox", "GROUP-3")
class DoesNotWait(ReportService):
    """A group waits for orders that are PROCESSING: those that are only RECEIVED are left out of its report."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look at the orders that were begun; where there are none, at all."""
        super().check_group_state(begun(members, now) or members, now)

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Report on the orders that were begun."""
        return super().group_document(organization_id, study_group, begun(members, now), report_type, now)


def begun(members: Sequence[Order], now: Instant) -> list[Order]:
    """Return the orders whose processing has begun."""
    return [order for order in members if order.state(now).status != RECEIVED]


@defect("panel-spaces-at-the-end-of-a-group-do-not-count", "STATUS-8")
class PaddedNames(ReportService):
    """Names of groups are compared as the database pads them: spaces at the end do not count."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Compare without spaces at the end."""
        padded = study_group.rstrip(" ")
        orders = self.store.orders_of(organization_id)
        return [o for o in orders if o.study_group is not None and o.study_group.rstrip(" ") == padded]
