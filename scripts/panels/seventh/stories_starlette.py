"""Stories of the faults of `examples/starlette_server`."""

from __future__ import annotations

import json
from datetime import datetime
from io import BytesIO

from pydicom import dcmread

from scripts.panels.play import Server, shows, with_query


@shows("starlette-throttled-client-is-signed-out")
def signed_out(server: Server) -> bool:
    """A client meets a 429, and asks again with the same token: 200."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    named = {"client_id": made["client_id"], "organization_id": made["organization_id"]}
    server.state("throttled", status=429, **named)
    return [caller.get("/status", order_id=made["order_id"]).status for _ in range(2)] == [429, 200]


@shows("starlette-post-takes-a-limit")
def takes_limit(server: Server) -> bool:
    """A client lists two reports, and posts with a `limit` of 1: 400, and both stay listed."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    caller.listing()
    target = with_query("/reports", {"organizationId": caller.organization_id, "limit": 1})
    return caller.call("POST", target).status == 400 and caller.listing() == made["report_ids"]


@shows("starlette-hyphens-of-an-order-id-do-not-count")
def hyphens(server: Server) -> bool:
    """A client asks for the status of an order without the hyphens of its id: 404."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/status", order_id=made["order_id"].replace("-", "")).status == 404


@shows("starlette-fetched-amendment-counts-as-received")
def counts_as_received(server: Server) -> bool:
    """A report is amended and fetched: the amended version is still listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    amended = server.state("report_amended", report_id=made["report_ids"][0])["report_id"]
    caller.report(order_id=made["order_ids"][0])
    return caller.listing() == [amended]


@shows("starlette-dicom-birth-date-has-the-month-last")
def month_last(server: Server) -> bool:
    """Twenty reports are fetched as json and in DICOM: both have the same birth date."""
    made = server.state("fresh_organization", ready_reports=20)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        document = dcmread(BytesIO(caller.report("dicom_sr", order_id=order_id).body))
        born = caller.report(order_id=order_id).json["patient"]["birth_date"]
        right.append(str(document.PatientBirthDate) == born.replace("-", ""))
    return all(right)


@shows("starlette-group-is-as-of-its-first-versions")
def first_versions(server: Server) -> bool:
    """An order of a group is amended: `created_at` of the group's json is not before the amended version."""
    made = server.state("study_group", statuses=["COMPLETED", "COMPLETED"])
    caller = server.caller(made)
    amended = server.state("report_amended", report_id=caller.listing()[0])["report_id"]
    completed = next(row["completed_at"] for row in caller.listed() if row["report_id"] == amended)
    created = caller.report(study_group=made["study_group"]).json["created_at"]
    return datetime.fromisoformat(created) >= datetime.fromisoformat(completed)


@shows("starlette-fetched-report-is-claimed")
def claimed(server: Server) -> bool:
    """A client fetches one of two reports: another client of its organization lists both."""
    made = server.state("fresh_organization", ready_reports=2)
    server.caller(made).report(order_id=made["order_ids"][0])
    return bool(server.caller(made, "second_").listing() == made["report_ids"])


@shows("starlette-form-counts-as-no-body")
def form_counts(server: Server) -> bool:
    """A client lists two reports, and names one in json that it sends as a form: 415, and both stay listed."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    caller.listing()
    target = with_query("/reports", {"organizationId": caller.organization_id})
    content = json.dumps({"report_ids": made["report_ids"][:1]}).encode()
    reply = caller.call("POST", target, content, [("Content-Type", "application/x-www-form-urlencoded")])
    return reply.status == 415 and caller.listing() == made["report_ids"]


@shows("starlette-connection-sees-a-snapshot")
def snapshot(server: Server) -> bool:
    """The orders of a study are asked for twice on a connection, and an order is added between: it is there."""
    made = server.state("order_in_status", status="COMPLETED")
    caller, connection = server.caller(made), server.connection()
    target = with_query("/orderId", {"study_uid": made["study_uid"]})
    named = {"organization_id": made["organization_id"], "study_uid": made["study_uid"]}
    try:
        caller.call("GET", target, connection=connection)
        added = server.state("order_in_status", status="RECEIVED", **named)["order_id"]
        told = caller.call("GET", target, connection=connection).json
    finally:
        connection.close()
    return bool(told["order_ids"] == [added, made["order_id"]])


@shows("starlette-type-is-looked-at-before-the-owner")
def before_owner(server: Server) -> bool:
    """A client asks for FHIR of another organization's order, and of one that nobody has: both answer the same."""
    other, caller = server.state("other_organization"), server.caller(server.state("fresh_organization"))
    names = (other["order_id"], "EXAM-000000-0000")
    replies = [caller.report("fhir", order_id=name) for name in names]
    return [(reply.status, reply.reason) for reply in replies] == [(404, "order-not-found")] * 2
