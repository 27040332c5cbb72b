"""A story for each fault of the mock, and what all stories share; `example_stories.py` has the others."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from scripts.panels.play import STORIES, Caller, Reply, Server, shows

__all__ = ["STORIES"]

MINUTE, HOUR = 60, 3600
ATTEMPTS = 8
"""How often a story tries what depends on chance, or on drawn data."""


def with_reports(server: Server, count: int = 0, **params: Any) -> tuple[dict[str, Any], Caller]:
    """Make an organization with so many reports, and return the state's values and its client."""
    values = server.state("fresh_organization", ready_reports=count, **params)
    return values, server.caller(values)


def becomes_ready(server: Server, caller: Caller, **params: Any) -> dict[str, Any]:
    """Let a report of the caller's organization become ready."""
    return server.state("report_becomes_ready", organization_id=caller.organization_id, **params)


def amended(server: Server, report_id: str) -> str:
    """Amend a report, and return the new id."""
    return str(server.state("report_amended", report_id=report_id)["report_id"])


def advanced(server: Server, order_id: str, **change: Any) -> None:
    """Move an order on."""
    server.state("order_advanced", order_id=order_id, **change)


def passes(server: Server, seconds: float) -> None:
    """Let time pass."""
    server.state("time_passes", seconds=seconds)


def instant(text: str) -> datetime:
    """Read a time."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def at_once(calls: list[Callable[[], Any]]) -> None:
    """Make calls at the same time."""
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@shows("panel-11-authenticated-client-is-remembered-by-its-id")
def wrong_secret_after_the_right_one(server: Server) -> bool:
    """Get a token, and ask for another one with a wrong secret: 401."""
    values = server.state("client_with_scopes", scopes=["status.read"])
    right = server.token(values["client_id"], values["client_secret"])
    wrong = server.token(values["client_id"], values["client_secret"] + "x")
    return right.status == 200 and wrong.status == 401


@shows("panel-11-verified-token-lives-on-while-it-is-used")
def in_use_beyond_expiry(server: Server) -> bool:
    """Use a token every ten minutes, seven times: the last time, ten minutes after its expiry, it is refused."""
    values = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(values)
    replies = []
    for _ in range(7):
        passes(server, 10 * MINUTE)
        replies.append(caller.get("/status", order_id=values["order_id"]).status)
    return replies[0] == 200 and replies[-1] == 401


@shows("panel-11-created-at-has-whole-seconds-in-the-database")
def within_a_second(server: Server) -> bool:
    """Ask the status of a study whose newer order, a twentieth of a second younger, was submitted first: it is that."""
    for _ in range(ATTEMPTS):
        values = server.state(
            "study_with_orders", statuses=["COMPLETED", "PROCESSING"], seconds=[0, 0.05], submitted=[1, 0]
        )
        told = server.caller(values).status(study_uid=values["study_uid"])
        if told["order_id"] != values["order_ids"][1]:
            return False
    return True


@shows("panel-11-updated-at-is-that-of-the-status-history")
def progress_moves_updated_at(server: Server) -> bool:
    """Let the progress of an order rise: its `updated_at` has moved."""
    values = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(values)
    before = caller.status(order_id=values["order_id"])
    passes(server, 2)
    advanced(server, values["order_id"], progress=80)
    after = caller.status(order_id=values["order_id"])
    return bool(after["progress"] == 80 and instant(after["updated_at"]) > instant(before["updated_at"]))


@shows("panel-11-completed-at-of-a-status-has-whole-seconds")
def completed_alike(server: Server) -> bool:
    """Let a report become ready: the listing and the status name the same `completed_at`."""
    _, caller = with_reports(server)
    for _ in range(2):
        becomes_ready(server, caller)
    pairs = [(one, caller.status(order_id=one["order_id"])) for one in caller.listed()]
    return all(instant(one["completed_at"]) == instant(told["completed_at"]) for one, told in pairs)


@shows("panel-11-next-page-of-order-ids-begins-before-the-last-instant")
def many_of_one_instant(server: Server) -> bool:
    """Ask the order ids of a study with sixty orders of one instant: all are there."""
    values = server.state("study_with_orders", statuses=["COMPLETED"] * 60, seconds=[0] * 60)
    told = server.caller(values).get("/orderId", study_uid=values["study_uid"]).json["order_ids"]
    return sorted(told) == sorted(values["order_ids"])


@shows("panel-11-report-of-a-study-is-the-one-completed-last")
def older_order_completes_later(server: Server) -> bool:
    """Let the older of a study's orders complete after the newer: the study's report is still the newer one's."""
    values = server.state("study_with_orders", statuses=["PROCESSING", "COMPLETED"])
    advanced(server, values["order_ids"][0], status="COMPLETED")
    reply = server.caller(values).report(study_uid=values["study_uid"])
    return bool(reply.headers["X-Order-Id"] == values["order_ids"][1])


@shows("panel-11-structured-report-has-the-first-conclusion-alone")
def each_conclusion(server: Server) -> bool:
    """Fetch a report whose impression has two points as json and as DICOM SR: the second point is in both."""
    values, caller = with_reports(server, 40)
    for order_id in values["order_ids"]:
        told = caller.report(order_id=order_id).json
        second = re.search(r"(?<!\S)2\. (.{20})", told["impression"])
        if second and not told["critical"]:
            return second[1].encode() in caller.report("dicom_sr", order_id=order_id).body
    raise RuntimeError("no impression has two points")


