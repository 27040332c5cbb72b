"""Stories of the faults of the example servers."""

from __future__ import annotations

import csv
import io

from scripts.panels.play import Server, shows

MINUTE = 60
UNKNOWN = "1.3.6.1.4.1.32473.12"


@shows("twelfth-token-lives-an-hour-from-its-last-use")
def used_token_expires(server: Server) -> bool:
    """Use a token after 50 minutes, and again 20 minutes later: 401."""
    caller = server.caller(server.state("fresh_organization"))
    outcomes = []
    for minutes in (50, 20):
        server.state("time_passes", seconds=minutes * MINUTE)
        outcomes.append(caller.get("/status", order_id="unknown").status)
    return outcomes == [404, 401]


@shows("twelfth-equally-old-orders-are-sorted-by-id")
def equally_old_orders(server: Server) -> bool:
    """Ask for the order ids of a study with eight orders of one instant: the one submitted last is first."""
    values = server.state("study_with_orders", statuses=["COMPLETED"] * 8, seconds=[0] * 8)
    answer = server.caller(values).get("/orderId", study_uid=values["study_uid"]).json
    return bool(answer["order_ids"] == values["order_ids"][::-1])


@shows("twelfth-cancelled-order-does-not-count-for-the-report")
def most_recent_is_cancelled(server: Server) -> bool:
    """Fetch the report of a study whose most recent order was cancelled: 409."""
    values = server.state("study_with_orders", statuses=["COMPLETED", "CANCELLED"])
    return server.caller(values).report(study_uid=values["study_uid"]).status == 409


@shows("twelfth-birth-date-goes-through-summer-time")
def birth_dates_agree(server: Server) -> bool:
    """Fetch forty reports as JSON and HL7: the birth dates are the same."""
    values = server.state("fresh_organization", ready_reports=40)
    caller = server.caller(values)
    for order_id in values["order_ids"]:
        born = caller.report(order_id=order_id).json["patient"]["birth_date"]
        lines = caller.report("hl7v2", order_id=order_id).body.decode().split("\r")
        patient = next(line for line in lines if line.startswith("PID|"))
        if patient.split("|")[7] != born.replace("-", ""):
            return False
    return True


@shows("twelfth-pdf-is-set-once-for-an-order")
def pdf_of_an_amended_report(server: Server) -> bool:
    """Fetch a report as PDF, let it be amended, and fetch it again: the PDF is another one."""
    values = server.state("fresh_organization", ready_reports=1)
    caller, order_id = server.caller(values), values["order_ids"][0]
    before = caller.report("pdf", order_id=order_id).body
    server.state("report_amended", report_id=values["report_ids"][0])
    return caller.report("pdf", order_id=order_id).body != before


@shows("twelfth-csv-of-a-group-joins-reports")
def csv_has_the_failed(server: Server) -> bool:
    """Fetch the CSV of a group with a failed and a cancelled order: each order is there once."""
    values = server.state("study_group", statuses=["COMPLETED", "FAILED", "CANCELLED"])
    body = server.caller(values).report("csv", study_group=values["study_group"]).body.decode()
    return sorted(row["order_id"] for row in csv.DictReader(io.StringIO(body))) == sorted(values["order_ids"])


@shows("twelfth-listings-add-up-until-they-are-acknowledged")
def last_listing_counts(server: Server) -> bool:
    """List three reports, list one by `limit`, and POST without a body: the other two are listed."""
    values = server.state("fresh_organization", ready_reports=3)
    caller = server.caller(values)
    caller.listing()
    caller.listing(limit=1)
    caller.acknowledge()
    return caller.listing() == values["report_ids"][1:]


@shows("twelfth-after-a-post-the-rest-counts-as-listed")
def repeated_post(server: Server) -> bool:
    """List two of three reports, and POST without a body twice: the third is listed."""
    values = server.state("fresh_organization", ready_reports=3)
    caller = server.caller(values)
    caller.listing(limit=2)
    caller.acknowledge()
    caller.acknowledge()
    return caller.listing() == values["report_ids"][2:]


@shows("twelfth-large-acknowledgements-are-done-later")
def many_are_acknowledged(server: Server) -> bool:
    """Acknowledge 150 reports by id, and list at once: nothing is there."""
    values = server.state("fresh_organization", ready_reports=150)
    caller = server.caller(values)
    caller.acknowledge(values["report_ids"])
    return caller.listing() == []


@shows("twelfth-named-reports-need-no-organization")
def named_for_another_organization(server: Server) -> bool:
    """Acknowledge one's own report under another organization's id: 403, and it stays listed."""
    values = server.state("fresh_organization", ready_reports=1)
    caller, other = server.caller(values), server.state("fresh_organization")["organization_id"]
    reply = caller.post({"report_ids": values["report_ids"]}, organization_id=other)
    return reply.status == 403 and caller.listing() == values["report_ids"]


