"""Stories of the mock's faults."""

from __future__ import annotations

import csv
import io
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from scripts.panels.play import Caller, Server, shows, with_query

NOWHERE = "1.2.3.4.5"
"""A study UID that nobody uses."""


def group_orders(caller: Caller, study_group: str) -> list[dict[str, str]]:
    """Return the orders of a group's JSON report."""
    return list(caller.report(study_group=study_group).json["orders"])


@shows("panel-13-verified-token-is-kept-by-its-signature")
def _(server: Server) -> bool:
    """Use a token, and then one with other claims and the same signature: 401."""
    caller = server.caller(server.state("fresh_organization"))
    caller.get("/status", study_uid=NOWHERE)
    header, claims, signature = caller.token.split(".")
    altered = {**json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4))), "sub": "somebody"}
    claims = urlsafe_b64encode(json.dumps(altered, separators=(",", ":")).encode()).rstrip(b"=").decode()
    return caller.with_token(f"{header}.{claims}.{signature}").get("/status", study_uid=NOWHERE).status == 401


@shows("panel-13-each-use-keeps-a-token-a-minute-longer")
def _(server: Server) -> bool:
    """Use a token shortly before its end, and again shortly after it: 401."""
    values = server.state("fresh_organization")
    caller = server.caller(values)
    server.state("time_passes", seconds=3580)
    before = caller.get("/status", study_uid=NOWHERE).status
    server.state("time_passes", seconds=30)
    return (before, caller.get("/status", study_uid=NOWHERE).status) == (404, 401)


@shows("panel-13-who-may-acknowledge-may-read")
def _(server: Server) -> bool:
    """List with a token that has `reports.ack` alone: 403."""
    caller = server.caller(server.state("fresh_organization"), scope="reports.ack")
    return caller.get("/reports", organizationId=caller.organization_id).status == 403


@shows("panel-13-tenant-is-checked-after-the-newest-order-is-found")
def _(server: Server) -> bool:
    """Fetch one's report of a study of which another organization has a newer order: 200."""
    values = server.state("study_shared_between_organizations")
    return server.caller(values).report(study_uid=values["study_uid"]).status == 200


@shows("panel-13-organization-is-not-checked-when-reports-are-named")
def _(server: Server) -> bool:
    """Acknowledge another organization's report by its id and its organization's: 403."""
    caller = server.caller(server.state("fresh_organization"))
    other = server.state("other_organization")
    reply = caller.post({"report_ids": [other["report_id"]]}, other["organization_id"])
    return reply.status == 403


@shows("panel-13-acknowledgement-is-answered-again-by-its-idempotency-key")
def _(server: Server) -> bool:
    """Acknowledge a report and then another, both with one `Idempotency-Key`: neither is listed."""
    values = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(values)
    target = with_query("/reports", {"organizationId": caller.organization_id})
    headers = [("Content-Type", "application/json"), ("Idempotency-Key", "nightly")]
    for report_id in values["report_ids"]:
        caller.call("POST", target, json.dumps({"report_ids": [report_id]}).encode(), headers)
    return caller.listing() == []


@shows("panel-13-orders-of-one-second-are-ranked-by-submission")
def _(server: Server) -> bool:
    """Ask by study, where the newest of two orders within a second was submitted first: it is that one's."""
    for _ in range(5):  # some pair lies within one second
        values = server.state("study_with_orders", statuses=["COMPLETED"] * 2, seconds=[0, 0.2], submitted=[1, 0])
        if server.caller(values).status(study_uid=values["study_uid"])["order_id"] != values["order_ids"][1]:
            return False
    return True


@shows("panel-13-progress-does-not-move-updated-at")
def _(server: Server) -> bool:
    """Let an order's progress rise, and ask its status before and after: `updated_at` has moved."""
    values = server.state("order_in_status", status="PROCESSING")
    caller, order_id = server.caller(values), values["order_id"]
    moved = []
    for progress in (60, 80):
        server.state("order_advanced", order_id=order_id, progress=progress)
        moved.append(caller.status(order_id=order_id)["updated_at"])
    return bool(moved[0] != moved[1])


@shows("panel-13-cancelled-orders-are-not-among-the-order-ids")
def _(server: Server) -> bool:
    """Ask the order ids of a study with a cancelled order: it is there."""
    values = server.state("study_with_orders", statuses=["COMPLETED", "CANCELLED", "COMPLETED"])
    order_ids = server.caller(values).get("/orderId", study_uid=values["study_uid"]).json["order_ids"]
    return bool(order_ids == values["order_ids"][::-1])


