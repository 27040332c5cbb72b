"""Stories about the reports of orders and of study groups."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from pydicom import dcmread

from scripts.panels.play import Caller, Server, shows

TRIED = 60
"""Orders that are tried until a report has what a story needs."""
SECOND_CONCLUSION = " 2. "
"""What is before the second conclusion of an impression."""
MANY = 40
"""Orders of a group whose PDF takes several pages."""


def documents(server: Server, caller: Caller) -> Iterator[tuple[str, dict[str, Any]]]:
    """Make orders; give the id of each, and its report as JSON."""
    for _ in range(TRIED):
        made = server.state("order_in_status", status="COMPLETED", organization_id=caller.organization_id)
        yield made["order_id"], caller.report(order_id=made["order_id"]).json


def with_accents(server: Server, caller: Caller) -> tuple[str, str]:
    """Return the id and the family name of an order whose patient's family name is not in ASCII."""
    names = ((order_id, str(report["patient"]["family_name"])) for order_id, report in documents(server, caller))
    return next((order_id, name) for order_id, name in names if not name.isascii())


def with_two_conclusions(server: Server, caller: Caller) -> str:
    """Return the id of an order whose report has two conclusions."""
    return next(order_id for order_id, report in documents(server, caller) if SECOND_CONCLUSION in report["impression"])


def pid(message: bytes) -> list[str]:
    """Return the fields of the patient's segment of an HL7 message: PID-n is at n."""
    return next(line for line in message.decode().split("\r") if line.startswith("PID")).split("|")


@shows("panel-report-of-the-last-order-that-was-not-cancelled")
def _(server: Server) -> bool:
    """Fetch the report of a study whose newer order was cancelled: 409 `order-cancelled`."""
    values = server.state("study_with_orders", statuses=["COMPLETED", "CANCELLED"])
    reply = server.caller(values).report(study_uid=values["study_uid"])
    return reply.status == 409 and reply.reason == "order-cancelled"


@shows("panel-dicom-wraps-the-pdf-that-was-made-first")
def _(server: Server) -> bool:
    """Fetch a report as DICOM PDF, amend it, and fetch it again: the document is another one."""
    values = server.state("fresh_organization", ready_reports=1)
    caller, order_id = server.caller(values), values["order_ids"][0]
    before = caller.report("dicom_pdf", order_id=order_id).body
    server.state("report_amended", report_id=values["report_ids"][0])
    return caller.report("dicom_pdf", order_id=order_id).body != before


@shows("panel-impression-in-hl7-is-its-first-line")
def _(server: Server) -> bool:
    """Fetch a report with two conclusions as JSON and as HL7 v2: the second is in both."""
    caller = server.caller(server.state("fresh_organization"))
    order_id = with_two_conclusions(server, caller)
    lines = caller.report("hl7v2", order_id=order_id).body.decode().split("\r")
    told = " ".join(line.split("|")[5] for line in lines if "|TX|19005-8^" in line)
    return SECOND_CONCLUSION in told


@shows("panel-csv-of-a-group-has-the-first-impressions")
def _(server: Server) -> bool:
    """Amend the report of a group's order, and fetch the group's report as CSV: it has the new version's impression."""
    values = server.state("study_group", statuses=["COMPLETED"])
    caller, group = server.caller(values), values["study_group"]
    server.state("report_amended", report_id=caller.listing()[0])
    told = caller.report(study_group=group).json["orders"]
    rows = csv.DictReader(io.StringIO(caller.report("csv", study_group=group).body.decode()))
    return [row["impression"] for row in rows] == [order["impression"] for order in told]


@shows("panel-group-does-not-wait-for-orders-in-the-inbox")
def _(server: Server) -> bool:
    """Fetch the report of a group with a COMPLETED and a RECEIVED order: 409."""
    values = server.state("study_group", statuses=["COMPLETED", "RECEIVED"])
    return server.caller(values).report(study_group=values["study_group"]).status == 409


@shows("panel-spaces-at-the-end-of-a-group-do-not-count")
def _(server: Server) -> bool:
    """Fetch the report of a group by its name with a space behind it: 404."""
    values = server.state("study_group", statuses=["COMPLETED"])
    return server.caller(values).report(study_group=values["study_group"] + " ").status == 404


@shows("panel-report-by-study-is-of-the-order-changed-last")
def _(server: Server) -> bool:
    """Amend the older of a study's two orders, and fetch the study's report: it is the newer order's."""
    values = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    caller, (older, newer) = server.caller(values), values["order_ids"]
    report_id = next(report["report_id"] for report in caller.listed() if report["order_id"] == older)
    server.state("report_amended", report_id=report_id)
    return caller.report(study_uid=values["study_uid"]).headers["X-Order-Id"] == newer


@shows("panel-birth-date-in-hl7-is-shifted-to-utc")
def _(server: Server) -> bool:
    """Fetch a report whose times are nine hours east of Greenwich as JSON and as HL7 v2: the birth dates agree."""
    values = server.state("fresh_organization", ready_reports=1, offsets=["+09:00"])
    caller, order_id = server.caller(values), values["order_ids"][0]
    born = caller.report(order_id=order_id).json["patient"]["birth_date"]
    return pid(caller.report("hl7v2", order_id=order_id).body)[7] == born.replace("-", "")


@shows("panel-pdf-has-full-pages-only")
def _(server: Server) -> bool:
    """Fetch the report of a group with forty orders as PDF: each order's id is there."""
    values = server.state("study_group", statuses=["COMPLETED"] * MANY)
    body = server.caller(values).report("pdf", study_group=values["study_group"]).body
    return all(order_id.encode() in body for order_id in values["order_ids"])


@shows("panel-dicom-names-latin-1-and-has-utf-8")
def _(server: Server) -> bool:
    """Fetch the report of a patient whose family name has an accent, as JSON and as DICOM SR: the names agree."""
    caller = server.caller(server.state("fresh_organization"))
    order_id, name = with_accents(server, caller)
    document = dcmread(io.BytesIO(caller.report("dicom_sr", order_id=order_id).body))
    return str(document.PatientName.family_name) == name


@shows("panel-group-has-an-order-once-for-each-version")
def _(server: Server) -> bool:
    """Amend the report of a group's order, and fetch the group's report: each order is there once."""
    values = server.state("study_group", statuses=["COMPLETED", "COMPLETED"])
    caller = server.caller(values)
    server.state("report_amended", report_id=caller.listing()[0])
    orders = caller.report(study_group=values["study_group"]).json["orders"]
    return sorted(order["order_id"] for order in orders) == sorted(values["order_ids"])
