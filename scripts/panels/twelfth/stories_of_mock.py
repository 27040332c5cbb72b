"""Stories of the faults of the mock."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

from scripts.panels.play import Server, shows, with_query

DAY = 24 * 3600


@shows("twelfth-secret-is-compared-by-a-collation")
def secret_in_other_case(server: Server) -> bool:
    """Ask for a token with the secret in the other case: 401."""
    values = server.state("fresh_organization")
    return server.token(values["client_id"], values["client_secret"].swapcase()).status == 401


@shows("twelfth-audience-needs-only-to-begin-like-ours")
def audience_of_staging(server: Server) -> bool:
    """Call with a token whose audience is the service's with `-staging` after it: 401."""
    values = server.state("fresh_organization")
    caller = server.caller(values)
    payload = caller.token.split(".")[1]
    audience = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["aud"]
    made = server.state("token_with", client_id=values["client_id"], claims={"aud": f"{audience}-staging"})
    return caller.with_token(made["access_token"]).get("/status", order_id="unknown").status == 401


@shows("twelfth-connection-stays-logged-in")
def second_request_without_token(server: Server) -> bool:
    """Ask a status with a token, and on the same connection again without one: 401."""
    values = server.state("order_in_status", status="COMPLETED")
    caller, connection = server.caller(values), server.connection()
    target = with_query("/status", {"order_id": values["order_id"]})
    try:
        first = caller.call("GET", target, connection=connection)
        second = server.send("GET", target, [], connection=connection)
    finally:
        connection.close()
    return (first.status, second.status) == (200, 401)


@shows("twelfth-progress-leaves-the-time-of-change")
def progress_moves_updated_at(server: Server) -> bool:
    """Ask a status, let the order make progress, and ask again: `updated_at` has moved."""
    values = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(values)
    before = caller.status(order_id=values["order_id"])
    server.state("order_advanced", order_id=values["order_id"], progress=77)
    after = caller.status(order_id=values["order_id"])
    return bool(after["progress"] == 77 and after["updated_at"] != before["updated_at"])


@shows("twelfth-group-names-match-in-any-normal-form")
def group_in_another_form(server: Server) -> bool:
    """Ask for a group whose name has an accent, with the accent as a character of its own: 404."""
    composed, decomposed = "\u00c9tude twelfth", "E\u0301tude twelfth"
    values = server.state("order_in_status", status="COMPLETED", study_group=composed)
    caller = server.caller(values)
    right = caller.report(study_group=composed).status
    return (right, caller.report(study_group=decomposed).status) == (200, 404)


@shows("twelfth-order-ids-end-after-the-first-page")
def ids_of_many_orders(server: Server) -> bool:
    """Ask for the order ids of a study with 130 orders: all are there."""
    values = server.state("study_with_orders", statuses=["COMPLETED"] * 130)
    answer = server.caller(values).get("/orderId", study_uid=values["study_uid"]).json
    return bool(answer["order_ids"] == values["order_ids"][::-1])


@shows("twelfth-report-of-a-study-is-the-one-completed-last")
def older_order_completes_last(server: Server) -> bool:
    """Let the older of a study's two orders complete after the newer one: the study's report is the newer one's."""
    values = server.state("study_with_orders", statuses=["PROCESSING", "COMPLETED"])
    older, newer = values["order_ids"]
    server.state("order_advanced", order_id=older, status="COMPLETED")
    reply = server.caller(values).report(study_uid=values["study_uid"])
    return reply.status == 200 and reply.headers["X-Order-Id"] == newer


@shows("twelfth-group-does-not-wait-for-received-orders")
def group_with_a_received_order(server: Server) -> bool:
    """Ask for the report of a group with a COMPLETED and a RECEIVED order: 409."""
    values = server.state("study_group", statuses=["COMPLETED", "RECEIVED"])
    return server.caller(values).report(study_group=values["study_group"]).status == 409


@shows("twelfth-members-of-a-group-are-kept-for-half-a-minute")
def order_joins_a_group(server: Server) -> bool:
    """Ask for a group's report, let a COMPLETED order join, and ask again: it is there."""
    values = server.state("study_group", statuses=["COMPLETED"])
    caller, group = server.caller(values), values["study_group"]
    caller.report(study_group=group)
    joined = server.state(
        "order_in_status", status="COMPLETED", study_group=group, organization_id=caller.organization_id
    )
    members = caller.report(study_group=group).json["orders"]
    return joined["order_id"] in [member["order_id"] for member in members]


@shows("twelfth-acknowledged-reports-are-purged-after-a-week")
def fetched_after_a_week(server: Server) -> bool:
    """Acknowledge a report, and fetch it eight days later: 200."""
    values = server.state("fresh_organization", ready_reports=1)
    server.caller(values).acknowledge(values["report_ids"])
    server.state("time_passes", seconds=8 * DAY)
    return server.caller(values).report(order_id=values["order_ids"][0]).status == 200


