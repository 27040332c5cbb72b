"""Stories of the mock's faults in tokens, scopes, organizations and orders."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode

from scripts.panels.play import Caller, Server, basic, shows, with_query


def listing_status(caller: Caller) -> int:
    """Return the status of a listing."""
    return caller.get("/reports", organizationId=caller.organization_id).status


@shows("mock-secret-is-normalized")
def normalized(server: Server) -> bool:
    """A client asks for a token with the full-width form of its secret's first character: 401."""
    made = server.state("fresh_organization")
    secret = made["client_secret"]
    return server.token(made["client_id"], chr(ord(secret[0]) + 0xFEE0) + secret[1:]).status == 401


@shows("mock-scope-of-a-form-is-read-from-the-query-with-basic")
def scope_of_query(server: Server) -> bool:
    """A client asks for `status.read` in a form, with Basic: the token has this scope alone."""
    made = server.state("fresh_organization", ready_reports=1)
    form = [("grant_type", "client_credentials"), ("scope", "status.read")]
    reply = server.token_by_form(form, [basic(made["client_id"], made["client_secret"])])
    caller = server.caller(made).with_token(reply.json["access_token"])
    return reply.json["scope"] == "status.read" and listing_status(caller) == 403


@shows("mock-connection-stays-signed-in")
def signed_in(server: Server) -> bool:
    """A call with a token is followed by one without, on the same connection: 401."""
    made = server.state("order_in_status", status="COMPLETED")
    caller, connection = server.caller(made), server.connection()
    target = with_query("/status", {"order_id": made["order_id"]})
    try:
        with_token = caller.call("GET", target, connection=connection).status
        return (with_token, server.send("GET", target, [], connection=connection).status) == (200, 401)
    finally:
        connection.close()


@shows("mock-audience-is-compared-by-its-beginning")
def by_its_beginning(server: Server) -> bool:
    """A token is for an audience whose name begins with this service's: 401."""
    made = server.state("fresh_organization")
    caller = server.caller(made)
    payload = caller.token.split(".")[1]
    audience = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["aud"]
    params = {"client_id": made["client_id"], "organization_id": made["organization_id"]}
    forged = server.state("token_with", claims={"aud": f"{audience}-staging"}, **params)["access_token"]
    return listing_status(caller.with_token(forged)) == 401


@shows("mock-scope-is-remembered-of-a-client")
def scope_is_remembered(server: Server) -> bool:
    """A client lists, and then with another token that has `status.read` alone: 200, then 403."""
    made = server.state("fresh_organization")
    first, second = server.caller(made), server.caller(made, scope="status.read")
    return (listing_status(first), listing_status(second)) == (200, 403)


@shows("mock-organization-is-refused-before-the-body")
def refused_before_body(server: Server) -> bool:
    """A POST with a malformed body names another organization: 400."""
    other = server.state("other_organization")
    caller = server.caller(server.state("fresh_organization"))
    return caller.post(b"{", organization_id=other["organization_id"]).status == 400


@shows("mock-token-by-form-ends-sooner")
def ends_sooner(server: Server) -> bool:
    """A client gets a token by a form, and uses it within `expires_in`: 200."""
    made = server.state("fresh_organization")
    form = [("grant_type", "client_credentials"), ("client_id", made["client_id"])]
    reply = server.token_by_form([*form, ("client_secret", made["client_secret"])])
    caller = server.caller(made).with_token(reply.json["access_token"])
    server.state("time_passes", seconds=reply.json["expires_in"] - 600)
    return listing_status(caller) == 200


@shows("mock-most-recent-order-is-found-by-whole-seconds")
def whole_seconds(server: Server) -> bool:
    """Orders are created four tenths of a second apart, the older one submitted later: the newer one is told."""
    right = []
    for _ in range(4):  # at one of these instants, both are in one second
        time.sleep(0.3)
        params = {"statuses": ["COMPLETED", "PROCESSING"], "seconds": [0, 0.4], "submitted": [1, 0]}
        made = server.state("study_with_orders", **params)
        right.append(server.caller(made).status(study_uid=made["study_uid"])["order_id"] == made["order_ids"][1])
    return all(right)


@shows("mock-progress-is-rounded-to-the-nearest-step")
def rounded(server: Server) -> bool:
    """An order in PROCESSING moves to a progress of 98: it is below 100."""
    made = server.state("order_in_status", status="PROCESSING")
    server.state("order_advanced", order_id=made["order_id"], progress=98)
    return int(server.caller(made).status(order_id=made["order_id"])["progress"]) < 100


@shows("mock-second-amendment-leaves-updated-at")
def second_amendment(server: Server) -> bool:
    """A report is amended twice: `updated_at` moves each time."""
    made = server.state("fresh_organization", ready_reports=1)
    caller, order_id, times = server.caller(made), made["order_ids"][0], []
    for _ in range(2):
        server.state("report_amended", report_id=made["report_ids"][0])
        times.append(caller.status(order_id=order_id)["updated_at"])
    return times[0] < times[1]


@shows("mock-report-of-an-order-is-found-without-case")
def found_without_case(server: Server) -> bool:
    """A client asks for a report with its order's id in small letters: 404."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).report(order_id=made["order_id"].lower()).status == 404


@shows("mock-study-lists-an-order-for-each-version")
def for_each_version(server: Server) -> bool:
    """The report of a study's only order is amended: the order is listed once."""
    made = server.state("fresh_organization", ready_reports=1)
    caller, order_id = server.caller(made), made["order_ids"][0]
    server.state("report_amended", report_id=made["report_ids"][0])
    study_uid = caller.status(order_id=order_id)["study_uid"]
    return bool(caller.get("/orderId", study_uid=study_uid).json["order_ids"] == [order_id])


@shows("mock-foreign-order-is-noted-in-a-header")
def noted_in_header(server: Server) -> bool:
    """A client asks for another organization's order, and for one that nobody has: both have the same headers."""
    other, caller = server.state("other_organization"), server.caller(server.state("fresh_organization"))
    replies = [caller.get("/status", order_id=name) for name in (other["order_id"], "ORD-NOBODY-000000")]
    return sorted(replies[0].headers.keys()) == sorted(replies[1].headers.keys())


@shows("mock-foreign-reports-are-acknowledged-before-the-refusal")
def before_refusal(server: Server) -> bool:
    """A POST names another organization and its report: 403, and the report is still listed there."""
    other, caller = server.state("other_organization"), server.caller(server.state("fresh_organization"))
    reply = caller.post({"report_ids": [other["report_id"]]}, organization_id=other["organization_id"])
    return reply.status == 403 and server.caller(other).listing() == [other["report_id"]]


@shows("mock-lone-surrogate-in-a-body-ends-in-500")
def lone_surrogate(server: Server) -> bool:
    r"""A POST names a report `\ud800`: the answer is below 500."""
    return server.caller(server.state("fresh_organization")).post(b'{"report_ids": ["\\ud800"]}').status < 500
