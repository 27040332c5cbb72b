"""Stories of the small server's faults."""

from __future__ import annotations

from scripts.panels.play import Server, shows

NOWHERE = "1.2.3.4.5"
"""A study UID that nobody uses."""


@shows("panel-13-new-token-ends-the-former-ones-after-five-minutes")
def _(server: Server) -> bool:
    """Get two tokens, and use the first ten minutes later: it works."""
    values = server.state("fresh_organization")
    first, second = server.caller(values), server.caller(values)
    server.state("time_passes", seconds=600)
    return [caller.get("/status", study_uid=NOWHERE).status for caller in (first, second)] == [404, 404]


@shows("panel-13-last-of-two-authorization-headers-counts")
def _(server: Server) -> bool:
    """Send an invented token in a first Authorization header, and a valid one in a second: it opens nothing."""
    caller = server.caller(server.state("fresh_organization"))
    headers = [("Authorization", f"Bearer {token}") for token in ("invented", caller.token)]
    return server.send("GET", f"/status?study_uid={NOWHERE}", headers).status in (400, 401)


@shows("panel-13-order-ids-come-by-submission")
def _(server: Server) -> bool:
    """Ask the order ids of a study whose newest order was submitted first: it is the first."""
    values = server.state("study_with_orders", statuses=["COMPLETED"] * 2, submitted=[1, 0])
    order_ids = server.caller(values).get("/orderId", study_uid=values["study_uid"]).json["order_ids"]
    return bool(order_ids == values["order_ids"][::-1])


@shows("panel-13-type-not-offered-is-refused-before-the-state")
def _(server: Server) -> bool:
    """Fetch as FHIR the report of an order in process, where FHIR is not offered: 409."""
    values = server.state("order_in_status", status="PROCESSING")
    return server.caller(values).report("fhir", order_id=values["order_id"]).status == 409


@shows("panel-13-birth-date-goes-through-utc-in-hl7v2")
def _(server: Server) -> bool:
    """Fetch the report of an order from Tokyo as JSON and HL7: the birth dates are the same."""
    values = server.state("study_with_orders", statuses=["COMPLETED"], offsets=["+09:00"])
    caller, order_id = server.caller(values), values["order_ids"][0]
    born = str(caller.report(order_id=order_id).json["patient"]["birth_date"])
    segments = caller.report("hl7v2", order_id=order_id).body.decode().split("\r")
    patient = next(segment for segment in segments if segment.startswith("PID"))
    return patient.split("|")[7] == born.replace("-", "")


@shows("panel-13-pdf-loses-its-last-page-that-is-not-full")
def _(server: Server) -> bool:
    """Fetch the report of a group of twenty as PDF: it has each order's id."""
    values = server.state("study_group", statuses=["COMPLETED"] * 20)
    printed = server.caller(values).report("pdf", study_group=values["study_group"]).body
    return all(order_id.encode() in printed for order_id in values["order_ids"])


@shows("panel-13-listing-is-remembered-by-its-last-completion")
def _(server: Server) -> bool:
    """List, let a report become ready whose order was completed earlier, and POST without a body: it is listed."""
    values = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(values)
    caller.listing()
    given = {"organization_id": caller.organization_id, "completed_seconds_ago": 7200}
    late = server.state("report_becomes_ready", **given)
    caller.acknowledge()
    return caller.listing() == [late["report_id"]]


@shows("panel-13-named-report-acknowledges-its-order")
def _(server: Server) -> bool:
    """List a report, amend it, and acknowledge the former version by its id: the amended one is listed."""
    values = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(values)
    (former,) = caller.listing()
    amended = server.state("report_amended", report_id=former)["report_id"]
    caller.acknowledge([former])
    return caller.listing() == [amended]


@shows("panel-13-each-acknowledgement-ends-the-remembered-listing")
def _(server: Server) -> bool:
    """List two reports, acknowledge one by its id, and POST without a body: the other one is acknowledged."""
    values = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(values)
    first, second = caller.listing()
    caller.acknowledge([first])
    return caller.acknowledge() == [second]


@shows("panel-13-listing-names-the-types-of-the-service")
def _(server: Server) -> bool:
    """List the report of an order that offers JSON alone: it names the types that its status names."""
    values = server.state("order_in_status", status="COMPLETED", report_types=["json"])
    caller = server.caller(values)
    status = caller.status(order_id=values["order_id"])
    return bool(caller.listed()[0]["report_types"] == status["report_types"] == ["json"])
