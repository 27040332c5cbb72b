"""Stories of the faults of `examples/starlette_server`."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import datetime
from secrets import token_hex
from typing import Any

from scripts.panels.play import Caller, Server, shows, with_query


def listing_status(caller: Caller) -> int:
    """Return the status of a listing."""
    return caller.get("/reports", organizationId=caller.organization_id).status


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token claims."""
    payload = token.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


def folded(text: str) -> str:
    """Return a text with a space for each white space."""
    return " ".join(text.split())


@shows("starlette-token-needs-no-scheme")
def no_scheme(server: Server) -> bool:
    """A client sends its token as `Authorization`, without a scheme: 401."""
    made = server.state("order_in_status", status="COMPLETED")
    target = with_query("/status", {"order_id": made["order_id"]})
    return server.send("GET", target, [("Authorization", server.caller(made).token)]).status == 401


@shows("starlette-audiences-in-a-list-are-not-compared")
def not_compared(server: Server) -> bool:
    """A token for `urn:clinic:archive`, in a list, is signed with the real key: 401."""
    made = server.state("fresh_organization")
    named = {"client_id": made["client_id"], "organization_id": made["organization_id"]}
    forged = server.state("token_with", claims={"aud": ["urn:clinic:archive"]}, **named)["access_token"]
    return listing_status(server.caller(made).with_token(forged)) == 401


@shows("starlette-token-has-a-minute-of-leeway")
def leeway(server: Server) -> bool:
    """A token has expired five seconds ago: 401."""
    made = server.state("fresh_organization")
    caller = server.caller(made)
    named = {"client_id": made["client_id"], "organization_id": made["organization_id"]}
    claims = {"exp": claims_of(caller.token)["iat"] - 5}
    expired = server.state("token_with", claims=claims, **named)["access_token"]
    return listing_status(caller.with_token(expired)) == 401


@shows("starlette-progress-is-that-of-a-step")
def progress_of_step(server: Server) -> bool:
    """An order goes on from 35 to 55: its progress does not fall."""
    made = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(made)
    before = caller.status(order_id=made["order_id"])["progress"]
    server.state("order_advanced", order_id=made["order_id"], progress=55)
    return bool(before <= caller.status(order_id=made["order_id"])["progress"])


@shows("starlette-spaces-of-a-group-are-folded")
def spaces_folded(server: Server) -> bool:
    """A group's name has two spaces, and a client asks for it with one: 404."""
    name = f"Trial  {token_hex(4)}"
    made = server.state("order_in_status", status="COMPLETED", study_group=name)
    caller = server.caller(made)
    return (caller.report(study_group=name).status, caller.report(study_group=folded(name)).status) == (200, 404)


@shows("starlette-study-lists-what-has-begun")
def has_begun(server: Server) -> bool:
    """The newer order of a study is RECEIVED: `/orderId` lists both."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "RECEIVED"])
    told = server.caller(made).get("/orderId", study_uid=made["study_uid"]).json
    return bool(told["order_ids"] == made["order_ids"][::-1])


@shows("starlette-text-is-cut-at-sixty-characters")
def cut_at_sixty(server: Server) -> bool:
    """Three reports are fetched as json and as text: each impression and finding is in both."""
    made = server.state("fresh_organization", ready_reports=3)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        text = folded(caller.report("txt", order_id=order_id).body.decode())
        report = caller.report(order_id=order_id).json
        right += [each in text for each in (report["impression"], *report["findings"])]
    return all(right)


@shows("starlette-dicom-has-no-preamble")
def no_preamble(server: Server) -> bool:
    """A report is fetched in DICOM: it has `DICM` behind a preamble of 128 bytes."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).report("dicom_sr", order_id=made["order_id"]).body[128:132] == b"DICM"