@shows("panel-11-third-version-calls-itself-final")
def amended_twice(server: Server) -> bool:
    """Amend a report twice, and fetch it as FHIR: it calls itself amended or corrected."""
    values, caller = with_reports(server, 1)
    amended(server, amended(server, values["report_ids"][0]))
    bundle = caller.report("fhir", order_id=values["order_ids"][0]).json
    resources = [entry["resource"] for entry in bundle["entry"]]
    (report,) = (one for one in resources if one["resourceType"] == "DiagnosticReport")
    return report["status"] in ("amended", "corrected")


@shows("panel-11-group-does-not-wait-for-what-has-not-begun")
def one_has_not_begun(server: Server) -> bool:
    """Fetch the report of a group of which one order is RECEIVED: 409."""
    values = server.state("study_group", statuses=["COMPLETED", "RECEIVED"])
    return server.caller(values).report(study_group=values["study_group"]).status == 409


@shows("panel-11-group-has-a-hundred-orders-at-most")
def more_than_a_hundred(server: Server) -> bool:
    """Fetch the report of a group of 120 orders: all are in it."""
    values = server.state("study_group", statuses=["COMPLETED"] * 120)
    told = server.caller(values).report(study_group=values["study_group"]).json["orders"]
    return sorted(order["order_id"] for order in told) == sorted(values["order_ids"])


@shows("panel-11-report-listed-twenty-times-is-undeliverable")
def listed_again_and_again(server: Server) -> bool:
    """List thirty times without an acknowledgement: the report is still there."""
    values, caller = with_reports(server, 1)
    return all(caller.listing() == values["report_ids"] for _ in range(30))


@shows("panel-11-listing-is-remembered-by-the-token")
def another_token_between(server: Server) -> bool:
    """List, get another token, and POST without a body: what was listed is acknowledged."""
    values, caller = with_reports(server, 2)
    caller.listing()
    return server.caller(values).acknowledge() == values["report_ids"] and caller.listing() == []


@shows("panel-11-fetched-report-counts-as-listed")
def fetched_and_not_listed(server: Server) -> bool:
    """List, fetch a report that became ready since, and POST without a body: that one is still listed."""
    _, caller = with_reports(server, 1)
    caller.listing()
    later = becomes_ready(server, caller)
    caller.report(order_id=later["order_id"])
    caller.acknowledge()
    return caller.listing() == [later["report_id"]]


@shows("panel-11-acknowledged-report-is-archived-after-a-day")
def fetched_after_a_day(server: Server) -> bool:
    """Acknowledge a report, and fetch it after 25 hours: 200."""
    values, caller = with_reports(server, 1)
    caller.acknowledge(values["report_ids"])
    before = caller.report(order_id=values["order_ids"][0]).status
    passes(server, 25 * HOUR)
    return (before, server.caller(values).report(order_id=values["order_ids"][0]).status) == (200, 200)


@shows("panel-11-body-without-a-length-counts-as-none")
def body_in_chunks(server: Server) -> bool:
    """List two reports, and acknowledge one of them by a body in chunks: the other is still listed."""
    values, caller = with_reports(server, 2)
    caller.listing()
    content = b'{"report_ids": ["%s"]}' % values["report_ids"][0].encode()
    connection = server.connection()
    try:
        headers = {
            "Authorization": f"Bearer {caller.token}",
            "Content-Type": "application/json",
            "Transfer-Encoding": "chunked",
        }
        target = f"/reports?organizationId={caller.organization_id}"
        connection.request("POST", target, iter([content]), headers, encode_chunked=True)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    return bool(answer.status == 200 and caller.listing() == values["report_ids"][1:])


@shows("panel-11-ids-are-marked-before-they-are-looked-for")
def others_report_by_id(server: Server) -> bool:
    """Acknowledge another organization's report by its id: it is still listed there."""
    values, owner = with_reports(server, 1)
    _, stranger = with_reports(server)
    stranger.acknowledge(values["report_ids"])
    return bool(owner.listing() == values["report_ids"])


@shows("panel-11-acknowledgements-of-two-calls-overwrite-each-other")
def two_acknowledge_at_once(server: Server) -> bool:
    """Let two clients acknowledge a report each at the same time, three times over: none of them is listed."""
    for _ in range(3):
        values, caller = with_reports(server, 2)
        callers = caller, server.caller(values, "second_")
        answers: list[list[str]] = []

        def marks(caller: Caller, report_id: str, answers: list[list[str]] = answers) -> Callable[[], None]:
            return lambda: answers.append(caller.acknowledge([report_id]))

        at_once([marks(*pair) for pair in zip(callers, values["report_ids"], strict=True)])
        if len(answers) != 2 or caller.listing():
            return False
    return True


@shows("panel-11-listing-is-kept-for-a-second")
def ready_after_a_listing(server: Server) -> bool:
    """List, let a report become ready, ask the status of its order, and list again: it is there."""
    _, caller = with_reports(server)
    caller.listing()
    later = becomes_ready(server, caller)
    status = caller.status(order_id=later["order_id"])["status"]
    return status == "COMPLETED" and caller.listing() == [later["report_id"]]


def foreign_listing(server: Server, values: dict[str, Any]) -> Reply:
    """List an organization's queue as a client of another one."""
    _, stranger = with_reports(server)
    return stranger.get("/reports", organizationId=values["organization_id"])


@shows("panel-11-permission-is-remembered-by-the-organization")
def after_its_owner(server: Server) -> bool:
    """List an organization's queue as its client, and then as a client of another one: 403."""
    values, owner = with_reports(server, 1)
    return owner.listing() == values["report_ids"] and foreign_listing(server, values).status == 403
