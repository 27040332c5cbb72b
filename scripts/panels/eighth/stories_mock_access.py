"""Stories of the mock's faults in tokens, the journal, the status and the orders of a study."""

from __future__ import annotations

from datetime import datetime

from scripts.panels.play import Caller, Server, basic, shows, with_query


def listing_target(caller: Caller) -> str:
    """Return the target of a listing."""
    return with_query("/reports", {"organizationId": caller.organization_id})


@shows("mock-wrong-secrets-of-a-client-are-counted")
def wrong_secrets(server: Server) -> bool:
    """Somebody sends a wrong secret five times for a client, and for one that nobody has: the answers are the same."""
    made = server.state("fresh_organization")
    names = (made["client_id"], "nobody")
    told = [[server.token(name, "wrong").json for _ in range(5)] for name in names]
    return bool(told[0] == told[1])


@shows("mock-nbf-is-compared-with-iat")
def compared_with_issue(server: Server) -> bool:
    """A token has an `nbf` and an `iat` that are ten minutes ahead: 401."""
    made = server.state("fresh_organization")
    ahead = int(datetime.fromisoformat(server.state("time_passes", seconds=0)["now"]).timestamp()) + 600
    named = {"client_id": made["client_id"], "organization_id": made["organization_id"]}
    token = server.state("token_with", claims={"nbf": ahead, "iat": ahead}, **named)["access_token"]
    caller = server.caller(made).with_token(token)
    return caller.call("GET", listing_target(caller)).status == 401


@shows("mock-token-as-password-of-basic-counts")
def password_of_basic(server: Server) -> bool:
    """A client sends its token as the password of HTTP Basic: 401."""
    caller = server.caller(server.state("fresh_organization"))
    return server.send("GET", listing_target(caller), [basic("x-access-token", caller.token)]).status == 401


@shows("mock-token-seen-on-many-connections-counts-as-stolen")
def counts_as_stolen(server: Server) -> bool:
    """A client opens a connection for each of 110 calls: all are answered."""
    caller = server.caller(server.state("fresh_organization"))
    return {caller.call("GET", listing_target(caller)).status for _ in range(110)} == {200}


@shows("mock-order-is-cached-by-its-study")
def cached_by_study(server: Server) -> bool:
    """A client asks for the status of a study, and at once for that of its older order: it gets the older order's."""
    made = server.state("study_with_orders", statuses=["FAILED", "COMPLETED"])
    caller = server.caller(made)
    told = [caller.status(study_uid=made["study_uid"]), caller.status(order_id=made["order_ids"][0])]
    return bool([status["order_id"] for status in told] == made["order_ids"][::-1])


@shows("mock-progress-is-estimated-between-polls")
def estimated(server: Server) -> bool:
    """A client polls an order, and again twenty seconds later; the worker reports five points: progress never falls."""
    made = server.state("order_in_status", status="PROCESSING")
    caller, order_id = server.caller(made), made["order_id"]
    told = [caller.status(order_id=order_id)["progress"]]
    server.state("time_passes", seconds=20)
    told.append(caller.status(order_id=order_id)["progress"])
    server.state("order_advanced", order_id=order_id, progress=told[0] + 5)
    told.append(caller.status(order_id=order_id)["progress"])
    return told == sorted(told)


@shows("mock-orders-of-a-study-are-cached-until-a-newer-one")
def cached_until_newer(server: Server) -> bool:
    """The orders of a study are listed, and an order comes that was completed ten hours ago: it is listed too."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    caller, study_uid = server.caller(made), made["study_uid"]
    caller.get("/orderId", study_uid=study_uid)
    named = {"organization_id": made["organization_id"], "study_uid": study_uid, "completed_seconds_ago": 36_000}
    late = server.state("report_becomes_ready", **named)["order_id"]
    return bool(late in caller.get("/orderId", study_uid=study_uid).json["order_ids"])


@shows("mock-repeated-line-is-left-out-of-the-journal")
def repeated_line(server: Server) -> bool:
    """A client asks for a status three times in a row: the journal counts three calls."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    for _ in range(3):
        caller.status(order_id=made["order_id"])
    target = f"{server.states_path.removesuffix('/states')}/worlds/default/journal/counters"
    rows = server.send("GET", target, [("Authorization", f"Bearer {server.states_token}")]).json["counters"]
    mine = [row for row in rows if (row["client_id"], row["operation"]) == (caller.client_id, "getStatus")]
    return bool(sum(row["count"] for row in mine) == 3)


@shows("mock-organization-id-of-dots-ends-in-500")
def id_of_dots(server: Server) -> bool:
    """A client asks for the listing of the organization `..`: 403."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.get("/reports", organizationId="..").status == 403
