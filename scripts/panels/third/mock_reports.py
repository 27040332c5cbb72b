"""Faults of the mock in the reports of orders and groups."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pacsimile_fixtures import reports
from pacsimile_fixtures.people import Patient
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports import content
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.statuses import COMPLETED, FAILED, FINAL

RESOLVED = 30 * SECOND
"""How long a study's order is not looked up again."""


@defect("mock-rendered-report-is-kept-by-its-file-name", "RESULTS-1")
class ByFileName(ReportService):
    """Rendered reports are kept as files by name: of the two DICOM types, whose names are equal, the first serves."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Look for the file."""
        files: dict[str, bytes] = self.__dict__.setdefault("files", {})
        name = f"{version.report_id}.{REPORT_TYPES[report_type].extension}"
        if name not in files:
            files[name] = super().made(order, version, report_type)
        return files[name]


@defect("mock-study-is-resolved-once-in-a-while", "RESULTS-3")
class ResolvedOnce(ReportService):
    """`/results` keeps for half a minute which order is a study's most recent: a newer one is not waited for."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Keep the order by study."""
        kept: dict[tuple[str, str], tuple[Instant, Order]] = self.__dict__.setdefault("resolved", {})
        if study_uid is not None:
            at, order = kept.get((organization_id, study_uid), (-RESOLVED, None))
            if order is not None and now - at < RESOLVED:
                return order
        chosen = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if study_uid is not None:
            kept[organization_id, study_uid] = now, chosen
        return chosen


@defect("mock-acknowledged-report-comes-from-the-archive", "RESULTS-6")
class FromArchive(ReportService):
    """An acknowledged report is read from the archive, whose columns have whole seconds: its json has other times."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Cut the times of what was acknowledged."""
        made = super().made(order, version, report_type)
        if report_type != "json" or not self.store.is_acknowledged(order.organization_id, version.report_id):
            return made
        document = json.loads(made)
        for name, text in document["times"].items():
            document["times"][name] = datetime.fromisoformat(text).replace(microsecond=0).isoformat()
        return json.dumps(document, indent=2).encode()


@defect("mock-hl7v2-has-the-first-line-of-the-impression", "RESULTS-7")
class FirstLine(ReportService):
    """The impression goes into a field of one line: in HL7 v2 its first conclusion is there, and no other."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Render HL7 with one conclusion."""
        if report_type != "hl7v2":
            return super().made(order, version, report_type)
        whole = content.of_order(order, version)
        return reports.render(replace(whole, conclusions=whole.conclusions[:1]), report_type)


@defect("mock-patient-of-a-study-is-kept-by-its-uid", "RESULTS-10")
class PatientByStudy(ReportService):
    """The patient of the last json report is kept by study UID for the other types, whichever organization's it was."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Render json with the order's patient, and all else with the one that is kept."""
        patients: dict[str, Patient] = self.__dict__.setdefault("patients", {})
        whole = content.of_order(order, version)
        if report_type == "json":
            patients[order.study_uid] = whole.patient
        patient = patients.get(order.study_uid, whole.patient)
        return reports.render(replace(whole, patient=patient), report_type)


@defect("mock-of-two-versions-in-a-second-the-first-is-served", "RESULTS-11")
class FirstOfSecond(ReportService):
    """The newest version is found by its time in whole seconds: of two amendments in one second the first is served."""

    def version(self, order: Order, now: Instant) -> Version:
        """Compare whole seconds."""
        ready = [version for version in order.planned_versions() if version.ready_at <= now]
        return max(ready, key=lambda version: version.ready_at // SECOND)


@defect("mock-amended-json-has-the-first-completion", "CONS-2")
class FirstCompletion(ReportService):
    """The json report of an amended version has the order's `completed_at`; the listing has the version's own."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Render json with the time of the first version."""
        if report_type != "json" or version.number == 1:
            return super().made(order, version, report_type)
        first = content.of_order(order, order.planned_versions()[0])
        whole = content.of_order(order, version)
        return reports.render(replace(whole, completed_at=first.completed_at), report_type)


@defect("mock-csv-of-a-group-joins-the-reports", "GROUP-2")
class JoinsReports(ReportService):
    """The CSV of a group is an inner join of orders and reports: failed and cancelled orders are not in it."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Leave orders without a report out of the CSV."""
        if report_type == "csv":
            members = [order for order in members if order.newest_version(now) is not None]
        return super().group_document(organization_id, study_group, members, report_type, now)


@defect("mock-group-with-a-failed-order-fails-at-once", "GROUP-3")
class FailsAtOnce(ReportService):
    """While orders of a group are unfinished, one that failed makes the answer `order-failed`, as if it were final."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look for a failed order first."""
        statuses = {order.state(now).status for order in members}
        if FAILED in statuses and not statuses <= set(FINAL):
            raise self.order_failed("An order of the study group failed.", "GROUP-3")
        super().check_group_state(members, now)


@defect("mock-group-report-is-kept-by-its-last-completion", "GROUP-5")
class ByLastCompletion(ReportService):
    """A group's report is kept until an order joins or completes: an amendment completes no order, and is not in it."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Keep the document by the last `completed_at`."""
        kept: dict[tuple[object, ...], Document] = self.__dict__.setdefault("groups", {})
        last = max(order.state(now).completed_at or 0 for order in members)
        key = (organization_id, study_group, report_type, len(members), last)
        if key not in kept:
            kept[key] = super().group_document(organization_id, study_group, members, report_type, now)
        return kept[key]


@defect("mock-group-report-is-kept-without-its-organization", "SEC-8")
class WithoutOrganization(ReportService):
    """A group's report is kept by name, type and what changes it, without the organization: one gets the other's."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Keep the document by the group's name."""
        kept: dict[tuple[object, ...], Document] = self.__dict__.setdefault("groups", {})
        completed = sum(order.state(now).status == COMPLETED for order in members)
        amendments = sum(at <= now for order in members for at in order.amendments)
        key = (study_group, report_type, len(members), completed, amendments)
        if key not in kept:
            kept[key] = super().group_document(organization_id, study_group, members, report_type, now)
        return kept[key]


@defect("mock-acknowledged-order-is-passed-over-by-study", "BATCH-10")
class PassedOver(ReportService):
    """By study, `/results` looks among the orders that are not archived: acknowledged, a report is no longer found."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Look for the most recent order that is not acknowledged."""
        if study_uid is None:
            return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        for order in self.orders.of_study(organization_id, study_uid):
            version = order.newest_version(now)
            if version is None or not self.store.is_acknowledged(organization_id, version.report_id):
                return order
        raise self.orders.unknown_study(study_uid)
