"""The stories of the faults of the mock."""

from __future__ import annotations

from secrets import token_hex

from scripts.panels.play import Server, shows

DAY = 24 * 3600


@shows("ninth-white-space-around-a-secret-is-forgiven")
def _(server: Server) -> bool:
    """Ask for a token with the right secret and a space behind it: 401."""
    values = server.state("fresh_organization")
    return server.token(values["client_id"], values["client_secret"] + " ").status == 401


@shows("ninth-who-reads-reports-reads-statuses")
def _(server: Server) -> bool:
    """Ask the status of an order as a client that has `reports.read` alone: 403."""
    order = server.state("order_in_status", status="COMPLETED")
    organization = {"organization_id": order["organization_id"]}
    caller = server.caller(server.state("client_with_scopes", scopes=["reports.read"], **organization))
    return caller.get("/status", order_id=order["order_id"]).status == 403


@shows("ninth-new-token-ends-those-of-half-an-hour-ago")
def _(server: Server) -> bool:
    """Get a token, another one 40 minutes later, and use the first: it still works."""
    order = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(order)
    server.state("time_passes", seconds=2400)
    server.caller(order)
    return caller.get("/status", order_id=order["order_id"]).status == 200


@shows("ninth-state-is-checked-before-the-owner")
def _(server: Server) -> bool:
    """Fetch the report of another organization's unfinished order: 404, as for an unknown order."""
    order = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(server.state("fresh_organization"))
    return caller.report(order_id=order["order_id"]).status == 404


@shows("ninth-completion-follows-the-amendment")
def _(server: Server) -> bool:
    """Ask the status of an order, amend its report, and ask again: `completed_at` is the same."""
    order = server.state("fresh_organization", ready_reports=1)
    caller, order_id = server.caller(order), order["order_ids"][0]
    before = caller.status(order_id=order_id)["completed_at"]
    server.state("report_amended", report_id=order["report_ids"][0])
    return bool(caller.status(order_id=order_id)["completed_at"] == before)


@shows("ninth-status-names-the-types-of-the-service")
def _(server: Server) -> bool:
    """Ask the status of an order that offers json and text: it names these types and no other."""
    order = server.state("order_in_status", status="COMPLETED", report_types=["json", "txt"])
    named = server.caller(order).status(order_id=order["order_id"])["report_types"]
    return sorted(named) == ["json", "txt"]


@shows("ninth-cancelled-orders-are-hidden-from-their-study")
def _(server: Server) -> bool:
    """Ask the order ids of a study with a COMPLETED order and a CANCELLED one: both are there."""
    study = server.state("study_with_orders", statuses=["COMPLETED", "CANCELLED"])
    found = server.caller(study).get("/orderId", study_uid=study["study_uid"]).json["order_ids"]
    return sorted(found) == sorted(study["order_ids"])


@shows("ninth-order-counts-once-it-is-processed")
def _(server: Server) -> bool:
    """Fetch the report of a study whose newest order is RECEIVED, and an older one COMPLETED: 409."""
    study = server.state("study_with_orders", statuses=["COMPLETED", "RECEIVED"])
    return server.caller(study).report(study_uid=study["study_uid"]).status == 409


@shows("ninth-offer-is-checked-before-the-state")
def _(server: Server) -> bool:
    """Fetch as text the report of an unfinished order that will offer json alone: 409 while it is unfinished."""
    order = server.state("order_in_status", status="PROCESSING", report_types=["json"])
    return server.caller(order).report("txt", order_id=order["order_id"]).status == 409


@shows("ninth-message-counts-as-delivered")
def _(server: Server) -> bool:
    """Fetch a report as HL7 v2, and list: it is still listed."""
    order = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(order)
    fetched = caller.report("hl7v2", order_id=order["order_ids"][0]).status
    return fetched == 200 and caller.listing() == order["report_ids"]