@shows("twelfth-study-keeps-the-group-of-its-first-order")
def second_order_in_another_group(server: Server) -> bool:
    """Submit a study in one group and again in another: its status by study and by id name the same group."""
    first = server.state("order_in_status", status="COMPLETED", study_group="twelfth one")
    second = server.state(
        "order_in_status",
        status="COMPLETED",
        study_uid=first["study_uid"],
        study_group="twelfth two",
        organization_id=first["organization_id"],
    )
    caller = server.caller(first)
    by_study = caller.status(study_uid=first["study_uid"])
    return bool(by_study == caller.status(order_id=second["order_id"]))


@shows("twelfth-state-is-checked-before-the-owner")
def unfinished_order_of_another(server: Server) -> bool:
    """Ask for the report of another organization's order in process: 404."""
    theirs = server.state("order_in_status", status="PROCESSING")
    mine = server.caller(server.state("fresh_organization"))
    return mine.report(order_id=theirs["order_id"]).status == 404


@shows("twelfth-newest-order-is-looked-for-among-all-organizations")
def newer_order_of_another(server: Server) -> bool:
    """Ask the status of a study of which another organization has a newer order: it is one's own order's."""
    values = server.state("study_shared_between_organizations", newer="other")
    answer = server.caller(values).status(study_uid=values["study_uid"])
    return bool(answer.get("order_id") == values["order_id"])


@shows("twelfth-reports-are-read-from-a-copy-a-second-behind")
def fetched_at_once(server: Server) -> bool:
    """Let an order complete, ask its status, which is COMPLETED, and fetch its report at once, three times: 200."""
    caller = server.caller(server.state("fresh_organization"))
    outcomes = []
    for _ in range(3):
        ready = server.state("report_becomes_ready", unready=True, organization_id=caller.organization_id)
        server.state("order_advanced", order_id=ready["order_id"], status="COMPLETED")
        status = caller.status(order_id=ready["order_id"])["status"]
        outcomes.append((status, caller.report(order_id=ready["order_id"]).status))
    return outcomes == [("COMPLETED", 200)] * 3


@shows("twelfth-queue-has-one-entry-for-a-study")
def two_reports_of_a_study(server: Server) -> bool:
    """List the reports of a study with two COMPLETED orders: both are there."""
    values = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    listed = server.caller(values).listed()
    return [report["order_id"] for report in listed] == values["order_ids"]


@shows("twelfth-acknowledged-listing-is-done-for-its-client-alone")
def other_client_lists(server: Server) -> bool:
    """List and POST without a body; another client of the organization lists: nothing is there."""
    values = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(values)
    caller.listing()
    caller.acknowledge()
    return server.caller(values, "second_").listing() == []


@shows("twelfth-acknowledgement-goes-up-to-the-time-of-the-last-listed")
def late_finisher_stays(server: Server) -> bool:
    """List, let a report appear that was completed an hour ago, and POST without a body: it is listed."""
    values = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(values)
    caller.listing()
    late = server.state("report_becomes_ready", completed_seconds_ago=3600, organization_id=caller.organization_id)
    caller.acknowledge()
    return caller.listing() == [late["report_id"]]


@shows("twelfth-acknowledging-a-superseded-report-takes-its-successor-too")
def successor_stays_listed(server: Server) -> bool:
    """List a report, let it be amended, and acknowledge the first version by its id: the amended one is listed."""
    values = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(values)
    (report_id,) = caller.listing()
    amended = server.state("report_amended", report_id=report_id)["report_id"]
    caller.acknowledge([report_id])
    return caller.listing() == [amended]


@shows("twelfth-body-without-a-length-is-no-body")
def body_in_chunks(server: Server) -> bool:
    """List two reports, and name one of them in a body that is sent in chunks: the other one stays listed."""
    values = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(values)
    first, second = caller.listing()
    body = json.dumps({"report_ids": [first]}).encode()
    headers: dict[str, Any] = {
        "Authorization": f"Bearer {caller.token}",
        "Content-Type": "application/json",
        "Transfer-Encoding": "chunked",
    }
    connection = server.connection()
    try:
        target = with_query("/reports", {"organizationId": caller.organization_id})
        connection.request("POST", target, iter([body]), headers, encode_chunked=True)
        connection.getresponse().read()
    finally:
        connection.close()
    return caller.listing() == [second]


@shows("twelfth-listing-without-a-limit-has-the-largest-page")
def more_than_the_largest_page(server: Server) -> bool:
    """List an organization with 10,001 reports: all are there."""
    values = server.state("fresh_organization", ready_reports=10_001)
    return len(server.caller(values).listing()) == 10_001