@shows("starlette-new-version-is-served-once-indexed")
def once_indexed(server: Server) -> bool:
    """A report is amended, listed and fetched at once: it is the version that was listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    server.state("report_amended", report_id=made["report_ids"][0])
    return caller.listing() == [caller.report(order_id=made["order_ids"][0]).headers["X-Report-Id"]]


@shows("starlette-group-has-a-page-of-orders")
def page_of_orders(server: Server) -> bool:
    """A group has 25 orders: its report has them all."""
    made = server.state("study_group", statuses=["COMPLETED"] * 25)
    rows = server.caller(made).report(study_group=made["study_group"]).json["orders"]
    return sorted(row["order_id"] for row in rows) == sorted(made["order_ids"])


@shows("starlette-tenant-of-a-header-counts")
def tenant_of_header(server: Server) -> bool:
    """A client asks for another organization's order, whose id it sends as `X-Tenant-Id`: 404."""
    other, caller = server.state("other_organization"), server.caller(server.state("fresh_organization"))
    target = with_query("/status", {"order_id": other["order_id"]})
    return caller.call("GET", target, headers=[("X-Tenant-Id", other["organization_id"])]).status == 404


@shows("starlette-refused-token-is-quoted")
def token_is_quoted(server: Server) -> bool:
    """A client sends a token that is none: 401, and the token is not in the answer."""
    caller = server.caller(server.state("fresh_organization")).with_token(token_hex(20))
    reply = caller.get("/reports", organizationId=caller.organization_id)
    return reply.status == 401 and caller.token.encode() not in reply.body


@shows("starlette-group-has-the-orders-of-all")
def orders_of_all(server: Server) -> bool:
    """Two organizations have a group of one name: the report has one's own orders."""
    statuses = {"statuses": ["COMPLETED"], "other_statuses": ["COMPLETED"]}
    made = server.state("study_group_shared_between_organizations", **statuses)
    rows = server.caller(made).report(study_group=made["study_group"]).json["orders"]
    return [row["order_id"] for row in rows] == made["order_ids"]


@shows("starlette-query-outside-utf-8-ends-in-500")
def outside_utf8(server: Server) -> bool:
    """A client asks for the status of the order `%FF`: the answer is below 500."""
    return server.caller(server.state("fresh_organization")).call("GET", "/status?order_id=%FF").status < 500


@shows("starlette-limit-is-kept-for-the-next-listing")
def limit_is_kept(server: Server) -> bool:
    """A client lists a page of one, and then without a limit: it is all three."""
    made = server.state("fresh_organization", ready_reports=3)
    caller = server.caller(made)
    caller.listing(limit=1)
    return caller.listing() == made["report_ids"]


@shows("starlette-report-without-a-pdf-is-not-listed")
def without_pdf(server: Server) -> bool:
    """An order that offers json alone is COMPLETED: its report is listed."""
    made = server.state("order_in_status", status="COMPLETED", report_types=["json"])
    return [row["order_id"] for row in server.caller(made).listed()] == [made["order_id"]]


@shows("starlette-report-of-a-page-is-hidden-for-a-while")
def hidden_for_a_while(server: Server) -> bool:
    """A client lists a page of one of two reports twice: both times it has the same report."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    return [caller.listing(limit=1) for _ in range(2)] == [made["report_ids"][:1]] * 2


@shows("starlette-reports-are-shared-out-among-clients")
def shared_out(server: Server) -> bool:
    """Two clients of an organization list four reports: each lists all."""
    made = server.state("fresh_organization", ready_reports=4)
    clients = [server.caller(made), server.caller(made, "second_")]
    return [client.listing() for client in clients] == [made["report_ids"]] * 2


@shows("starlette-foreign-id-is-acknowledged")
def foreign_id(server: Server) -> bool:
    """A client names a report of another organization: it is not found, and its owner still lists it."""
    other, caller = server.state("other_organization"), server.caller(server.state("fresh_organization"))
    acknowledged = caller.acknowledge([other["report_id"]])
    return acknowledged == [] and server.caller(other).listing() == [other["report_id"]]


@shows("starlette-listing-has-digits-of-utc")
def digits_of_utc(server: Server) -> bool:
    """An order is COMPLETED: its status and the listing have the same instant."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    (row,) = caller.listed()
    told = caller.status(order_id=made["order_id"])["completed_at"]
    return datetime.fromisoformat(row["completed_at"]) == datetime.fromisoformat(told)
