"""Stories of the faults of `examples/starlette_server`."""

from __future__ import annotations

from scripts.panels.play import Server, basic, shows


@shows("starlette-empty-secret-beside-basic-is-refused")
def empty_secret(server: Server) -> bool:
    """A client authenticates by Basic, and its form has an empty `client_secret`: 200."""
    made = server.state("fresh_organization")
    form = [("grant_type", "client_credentials"), ("client_secret", "")]
    return server.token_by_form(form, [basic(made["client_id"], made["client_secret"])]).status == 200


@shows("starlette-last-scopes-become-the-default")
def last_scopes(server: Server) -> bool:
    """A client asks for a token with one scope, and then for one without naming any: it has all three."""
    made = server.state("fresh_organization")
    client = made["client_id"], made["client_secret"]
    server.token(*client, scope="status.read")
    scopes = server.token(*client).json["scope"].split()
    return sorted(scopes) == ["reports.ack", "reports.read", "status.read"]


@shows("starlette-repeats-are-counted-before-decoding")
def before_decoding(server: Server) -> bool:
    """A call of `/status` has `order_id` twice, once with its underscore percent-encoded: 400."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    target = "/status?order_id={}&order%5Fid={}".format(*made["order_ids"])
    return server.caller(made).call("GET", target).status == 400


@shows("starlette-component-of-a-uid-has-64-bits")
def component(server: Server) -> bool:
    """A client asks for the orders of a study that nobody has, whose UID was made from a UUID: 404."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.get("/orderId", study_uid="2.25.329800735698586629295641978511506172918").status == 404


@shows("starlette-report-fetched-in-every-type-is-done")
def every_type(server: Server) -> bool:
    """A report is fetched as json and text, which is all that its order offers: it is still listed."""
    made = server.state("order_in_status", status="COMPLETED", report_types=["json", "txt"])
    caller = server.caller(made)
    replies = [caller.report(name, order_id=made["order_id"]) for name in ("json", "txt")]
    return caller.listing() == [replies[0].headers["X-Report-Id"]]


@shows("starlette-group-is-cached-until-it-has-a-new-report")
def new_report(server: Server) -> bool:
    """The report of a group is fetched, an order joins that failed, and it is fetched again: it has both orders."""
    made = server.state("study_group", statuses=["COMPLETED"])
    caller = server.caller(made)
    caller.report(study_group=made["study_group"])
    named = {"organization_id": made["organization_id"], "study_group": made["study_group"]}
    joined = server.state("order_in_status", status="FAILED", **named)["order_id"]
    rows = caller.report(study_group=made["study_group"]).json["orders"]
    return sorted(row["order_id"] for row in rows) == sorted([*made["order_ids"], joined])


@shows("starlette-unknown-report-stays-unknown")
def stays_unknown(server: Server) -> bool:
    """A POST names a report that isn't ready yet, and names it again once it is: it is acknowledged."""
    made = server.state("report_becomes_ready", unready=True)
    caller, ids = server.caller(made), [made["report_id"]]
    before = caller.acknowledge(ids)
    server.state("order_advanced", order_id=made["order_id"], status="COMPLETED")
    return (before, caller.acknowledge(ids)) == ([], ids)


@shows("starlette-listing-is-validated-by-count-and-date")
def count_and_date(server: Server) -> bool:
    """Of two listed reports the older one is acknowledged, and one comes that was completed a day ago: it is listed."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    caller.listing()
    caller.acknowledge(made["report_ids"][:1])
    named = {"organization_id": made["organization_id"], "completed_seconds_ago": 86_400}
    late = server.state("report_becomes_ready", **named)["report_id"]
    return caller.listing() == [late, made["report_ids"][1]]


@shows("starlette-similar-order-is-suggested")
def suggested(server: Server) -> bool:
    """A client mistypes the id of another organization's order in its last character: the answer does not have it."""
    other, caller = server.state("other_organization"), server.caller(server.state("fresh_organization"))
    return other["order_id"].encode() not in caller.get("/status", order_id=f"{other['order_id'][:-1]}x").body


@shows("starlette-retry-after-doubles-with-each-poll")
def doubles(server: Server) -> bool:
    """A client asks twelve times for a report that isn't ready: each answer asks it to wait an hour at most."""
    made = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(made)
    waits = [int(caller.report(order_id=made["order_id"]).headers["Retry-After"]) for _ in range(12)]
    return all(1 <= wait <= 3600 for wait in waits)
