"""Stories of the faults of `examples/small_server`."""

from __future__ import annotations

import json
from secrets import token_hex

from scripts.panels.play import Server, shows, with_query


@shows("small-expired-token-acknowledges")
def grace(server: Server) -> bool:
    """A client lists a report, its token expires, and it posts two minutes later: 401, and the report stays."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.listing()
    server.state("time_passes", seconds=3720)
    return caller.post().status == 401 and server.caller(made).listing() == made["report_ids"]


@shows("small-body-is-read-before-the-query")
def body_first(server: Server) -> bool:
    """A client posts text with a parameter that is unknown: 400."""
    caller = server.caller(server.state("fresh_organization"))
    target = with_query("/reports", {"organizationId": caller.organization_id, "all": "true"})
    return caller.call("POST", target, b"all", [("Content-Type", "text/plain")]).status == 400


@shows("small-cancelled-order-is-completed-by-its-worker")
def completed_by_worker(server: Server) -> bool:
    """An order is cancelled in PROCESSING, and asked for at once and two minutes later: it is CANCELLED."""
    made = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(made)
    server.state("order_advanced", order_id=made["order_id"], status="CANCELLED")
    told = [caller.status(order_id=made["order_id"])["status"]]
    server.state("time_passes", seconds=120)
    return [*told, caller.status(order_id=made["order_id"])["status"]] == ["CANCELLED"] * 2


@shows("small-json-is-served-of-every-order")
def json_of_every_order(server: Server) -> bool:
    """An order offers text and PDF alone, and a client asks for its json: 404."""
    made = server.state("order_in_status", status="COMPLETED", report_types=["txt", "pdf"])
    return server.caller(made).report("json", order_id=made["order_id"]).status == 404


@shows("small-name-of-a-group-is-cut")
def name_cut(server: Server) -> bool:
    """The names of two groups differ after 70 characters: the report of each has its own order alone."""
    names = [f"{'Follow-up of the second phase ' * 3}{token_hex(4)}"[:70] + end for end in ("A", "B")]
    made = server.state("order_in_status", status="COMPLETED", study_group=names[0])
    named = {"organization_id": made["organization_id"], "study_group": names[1]}
    other, caller = server.state("order_in_status", status="COMPLETED", **named), server.caller(made)
    told = [[row["order_id"] for row in caller.report(study_group=name).json["orders"]] for name in names]
    return told == [[made["order_id"]], [other["order_id"]]]


@shows("small-listing-compares-local-times")
def local_times(server: Server) -> bool:
    """Of two reports of an hour ago, one has times of Tokyo: both are listed."""
    made = server.state("fresh_organization", ready_reports=2, offsets=["Z", "+09:00"])
    return bool(server.caller(made).listing() == made["report_ids"])


@shows("small-text-after-the-json-is-ignored")
def text_ignored(server: Server) -> bool:
    """A POST names two reports, in an object each, one after the other: 400, and both stay listed."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    body = "\n".join(json.dumps({"report_ids": [name]}) for name in made["report_ids"])
    return caller.post(body.encode()).status == 400 and caller.listing() == made["report_ids"]


@shows("small-what-a-colleague-acknowledged-is-not-found")
def not_found(server: Server) -> bool:
    """Two clients of an organization acknowledge the same report by its id: the second one finds it in neither list."""
    made = server.state("fresh_organization", ready_reports=1)
    server.caller(made).acknowledge(made["report_ids"])
    told = server.caller(made, "second_").post({"report_ids": made["report_ids"]}).json
    return bool((told["acknowledged"], told["not_found"]) == ([], []))


@shows("small-group-is-dated-by-everybodys-orders")
def dated_by_all(server: Server) -> bool:
    """Two organizations have a group of one name, and an order of the other's is amended: one's own keeps its date."""
    statuses = {"statuses": ["COMPLETED"], "other_statuses": ["COMPLETED"]}
    made = server.state("study_group_shared_between_organizations", **statuses)
    caller, other = server.caller(made), server.caller(made, "other_")
    before = caller.report(study_group=made["study_group"]).json
    server.state("report_amended", report_id=other.listing()[0])
    return bool(caller.report(study_group=made["study_group"]).json == before)


@shows("small-listing-is-remembered-by-its-connection")
def by_connection(server: Server) -> bool:
    """A client lists two reports on a connection that stays open, and posts on another one: both are acknowledged."""
    made = server.state("fresh_organization", ready_reports=2)
    caller, connection = server.caller(made), server.connection()
    try:
        target = with_query("/reports", {"organizationId": caller.organization_id})
        caller.call("GET", target, connection=connection)
        return bool(caller.acknowledge() == made["report_ids"])
    finally:
        connection.close()
