"""Stories of the mock's faults in tokens, parameters, orders and paths."""

from __future__ import annotations

from datetime import datetime

from scripts.panels.play import Caller, Server, basic, shows, with_query


def encoded(text: str) -> str:
    """Return a text with each character percent-encoded."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def listing_status(caller: Caller) -> int:
    """Return the status of a listing."""
    return caller.get("/reports", organizationId=caller.organization_id).status


@shows("mock-basic-is-taken-as-it-is")
def as_it_is(server: Server) -> bool:
    """A client sends its id and secret form-urlencoded in HTTP Basic: 200."""
    made = server.state("fresh_organization")
    return server.token(encoded(made["client_id"]), encoded(made["client_secret"])).status == 200


@shows("mock-client-id-beside-basic-is-a-second-way")
def beside_basic(server: Server) -> bool:
    """A client posts a form with its `client_id`, and HTTP Basic: 200."""
    made = server.state("fresh_organization")
    form = [("grant_type", "client_credentials"), ("client_id", made["client_id"])]
    return server.token_by_form(form, [basic(made["client_id"], made["client_secret"])]).status == 200


@shows("mock-client-is-found-without-case")
def without_case(server: Server) -> bool:
    """A client asks for a token with its id in capital letters: 401."""
    made = server.state("fresh_organization")
    return server.token(made["client_id"].upper(), made["client_secret"]).status == 401


@shows("mock-empty-secret-is-an-anonymous-bind")
def anonymous_bind(server: Server) -> bool:
    """Somebody asks for a token with a client's id and an empty secret: 401."""
    return server.token(server.state("fresh_organization")["client_id"], "").status == 401


@shows("mock-repeated-scope-is-joined")
def repeated_scope(server: Server) -> bool:
    """A client posts `scope` twice, with a scope each: 400 `invalid_request`."""
    made = server.state("fresh_organization")
    form = [("grant_type", "client_credentials"), ("scope", "status.read"), ("scope", "reports.read")]
    reply = server.token_by_form(form, [basic(made["client_id"], made["client_secret"])])
    return reply.status == 400 and bool(reply.json["error"] == "invalid_request")


@shows("mock-basic-opens-the-operations")
def basic_opens(server: Server) -> bool:
    """A client asks for a status with its id and secret in HTTP Basic, and no token: 401."""
    made = server.state("order_in_status", status="COMPLETED")
    target = with_query("/status", {"order_id": made["order_id"]})
    return server.send("GET", target, [basic(made["client_id"], made["client_secret"])]).status == 401


@shows("mock-issuer-is-compared-by-its-path")
def issuer_by_path(server: Server) -> bool:
    """A token whose issuer is `https://login.example/oauth2` is signed with the real key: 401."""
    made = server.state("fresh_organization")
    named = {"client_id": made["client_id"], "organization_id": made["organization_id"]}
    forged = server.state("token_with", claims={"iss": "https://login.example/oauth2"}, **named)["access_token"]
    return listing_status(server.caller(made).with_token(forged)) == 401


@shows("mock-who-may-fetch-may-acknowledge")
def may_acknowledge(server: Server) -> bool:
    """A client with a token for `reports.read` alone acknowledges a report: 403, and it is still listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made, scope="reports.read")
    return caller.post({"report_ids": made["report_ids"]}).status == 403 and caller.listing() == made["report_ids"]


@shows("mock-body-is-parsed-before-its-type-is-checked")
def parsed_first(server: Server) -> bool:
    """A client posts a text that is no JSON, as `text/plain`: 415."""
    caller = server.caller(server.state("fresh_organization"))
    target = with_query("/reports", {"organizationId": caller.organization_id})
    return caller.call("POST", target, b"all of them", [("Content-Type", "text/plain")]).status == 415


@shows("mock-semicolon-separates-parameters")
def semicolon(server: Server) -> bool:
    """A client asks for a report with `;` between its parameters: 400."""
    made = server.state("order_in_status", status="COMPLETED")
    target = f"/results?order_id={made['order_id']};report_type=json"
    return server.caller(made).call("GET", target).status == 400


@shows("mock-brackets-behind-a-name-are-dropped")
def brackets(server: Server) -> bool:
    """A client asks with `order_id[]` for the status of an order: 400."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/status", **{"order_id[]": made["order_id"]}).status == 400


@shows("mock-failed-order-is-tried-again")
def tried_again(server: Server) -> bool:
    """An order has failed: two hours later it is still FAILED."""
    made = server.state("order_in_status", status="PROCESSING")
    server.state("order_advanced", order_id=made["order_id"], status="FAILED")
    server.state("time_passes", seconds=7200)
    return bool(server.caller(made).status(order_id=made["order_id"])["status"] == "FAILED")


@shows("mock-updated-at-is-kept-in-local-time")
def local_time(server: Server) -> bool:
    """An order has times of `-05:00`: it was updated no earlier than it was created."""
    made = server.state("study_with_orders", statuses=["COMPLETED"], offsets=["-05:00"])
    told = server.caller(made).status(study_uid=made["study_uid"])
    return datetime.fromisoformat(told["created_at"]) <= datetime.fromisoformat(told["updated_at"])


@shows("mock-values-are-trimmed")
def trimmed(server: Server) -> bool:
    """A client asks for the status of an order with a space behind its id: 400 or 404."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/status", order_id=made["order_id"] + " ").status in (400, 404)


@shows("mock-uid-may-be-of-any-length")
def any_length(server: Server) -> bool:
    """A client asks for the orders of a study by a UID of 70 characters: 400."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.get("/orderId", study_uid="1.2." + "3" * 66).status == 400


@shows("mock-report-of-a-foreign-order-is-forbidden")
def forbidden(server: Server) -> bool:
    """A client asks for the report of another organization's order: 404."""
    other, caller = server.state("other_organization"), server.caller(server.state("fresh_organization"))
    return caller.report(order_id=other["order_id"]).status == 404


@shows("mock-count-is-that-of-all-that-waits")
def count_of_all(server: Server) -> bool:
    """A client lists a page of two of four reports: `count` is 2."""
    made = server.state("fresh_organization", ready_reports=4)
    caller = server.caller(made)
    return bool(caller.get("/reports", organizationId=caller.organization_id, limit=2).json["count"] == 2)


@shows("mock-matrix-parameters-are-cut-off-a-path")
def matrix_parameters(server: Server) -> bool:
    """A client asks for a status at `/status;v=1`: 404."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/status;v=1", order_id=made["order_id"]).status == 404
