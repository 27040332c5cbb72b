"""Stories about tokens and scopes, and about what other organizations and calls must not change."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode

from scripts.panels.play import Caller, Server, shows

UNKNOWN = "order-does-not-exist"


def form(client_id: str, secret: str, **more: str) -> list[tuple[str, str]]:
    """Return a token request with the credentials in the form."""
    fields = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return [*fields.items(), *more.items()]


@shows("panel-form-fields-are-trimmed-the-secret-too")
def _(server: Server) -> bool:
    """POST for a token with the right secret and a space behind it: 400 or 401."""
    values = server.state("fresh_organization")
    reply = server.token_by_form(form(values["client_id"], values["client_secret"] + " "))
    return reply.status in (400, 401)


@shows("panel-scopes-beyond-the-client-are-left-out")
def _(server: Server) -> bool:
    """Ask for `status.read reports.read` as a client that may have the first only: 400 `invalid_scope`."""
    values = server.state("client_with_scopes", scopes=["status.read"])
    reply = server.token(values["client_id"], values["client_secret"], scope="status.read reports.read")
    return reply.status == 400


@shows("panel-unknown-order-is-remembered-for-all-organizations")
def _(server: Server) -> bool:
    """Ask for an order as another organization, which is answered 404, and at once as its owner: 200."""
    mine, other = (server.state("order_in_status", status="COMPLETED") for _ in range(2))
    stranger = server.caller(other).get("/status", order_id=mine["order_id"])
    owner = server.caller(mine).get("/status", order_id=mine["order_id"])
    return (stranger.status, owner.status) == (404, 200)


@shows("panel-newest-order-of-a-study-is-found-before-its-owner")
def _(server: Server) -> bool:
    """Two organizations use a study UID, and the other's order is newer: the report by study is the caller's own."""
    values = server.state("study_shared_between_organizations", newer="other")
    reply = server.caller(values).report(study_uid=values["study_uid"])
    return reply.headers["X-Order-Id"] == values["order_id"]


@shows("panel-one-row-for-the-token-of-a-client")
def _(server: Server) -> bool:
    """Get two tokens, and list with the first: it still works."""
    values = server.state("fresh_organization")
    first, _ = server.caller(values), server.caller(values)
    return first.get("/reports", organizationId=first.organization_id).status == 200


@shows("panel-organization-is-kept-with-the-thread")
def _(server: Server) -> bool:
    """On one connection, ask for an order as its owner, and then as another organization: 404."""
    mine, other = (server.state("order_in_status", status="COMPLETED") for _ in range(2))
    connection = server.connection()
    callers: list[Caller] = [server.caller(values) for values in (mine, other)]
    target = f"/status?order_id={mine['order_id']}"
    statuses = [caller.call("GET", target, connection=connection).status for caller in callers]
    connection.close()
    return statuses == [200, 404]


@shows("panel-open-orders-of-a-group-are-counted-by-its-name")
def _(server: Server) -> bool:
    """Two organizations use a group's name, and the other's order is PROCESSING: the caller's report is there."""
    values = server.state(
        "study_group_shared_between_organizations", statuses=["COMPLETED"], other_statuses=["PROCESSING"]
    )
    return server.caller(values).report(study_group=values["study_group"]).status == 200


@shows("panel-audience-is-looked-for-in-a-text")
def _(server: Server) -> bool:
    """Use a token whose `aud` is that of a usual one with `-staging` behind it: 401."""
    values = server.state("fresh_organization")
    caller = server.caller(values)
    claims = caller.token.split(".")[1]
    audience = json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["aud"]
    made = server.state("token_with", claims={"aud": f"{audience}-staging"}, client_id=caller.client_id)
    reply = caller.with_token(made["access_token"]).get("/reports", organizationId=caller.organization_id)
    return reply.status == 401


@shows("panel-acknowledging-takes-the-scope-of-listing")
def _(server: Server) -> bool:
    """POST with a token that has `reports.read` only: 403."""
    values = server.state("fresh_organization", ready_reports=1)
    return server.caller(values, scope="reports.read").post().status == 403


@shows("panel-order-is-loaded-before-the-scope-is-checked")
def _(server: Server) -> bool:
    """Ask for the report of an order that there is not, with a token that has `status.read` only: 403."""
    caller = server.caller(server.state("fresh_organization"), scope="status.read")
    return caller.report(order_id=UNKNOWN).status == 403
