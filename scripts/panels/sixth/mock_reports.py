"""Faults of the mock in reports of orders and study groups."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem, UntypedProblem
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports import content
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, FINAL

LATE = 2 * 3600 * SECOND
"""From when on an order that has no report is late."""
WIDTH = 12
"""Characters of an order number in the interface for HL7 v2."""
RENDERING = SECOND
"""How long it takes until a report is rendered."""


def resources(bundle: Any, kind: str) -> list[Any]:
    """Return the resources of a kind in a bundle of FHIR."""
    held = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in held if resource["resourceType"] == kind]


def fields_of(message: bytes) -> list[list[str]]:
    """Return the fields of each segment of a message of HL7 v2; the last one is empty."""
    return [segment.split("|") for segment in message.decode().split("\r")]


def message_of(segments: list[list[str]]) -> bytes:
    """Return the message of these segments."""
    return "\r".join("|".join(fields) for fields in segments).encode()


@defect("mock-fhir-is-sent-as-json", "RESULTS-1")
class FhirAsJson(ReportService):
    """FHIR is JSON, and the framework sends whatever is JSON as `application/json`."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Send it so."""
        document = super().document(order, version, report_type)
        return replace(document, media_type="application/json") if report_type == "fhir" else document


@defect("mock-older-report-stands-in-for-a-late-one", "RESULTS-3")
class StandsIn(ReportService):
    """By study, an order that has no report after two hours is passed over, so that there is one to look at."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Take an older one."""
        newest = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if study_uid is None or newest.state(now).status in FINAL or now - newest.created_at < LATE:
            return newest
        older = self.orders.of_study(organization_id, study_uid)
        return next((order for order in older if order.state(now).status == COMPLETED), newest)


@defect("mock-type-that-is-not-offered-is-not-acceptable", "RESULTS-5")
class NotAcceptable(ReportService):
    """A type that an order does not offer is answered with 406, which is the word for a form that there is not."""

    def check_offered(self, report_type: str, offered: Sequence[str], whose: str) -> None:
        """Answer so."""
        try:
            super().check_offered(report_type, offered, whose)
        except Problem as problem:
            raise UntypedProblem(problem.detail, status=406, title="Not Acceptable") from None


@defect("mock-order-numbers-of-hl7v2-are-cut", "RESULTS-7")
class NumbersAreCut(ReportService):
    """The interface for HL7 v2 has twelve characters for an order number: its messages name no order that there is."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Cut both numbers."""
        made = super().made(order, version, report_type)
        if report_type != "hl7v2":
            return made
        segments = fields_of(made)
        for fields in segments:
            for place in {"ORC": (2, 3), "OBR": (2, 3, 18)}.get(fields[0], ()):
                number, separator, rest = fields[place].partition("^")
                fields[place] = number[:WIDTH] + separator + rest
        return message_of(segments)


@defect("mock-measurements-of-json-are-strings", "RESULTS-8")
class MeasurementsAreStrings(ReportService):
    """Decimal numbers become strings in JSON, lest they lose a digit: a measurement's value is `"6.2"`."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Write them so."""
        made = super().made(order, version, report_type)
        if report_type != "json":
            return made
        report = json.loads(made)
        for measurement in report["measurements"]:
            measurement["value"] = str(measurement["value"])
        return json.dumps(report, ensure_ascii=False, indent=2).encode()


@defect("mock-fhir-knows-two-genders", "RESULTS-10")
class TwoGenders(ReportService):
    """FHIR's `gender` is `male` where the sex is M, and else `female`."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Choose one."""
        made = super().made(order, version, report_type)
        if report_type != "fhir":
            return made
        bundle = json.loads(made)
        for patient in resources(bundle, "Patient"):
            patient["gender"] = "male" if patient["gender"] == "male" else "female"
        return json.dumps(bundle, ensure_ascii=False).encode()


@defect("mock-hl7v2-measures-all-in-millimetres", "RESULTS-10")
class AllInMillimetres(ReportService):
    """OBX-6 was written when all that was measured were lengths: it says `mm` for centimetres and minutes too."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Write the unit."""
        made = super().made(order, version, report_type)
        if report_type != "hl7v2":
            return made
        segments = fields_of(made)
        for fields in segments:
            if fields[0] == "OBX" and fields[2] == "NM":
                fields[6] = "mm^^UCUM"
        return message_of(segments)


@defect("mock-fhir-of-an-amendment-is-final", "RESULTS-11")
class AmendmentIsFinal(ReportService):
    """What is in FHIR was signed, and what was signed is `final`: an amended report says so, too."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Call it final."""
        made = super().made(order, version, report_type)
        if report_type != "fhir":
            return made
        bundle = json.loads(made)
        for report in resources(bundle, "DiagnosticReport"):
            report["status"] = "final"
        return json.dumps(bundle, ensure_ascii=False).encode()


@defect("mock-group-without-a-report-is-served", "GROUP-3")
class ServedWithoutReport(ReportService):
    """Once all orders of a group have ended, its report is made, also where not one of them was COMPLETED."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Wait, and no more."""
        try:
            super().check_group_state(members, now)
        except Problem as problem:
            if problem.reason != "order-failed":
                raise


@defect("mock-commas-join-groups", "GROUP-4")
class CommasJoin(ReportService):
    """The framework binds `A,B` to a list: where no group has this name, the orders of both groups are reported."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Take all groups of the list."""
        members = super().members(organization_id, study_group)
        if members or "," not in study_group:
            return members
        names = study_group.split(",")
        return tuple(order for name in names for order in self.store.orders_of_group(organization_id, name))


@defect("mock-group-has-a-row-for-each-version", "GROUP-5")
class RowForEachVersion(ReportService):
    """The json of a group joins orders with reports: an amended order is there with each version's impression."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Join them."""
        document = super().group_document(organization_id, study_group, members, report_type, now)
        if report_type != "json":
            return document
        report = json.loads(document.content)
        rows = []
        for order, row in zip(members, report["orders"], strict=True):
            for version in order.planned_versions():
                if version.ready_at <= now and version.report_id != row["report_id"]:
                    made = content.of_order(order, version)
                    told = {"report_id": version.report_id, "report_status": version.status}
                    rows.append({**row, **told, "impression": made.impression})
            rows.append(row)
        written = json.dumps({**report, "orders": rows}, ensure_ascii=False, indent=2)
        return replace(document, content=written.encode())


@defect("mock-report-is-rendered-a-moment-later", "CONS-1")
class RenderedLater(ReportService):
    """A report is rendered by a job once its order is COMPLETED: for a second, it is listed and answers 409."""

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Wait for the job."""
        super().check_state(state, order, now)
        if state.completed_at is not None and now - state.completed_at < RENDERING:
            raise self.not_ready(f"The report of the order {order.order_id} is being rendered", 1)


@defect("mock-retry-after-is-in-milliseconds", "PROTO-4")
class InMilliseconds(ReportService):
    """The wait is reckoned in milliseconds and sent as it is: a client waits for hours instead of seconds."""

    def retry_after(self, orders: Sequence[Order], now: Instant) -> int:
        """Reckon in milliseconds."""
        return super().retry_after(orders, now) * 1000
