"""Stories of the mock's faults in tokens, paths, the status and the orders of a study."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from scripts.panels.play import Caller, Server, shows, with_query


def listing_status(caller: Caller) -> int:
    """Return the status of a listing."""
    return caller.get("/reports", organizationId=caller.organization_id).status


@shows("mock-secret-of-a-colleague-counts")
def secret_of_colleague(server: Server) -> bool:
    """Somebody asks for a token with a client's id, and the secret of another client of its organization: 401."""
    made = server.state("fresh_organization")
    return server.token(made["client_id"], made["second_client_secret"]).status == 401


@shows("mock-token-in-a-form-counts")
def token_in_form(server: Server) -> bool:
    """A client lists a report, and posts its token in a form, without a header: 401, and the report stays."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.listing()
    target = with_query("/reports", {"organizationId": caller.organization_id})
    form = urlencode({"access_token": caller.token}).encode()
    reply = server.send("POST", target, [("Content-Type", "application/x-www-form-urlencoded")], form)
    return reply.status == 401 and caller.listing() == made["report_ids"]


@shows("mock-who-may-fetch-may-look-orders-up")
def may_look_up(server: Server) -> bool:
    """A client with a token for `reports.read` alone asks for the orders of a study: 403."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made, scope="reports.read").get("/orderId", study_uid=made["study_uid"]).status == 403


@shows("mock-token-that-came-early-stays-refused")
def stays_refused(server: Server) -> bool:
    """A token is valid in two minutes from now: it is refused now, and works five minutes later."""
    made = server.state("fresh_organization")
    now = datetime.fromisoformat(server.state("time_passes", seconds=0)["now"]).timestamp()
    named = {"client_id": made["client_id"], "organization_id": made["organization_id"]}
    token = server.state("token_with", claims={"nbf": int(now) + 120}, **named)["access_token"]
    caller = server.caller(made).with_token(token)
    early = listing_status(caller)
    server.state("time_passes", seconds=300)
    return (early, listing_status(caller)) == (401, 200)


@shows("mock-amended-order-is-in-processing-again")
def processed_again(server: Server) -> bool:
    """A report is amended, and the status of its order asked for at once: it is COMPLETED, as before."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    before = caller.status(order_id=made["order_ids"][0])["status"]
    server.state("report_amended", report_id=made["report_ids"][0])
    return [before, caller.status(order_id=made["order_ids"][0])["status"]] == ["COMPLETED"] * 2


@shows("mock-study-lists-the-orders-of-a-year")
def orders_of_year(server: Server) -> bool:
    """The orders of a study were created 400 days apart: `/orderId` lists both."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"], seconds=[0, 400 * 86_400])
    told = server.caller(made).get("/orderId", study_uid=made["study_uid"]).json
    return bool(told["order_ids"] == made["order_ids"][::-1])


@shows("mock-path-may-end-with-json")
def ends_with_json(server: Server) -> bool:
    """A client asks for a status at `/status.json`: 404."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/status.json", order_id=made["order_id"]).status == 404


@shows("mock-long-id-of-a-body-ends-in-500")
def long_id(server: Server) -> bool:
    """A POST names a report by 300 letters: 200, and it is not found."""
    name = "R" * 300
    reply = server.caller(server.state("fresh_organization")).post({"report_ids": [name]})
    return reply.status == 200 and bool(reply.json["not_found"] == [name])
