"""Stories of the faults of `examples/small_server`."""

from __future__ import annotations

import json
from secrets import token_hex

from scripts.panels.play import Server, shows, with_query


@shows("small-commas-separate-scopes")
def commas(server: Server) -> bool:
    """A client asks for the scope `status.read,reports.read`: 400 `invalid_scope`."""
    made = server.state("fresh_organization")
    reply = server.token(made["client_id"], made["client_secret"], scope="status.read,reports.read")
    return reply.status == 400 and bool(reply.json["error"] == "invalid_scope")


@shows("small-token-is-verified-once-a-connection")
def once_a_connection(server: Server) -> bool:
    """A token is used, and used again on the same connection when it has expired: 401."""
    caller = server.caller(server.state("fresh_organization"))
    target, connection = with_query("/reports", {"organizationId": caller.organization_id}), server.connection()
    try:
        before = caller.call("GET", target, connection=connection).status
        server.state("time_passes", seconds=3900)
        return (before, caller.call("GET", target, connection=connection).status) == (200, 401)
    finally:
        connection.close()


@shows("small-study-lists-what-waits")
def what_waits(server: Server) -> bool:
    """The report of one of two orders of a study is acknowledged: `/orderId` lists both."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    caller = server.caller(made)
    caller.acknowledge([caller.report(order_id=made["order_ids"][0]).headers["X-Report-Id"]])
    told = caller.get("/orderId", study_uid=made["study_uid"]).json
    return bool(told["order_ids"] == made["order_ids"][::-1])


@shows("small-uid-may-have-digits-of-any-script")
def any_script(server: Server) -> bool:
    """A client asks for the orders of a study whose UID has an Arabic digit: 400."""
    return server.caller(server.state("fresh_organization")).get("/orderId", study_uid="1.2.\u0663").status == 400


@shows("small-hl7v2-doubles-apostrophes")
def doubled(server: Server) -> bool:
    """Forty reports are fetched as json and as HL7 v2: both have the same family name."""
    made = server.state("fresh_organization", ready_reports=40)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        message = caller.report("hl7v2", order_id=order_id).body.decode()
        pid = next(line for line in message.split("\r") if line.startswith("PID|")).split("|")
        right.append(pid[5].split("^")[0] == caller.report(order_id=order_id).json["patient"]["family_name"])
    return all(right)


@shows("small-group-name-is-measured-in-bytes")
def in_bytes(server: Server) -> bool:
    """The name of a group has a hundred umlauts: its report is served."""
    name = "\u00e4" * 100 + token_hex(4)
    made = server.state("order_in_status", status="COMPLETED", study_group=name)
    return server.caller(made).report(study_group=name).status == 200


@shows("small-group-names-who-asked-first")
def asked_first(server: Server) -> bool:
    """Two organizations have a group of one name, and fetch its json one after the other: each is named in its own."""
    statuses = {"statuses": ["COMPLETED"], "other_statuses": ["COMPLETED"]}
    made = server.state("study_group_shared_between_organizations", **statuses)
    callers = [server.caller(made, "other_"), server.caller(made)]
    told = [caller.report(study_group=made["study_group"]).json["organization_id"] for caller in callers]
    return told == [caller.organization_id for caller in callers]


@shows("small-listing-has-a-week")
def a_week(server: Server) -> bool:
    """A report becomes ready that was completed eight days ago: it is listed."""
    made = server.state("report_becomes_ready", completed_seconds_ago=8 * 86_400)
    return server.caller(made).listing() == [made["report_id"]]


@shows("small-listing-is-written-once-a-second")
def once_a_second(server: Server) -> bool:
    """A client lists three reports, then a page of one, and posts: the two others stay listed."""
    made = server.state("fresh_organization", ready_reports=3)
    caller = server.caller(made)
    caller.listing()
    caller.listing(limit=1)
    taken = caller.acknowledge()
    return taken == made["report_ids"][:1] and bool(caller.listing() == made["report_ids"][1:])


@shows("small-chunked-body-counts-as-none")
def chunked(server: Server) -> bool:
    """A client lists two reports, and names one in a body that comes in chunks: the other one stays listed."""
    made = server.state("fresh_organization", ready_reports=2)
    caller, connection = server.caller(made), server.connection()
    caller.listing()
    content = json.dumps({"report_ids": made["report_ids"][:1]}).encode()
    target = with_query("/reports", {"organizationId": caller.organization_id})
    headers = {"Authorization": f"Bearer {caller.token}", "Content-Type": "application/json"}
    try:
        connection.request(
            "POST", target, iter([content]), {**headers, "Transfer-Encoding": "chunked"}, encode_chunked=True
        )
        status = connection.getresponse().status
    finally:
        connection.close()
    return status == 200 and caller.listing() == made["report_ids"][1:]
