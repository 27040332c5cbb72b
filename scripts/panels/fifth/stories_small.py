"""Stories of the faults of `examples/small_server`."""

from __future__ import annotations

import csv
import io
from secrets import token_hex

from scripts.panels.play import Server, shows, with_query


@shows("small-invented-grant-is-an-invalid-grant")
def invalid_grant(server: Server) -> bool:
    """A client asks for a token by a grant type that nobody knows: `unsupported_grant_type`."""
    made = server.state("fresh_organization")
    form = [("grant_type", "wish"), ("client_id", made["client_id"]), ("client_secret", made["client_secret"])]
    reply = server.token_by_form(form)
    return reply.status == 400 and bool(reply.json["error"] == "unsupported_grant_type")


@shows("small-scope-that-was-asked-for-is-not-echoed")
def not_echoed(server: Server) -> bool:
    """A client asks for `status.read`: the answer says that this is what it got."""
    made = server.state("fresh_organization")
    reply = server.token(made["client_id"], made["client_secret"], scope="status.read")
    return bool(reply.json.get("scope") == "status.read")


@shows("small-expired-tokens-are-swept-once-an-hour")
def swept_hourly(server: Server) -> bool:
    """A client uses its token ten minutes after it has expired: 401."""
    first = server.caller(server.state("fresh_organization"))
    first.listing()
    server.state("time_passes", seconds=1800)
    caller = server.caller(server.state("fresh_organization"))
    server.state("time_passes", seconds=4200)
    return caller.get("/reports", organizationId=caller.organization_id).status == 401


@shows("small-token-in-a-header-of-the-gateway-counts")
def header_of_gateway(server: Server) -> bool:
    """A client sends its token as `X-Access-Token`, and no `Authorization`: 401."""
    made = server.state("order_in_status", status="COMPLETED")
    target = with_query("/status", {"order_id": made["order_id"]})
    return server.send("GET", target, [("X-Access-Token", server.caller(made).token)]).status == 401


@shows("small-open-order-of-a-study-comes-first")
def open_first(server: Server) -> bool:
    """The older order of a study is in PROCESSING, the newer one COMPLETED: by study, the newer one is told."""
    made = server.state("study_with_orders", statuses=["PROCESSING", "COMPLETED"])
    return bool(server.caller(made).status(study_uid=made["study_uid"])["order_id"] == made["order_ids"][1])


@shows("small-limit-is-whatever-python-reads")
def whatever_python_reads(server: Server) -> bool:
    """A client lists with a limit of `+2`, ` 2`, `02` and `1_0`: 400 each time."""
    caller = server.caller(server.state("fresh_organization"))
    limits = ("+2", " 2", "02", "1_0")
    replies = [caller.get("/reports", organizationId=caller.organization_id, limit=limit) for limit in limits]
    return [reply.status for reply in replies] == [400] * 4


@shows("small-beginning-of-an-order-id-is-enough")
def beginning_is_enough(server: Server) -> bool:
    """A client asks for the status of an order without the last character of its id: 404."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/status", order_id=made["order_id"][:-1]).status == 404


@shows("small-uid-may-have-leading-zeros")
def leading_zeros(server: Server) -> bool:
    """A client asks for the orders of the study 1.2.03: 400."""
    return server.caller(server.state("fresh_organization")).get("/orderId", study_uid="1.2.03").status == 400


@shows("small-report-that-is-not-ready-is-accepted")
def accepted(server: Server) -> bool:
    """A client asks for the report of an order in PROCESSING: 409."""
    made = server.state("order_in_status", status="PROCESSING")
    return server.caller(made).report(order_id=made["order_id"]).status == 409


@shows("small-unknown-type-is-not-available")
def not_available(server: Server) -> bool:
    """A client asks for a report as `docx`: 400."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).report("docx", order_id=made["order_id"]).status == 400


@shows("small-csv-is-separated-by-semicolons")
def semicolons(server: Server) -> bool:
    """A group's report is fetched as CSV: each row has as many fields as the head, which names `order_id`."""
    made = server.state("study_group", statuses=["COMPLETED", "FAILED"])
    content = server.caller(made).report("csv", study_group=made["study_group"]).body.decode()
    head, *rows = csv.reader(io.StringIO(content, newline=""))
    return "order_id" in head and all(len(row) == len(head) for row in rows)


@shows("small-hl7v2-has-names-in-capitals")
def in_capitals(server: Server) -> bool:
    """A report is fetched as json and as HL7 v2: both have the same family name."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    message = caller.report("hl7v2", order_id=made["order_id"]).body.decode()
    pid = next(line for line in message.split("\r") if line.startswith("PID|")).split("|")
    return bool(pid[5].split("^")[0] == caller.report(order_id=made["order_id"]).json["patient"]["family_name"])


@shows("small-group-has-no-cancelled-order")
def no_cancelled(server: Server) -> bool:
    """An order of a group was cancelled: the group's report has it."""
    made = server.state("study_group", statuses=["COMPLETED", "CANCELLED"])
    orders = server.caller(made).report(study_group=made["study_group"]).json["orders"]
    return sorted(order["order_id"] for order in orders) == sorted(made["order_ids"])


@shows("small-group-without-orders-has-failed")
def without_orders(server: Server) -> bool:
    """A client asks for the report of a group that there is not: 404."""
    name = f"Trial {token_hex(4)}"
    return server.caller(server.state("fresh_organization")).report(study_group=name).status == 404


@shows("small-foreign-organization-has-an-empty-queue")
def empty_queue(server: Server) -> bool:
    """A client lists another organization's reports: 403."""
    other, caller = server.state("other_organization"), server.caller(server.state("fresh_organization"))
    return caller.get("/reports", organizationId=other["organization_id"]).status == 403


@shows("small-errors-of-former-calls-add-up")
def errors_add_up(server: Server) -> bool:
    """A client sends two wrong queries, one after the other: the second answer has the second one's error alone."""
    caller = server.caller(server.state("fresh_organization"))
    caller.get("/status", order_id="order-1", first="1")
    errors = caller.get("/status", order_id="order-1", second="2").json["errors"]
    return [error["parameter"] for error in errors] == ["second"]


@shows("small-page-is-followed-by-the-next")
def followed_by_next(server: Server) -> bool:
    """A client lists a page of two twice: both times it has the same reports."""
    made = server.state("fresh_organization", ready_reports=4)
    caller = server.caller(made)
    return [caller.listing(limit=2) for _ in range(2)] == [made["report_ids"][:2]] * 2


@shows("small-empty-listing-is-null")
def empty_is_null(server: Server) -> bool:
    """Nothing waits: `reports` is an empty list."""
    caller = server.caller(server.state("fresh_organization"))
    return bool(caller.get("/reports", organizationId=caller.organization_id).json["reports"] == [])


@shows("small-null-counts-as-no-body")
def null_is_none(server: Server) -> bool:
    """A client lists a report, and posts null: 400, and the report stays."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.listing()
    return caller.post(b"null").status == 400 and caller.listing() == made["report_ids"]


@shows("small-acknowledgements-are-kept-in-a-ring")
def kept_in_ring(server: Server) -> bool:
    """A client acknowledges 600 reports in two calls: nothing remains."""
    made = server.state("fresh_organization", ready_reports=600)
    caller = server.caller(made)
    caller.acknowledge(made["report_ids"][:300])
    caller.acknowledge(made["report_ids"][300:])
    return caller.listing() == []
