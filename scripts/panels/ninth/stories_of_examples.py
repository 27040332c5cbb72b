"""The stories of the faults of `examples/small_server` and `examples/starlette_server`."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

from scripts.panels.play import Server, shows


@shows("ninth-token-lives-on-while-it-is-used")
def _(server: Server) -> bool:
    """Get a token, use it after 50 minutes, and again 20 minutes later: 401."""
    order = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(order)
    server.state("time_passes", seconds=3000)
    used = caller.get("/status", order_id=order["order_id"]).status
    server.state("time_passes", seconds=1200)
    return used == 200 and caller.get("/status", order_id=order["order_id"]).status == 401


@shows("ninth-digits-of-every-script-make-a-uid")
def _(server: Server) -> bool:
    """Ask the order ids of a study UID with an Arabic digit: 400."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.get("/orderId", study_uid="1.2.840.\u0663").status == 400


@shows("ninth-birth-date-is-midnight-in-utc")
def _(server: Server) -> bool:
    """Fetch a report whose times have the offset of Tokyo as json and as HL7 v2: PID-7 is the birth date."""
    values = server.state("fresh_organization", ready_reports=1, offsets=["+09:00"])
    caller, order_id = server.caller(values), values["order_ids"][0]
    born = caller.report(order_id=order_id).json["patient"]["birth_date"]
    message = caller.report("hl7v2", order_id=order_id).body.decode()
    patient = next(line for line in message.split("\r") if line.startswith("PID|"))
    return bool(patient.split("|")[7] == born.replace("-", ""))


@shows("ninth-impression-is-cut-in-the-summary")
def _(server: Server) -> bool:
    """Amend the report of a group's order: the group's report has its impression, as the report itself."""
    group = server.state("study_group", statuses=["COMPLETED"])
    caller, order_id = server.caller(group), group["order_ids"][0]
    server.state("report_amended", report_id=caller.report(order_id=order_id).headers["X-Report-Id"])
    (row,) = caller.report(study_group=group["study_group"]).json["orders"]
    return bool(row["impression"] == caller.report(order_id=order_id).json["impression"])


@shows("ninth-acknowledged-report-is-not-found")
def _(server: Server) -> bool:
    """Acknowledge a report by its id twice: the second answer has it in neither list."""
    values = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(values)
    caller.acknowledge(values["report_ids"])
    again = caller.post({"report_ids": values["report_ids"]}).json
    return bool(again["acknowledged"] == again["not_found"] == [])


@shows("ninth-empty-list-of-ids-counts-as-no-body")
def _(server: Server) -> bool:
    """List a report, and POST an empty list: it is still listed."""
    values = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(values)
    caller.listing()
    return caller.acknowledge([]) == [] and caller.listing() == values["report_ids"]


@shows("ninth-listing-has-a-default-limit")
def _(server: Server) -> bool:
    """List 1,200 reports without a limit: all are there."""
    values = server.state("fresh_organization", ready_reports=1200)
    return bool(server.caller(values).listing() == values["report_ids"])


@shows("ninth-order-ids-are-kept-by-study")
def _(server: Server) -> bool:
    """Two organizations use a study UID; each asks its order ids: each gets its own."""
    values = server.state("study_shared_between_organizations")
    mine, other = server.caller(values), server.caller(values, "other_")
    told = [caller.get("/orderId", study_uid=values["study_uid"]).json["order_ids"] for caller in (mine, other)]
    return told == [[values["order_id"]], [values["other_order_id"]]]


@shows("ninth-refusal-repeats-the-query")
def _(server: Server) -> bool:
    """Ask a status with the token in the query too: 400, and the answer does not have the token."""
    order = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(order)
    reply = caller.get("/status", order_id=order["order_id"], access_token=caller.token)
    return reply.status == 400 and caller.token.encode() not in reply.body


@shows("ninth-body-of-a-get-is-left-on-the-connection")
def _(server: Server) -> bool:
    """Ask a status by a GET with a body, and once more on the same connection: 200 both times."""
    order = server.state("order_in_status", status="COMPLETED")
    caller, connection = server.caller(order), server.connection()
    target = f"/status?order_id={order['order_id']}"
    try:
        first = caller.call("GET", target, b"{}", [("Content-Type", "application/json")], connection)
        return first.status == caller.call("GET", target, connection=connection).status == 200
    finally:
        connection.close()