@shows("ninth-structured-reports-are-filed-by-study")
def _(server: Server) -> bool:
    """Fetch the reports of a study's two orders as DICOM SR: each has its own accession number."""
    study = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    caller = server.caller(study)
    numbers = [caller.report(order_id=order_id).json["accession_number"] for order_id in study["order_ids"]]
    documents = [caller.report("dicom_sr", order_id=order_id).body for order_id in study["order_ids"]]
    return all(number.encode() in document for number, document in zip(numbers, documents, strict=True))


@shows("ninth-spaces-at-the-end-of-a-group-do-not-count")
def _(server: Server) -> bool:
    """Fetch the report of a group by its name with a space behind it: 404."""
    group = server.state("study_group", statuses=["COMPLETED"])
    return server.caller(group).report(study_group=group["study_group"] + " ").status == 404


@shows("ninth-proxy-decodes-the-query-too")
def _(server: Server) -> bool:
    """Fetch the report of a group with a plus sign in its name: 200."""
    name = f"CT+MR {token_hex(4)}"
    order = server.state("order_in_status", status="COMPLETED", study_group=name)
    return server.caller(order).report(study_group=name).status == 200


@shows("ninth-group-report-is-kept-by-its-statuses")
def _(server: Server) -> bool:
    """Fetch a group's report, amend the report of its order, and fetch again: it has the newer report."""
    group = server.state("study_group", statuses=["COMPLETED"])
    caller = server.caller(group)
    (before,) = caller.report(study_group=group["study_group"]).json["orders"]
    amended = server.state("report_amended", report_id=before["report_id"])
    (after,) = caller.report(study_group=group["study_group"]).json["orders"]
    return bool(after["report_id"] == amended["report_id"])


@shows("ninth-unknown-group-is-remembered")
def _(server: Server) -> bool:
    """Ask for a group that is not there, submit its first order, and ask again: 200."""
    values, name = server.state("fresh_organization"), f"cohort {token_hex(4)}"
    caller = server.caller(values)
    first = caller.report(study_group=name).status
    organization = {"organization_id": values["organization_id"]}
    server.state("order_in_status", status="COMPLETED", study_group=name, **organization)
    return first == 404 and caller.report(study_group=name).status == 200


@shows("ninth-report-of-thirty-days-ago-is-archived")
def _(server: Server) -> bool:
    """List when a report is 31 days old and not acknowledged: it is listed."""
    report = server.state("report_becomes_ready", completed_seconds_ago=31 * DAY)
    return server.caller(report).listing() == [report["report_id"]]


@shows("ninth-listing-joins-the-pdf")
def _(server: Server) -> bool:
    """List when an order is COMPLETED that offers DICOM SR alone: its report is listed."""
    order = server.state("order_in_status", status="COMPLETED", report_types=["dicom_sr"])
    listed = server.caller(order).listed()
    return [report["order_id"] for report in listed] == [order["order_id"]]


@shows("ninth-listing-is-remembered-for-a-quarter-of-an-hour")
def _(server: Server) -> bool:
    """List a report, and POST without a body 20 minutes later: it is acknowledged."""
    values = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(values)
    caller.listing()
    server.state("time_passes", seconds=1200)
    return bool(caller.acknowledge() == values["report_ids"])


@shows("ninth-listing-is-remembered-by-the-token")
def _(server: Server) -> bool:
    """List a report, get another token, and POST without a body: it is acknowledged."""
    values = server.state("fresh_organization", ready_reports=1)
    server.caller(values).listing()
    return bool(server.caller(values).acknowledge() == values["report_ids"])


@shows("ninth-bulk-acknowledgement-waits-for-the-index")
def _(server: Server) -> bool:
    """Acknowledge 150 reports by their ids, and list: nothing is listed."""
    values = server.state("fresh_organization", ready_reports=150)
    caller = server.caller(values)
    done = caller.acknowledge(values["report_ids"])
    return len(done) == 150 and caller.listing() == []
