"""Stories of the mock's faults in reports."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from scripts.panels.play import Caller, Server, shows


def fhir(caller: Caller, order_id: str, kind: str) -> list[Any]:
    """Return the resources of a kind in an order's report."""
    resources = [entry["resource"] for entry in caller.report("fhir", order_id=order_id).json["entry"]]
    return [resource for resource in resources if resource["resourceType"] == kind]


@shows("mock-hl7v2-has-its-former-media-type")
def former_media_type(server: Server) -> bool:
    """A report is fetched as HL7 v2: it is `application/hl7-v2+er7`."""
    made = server.state("order_in_status", status="COMPLETED")
    reply = server.caller(made).report("hl7v2", order_id=made["order_id"])
    return str(reply.headers["Content-Type"]).startswith("application/hl7-v2+er7")


@shows("mock-cancelled-order-is-passed-over-by-study")
def passed_over(server: Server) -> bool:
    """The most recent order of a study was cancelled, an older one is COMPLETED: by study, 409."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "CANCELLED"])
    return server.caller(made).report(study_uid=made["study_uid"]).status == 409


@shows("mock-cancelled-order-answers-as-one-that-failed")
def as_failed(server: Server) -> bool:
    """A client asks for the report of a cancelled order: 409 `order-cancelled`."""
    made = server.state("order_in_status", status="CANCELLED")
    reply = server.caller(made).report(order_id=made["order_id"])
    return reply.status == 409 and reply.reason == "order-cancelled"


@shows("mock-findings-come-in-no-order")
def in_no_order(server: Server) -> bool:
    """A report is fetched twelve times: its findings are the same."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    findings = [caller.report(order_id=made["order_id"]).json["findings"] for _ in range(12)]
    return all(each == findings[0] for each in findings)


@shows("mock-conclusion-of-fhir-has-no-numbers")
def no_numbers(server: Server) -> bool:
    """Twelve reports are fetched as json and as FHIR: each has one impression in both."""
    made = server.state("fresh_organization", ready_reports=12)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        (report,) = fhir(caller, order_id, "DiagnosticReport")
        right.append(report["conclusion"] == caller.report(order_id=order_id).json["impression"])
    return all(right)


@shows("mock-fhir-has-nulls")
def has_nulls(server: Server) -> bool:
    """Twelve reports are fetched as FHIR: none has a member that is null."""
    made = server.state("fresh_organization", ready_reports=12)
    caller = server.caller(made)
    series = [study["series"][0] for order_id in made["order_ids"] for study in fhir(caller, order_id, "ImagingStudy")]
    return all(value is not None for each in series for value in each.values())


@shows("mock-fhir-measures-in-whole-numbers")
def in_whole_numbers(server: Server) -> bool:
    """Twenty reports are fetched as json and as FHIR: both have the same measured values."""
    made = server.state("fresh_organization", ready_reports=20)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        quantities = [each.get("valueQuantity") for each in fhir(caller, order_id, "Observation")]
        measurements = caller.report(order_id=order_id).json["measurements"]
        right.append([each["value"] for each in quantities if each] == [each["value"] for each in measurements])
    return all(right)


@shows("mock-group-report-is-json-by-default")
def by_default(server: Server) -> bool:
    """A client asks for a group's report without a type: 400."""
    made = server.state("study_group", statuses=["COMPLETED"])
    return server.caller(made).get("/report", study_group=made["study_group"]).status == 400


@shows("mock-text-of-a-group-ends-after-forty-orders")
def after_forty(server: Server) -> bool:
    """A group has 45 orders: its text has the last one."""
    made = server.state("study_group", statuses=["COMPLETED"] * 45)
    text = server.caller(made).report("txt", study_group=made["study_group"]).body.decode()
    return all(order_id in text for order_id in made["order_ids"])


@shows("mock-group-that-has-not-begun-is-unknown")
def not_begun(server: Server) -> bool:
    """Both orders of a group are RECEIVED: 409."""
    made = server.state("study_group", statuses=["RECEIVED", "RECEIVED"])
    return server.caller(made).report(study_group=made["study_group"]).status == 409


@shows("mock-impressions-of-a-group-are-joined-by-study")
def joined_by_study(server: Server) -> bool:
    """The older of two orders of a study in a group is amended: the group's json has its amended impression."""
    name = f"Trial {token_hex(4)}"
    first = server.state("order_in_status", status="COMPLETED", study_group=name)
    joined = {"organization_id": first["organization_id"], "study_uid": first["study_uid"], "study_group": name}
    server.state("order_in_status", status="COMPLETED", **joined)
    caller = server.caller(first)
    server.state("report_amended", report_id=caller.report(order_id=first["order_id"]).headers["X-Report-Id"])
    impression = caller.report(order_id=first["order_id"]).json["impression"]
    rows = caller.report(study_group=name).json["orders"]
    return [row["impression"] for row in rows if row["order_id"] == first["order_id"]] == [impression]


@shows("mock-group-waits-for-the-orders-of-others")
def for_others(server: Server) -> bool:
    """Two organizations have a group of one name, and the other's order is open: one's own report is served."""
    statuses = {"statuses": ["COMPLETED"], "other_statuses": ["PROCESSING"]}
    made = server.state("study_group_shared_between_organizations", **statuses)
    return server.caller(made).report(study_group=made["study_group"]).status == 200
