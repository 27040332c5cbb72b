"""Stories of the faults of `examples/small_server`."""

from __future__ import annotations

import csv
import io
from secrets import randbelow, token_hex

from scripts.panels.play import Caller, Server, shows, with_query


def listing_status(caller: Caller) -> int:
    """Return the status of a listing."""
    return caller.get("/reports", organizationId=caller.organization_id).status


def new_study() -> str:
    """Return a study UID that nothing has yet."""
    return f"1.3.6.1.4.1.32473.99.{1 + randbelow(10**12)}"


@shows("small-lifetime-is-a-string")
def lifetime_is_string(server: Server) -> bool:
    """A client asks for a token: `expires_in` is an integer."""
    made = server.state("fresh_organization")
    return isinstance(server.token(made["client_id"], made["client_secret"]).json["expires_in"], int)


@shows("small-openid-is-granted-to-everybody")
def openid_for_everybody(server: Server) -> bool:
    """A client asks for the scopes `openid status.read`: 400 `invalid_scope`."""
    made = server.state("fresh_organization")
    reply = server.token(made["client_id"], made["client_secret"], scope="openid status.read")
    return reply.status == 400 and bool(reply.json["error"] == "invalid_scope")


@shows("small-expiry-is-kept-in-local-time")
def in_local_time(server: Server) -> bool:
    """A client uses its token a quarter of an hour after it has expired: 401."""
    caller = server.caller(server.state("fresh_organization"))
    server.state("time_passes", seconds=4500)
    return listing_status(caller) == 401


@shows("small-token-is-looked-up-by-its-beginning")
def by_beginning(server: Server) -> bool:
    """A client's token ends with another character: 401."""
    caller = server.caller(server.state("fresh_organization"))
    return listing_status(caller.with_token(caller.token[:-1] + ("A" if caller.token[-1] != "A" else "B"))) == 401


@shows("small-token-is-bound-to-its-user-agent")
def bound_to_agent(server: Server) -> bool:
    """A token is used by a program, and then by another one: 200 each time."""
    caller = server.caller(server.state("fresh_organization"))
    target = with_query("/reports", {"organizationId": caller.organization_id})
    agents = ("fetcher/1.0", "printer/2.1")
    return [caller.call("GET", target, headers=[("User-Agent", agent)]).status for agent in agents] == [200, 200]


@shows("small-failed-order-is-passed-over-by-study")
def failed_passed_over(server: Server) -> bool:
    """The older order of a study is COMPLETED, the newer one FAILED: by study, the newer one is told."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "FAILED"])
    return bool(server.caller(made).status(study_uid=made["study_uid"])["order_id"] == made["order_ids"][1])


@shows("small-unknown-order-is-null")
def unknown_is_null(server: Server) -> bool:
    """A client asks for the status of an order that nobody has: 404."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.get("/status", order_id=f"order-{token_hex(8)}").status == 404


@shows("small-group-belongs-to-the-study")
def group_of_study(server: Server) -> bool:
    """A study is submitted in one group, and then in another: the first order is still in the first."""
    names = [f"Trial {token_hex(4)}" for _ in range(2)]
    made = server.state("order_in_status", status="COMPLETED", study_group=names[0])
    named = {"organization_id": made["organization_id"], "study_uid": made["study_uid"]}
    server.state("order_in_status", status="COMPLETED", study_group=names[1], **named)
    return bool(server.caller(made).status(order_id=made["order_id"])["study_group"] == names[0])


@shows("small-report-can-be-fetched-ten-times")
def ten_times(server: Server) -> bool:
    """A report is fetched twelve times: 200 each time."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    return [caller.report("txt", order_id=made["order_id"]).status for _ in range(12)] == [200] * 12


@shows("small-csv-is-joined-with-commas")
def joined_with_commas(server: Server) -> bool:
    """A group's report is fetched as CSV: each row has as many fields as the head."""
    made = server.state("study_group", statuses=["COMPLETED", "FAILED"])
    content = server.caller(made).report("csv", study_group=made["study_group"]).body.decode()
    head, *rows = csv.reader(io.StringIO(content, newline=""))
    return all(len(row) == len(head) for row in rows)


