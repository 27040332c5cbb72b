"""Stories of the faults of `examples/starlette_server`."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from io import BytesIO

from pydicom import dcmread

from scripts.panels.play import Server, shows, with_query


@shows("starlette-secret-ends-at-a-colon")
def ends_at_colon(server: Server) -> bool:
    """A client asks for a token with a colon and a word behind its secret: 401."""
    made = server.state("fresh_organization")
    return server.token(made["client_id"], made["client_secret"] + ":more").status == 401


@shows("starlette-verified-token-is-kept-by-its-id")
def kept_by_id(server: Server) -> bool:
    """A token for `status.read` is used, and then again with `reports.read` written into it: 401."""
    caller = server.caller(server.state("fresh_organization"), scope="status.read")
    caller.get("/status", order_id="EXAM-0")
    header, payload, signature = caller.token.split(".")
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    altered = urlsafe_b64encode(json.dumps({**claims, "scope": "reports.read"}).encode()).decode().rstrip("=")
    forged = caller.with_token(f"{header}.{altered}.{signature}")
    return forged.get("/reports", organizationId=caller.organization_id).status == 401


@shows("starlette-token-in-a-cookie-counts")
def cookie_counts(server: Server) -> bool:
    """A client sends its token as a cookie, and no `Authorization`: 401."""
    made = server.state("order_in_status", status="COMPLETED")
    target = with_query("/status", {"order_id": made["order_id"]})
    return server.send("GET", target, [("Cookie", f"access_token={server.caller(made).token}")]).status == 401


@shows("starlette-body-is-read-before-the-token")
def body_first(server: Server) -> bool:
    """Somebody posts a malformed body without a token: 401."""
    target = with_query("/reports", {"organizationId": server.state("fresh_organization")["organization_id"]})
    return server.send("POST", target, [("Content-Type", "application/json")], b"{").status == 401


@shows("starlette-parameter-may-be-repeated-with-its-value")
def repeated(server: Server) -> bool:
    """A client gives an order's id twice: 400."""
    made = server.state("order_in_status", status="COMPLETED")
    target = with_query("/status", {"order_id": made["order_id"]})
    return server.caller(made).call("GET", f"{target}&order_id={made['order_id']}").status == 400


@shows("starlette-cancelled-order-was-completed")
def cancelled_completed(server: Server) -> bool:
    """An order is cancelled while it is in PROCESSING: it has no `completed_at`."""
    made = server.state("order_in_status", status="PROCESSING")
    server.state("order_advanced", order_id=made["order_id"], status="CANCELLED")
    return server.caller(made).status(order_id=made["order_id"])["completed_at"] is None


@shows("starlette-study-lists-no-order-of-a-group")
def no_order_of_group(server: Server) -> bool:
    """A study has an order within a group and one without: both are listed."""
    first = server.state("order_in_status", status="COMPLETED")
    joined = {"organization_id": first["organization_id"], "study_uid": first["study_uid"]}
    second = server.state("order_in_status", status="COMPLETED", study_group="Cohort of two", **joined)
    order_ids = server.caller(first).get("/orderId", study_uid=first["study_uid"]).json["order_ids"]
    return bool(order_ids == [second["order_id"], first["order_id"]])


@shows("starlette-accept-decides-the-type")
def accept_decides(server: Server) -> bool:
    """A client asks for json with `Accept: application/pdf`: it gets json."""
    made = server.state("order_in_status", status="COMPLETED")
    target = with_query("/results", {"order_id": made["order_id"], "report_type": "json"})
    reply = server.caller(made).call("GET", target, headers=[("Accept", "application/pdf")])
    return bool(reply.headers["Content-Type"].startswith("application/json"))


