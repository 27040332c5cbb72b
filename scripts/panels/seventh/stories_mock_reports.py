"""Stories of the mock's faults in reports."""

from __future__ import annotations

from secrets import token_hex

from scripts.panels.play import Server, shows


@shows("mock-group-name-is-folded-to-common-forms")
def folded(server: Server) -> bool:
    """A group's name has a full-width digit, and a client asks for it with the usual one: 404."""
    name = f"Trial \uff12 {token_hex(4)}"
    made = server.state("order_in_status", status="COMPLETED", study_group=name)
    caller = server.caller(made)
    other = name.replace("\uff12", "2")
    return (caller.report(study_group=name).status, caller.report(study_group=other).status) == (200, 404)


@shows("mock-report-that-waits-comes-first-by-study")
def waiting_first(server: Server) -> bool:
    """Both orders of a study are COMPLETED, the newer one's report is acknowledged: by study, it is served."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    caller, newer = server.caller(made), made["order_ids"][1]
    caller.acknowledge([caller.report(order_id=newer).headers["X-Report-Id"]])
    return bool(caller.report(study_uid=made["study_uid"]).headers["X-Order-Id"] == newer)


@shows("mock-hl7v2-has-one-decimal")
def one_decimal(server: Server) -> bool:
    """A hundred reports are fetched as json and as HL7 v2: both have the same measured values."""
    made = server.state("fresh_organization", ready_reports=100)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        message = caller.report("hl7v2", order_id=order_id).body.decode()
        segments = [segment.split("|") for segment in message.split("\r") if segment.startswith("OBX|")]
        values = [float(fields[5]) for fields in segments if fields[2] == "NM"]
        right.append(values == [row["value"] for row in caller.report(order_id=order_id).json["measurements"]])
    return all(right)


@shows("mock-version-that-was-acknowledged-is-served")
def acknowledged_is_served(server: Server) -> bool:
    """A report is acknowledged and then amended: the amended version is listed, and it is served."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.acknowledge(made["report_ids"])
    server.state("report_amended", report_id=made["report_ids"][0])
    return caller.listing() == [caller.report(order_id=made["order_ids"][0]).headers["X-Report-Id"]]


@shows("mock-acknowledged-order-leaves-its-group")
def leaves_group(server: Server) -> bool:
    """The report of one of two orders of a group is acknowledged: the group's report has both."""
    made = server.state("study_group", statuses=["COMPLETED", "COMPLETED"])
    caller = server.caller(made)
    caller.acknowledge([caller.report(order_id=made["order_ids"][0]).headers["X-Report-Id"]])
    rows = caller.report(study_group=made["study_group"]).json["orders"]
    return sorted(row["order_id"] for row in rows) == sorted(made["order_ids"])


@shows("mock-first-fifty-orders-of-a-group-decide")
def first_fifty(server: Server) -> bool:
    """Of a group's 51 orders the last one is in PROCESSING: 409."""
    made = server.state("study_group", statuses=["COMPLETED"] * 50 + ["PROCESSING"])
    return server.caller(made).report(study_group=made["study_group"]).status == 409


@shows("mock-row-of-a-group-is-kept-by-its-report-status")
def kept_by_status(server: Server) -> bool:
    """An order of a group is amended twice, and the group's json fetched each time: it has the newest impression."""
    made = server.state("study_group", statuses=["COMPLETED"])
    caller, order_id = server.caller(made), made["order_ids"][0]
    newest, right = caller.report(order_id=order_id).headers["X-Report-Id"], []
    for _ in range(2):
        newest = server.state("report_amended", report_id=newest)["report_id"]
        (row,) = caller.report(study_group=made["study_group"]).json["orders"]
        right.append(row["impression"] == caller.report(order_id=order_id).json["impression"])
    return all(right)
