"""Faults of the mock in reports of orders and study groups."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED

BATCH = 50
"""How many orders of a group are asked for their status."""


@defect("mock-group-name-is-folded-to-common-forms", "STATUS-8")
class FoldedToCommonForms(ReportService):
    """Where no group has the name, it is looked for in compatibility forms: full-width digits are the usual ones."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Fold the names."""
        members = super().members(organization_id, study_group)
        wanted = unicodedata.normalize("NFKC", study_group)
        return members or [
            order
            for order in self.store.orders_of(organization_id)
            if order.study_group is not None and unicodedata.normalize("NFKC", order.study_group) == wanted
        ]


@defect("mock-report-that-waits-comes-first-by-study", "RESULTS-2")
class WaitingFirst(ReportService):
    """By study, `/results` hands out what still waits: an older order's report, once the newest one is acknowledged."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Look for one that waits."""
        newest = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if study_uid is None or not self.done(newest, now):
            return newest
        orders = self.orders.of_study(organization_id, study_uid)
        waiting = (order for order in orders if order.newest_version(now) and not self.done(order, now))
        return next(waiting, newest)

    def done(self, order: Order, now: Instant) -> bool:
        """Whether the newest version is acknowledged."""
        version = order.newest_version(now)
        return version is not None and self.store.is_acknowledged(order.organization_id, version.report_id)


@defect("mock-hl7v2-has-one-decimal", "RESULTS-10")
class OneDecimal(ReportService):
    """Measured values of HL7 v2 have one decimal, which does for millimetres: a fraction of 0.46 is 0.5 there."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Round them."""
        made = super().made(order, version, report_type)
        if report_type != "hl7v2":
            return made
        segments = [segment.split("|") for segment in made.decode().split("\r")]
        for fields in segments:
            if fields[0] == "OBX" and fields[2] == "NM" and len(fields[5].partition(".")[2]) > 1:
                fields[5] = f"{float(fields[5]):.1f}"
        return "\r".join("|".join(fields) for fields in segments).encode()


@defect("mock-version-that-was-acknowledged-is-served", "RESULTS-11")
class AcknowledgedIsServed(ReportService):
    """What was acknowledged is settled: `/results` serves this version until an amended one is acknowledged too."""

    def version(self, order: Order, now: Instant) -> Version:
        """Look for the one that is settled."""
        ready = [version for version in order.planned_versions() if version.ready_at <= now]
        settled = [each for each in ready if self.store.is_acknowledged(order.organization_id, each.report_id)]
        return settled[-1] if settled else super().version(order, now)


@defect("mock-acknowledged-order-leaves-its-group", "GROUP-2")
class LeavesGroup(ReportService):
    """Orders whose report was acknowledged are archived: a group's report is made of the others, if there are any."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Leave out what is archived."""
        members = super().members(organization_id, study_group)
        known = self.store.is_acknowledged
        return [
            order
            for order in members
            if not any(known(organization_id, version.report_id) for version in order.planned_versions())
        ] or members


@defect("mock-first-fifty-orders-of-a-group-decide", "GROUP-3")
class FirstFifty(ReportService):
    """Whether a group is ready is asked of its orders by a query that has a limit of fifty: later ones may be open."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Ask the first."""
        super().check_group_state(members[:BATCH], now)


@defect("mock-row-of-a-group-is-kept-by-its-report-status", "GROUP-5")
class KeptByStatus(ReportService):
    """Rows of a group's json are kept by order and `report_status`: of two amendments the second does not show."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Keep the rows."""
        document = super().group_document(organization_id, study_group, members, report_type, now)
        if report_type != "json":
            return document
        kept: dict[Any, Any] = self.__dict__.setdefault("kept", {})
        report = json.loads(document.content)
        report["orders"] = [
            kept.setdefault((row["order_id"], row["report_status"]), row) if row["status"] == COMPLETED else row
            for row in report["orders"]
        ]
        return replace(document, content=json.dumps(report, ensure_ascii=False, indent=2).encode())