@shows("starlette-fetching-a-report-is-a-change")
def fetching_changes(server: Server) -> bool:
    """A report is fetched: its order's status is what it was."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    before = caller.status(order_id=made["order_id"])
    caller.report(order_id=made["order_id"])
    return bool(caller.status(order_id=made["order_id"]) == before)


@shows("starlette-structured-report-has-two-findings")
def two_findings(server: Server) -> bool:
    """Six reports are fetched as json and as a structured report: each finding is in both."""
    made = server.state("fresh_organization", ready_reports=6)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        document = caller.report("dicom_sr", order_id=order_id).body
        findings = caller.report(order_id=order_id).json["findings"]
        right += [finding.encode() in document for finding in findings]
    return all(right)


@shows("starlette-dicom-birth-date-has-two-digits-of-the-year")
def two_digits(server: Server) -> bool:
    """Twelve reports are fetched as json and in DICOM: both have the same birth date."""
    made = server.state("fresh_organization", ready_reports=12)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        born = dcmread(BytesIO(caller.report("dicom_pdf", order_id=order_id).body)).PatientBirthDate
        right.append(born == caller.report(order_id=order_id).json["patient"]["birth_date"].replace("-", ""))
    return all(right)


@shows("starlette-text-of-a-group-has-no-status-without-a-report")
def no_status(server: Server) -> bool:
    """An order of a group failed: the group's text says so."""
    made = server.state("study_group", statuses=["COMPLETED", "FAILED"])
    return "FAILED" in server.caller(made).report("txt", study_group=made["study_group"]).body.decode()


@shows("starlette-group-that-was-final-stays-final")
def stays_final(server: Server) -> bool:
    """A group's report is fetched, and an order in PROCESSING joins the group: 200, then 409."""
    made = server.state("study_group", statuses=["COMPLETED"])
    caller, group = server.caller(made), made["study_group"]
    before = caller.report(study_group=group).status
    joined = {"organization_id": made["organization_id"], "study_group": group}
    server.state("order_in_status", status="PROCESSING", **joined)
    return (before, caller.report(study_group=group).status) == (200, 409)


@shows("starlette-pdf-in-dicom-is-served-with-pdf")
def served_with_pdf(server: Server) -> bool:
    """An order offers json and PDF alone: a PDF in DICOM answers 404."""
    made = server.state("order_in_status", status="COMPLETED", report_types=["json", "pdf"])
    return server.caller(made).report("dicom_pdf", order_id=made["order_id"]).status == 404


@shows("starlette-order-of-a-study-is-kept-by-its-uid")
def kept_by_uid(server: Server) -> bool:
    """Two organizations have a study, and ask for its status one after the other: each has its own order."""
    made = server.state("study_shared_between_organizations")
    mine, other = server.caller(made), server.caller(made, "other_")
    told = [caller.get("/status", study_uid=made["study_uid"]).json.get("order_id") for caller in (mine, other)]
    return told == [made["order_id"], made["other_order_id"]]


@shows("starlette-report-id-is-matched-without-case")
def matched_without_case(server: Server) -> bool:
    """A POST names a report in small letters: it is in `not_found`, and the report stays."""
    made = server.state("fresh_organization", ready_reports=1)
    caller, lower = server.caller(made), made["report_ids"][0].lower()
    reply = caller.post({"report_ids": [lower]})
    return reply.json["not_found"] == [lower] and caller.listing() == made["report_ids"]


@shows("starlette-report-that-was-listed-often-is-set-aside")
def set_aside(server: Server) -> bool:
    """A client lists twelve times without acknowledging: the report is there each time."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    return all(caller.listing() == made["report_ids"] for _ in range(12))


@shows("starlette-listing-is-remembered-in-a-short-column")
def short_column(server: Server) -> bool:
    """A client lists a thousand reports and acknowledges: nothing remains."""
    made = server.state("fresh_organization", ready_reports=1000)
    caller = server.caller(made)
    caller.listing()
    return len(caller.acknowledge()) == 1000 and caller.listing() == []


@shows("starlette-third-version-supersedes-the-first")
def supersedes_first(server: Server) -> bool:
    """A report is amended twice: the third version is listed as one that supersedes the second."""
    made = server.state("fresh_organization", ready_reports=1)
    second = server.state("report_amended", report_id=made["report_ids"][0])["report_id"]
    server.state("report_amended", report_id=second)
    return [row["supersedes"] for row in server.caller(made).listed()] == [second]


@shows("starlette-nul-in-an-id-ends-in-500")
def nul_in_id(server: Server) -> bool:
    """A POST names a report whose id has a NUL: the answer is below 500."""
    return server.caller(server.state("fresh_organization")).post({"report_ids": ["a\0b"]}).status < 500
