"""A story for each fault of a server in `examples/`."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from typing import Any

from scripts.panels.eleventh.stories import (
    ATTEMPTS,
    MINUTE,
    advanced,
    amended,
    becomes_ready,
    passes,
    with_reports,
)
from scripts.panels.play import Server, basic, shows, with_query


@shows("panel-11-group-report-asks-for-the-scopes-of-the-client")
def group_without_the_scope(server: Server) -> bool:
    """Fetch a group's report with a token that was asked for with `status.read` alone: 403."""
    values = server.state("study_group", statuses=["COMPLETED"])
    caller = server.caller(values, scope="status.read")
    return caller.report(study_group=values["study_group"]).status == 403


@shows("panel-11-token-that-is-idle-for-half-an-hour-ends")
def idle_for_40_minutes(server: Server) -> bool:
    """Use a token, wait for forty minutes, and use it again: it still works."""
    values = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(values)
    before = caller.get("/status", order_id=values["order_id"]).status
    passes(server, 40 * MINUTE)
    return (before, caller.get("/status", order_id=values["order_id"]).status) == (200, 200)


@shows("panel-11-cancelled-order-is-skipped-for-the-report-of-a-study")
def newest_was_cancelled(server: Server) -> bool:
    """Fetch the report of a study whose newest order was cancelled: 409."""
    values = server.state("study_with_orders", statuses=["COMPLETED", "CANCELLED"])
    return server.caller(values).report(study_uid=values["study_uid"]).status == 409


@shows("panel-11-birth-date-in-summer-is-a-day-early-in-hl7")
def one_birth_date(server: Server) -> bool:
    """Fetch reports as json and as HL7 v2: the birth dates agree."""
    for _ in range(3 * ATTEMPTS):
        values = server.state("order_in_status", status="COMPLETED")
        caller = server.caller(values)
        told = caller.report(order_id=values["order_id"]).json["patient"]["birth_date"]
        message = caller.report("hl7v2", order_id=values["order_id"]).body.decode()
        (patient,) = (line.split("|") for line in message.split("\r") if line.startswith("PID|"))
        if patient[7] != told.replace("-", ""):
            return False
    return True


@shows("panel-11-line-at-the-end-of-each-full-page-is-lost")
def group_of_two_pages(server: Server) -> bool:
    """Fetch the report of a group of two failed and eleven other orders as PDF: each order is in it."""
    values = server.state("study_group", statuses=["FAILED"] * 2 + ["COMPLETED"] * 11)
    body = server.caller(values).report("pdf", study_group=values["study_group"]).body
    return all(order_id.encode() in body for order_id in values["order_ids"])


@shows("panel-11-listing-is-sorted-as-its-times-are-written")
def oldest_has_another_offset(server: Server) -> bool:
    """List one of two reports, the older of which has the offset +09:00: it is that one."""
    values, caller = with_reports(server, 2, completed_seconds=[0, 60], offsets=["+09:00", "+00:00"])
    return bool(caller.listing(limit=1) == values["report_ids"][:1])


@shows("panel-11-group-that-was-not-found-stays-so-for-seconds")
def group_begins(server: Server) -> bool:
    """Ask for a group that there is not, let an order be COMPLETED in it, see that in its status, and ask again."""
    values, caller = with_reports(server)
    group = f"made up {values['organization_id']}"
    before = caller.report(study_group=group).status
    order = server.state(
        "order_in_status", organization_id=caller.organization_id, status="COMPLETED", study_group=group
    )
    told = caller.status(order_id=order["order_id"])
    if (before, told["status"], told["study_group"]) != (404, "COMPLETED", group):
        raise RuntimeError("the group did not begin")
    return caller.report(study_group=group).status == 200


@shows("panel-11-state-of-an-order-is-asked-before-its-owner")
def others_order_in_process(server: Server) -> bool:
    """Fetch the report of another organization's order that is PROCESSING: 404, as for an unknown one."""
    values = server.state("order_in_status", status="PROCESSING")
    _, stranger = with_reports(server)
    replies = [stranger.report(order_id=name) for name in (values["order_id"], "unknown-4711")]
    return [(reply.status, reply.reason) for reply in replies] == [(404, "order-not-found")] * 2


@shows("panel-11-pdf-is-stored-under-its-study-without-the-organization")
def two_organizations_one_study(server: Server) -> bool:
    """Let two organizations that use a study UID fetch its PDF: each has its own order in it."""
    values = server.state("study_shared_between_organizations")
    mine, other = server.caller(values), server.caller(values, "other_")
    bodies = [caller.report("pdf", study_uid=values["study_uid"]).body for caller in (mine, other)]
    return values["order_id"].encode() in bodies[0] and values["other_order_id"].encode() in bodies[1]


@shows("panel-11-caller-is-kept-for-the-connection")
def two_callers_on_a_connection(server: Server) -> bool:
    """On one connection, ask for an order with one organization's token, then for another's with its own: 200 twice."""
    connection = server.connection()
    try:
        statuses = []
        for _ in range(2):
            values = server.state("order_in_status", status="COMPLETED")
            target = with_query("/status", {"order_id": values["order_id"]})
            statuses.append(server.caller(values).call("GET", target, connection=connection).status)
    finally:
        connection.close()
    return statuses == [200, 200]


