"""Faults of the mock in reports of orders and study groups."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant, rfc3339
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports import content
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, PROCESSING

COLUMN = 200
"""Characters that a conclusion has room for."""
NEGATIVE = 10.0
"""Seconds in which a group that was not there is not looked for again."""


@defect("mock-older-order-stands-in-for-a-type", "RESULTS-2")
class OlderOrderStandsIn(Pipeline):
    """By study, the newest order that offers the type asked for is taken: it need not be the most recent order."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Look for an order that has the type."""
        study_uid = request.values.get("study_uid")
        if operation_id == "getResult" and study_uid is not None:
            service, wanted = self.world.orders, request.values["report_type"]
            orders = service.of_study(request.organization_id, study_uid)
            able = [order for order in orders if wanted in service.offered(order)]
            if orders[0].state(request.now).status == COMPLETED and able and able[0] is not orders[0]:
                values = {"order_id": able[0].order_id, "report_type": wanted}
                return super().serve(operation_id, replace(request, values=values))
        return super().serve(operation_id, request)


@defect("mock-wait-of-less-than-a-step-is-left-out", "RESULTS-4")
class WaitIsLeftOut(ReportService):
    """The wait is estimated from what is left of the progress; at more than 90 it is 0, which counts as none."""

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Leave out a wait of 0."""
        wait = (100 - state.progress) // 10
        if state.status == PROCESSING and not wait:
            raise Problem("The report is nearly ready.", reason="report-not-ready", requirement="RESULTS-4")
        super().check_state(state, order, now)


@defect("mock-csv-of-an-order-that-failed-is-409", "RESULTS-5")
class CsvOfFailed(ReportService):
    """An order that ended without a report is refused before the type is looked at: csv of it answers 409."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Look at the end first."""
        state = order.state(now)
        if state.status not in (COMPLETED, PROCESSING, "RECEIVED"):
            self.check_state(state, order, now)
        return super().of_order(order, report_type, now)


@defect("mock-report-has-the-first-instant-of-its-newest-order", "RESULTS-6")
class InstantOfNewestOrder(ReportService):
    """The json has as `received_at` what its study was received at last: a new order changes an old report."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Take it from the study's newest order."""
        made = super().made(order, version, report_type)
        if report_type != "json":
            return made
        newest = self.orders.most_recent(order.organization_id, order.study_uid)
        if newest.order_id == order.order_id:
            return made
        report = json.loads(made)
        report["times"]["received_at"] = rfc3339(min(newest.created_at, version.ready_at - 2), order.offset)
        return json.dumps(report, ensure_ascii=False, indent=2).encode()


@defect("mock-conclusion-of-fhir-is-cut", "RESULTS-7")
class ConclusionIsCut(ReportService):
    """FHIR's `conclusion` comes from a column of 200 characters: a long impression ends within a word."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Cut it."""
        made = super().made(order, version, report_type)
        if report_type != "fhir":
            return made
        bundle = json.loads(made)
        for entry in bundle["entry"]:
            if entry["resource"]["resourceType"] == "DiagnosticReport":
                entry["resource"]["conclusion"] = entry["resource"]["conclusion"][:COLUMN]
        return json.dumps(bundle, ensure_ascii=False).encode()


@defect("mock-csv-of-a-group-does-not-quote-its-name", "RESULTS-8")
class NameIsNotQuoted(ReportService):
    """The group's name is the same in each row of its CSV, and put before them without quotation marks."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Put the name there as it is."""
        document = super().group_document(organization_id, study_group, members, report_type, now)
        if report_type != "csv":
            return document
        quoted = '"' + study_group.replace('"', '""') + '",'
        text = document.content.decode().replace("\r\n" + quoted, f"\r\n{study_group},")
        return replace(document, content=text.encode())