@shows("ninth-audience-is-looked-for-in-the-claim")
def _(server: Server) -> bool:
    """Use a token for a service whose name begins with this service's name: 401."""
    order = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(order)
    audience = claims_of(caller.token)["aud"] + "-archive"
    values = server.state("token_with", claims={"aud": audience}, client_id=order["client_id"])
    return caller.with_token(values["access_token"]).get("/status", order_id=order["order_id"]).status == 401


@shows("ninth-tie-goes-to-the-earlier-submission")
def _(server: Server) -> bool:
    """Ask the status of a study with two orders of one instant: it is that of the order submitted later."""
    study = server.state("study_with_orders", statuses=["COMPLETED", "PROCESSING"], seconds=[0, 0], submitted=[0, 1])
    return bool(server.caller(study).status(study_uid=study["study_uid"])["status"] == "PROCESSING")


@shows("ninth-last-completed-order-reports-for-the-study")
def _(server: Server) -> bool:
    """Complete the older of a study's two orders after the newer, and fetch the study's report: it is the newer's."""
    study = server.state("study_with_orders", statuses=["PROCESSING", "COMPLETED"])
    older, newer = study["order_ids"]
    server.state("order_advanced", order_id=older, status="COMPLETED")
    return bool(server.caller(study).report(study_uid=study["study_uid"]).headers["X-Order-Id"] == newer)


@shows("ninth-pdf-is-made-once-for-an-order")
def _(server: Server) -> bool:
    """Fetch a report as PDF, amend it, and fetch it so again: the document has changed."""
    values = server.state("fresh_organization", ready_reports=1)
    caller, order_id = server.caller(values), values["order_ids"][0]
    before = caller.report("pdf", order_id=order_id).body
    server.state("report_amended", report_id=values["report_ids"][0])
    return caller.report("pdf", order_id=order_id).body != before


@shows("ninth-group-joins-the-versions")
def _(server: Server) -> bool:
    """Amend the report of a group's order, and fetch the group's report: it has each order once."""
    group = server.state("study_group", statuses=["COMPLETED", "FAILED"])
    caller = server.caller(group)
    before = caller.report(order_id=group["order_ids"][0])
    server.state("report_amended", report_id=before.headers["X-Report-Id"])
    rows = caller.report(study_group=group["study_group"]).json["orders"]
    return sorted(row["order_id"] for row in rows) == sorted(group["order_ids"])


@shows("ninth-head-is-remembered-as-a-listing")
def _(server: Server) -> bool:
    """List a report, let another become ready, send HEAD, and POST without a body: the other is still listed."""
    values = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(values)
    caller.listing()
    later = server.state("report_becomes_ready", organization_id=values["organization_id"])
    caller.call("HEAD", f"/reports?organizationId={values['organization_id']}")
    caller.acknowledge()
    return caller.listing() == [later["report_id"]]


@shows("ninth-update-names-no-organization")
def _(server: Server) -> bool:
    """Acknowledge another organization's report by its id: it is in `not_found`, and still listed to its owner."""
    theirs = server.state("other_organization")
    mine = server.caller(server.state("fresh_organization"))
    reply = mine.post({"report_ids": [theirs["report_id"]]}).json
    return bool(reply["not_found"] == [theirs["report_id"]] == server.caller(theirs).listing())


@shows("ninth-acknowledgement-is-the-orders")
def _(server: Server) -> bool:
    """Amend a report, and acknowledge its first version by id: the amended version is still listed."""
    values = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(values)
    amended = server.state("report_amended", report_id=values["report_ids"][0])
    caller.acknowledge(values["report_ids"])
    return caller.listing() == [amended["report_id"]]


@shows("ninth-limit-counts-superseded-reports")
def _(server: Server) -> bool:
    """Amend the older of two reports, and list with a limit of 1: it is the other report."""
    values = server.state("fresh_organization", ready_reports=2)
    older, newer = values["report_ids"]
    server.state("report_amended", report_id=older)
    return server.caller(values).listing(limit=1) == [newer]


@shows("ninth-group-is-known-whoever-has-it")
def _(server: Server) -> bool:
    """Fetch the report of another organization's group: 404."""
    theirs = server.state("other_organization")
    caller = server.caller(server.state("fresh_organization"))
    return caller.report(study_group=theirs["study_group"]).status == 404


def claims_of(token: str) -> dict[str, Any]:
    """Return the claims of a signed token, unverified."""
    piece = token.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(piece + "=" * (-len(piece) % 4))))