@shows("panel-11-audience-is-looked-for-within-a-text")
def longer_audience(server: Server) -> bool:
    """Use a token whose audience has a word more than ours: 401."""
    values = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(values)
    payload = caller.token.split(".")[1]
    claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    forged = server.state("token_with", claims={"aud": f"{claims['aud']}-archive"}, client_id=values["client_id"])
    reply = caller.with_token(forged["access_token"]).get("/status", order_id=values["order_id"])
    return caller.get("/status", order_id=values["order_id"]).status == 200 and reply.status == 401


@shows("panel-11-bearer-is-looked-for-among-several-headers")
def basic_then_bearer(server: Server) -> bool:
    """Send an Authorization header of an invented client, and a second one with a token: it opens nothing."""
    values = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(values)
    target = with_query("/status", {"order_id": values["order_id"]})
    reply = server.send("GET", target, [basic("made-up", "made-up"), ("Authorization", f"Bearer {caller.token}")])
    return reply.status in (400, 401)


@shows("panel-11-progress-is-rounded-to-fives")
def nearly_done(server: Server) -> bool:
    """Let an order's progress be 98: it is not told as 100 while the order is PROCESSING."""
    values = server.state("order_in_status", status="PROCESSING")
    advanced(server, values["order_id"], progress=98)
    told = server.caller(values).status(order_id=values["order_id"])
    return bool(told["status"] == "PROCESSING" and told["progress"] < 100)


@shows("panel-11-order-ids-are-joined-with-their-reports")
def amended_order_once(server: Server) -> bool:
    """Amend a report, and ask for the order ids of its study: the order is there once."""
    values, caller = with_reports(server, 1)
    amended(server, values["report_ids"][0])
    study_uid = caller.listed()[0]["study_uid"]
    return bool(caller.get("/orderId", study_uid=study_uid).json["order_ids"] == values["order_ids"])


@shows("panel-11-pdf-is-kept-by-the-completion-of-its-order")
def pdf_of_the_amendment(server: Server) -> bool:
    """Fetch a PDF, amend the report, and fetch it again: it is the amended one."""
    values, caller = with_reports(server, 1)
    (order_id,) = values["order_ids"]
    before = caller.report("pdf", order_id=order_id).body
    report_id = amended(server, values["report_ids"][0])
    after = caller.report("pdf", order_id=order_id)
    return after.headers["X-Report-Id"] == report_id and after.body != before and report_id.encode() in after.body


@shows("panel-11-reports-of-a-group-are-dealt-out-in-turn")
def each_has_its_own(server: Server) -> bool:
    """Fetch the report of a group whose first order was cancelled: each other has the impression of its own report."""
    values = server.state("study_group", statuses=["CANCELLED", "COMPLETED", "COMPLETED"])
    caller = server.caller(values)
    rows: list[dict[str, Any]] = caller.report(study_group=values["study_group"]).json["orders"]
    told = {row["order_id"]: row["impression"] for row in rows}
    own = {name: caller.report(order_id=name).json["impression"] for name in values["order_ids"][1:]}
    return all(told[name] == impression for name, impression in own.items())


@shows("panel-11-head-of-the-listing-is-remembered")
def head_between(server: Server) -> bool:
    """List, let a report become ready, send HEAD, and POST without a body: that report is still listed."""
    _, caller = with_reports(server, 1)
    caller.listing()
    later = becomes_ready(server, caller)
    caller.call("HEAD", with_query("/reports", {"organizationId": caller.organization_id}))
    caller.acknowledge()
    return caller.listing() == [later["report_id"]]


@shows("panel-11-report-ids-acknowledge-all-versions-of-their-orders")
def superseded_by_id(server: Server) -> bool:
    """Amend a report, and acknowledge the superseded version by its id: the amended one is still listed."""
    values, caller = with_reports(server, 1)
    newest = amended(server, values["report_ids"][0])
    caller.acknowledge(values["report_ids"])
    return caller.listing() == [newest]


@shows("panel-11-page-is-remembered-by-another-query")
def one_of_two_equal(server: Server) -> bool:
    """List one of two reports of one instant, and POST without a body: the other is listed."""
    values, caller = with_reports(server, 2, completed_seconds=[0, 0])
    first = caller.listing(limit=1)
    caller.acknowledge()
    return caller.listing() == [name for name in values["report_ids"] if name not in first]


@shows("panel-11-table-of-a-group-has-everybodys-orders")
def table_of_a_shared_name(server: Server) -> bool:
    """Fetch the CSV of a group whose name another organization uses too: it has one's own orders alone."""
    values = server.state(
        "study_group_shared_between_organizations", statuses=["COMPLETED"], other_statuses=["COMPLETED"]
    )
    table = server.caller(values).report("csv", study_group=values["study_group"]).body.decode()
    return values["order_ids"][0] in table and not re.search("|".join(values["other_order_ids"]), table)