@defect("mock-birth-date-of-hl7v2-is-an-instant", "RESULTS-10")
class BirthDateIsAnInstant(ReportService):
    """PID-7 is midnight of the birth date in the order's zone, told in UTC: the day before, east of Greenwich."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Move the date."""
        made = super().made(order, version, report_type)
        if report_type != "hl7v2" or order.offset <= 0:
            return made
        born = content.of_order(order, version).patient.birth_date
        head, pid, rest = made.partition(b"\rPID|")
        before = f"|{born - timedelta(days=1):%Y%m%d}|".encode()
        return head + pid + rest.replace(f"|{born:%Y%m%d}|".encode(), before, 1)


@defect("mock-report-of-a-study-is-kept-until-its-next-order", "RESULTS-11")
class KeptUntilNextOrder(Pipeline):
    """By study, a report that was served is kept until another order is the most recent: an amendment is none."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Serve what is kept."""
        study_uid = request.values.get("study_uid")
        if operation_id != "getResult" or study_uid is None:
            return super().serve(operation_id, request)
        kept: dict[tuple[str, ...], Answer] = self.__dict__.setdefault("kept", {})
        order_id = self.world.orders.most_recent(request.organization_id, study_uid).order_id
        key = request.organization_id, order_id, request.values["report_type"]
        answer = kept.get(key)
        if answer is None:
            answer = kept[key] = super().serve(operation_id, request)
        return replace(answer, headers=list(answer.headers))


@defect("mock-csv-of-a-group-knows-no-cancelled-order", "GROUP-2")
class KnowsNoCancelled(ReportService):
    """The CSV has a word for what is COMPLETED and one for all else: a cancelled order is FAILED there."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Use the two words."""
        document = super().group_document(organization_id, study_group, members, report_type, now)
        if report_type != "csv":
            return document
        return replace(document, content=document.content.replace(b",CANCELLED,", b",FAILED,"))


@defect("mock-group-report-has-an-order-of-each-study", "GROUP-2")
class AnOrderOfEachStudy(ReportService):
    """What a group's report says is gathered by study: of two orders of one study the later one is in it."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Gather by study."""
        by_study = {order.study_uid: order for order in members}
        return super().group_document(organization_id, study_group, list(by_study.values()), report_type, now)


@defect("mock-cancelled-group-says-that-it-was-cancelled", "GROUP-3")
class SaysCancelled(ReportService):
    """A group all of whose orders were cancelled answers `order-cancelled`, as an order would."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Tell what ended them."""
        if {order.state(now).status for order in members} == {"CANCELLED"}:
            detail = "Each order of the study group was cancelled: there will be no report."
            raise Problem(detail, reason="order-cancelled", requirement="GROUP-3")
        super().check_group_state(members, now)


@defect("mock-group-report-has-the-version-that-was-fetched", "GROUP-5")
class VersionThatWasFetched(ReportService):
    """A group's report takes of each order what `/results` has served of it: amended since, it is the old version."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Note the version."""
        self.__dict__.setdefault("fetched", {})[order.order_id] = version.number
        return super().document(order, version, report_type)

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Take the versions noted."""
        fetched: dict[str, int] = self.__dict__.setdefault("fetched", {})
        ends = {order.order_id: fetched.get(order.order_id, len(order.amendments) + 1) - 1 for order in members}
        orders = [replace(order, amendments=order.amendments[: ends[order.order_id]]) for order in members]
        return super().group_document(organization_id, study_group, orders, report_type, now)


@defect("mock-unknown-group-stays-unknown-for-a-while", "CONS-1")
class StaysUnknown(ReportService):
    """That a group has no order is kept for ten seconds: its first order, whose status names it, is not seen."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Look again after a while."""
        missed: dict[tuple[str, str], float] = self.__dict__.setdefault("missed", {})
        key = organization_id, study_group
        if time.monotonic() - missed.get(key, -NEGATIVE) < NEGATIVE:
            return ()
        members = super().members(organization_id, study_group)
        if not members:
            missed[key] = time.monotonic()
        return members


@defect("mock-group-report-is-a-file-of-its-name", "SEC-5")
class FileOfItsName(ReportService):
    """A group's report is offered as a file that is named as the group, just as the caller spelled it."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Name the file."""
        document = super().group_document(organization_id, study_group, members, report_type, now)
        return replace(document, name=study_group.encode("latin-1", "replace").decode("latin-1"))
