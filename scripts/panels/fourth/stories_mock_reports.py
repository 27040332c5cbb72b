"""Stories of the mock's faults in reports."""

from __future__ import annotations

import csv
import io
from secrets import token_hex

from scripts.panels.play import Server, shows


@shows("mock-older-order-stands-in-for-a-type")
def stands_in(server: Server) -> bool:
    """The most recent order of a study offers json alone, an older one all types: a PDF by study answers 404."""
    made = server.state("order_in_status", status="COMPLETED")
    joined = {"organization_id": made["organization_id"], "study_uid": made["study_uid"]}
    server.state("order_in_status", status="COMPLETED", report_types=["json"], **joined)
    return server.caller(made).report("pdf", study_uid=made["study_uid"]).status == 404


@shows("mock-wait-of-less-than-a-step-is-left-out")
def left_out(server: Server) -> bool:
    """A client asks for the report of an order at 95: 409 with `Retry-After`."""
    made = server.state("order_in_status", status="PROCESSING")
    server.state("order_advanced", order_id=made["order_id"], progress=95)
    reply = server.caller(made).report(order_id=made["order_id"])
    return reply.status == 409 and "Retry-After" in reply.headers


@shows("mock-csv-of-an-order-that-failed-is-409")
def csv_of_failed(server: Server) -> bool:
    """A client asks for csv of an order that failed: 404."""
    made = server.state("order_in_status", status="FAILED")
    return server.caller(made).report("csv", order_id=made["order_id"]).status == 404


@shows("mock-report-has-the-first-instant-of-its-newest-order")
def of_newest_order(server: Server) -> bool:
    """A report is fetched before and after its study has another order: its times are the same."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    before = caller.report(order_id=made["order_id"]).json["times"]
    joined = {"organization_id": made["organization_id"], "study_uid": made["study_uid"]}
    server.state("order_in_status", status="COMPLETED", **joined)
    return bool(caller.report(order_id=made["order_id"]).json["times"] == before)


@shows("mock-conclusion-of-fhir-is-cut")
def conclusion_is_cut(server: Server) -> bool:
    """Eighty reports are fetched as json and as FHIR: each has one impression in both."""
    made = server.state("fresh_organization", ready_reports=80)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        resources = [entry["resource"] for entry in caller.report("fhir", order_id=order_id).json["entry"]]
        conclusion = next(each["conclusion"] for each in resources if each["resourceType"] == "DiagnosticReport")
        right.append(conclusion == caller.report(order_id=order_id).json["impression"])
    return all(right)


@shows("mock-csv-of-a-group-does-not-quote-its-name")
def not_quoted(server: Server) -> bool:
    """The name of a group has a comma and quotation marks: its CSV has as many fields in each row as in its head."""
    name = f'Trial "{token_hex(4)}", arm 1'
    made = server.state("order_in_status", status="COMPLETED", study_group=name)
    content = server.caller(made).report("csv", study_group=name).body.decode()
    rows = list(csv.reader(io.StringIO(content, newline="")))
    return [len(row) for row in rows] == [len(rows[0])] * 2 and name in rows[1]


@shows("mock-birth-date-of-hl7v2-is-an-instant")
def birth_date(server: Server) -> bool:
    """An order's times are nine hours east of Greenwich: PID-7 is the birth date of its json."""
    made = server.state("fresh_organization", ready_reports=1, offsets=["+09:00"])
    caller, order_id = server.caller(made), made["order_ids"][0]
    message = caller.report("hl7v2", order_id=order_id).body.decode()
    pid = next(line for line in message.split("\r") if line.startswith("PID|")).split("|")
    return bool(pid[7] == caller.report(order_id=order_id).json["patient"]["birth_date"].replace("-", ""))


@shows("mock-report-of-a-study-is-kept-until-its-next-order")
def kept_until_next(server: Server) -> bool:
    """A report is fetched by its study, amended, and fetched again: the second has the amended version."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    study_uid = caller.status(order_id=made["order_ids"][0])["study_uid"]
    caller.report("txt", study_uid=study_uid)
    amended = server.state("report_amended", report_id=made["report_ids"][0])["report_id"]
    return bool(caller.report("txt", study_uid=study_uid).headers["X-Report-Id"] == amended)


@shows("mock-csv-of-a-group-knows-no-cancelled-order")
def no_cancelled(server: Server) -> bool:
    """An order of a group was cancelled: its row of the CSV says so."""
    made = server.state("study_group", statuses=["COMPLETED", "CANCELLED"])
    content = server.caller(made).report("csv", study_group=made["study_group"]).body.decode()
    row = next(line for line in content.splitlines() if made["order_ids"][1] in line)
    return "CANCELLED" in row


@shows("mock-group-report-has-an-order-of-each-study")
def of_each_study(server: Server) -> bool:
    """Two orders of a group are of one study: its report has both."""
    name = f"Trial {token_hex(4)}"
    first = server.state("order_in_status", status="COMPLETED", study_group=name)
    joined = {"organization_id": first["organization_id"], "study_uid": first["study_uid"], "study_group": name}
    second = server.state("order_in_status", status="COMPLETED", **joined)
    orders = server.caller(first).report(study_group=name).json["orders"]
    return {order["order_id"] for order in orders} == {first["order_id"], second["order_id"]}


@shows("mock-cancelled-group-says-that-it-was-cancelled")
def says_cancelled(server: Server) -> bool:
    """Both orders of a group were cancelled: its report answers `order-failed`."""
    made = server.state("study_group", statuses=["CANCELLED", "CANCELLED"])
    reply = server.caller(made).report(study_group=made["study_group"])
    return reply.status == 409 and reply.reason == "order-failed"


@shows("mock-group-report-has-the-version-that-was-fetched")
def that_was_fetched(server: Server) -> bool:
    """The report of a group's order is fetched and then amended: the group's report has the amended version."""
    made = server.state("study_group", statuses=["COMPLETED", "COMPLETED"])
    caller = server.caller(made)
    first = caller.report("txt", order_id=made["order_ids"][0]).headers["X-Report-Id"]
    amended = server.state("report_amended", report_id=first)["report_id"]
    orders = caller.report(study_group=made["study_group"]).json["orders"]
    return amended in [order["report_id"] for order in orders]


@shows("mock-unknown-group-stays-unknown-for-a-while")
def stays_unknown(server: Server) -> bool:
    """A client asks for the report of a group that has no order yet, and again once it has one: 404, then 200."""
    name, made = f"Trial {token_hex(4)}", server.state("fresh_organization")
    caller = server.caller(made)
    before = caller.report(study_group=name).status
    server.state("order_in_status", status="COMPLETED", study_group=name, organization_id=made["organization_id"])
    return (before, caller.report(study_group=name).status) == (404, 200)


@shows("mock-group-report-is-a-file-of-its-name")
def of_its_name(server: Server) -> bool:
    """The name of a group has a mark of HTML and a quotation mark: no header has it as it was sent."""
    name = f'<b>"{token_hex(4)}'
    made = server.state("order_in_status", status="COMPLETED", study_group=name)
    reply = server.caller(made).report(study_group=name)
    return reply.status == 200 and not any("<b>" in value for value in reply.headers.values())
