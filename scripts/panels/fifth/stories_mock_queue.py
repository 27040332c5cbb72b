"""Stories of the mock's faults in the queue, and in what all views say."""

from __future__ import annotations

import time
from datetime import datetime

from scripts.panels.play import Server, shows, with_query

JSON = ("Content-Type", "application/json")


@shows("mock-reports-of-one-instant-are-listed-as-one")
def of_one_instant(server: Server) -> bool:
    """Two of three reports were completed at one instant: all three are listed."""
    made = server.state("fresh_organization", ready_reports=3, completed_seconds=[0, 0, 1])
    return sorted(server.caller(made).listing()) == sorted(made["report_ids"])


@shows("mock-order-that-is-nearly-done-is-listed")
def nearly_done(server: Server) -> bool:
    """An order in PROCESSING is at 97: nothing is listed."""
    made = server.state("order_in_status", status="PROCESSING")
    server.state("order_advanced", order_id=made["order_id"], progress=97)
    return server.caller(made).listing() == []


@shows("mock-empty-body-of-json-is-malformed")
def empty_json(server: Server) -> bool:
    """A client lists a report, and posts zero bytes of json: the report is acknowledged."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.listing()
    reply = caller.call("POST", with_query("/reports", {"organizationId": caller.organization_id}), b"", [JSON])
    return reply.status == 200 and reply.json["acknowledged"] == made["report_ids"]


@shows("mock-listing-is-dated-by-its-second")
def by_its_second(server: Server) -> bool:
    """A report becomes ready right after a listing, at four instants of a second: each time it stays listed."""
    right = []
    for _ in range(4):
        time.sleep(0.3)
        made = server.state("fresh_organization", ready_reports=1)
        caller = server.caller(made)
        caller.listing()
        later = server.state("report_becomes_ready", organization_id=made["organization_id"])["report_id"]
        caller.acknowledge()
        right.append(caller.listing() == [later])
    return all(right)


@shows("mock-numbers-are-taken-for-ids")
def numbers(server: Server) -> bool:
    """A POST names 17 as a report: 400."""
    return server.caller(server.state("fresh_organization")).post({"report_ids": [17]}).status == 400


@shows("mock-amendment-of-an-acknowledged-report-supersedes-nothing")
def supersedes_nothing(server: Server) -> bool:
    """A report is acknowledged and then amended: the listing says which one the amended version supersedes."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.acknowledge(made["report_ids"])
    server.state("report_amended", report_id=made["report_ids"][0])
    return [row["supersedes"] for row in caller.listed()] == made["report_ids"]


@shows("mock-pages-go-on-by-offset")
def by_offset(server: Server) -> bool:
    """A client walks through six reports in pages of two, which it acknowledges: oldest first."""
    made = server.state("fresh_organization", ready_reports=6)
    caller, pages = server.caller(made), []
    for _ in range(3):
        pages.append(caller.listing(limit=2))
        caller.acknowledge(pages[-1])
    return pages == [made["report_ids"][first : first + 2] for first in (0, 2, 4)]


@shows("mock-status-is-read-from-a-replica-in-turn")
def in_turn(server: Server) -> bool:
    """An order is COMPLETED, and its status asked for four times at once: it is COMPLETED each time."""
    made = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(made)
    server.state("order_advanced", order_id=made["order_id"], status="COMPLETED")
    return all(caller.status(order_id=made["order_id"])["status"] == "COMPLETED" for _ in range(4))


@shows("mock-long-acknowledgement-takes-effect-later")
def takes_effect_later(server: Server) -> bool:
    """A client names 150 reports, and lists at once: nothing is listed."""
    made = server.state("fresh_organization", ready_reports=150)
    caller = server.caller(made)
    return len(caller.acknowledge(made["report_ids"])) == 150 and caller.listing() == []


@shows("mock-listing-has-milliseconds")
def milliseconds(server: Server) -> bool:
    """Three orders complete now: listing and status have the same instants."""
    made = server.state("fresh_organization")
    for _ in range(3):
        server.state("report_becomes_ready", organization_id=made["organization_id"])
    caller = server.caller(made)
    rows = caller.listed()
    told = [caller.status(order_id=row["order_id"])["completed_at"] for row in rows]
    return [datetime.fromisoformat(row["completed_at"]) for row in rows] == [*map(datetime.fromisoformat, told)]