@shows("panel-13-report-of-the-order-before-a-cancelled-one")
def _(server: Server) -> bool:
    """Fetch the report of a study whose newest order was cancelled: 409."""
    values = server.state("study_with_orders", statuses=["COMPLETED", "CANCELLED"])
    return server.caller(values).report(study_uid=values["study_uid"]).status == 409


@shows("panel-13-amended-report-is-printed-two-seconds-later")
def _(server: Server) -> bool:
    """Fetch a report as PDF, amend it, and fetch it at once: it is another document."""
    values = server.state("report_becomes_ready")
    caller = server.caller(values)
    former = caller.report("pdf", order_id=values["order_id"])
    server.state("report_amended", report_id=values["report_id"])
    return former.status == 200 and caller.report("pdf", order_id=values["order_id"]).body != former.body


@shows("panel-13-group-csv-has-first-versions")
def _(server: Server) -> bool:
    """Amend the report of a group's order, and fetch the group as CSV and as JSON: the impressions are the same."""
    values = server.state("study_group", statuses=["COMPLETED"])
    caller, study_group = server.caller(values), values["study_group"]
    server.state("report_amended", report_id=caller.listing()[0])
    table = csv.DictReader(io.StringIO(caller.report("csv", study_group=study_group).body.decode(), newline=""))
    (row,), (order,) = list(table), group_orders(caller, study_group)
    return any(order["impression"] in cell for cell in row.values())


@shows("panel-13-group-report-is-dated-by-completions")
def _(server: Server) -> bool:
    """Amend the report of a group's order, and fetch the group: it is not dated before the amended version."""
    values = server.state("study_group", statuses=["COMPLETED"])
    caller = server.caller(values)
    server.state("report_amended", report_id=caller.listing()[0])
    made = datetime.fromisoformat(caller.report(study_group=values["study_group"]).json["created_at"])
    return made >= datetime.fromisoformat(caller.listed()[0]["completed_at"])


@shows("panel-13-unknown-group-stays-unknown-for-three-seconds")
def _(server: Server) -> bool:
    """Ask for a group that does not exist, begin it with a COMPLETED order, and ask at once: 200."""
    values = server.state("fresh_organization")
    caller, study_group = server.caller(values), f"trial of {values['organization_id']}"
    before = caller.report(study_group=study_group).status
    given = {"organization_id": caller.organization_id, "study_group": study_group}
    server.state("order_in_status", status="COMPLETED", **given)
    return (before, caller.report(study_group=study_group).status) == (404, 200)


@shows("panel-13-fetched-report-leaves-the-queue-after-an-hour")
def _(server: Server) -> bool:
    """Fetch a report, and list an hour later without an acknowledgement: it is there."""
    values = server.state("fresh_organization", ready_reports=1)
    server.caller(values).report(order_id=values["order_ids"][0])
    server.state("time_passes", seconds=3700)
    return bool(server.caller(values).listing() == values["report_ids"])


@shows("panel-13-acknowledgement-takes-all-listings-since-the-last")
def _(server: Server) -> bool:
    """List two reports, list with a limit of one, and POST without a body: the second is still listed."""
    values = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(values)
    caller.listing()
    caller.listing(limit=1)
    caller.acknowledge()
    return bool(caller.listing() == values["report_ids"][1:])


@shows("panel-13-listing-is-remembered-by-token")
def _(server: Server) -> bool:
    """List, get a new token, and POST without a body: what was listed is acknowledged."""
    values = server.state("fresh_organization", ready_reports=1)
    server.caller(values).listing()
    return bool(server.caller(values).acknowledge() == values["report_ids"])


@shows("panel-13-report-settles-for-a-second-before-it-is-listed")
def _(server: Server) -> bool:
    """List as soon as an order is COMPLETED: its report is there."""
    values = server.state("report_becomes_ready")
    return bool(server.caller(values).listing() == [values["report_id"]])


@shows("panel-13-listing-is-cached-for-the-client-until-it-acknowledges")
def _(server: Server) -> bool:
    """List, let another client of the organization acknowledge, and list again: there is nothing."""
    values = server.state("fresh_organization", ready_reports=1)
    caller, second = server.caller(values), server.caller(values, "second_")
    caller.listing()
    second.acknowledge(values["report_ids"])
    return caller.listing() == []


@shows("panel-13-two-clients-acknowledge-one-report-at-once")
def _(server: Server) -> bool:
    """Acknowledge a report with two clients at once, five times: each time it is new to one of them only."""
    values = server.state("fresh_organization", ready_reports=5)
    callers = server.caller(values), server.caller(values, "second_")

    def claims(report_id: str) -> int:
        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(lambda caller: len(caller.acknowledge([report_id])), callers))

    return [claims(report_id) for report_id in values["report_ids"]] == [1] * 5
