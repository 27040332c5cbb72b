"""Defects of a study group's report: which of many orders it looks at, and how often it has them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

import orjson

from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, FINAL

PAGE = 100
NEARLY = 99


@defect("csv-of-a-group-has-a-row-for-each-version", "GROUP-2")
class RowForEachVersion(ReportService):
    """The CSV of a group joins orders with the versions of their reports: an amended order has several rows."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Repeat the rows."""
        document = super().group_document(organization_id, study_group, members, report_type, now)
        if report_type != "csv":
            return document
        head, *rows = csv.reader(io.StringIO(document.content.decode(), newline=""))
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(head)
        for order, row in zip(members, rows, strict=True):
            writer.writerows([row] * (1 + sum(at <= now for at in order.amendments)))
        return replace(document, content=text.getvalue().encode())


@defect("failed-order-of-a-group-has-the-report-before", "GROUP-2")
class ReportBefore(ReportService):
    """The json of a group carries the values of a row over into the next one, where an order has no report."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Carry them over."""
        document = super().group_document(organization_id, study_group, members, report_type, now)
        if report_type != "json":
            return document
        report = orjson.loads(document.content)
        before: dict[str, object] = {}
        for row in report["orders"]:
            row.update({name: value for name, value in before.items() if row[name] is None})
            before = row
        return replace(document, content=orjson.dumps(report))


@defect("group-takes-99-for-done", "GROUP-3")
class TakesNearlyForDone(ReportService):
    """A group waits until each order has a progress of 99: an order that is nearly done is left out."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look at those that are not nearly done."""
        states = [(order, order.state(now)) for order in members]
        rest = [order for order, state in states if state.status in FINAL or state.progress < NEARLY]
        done = any(state.status == COMPLETED for _, state in states)
        super().check_group_state(rest if rest and done else members, now)


@defect("group-waits-for-its-first-hundred-orders", "GROUP-3")
class WaitsForAHundred(ReportService):
    """Whether a group is ready is asked of a hundred of its orders, which is a page: others may be unfinished."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look at a page of them, at its one end or the other."""
        page = sorted(members, key=lambda order: order.recency)
        if all(order.state(now).status in FINAL for order in page[:PAGE]):
            page = page[:PAGE]
        elif all(order.state(now).status in FINAL for order in page[-PAGE:]):
            page = page[-PAGE:]
        super().check_group_state(page, now)
