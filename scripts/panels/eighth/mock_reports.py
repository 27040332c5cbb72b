"""Faults of the mock in reports of orders and study groups."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, FAILED

DAY = 86_400 * SECOND


def of_first_plane(name: str) -> str:
    """Return a name in which one character stands for all beyond U+FFFF."""
    return re.sub("[\U00010000-\U0010ffff]", "\ufffd", name)


@defect("mock-emojis-of-group-names-are-all-equal", "STATUS-8")
class EmojisAllEqual(ReportService):
    """The collation of group names treats all characters beyond U+FFFF as equal, so any emoji stands for any other."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Compare what is left of the names."""
        wanted = of_first_plane(study_group)
        if wanted == study_group:
            return super().members(organization_id, study_group)
        return [
            order
            for order in self.store.orders_of(organization_id)
            if order.study_group is not None and of_first_plane(order.study_group) == wanted
        ]


@defect("mock-worklist-entry-is-purged-after-a-day", "RESULTS-6")
class WorklistPurged(ReportService):
    """`ordered_at` comes from a worklist that keeps its entries for a day: after that, it is `acquired_at`."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Look at the worklist."""
        document = super().of_order(order, report_type, now)
        if report_type != "json" or now - order.created_at < DAY:
            return document
        report = json.loads(document.content)
        report["times"]["ordered_at"] = report["times"]["acquired_at"]
        return replace(document, content=json.dumps(report, ensure_ascii=False, indent=2).encode())


@defect("mock-hl7v2-omits-an-unknown-sex", "RESULTS-10")
class OmitsUnknownSex(ReportService):
    """PID-8 may be empty, so the HL7 v2 interface leaves it empty where the sex is U."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Empty PID-8."""
        made = super().made(order, version, report_type)
        if report_type != "hl7v2":
            return made
        segments = [segment.split("|") for segment in made.decode().split("\r")]
        for fields in segments:
            if fields[0] == "PID" and fields[8] == "U":
                fields[8] = ""
        return "\r".join("|".join(fields) for fields in segments).encode()


@defect("mock-replaced-order-is-frozen", "RESULTS-11")
class ReplacedIsFrozen(ReportService):
    """A newer order of the study freezes an order's report: a later amendment of it is listed, but not served."""

    def version(self, order: Order, now: Instant) -> Version:
        """Look for a version from before."""
        newest = super().version(order, now)
        of_study = self.orders.of_study(order.organization_id, order.study_uid)
        newer = [other.created_at for other in of_study if other.recency > order.recency]
        if not newer:
            return newest
        versions = [each for each in order.planned_versions() if each.number <= newest.number]
        return [each for each in versions if each.number == 1 or each.ready_at <= min(newer)][-1]


@defect("mock-failed-order-that-was-repeated-leaves-its-group", "GROUP-2")
class RepeatedLeavesGroup(ReportService):
    """A failed order is left out of its group's report if the group has a later, COMPLETED order of the same study."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Leave it out."""
        done = [order for order in members if order.state(now).status == COMPLETED]
        rest = [
            order
            for order in members
            if order.state(now).status != FAILED
            or not any(other.study_uid == order.study_uid and other.recency > order.recency for other in done)
        ]
        return super().group_document(organization_id, study_group, rest, report_type, now)


@defect("mock-created-at-of-a-group-has-whole-seconds", "GROUP-5")
class WholeSeconds(ReportService):
    """`created_at` of a group's json is cut to whole seconds, and so lies before the completion of what is in it."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Cut it."""
        document = super().group_document(organization_id, study_group, members, report_type, now)
        if report_type != "json":
            return document
        report = json.loads(document.content)
        report["created_at"] = datetime.fromisoformat(report["created_at"]).replace(microsecond=0).isoformat()
        return replace(document, content=json.dumps(report, ensure_ascii=False, indent=2).encode())