@shows("small-hl7v2-has-the-given-name-first")
def given_name_first(server: Server) -> bool:
    """A report is fetched as json and as HL7 v2: both have the same family name."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    message = caller.report("hl7v2", order_id=made["order_id"]).body.decode()
    pid = next(line for line in message.split("\r") if line.startswith("PID|")).split("|")
    return bool(pid[5].split("^")[0] == caller.report(order_id=made["order_id"]).json["patient"]["family_name"])


@shows("small-cancelled-order-keeps-its-group-waiting")
def keeps_waiting(server: Server) -> bool:
    """One order of a group is COMPLETED, the other one was cancelled: its report is served."""
    made = server.state("study_group", statuses=["COMPLETED", "CANCELLED"])
    return server.caller(made).report(study_group=made["study_group"]).status == 200


@shows("small-shared-study-lists-the-orders-of-all")
def orders_of_all(server: Server) -> bool:
    """Two organizations have an order of one study: `/orderId` lists one's own."""
    made = server.state("study_shared_between_organizations")
    told = server.caller(made).get("/orderId", study_uid=made["study_uid"]).json
    return bool(told["order_ids"] == [made["order_id"]])


@shows("small-wrong-secret-is-quoted")
def secret_is_quoted(server: Server) -> bool:
    """A client sends a wrong secret: 401, and the secret is not in the answer."""
    made, secret = server.state("fresh_organization"), token_hex(12)
    reply = server.token(made["client_id"], secret)
    return reply.status == 401 and secret.encode() not in reply.body


@shows("small-null-members-are-left-out")
def left_out(server: Server) -> bool:
    """An order is in PROCESSING: its status has `completed_at`, which is null."""
    made = server.state("order_in_status", status="PROCESSING")
    return "completed_at" in server.caller(made).status(order_id=made["order_id"])


@shows("small-second-post-is-a-conflict")
def conflict(server: Server) -> bool:
    """A client lists two reports, and posts twice without a body: the second time, 200 with `count` 0."""
    caller = server.caller(server.state("fresh_organization", ready_reports=2))
    caller.listing()
    caller.acknowledge()
    reply = caller.post()
    return reply.status == 200 and bool(reply.json["count"] == 0)


@shows("small-pdf-of-an-acknowledged-report-is-gone")
def pdf_is_gone(server: Server) -> bool:
    """A report is acknowledged: it can still be fetched as PDF."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.acknowledge(made["report_ids"])
    return caller.report("pdf", order_id=made["order_ids"][0]).status == 200


@shows("small-id-that-is-not-ready-is-noted")
def is_noted(server: Server) -> bool:
    """A POST names a report that is not ready, which then becomes ready: it is listed."""
    made = server.state("report_becomes_ready", unready=True)
    caller = server.caller(made)
    refused = caller.acknowledge([made["report_id"]])
    server.state("order_advanced", order_id=made["order_id"], status="COMPLETED")
    return refused == [] and caller.listing() == [made["report_id"]]


@shows("small-page-has-the-newest")
def newest(server: Server) -> bool:
    """A client lists a page of two of four reports: it has the two oldest."""
    made = server.state("fresh_organization", ready_reports=4)
    return server.caller(made).listing(limit=2) == made["report_ids"][:2]


@shows("small-unknown-study-stays-unknown-for-a-while")
def stays_unknown(server: Server) -> bool:
    """A client asks for a study that is unknown; an order of it is submitted: its status is there by study at once."""
    made, study_uid = server.state("fresh_organization"), new_study()
    caller = server.caller(made)
    before = caller.get("/status", study_uid=study_uid).status
    named = {"organization_id": made["organization_id"], "study_uid": study_uid}
    server.state("order_in_status", status="RECEIVED", **named)
    return (before, caller.get("/status", study_uid=study_uid).status) == (404, 200)