@shows("twelfth-who-may-acknowledge-may-read")
def token_that_may_acknowledge(server: Server) -> bool:
    """List with a token that has `reports.ack` alone: 403."""
    caller = server.caller(server.state("client_with_scopes", scopes=["reports.ack"]))
    return caller.get("/reports", organizationId=caller.organization_id).status == 403


@shows("twelfth-order-is-found-before-the-scope-is-checked")
def unknown_order_without_scope(server: Server) -> bool:
    """Ask the status of an order that there is, and of one that there is not, without the scope: 403 for both."""
    known = server.state("order_in_status", status="COMPLETED")
    client = server.state("client_with_scopes", scopes=["reports.ack"], organization_id=known["organization_id"])
    caller = server.caller(client)
    return [caller.get("/status", order_id=name).status for name in (known["order_id"], "unknown")] == [403, 403]


@shows("twelfth-creation-is-compared-in-whole-seconds")
def newer_by_a_part_of_a_second(server: Server) -> bool:
    """Ask the status of five studies whose newer order, by a tenth of a second, was submitted first: it is that one."""
    for _ in range(5):
        values = server.state(
            "study_with_orders", statuses=["COMPLETED", "COMPLETED"], seconds=[0, 0.1], submitted=[1, 0]
        )
        answer = server.caller(values).status(study_uid=values["study_uid"])
        if answer["order_id"] != values["order_ids"][1]:
            return False
    return True


@shows("twelfth-order-is-found-by-the-number-in-its-id")
def another_last_character(server: Server) -> bool:
    """Ask the status of an order by its id with another last character: 404."""
    values = server.state("order_in_status", status="COMPLETED")
    order_id = values["order_id"]
    changed = order_id[:-1] + ("1" if order_id[-1] == "0" else "0")
    return server.caller(values).get("/status", order_id=changed).status == 404


@shows("twelfth-report-fetched-in-each-type-counts-as-received")
def fetched_in_each_type(server: Server) -> bool:
    """Fetch a report in each type that it offers, and list: it is there."""
    values = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(values)
    for report_type in caller.listed()[0]["report_types"]:
        caller.report(report_type, order_id=values["order_ids"][0])
    return caller.listing() == values["report_ids"]


@shows("twelfth-csv-of-a-group-has-the-first-versions")
def csv_of_an_amended_order(server: Server) -> bool:
    """Amend the report of a group's order, and fetch the group as CSV and JSON: both have the same impression."""
    values = server.state("study_group", statuses=["COMPLETED"])
    caller, group = server.caller(values), values["study_group"]
    server.state("report_amended", report_id=caller.listing()[0])
    (row,) = csv.DictReader(io.StringIO(caller.report("csv", study_group=group).body.decode()))
    return bool(row["impression"] == caller.report(study_group=group).json["orders"][0]["impression"])


@shows("twelfth-limit-counts-superseded-reports")
def page_after_an_amendment(server: Server) -> bool:
    """Amend the older of two reports, and list one by `limit`: the other one is there."""
    values = server.state("fresh_organization", ready_reports=2)
    first, second = values["report_ids"]
    server.state("report_amended", report_id=first)
    return server.caller(values).listing(limit=1) == [second]


@shows("twelfth-answers-are-written-as-the-framework-does")
def half_of_a_surrogate_pair(server: Server) -> bool:
    """Acknowledge a report and an id that is half of a surrogate pair: no 5xx."""
    values = server.state("fresh_organization", ready_reports=1)
    reply = server.caller(values).post({"report_ids": [values["report_ids"][0], "\ud800"]})
    return reply.status < 500


@shows("twelfth-missing-study-is-missing-for-five-seconds")
def study_that_was_missing(server: Server) -> bool:
    """Ask the status of a study that has no order, submit one, and ask at once: 200."""
    caller = server.caller(server.state("fresh_organization"))
    before = caller.get("/status", study_uid=UNKNOWN).status
    server.state("order_in_status", status="COMPLETED", study_uid=UNKNOWN, organization_id=caller.organization_id)
    return (before, caller.get("/status", study_uid=UNKNOWN).status) == (404, 200)


@shows("twelfth-group-waits-for-orders-of-all-organizations")
def others_do_not_delay(server: Server) -> bool:
    """Two organizations use a group's name, and the other's order is in process: one's own report is served."""
    values = server.state(
        "study_group_shared_between_organizations", statuses=["COMPLETED"], other_statuses=["PROCESSING"]
    )
    return server.caller(values).report(study_group=values["study_group"]).status == 200
