"""Stories of the mock's faults in reports."""

from __future__ import annotations

import json
from typing import Any

from scripts.panels.play import Caller, Server, shows


@shows("mock-received-order-is-not-yet-the-most-recent")
def received_order(server: Server) -> bool:
    """A study's newest order is RECEIVED, an older one COMPLETED: `/results` by study answers 409."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "RECEIVED"])
    return server.caller(made).report(study_uid=made["study_uid"]).status == 409


@shows("mock-fetched-pdf-counts-as-received")
def fetched_pdf(server: Server) -> bool:
    """A report is fetched as `pdf`: it is still listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    return caller.report("pdf", order_id=made["order_ids"][0]).status == 200 and caller.listing() == made["report_ids"]


@shows("mock-hl7v2-looks-the-patient-up-by-the-order")
def patient_of_order(server: Server) -> bool:
    """A study has two orders: the HL7 report of the second names the patient of its json report."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    caller, order_id = server.caller(made), made["order_ids"][-1]
    mrn = caller.report(order_id=order_id).json["patient"]["mrn"]
    return mrn.encode() in caller.report("hl7v2", order_id=order_id).body


@shows("mock-fhir-birth-date-passes-through-utc")
def birth_date(server: Server) -> bool:
    """An order has times of `+09:00`: the FHIR report has the birth date of its json report."""
    made = server.state("fresh_organization", ready_reports=1, offsets=["+09:00"])
    caller, order_id = server.caller(made), made["order_ids"][0]
    born = caller.report(order_id=order_id).json["patient"]["birth_date"]
    resources = [entry["resource"] for entry in json.loads(caller.report("fhir", order_id=order_id).body)["entry"]]
    return [one["birthDate"] for one in resources if one["resourceType"] == "Patient"] == [born]


@shows("mock-pdf-is-kept-by-order")
def kept_pdf(server: Server) -> bool:
    """A report is fetched as `pdf`, amended, and fetched again: the bytes are those of the new version."""
    made = server.state("fresh_organization", ready_reports=1)
    caller, order_id = server.caller(made), made["order_ids"][0]
    before = caller.report("pdf", order_id=order_id).body
    server.state("report_amended", report_id=made["report_ids"][0])
    return caller.report("pdf", order_id=order_id).body != before


@shows("mock-group-has-one-order-of-a-study")
def one_of_a_study(server: Server) -> bool:
    """A group has two orders of one study: its report has both."""
    first = server.state("order_in_status", status="COMPLETED", study_group="twice")
    more = {"organization_id": first["organization_id"], "study_uid": first["study_uid"], "study_group": "twice"}
    second = server.state("order_in_status", status="COMPLETED", **more)
    listed = [order["order_id"] for order in group(server.caller(first), "twice")["orders"]]
    return sorted(listed) == sorted([first["order_id"], second["order_id"]])


@shows("mock-group-that-was-served-waits-no-more")
def waits_no_more(server: Server) -> bool:
    """A group's report was fetched; an unfinished order joins the group: 409."""
    made = server.state("study_group", statuses=["COMPLETED"])
    caller = server.caller(made)
    before = caller.report(study_group=made["study_group"]).status
    more = {"organization_id": made["organization_id"], "study_group": made["study_group"]}
    server.state("order_in_status", status="PROCESSING", **more)
    return (before, caller.report(study_group=made["study_group"]).status) == (200, 409)


@shows("mock-group-report-follows-its-last-order")
def follows_last(server: Server) -> bool:
    """The report of a group's first order is amended: the group's report has the new version."""
    made = server.state("study_group", statuses=["COMPLETED", "COMPLETED"])
    caller = server.caller(made)
    first = group(caller, made["study_group"])["orders"][0]["report_id"]
    amended = server.state("report_amended", report_id=first)["report_id"]
    return amended in [order["report_id"] for order in group(caller, made["study_group"])["orders"]]


@shows("mock-group-csv-has-first-versions")
def csv_versions(server: Server) -> bool:
    """The report of a group's order is amended: the group's `csv` has the impression of its `json`."""
    made = server.state("study_group", statuses=["COMPLETED"])
    caller = server.caller(made)
    first = group(caller, made["study_group"])["orders"][0]["report_id"]
    amended = server.state("report_amended", report_id=first)["report_id"]
    return amended.encode() in caller.report("csv", study_group=made["study_group"]).body


def group(caller: Caller, study_group: str) -> Any:
    """Return the json report of a group."""
    return caller.report(study_group=study_group).json
