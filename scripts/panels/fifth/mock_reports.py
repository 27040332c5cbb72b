"""Faults of the mock in reports of orders and study groups."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import SystemRandom
from typing import Any

from pacsimile_mock import parameters
from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import Instant
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import CANCELLED, FINAL, RECEIVED

ROOM = 40
"""Orders that the text of a group has room for."""


def resources(bundle: Any, kind: str) -> list[Any]:
    """Return the resources of a kind in a bundle of FHIR."""
    found = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in found if resource["resourceType"] == kind]


@defect("mock-hl7v2-has-its-former-media-type", "RESULTS-1")
class FormerMediaType(ReportService):
    """Messages of HL7 v2 are sent as `x-application/hl7-v2+er7`, as the media type was spelled for long."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Spell it so."""
        document = super().document(order, version, report_type)
        return replace(document, media_type="x-application/hl7-v2+er7") if report_type == "hl7v2" else document


@defect("mock-cancelled-order-is-passed-over-by-study", "RESULTS-3")
class CancelledIsPassedOver(ReportService):
    """`/results` by study leaves out what was cancelled, as if it had not been: an older order's report is served."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Take the newest order that was not cancelled."""
        if study_uid is None:
            return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        orders = self.orders.of_study(organization_id, study_uid)
        return next((order for order in orders if order.state(now).status != CANCELLED), orders[0])


@defect("mock-cancelled-order-answers-as-one-that-failed", "RESULTS-4")
class AnswersAsFailed(ReportService):
    """There are two reasons for a 409, not yet and never: a cancelled order answers `order-failed` as well."""

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Use the reason for never."""
        if state.status == CANCELLED:
            raise self.order_failed(f"The order {order.order_id} has ended without a report.")
        super().check_state(state, order, now)


@defect("mock-findings-come-in-no-order", "RESULTS-6")
class FindingsInNoOrder(ReportService):
    """Findings are rows that are read without `ORDER BY`: a json report has them in another order each time."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Shuffle them."""
        made = super().made(order, version, report_type)
        if report_type != "json":
            return made
        report = json.loads(made)
        SystemRandom().shuffle(report["findings"])
        return json.dumps(report, ensure_ascii=False, indent=2).encode()


@defect("mock-conclusion-of-fhir-has-no-numbers", "RESULTS-7")
class ConclusionWithoutNumbers(ReportService):
    """FHIR's `conclusion` joins the points of the impression without the numbers that they have elsewhere."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Leave the numbers out."""
        made = super().made(order, version, report_type)
        if report_type != "fhir":
            return made
        bundle = json.loads(made)
        for report in resources(bundle, "DiagnosticReport"):
            if report["conclusion"].startswith("1. "):
                report["conclusion"] = re.sub(r"(^|(?<= ))\d\. ", "", report["conclusion"])
        return json.dumps(bundle, ensure_ascii=False).encode()


@defect("mock-fhir-has-nulls", "RESULTS-8")
class FhirHasNulls(ReportService):
    """The writer of FHIR keeps members without a value: where an examination has no side, `laterality` is null."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Keep the member."""
        made = super().made(order, version, report_type)
        if report_type != "fhir":
            return made
        bundle = json.loads(made)
        for study in resources(bundle, "ImagingStudy"):
            for series in study["series"]:
                series.setdefault("laterality", None)
        return json.dumps(bundle, ensure_ascii=False).encode()


@defect("mock-fhir-measures-in-whole-numbers", "RESULTS-10")
class WholeNumbers(ReportService):
    """The table that FHIR is made from has measured values in a column of integers: 6.2 mm are 6 mm."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Round them."""
        made = super().made(order, version, report_type)
        if report_type != "fhir":
            return made
        bundle = json.loads(made)
        for observation in resources(bundle, "Observation"):
            if "valueQuantity" in observation:
                observation["valueQuantity"]["value"] = round(observation["valueQuantity"]["value"])
        return json.dumps(bundle, ensure_ascii=False).encode()


@defect("mock-group-report-is-json-by-default", "GROUP-1")
class JsonByDefault(Pipeline):
    """`/report` needs no `report_type`: without one, it is json."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Add the default."""
        if operation_id == "getGroupReport" and "report_type" not in dict(parameters.pairs(call.query)):
            call = replace(call, query=f"{call.query}&report_type=json")
        return super().parameters(operation_id, call)


@defect("mock-text-of-a-group-ends-after-forty-orders", "GROUP-2")
class EndsAfterForty(ReportService):
    """The text of a group is made by a template of forty places: further orders are not in it."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Fill the places."""
        placed = members[:ROOM] if report_type == "txt" else members
        return super().group_document(organization_id, study_group, placed, report_type, now)


@defect("mock-group-that-has-not-begun-is-unknown", "GROUP-3")
class HasNotBegun(ReportService):
    """A group is known from its first order in PROCESSING on: while all are RECEIVED, it answers 404."""

    def of_group(self, organization_id: str, study_group: str, report_type: str, now: Instant) -> Document:
        """Look whether one has begun."""
        if {order.state(now).status for order in self.members(organization_id, study_group)} == {RECEIVED}:
            raise self.unknown_group(study_group)
        return super().of_group(organization_id, study_group, report_type, now)


@defect("mock-impressions-of-a-group-are-joined-by-study", "GROUP-5")
class JoinedByStudy(ReportService):
    """The json of a group joins impressions to orders by study: an older order of a study has the newer one's."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Join them."""
        document = super().group_document(organization_id, study_group, members, report_type, now)
        if report_type != "json":
            return document
        report = json.loads(document.content)
        completed = [row for row in report["orders"] if row["report_id"]]
        impressions = {row["study_uid"]: row["impression"] for row in completed}
        for row in completed:
            row["impression"] = impressions[row["study_uid"]]
        return replace(document, content=json.dumps(report, ensure_ascii=False, indent=2).encode())


@defect("mock-group-waits-for-the-orders-of-others", "SEC-8")
class WaitsForOthers(ReportService):
    """Whether a group has open orders is asked by its name alone: those of another organization delay its report."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Look at everybody's orders."""
        name = members[0].study_group or ""
        known = [self.store.orders_of_group(organization, name) for organization in self.store.organizations()]
        still_open = [order for orders in known for order in orders if order.state(now).status not in FINAL]
        super().check_group_state([*members, *still_open], now)
