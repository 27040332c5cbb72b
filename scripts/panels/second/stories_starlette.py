"""Stories of the faults of `examples/starlette_server`."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode

from scripts.panels.play import Server, shows, with_query


@shows("starlette-scope-is-searched-for-in-a-string")
def scope_in_string(server: Server) -> bool:
    """A token for the scope `read` is refused: there is none of that name."""
    made = server.state("fresh_organization")
    return server.token(made["client_id"], made["client_secret"], scope="read").status == 400


@shows("starlette-issuer-is-compared-by-its-beginning")
def issuer_begins(server: Server) -> bool:
    """A signed token whose issuer has `-test` behind ours is refused."""
    made = server.state("fresh_organization")
    caller = server.caller(made)
    payload = caller.token.split(".")[1]
    issuer = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["iss"]
    claims = {"iss": f"{issuer}-test"}
    forged = server.state("token_with", claims=claims, client_id=caller.client_id)["access_token"]
    return caller.with_token(forged).get("/reports", organizationId=caller.organization_id).status == 401


@shows("starlette-group-is-looked-up-before-the-scope")
def group_before_scope(server: Server) -> bool:
    """A token for `status.read` asks for a group that there is and for one that there is not: 403 both times."""
    made = server.state("study_group", statuses=["COMPLETED"])
    caller = server.caller(made, scope="status.read")
    return [caller.report(study_group=name).status for name in (made["study_group"], "not there")] == [403, 403]


@shows("starlette-submitter-may-follow-its-order")
def submitter_follows(server: Server) -> bool:
    """A client with `ingest.write` alone asks for the status of an order of its organization: 403."""
    order = server.state("order_in_status", status="COMPLETED")
    made = server.state("client_with_scopes", scopes=["ingest.write"], organization_id=order["organization_id"])
    return server.caller(made).get("/status", order_id=order["order_id"]).status == 403


@shows("starlette-parameter-may-repeat-its-value")
def repeats_its_value(server: Server) -> bool:
    """An `order_id` is given twice, with the same value: 400."""
    made = server.state("order_in_status", status="COMPLETED")
    pair = f"order_id={made['order_id']}"
    return server.caller(made).call("GET", f"/status?{pair}&{pair}").status == 400


@shows("starlette-progress-is-rounded")
def rounded(server: Server) -> bool:
    """An order is PROCESSING at 98: its progress is below 100."""
    made = server.state("order_in_status", status="PROCESSING")
    server.state("order_advanced", order_id=made["order_id"], progress=98)
    return bool(server.caller(made).status(order_id=made["order_id"])["progress"] < 100)


@shows("starlette-order-is-listed-for-each-version")
def for_each_version(server: Server) -> bool:
    """The report of a study's only order is amended: `/orderId` lists one order."""
    made = server.state("fresh_organization", ready_reports=1)
    caller, order_id = server.caller(made), made["order_ids"][0]
    server.state("report_amended", report_id=made["report_ids"][0])
    study_uid = caller.status(order_id=order_id)["study_uid"]
    return bool(caller.get("/orderId", study_uid=study_uid).json["order_ids"] == [order_id])


@shows("starlette-type-that-is-not-offered-is-served")
def not_offered(server: Server) -> bool:
    """An order offers `json` alone: its `txt` is 404."""
    made = server.state("order_in_status", status="COMPLETED", report_types=["json"])
    return server.caller(made).report("txt", order_id=made["order_id"]).status == 404


@shows("starlette-measurement-is-always-on-the-left")
def always_left(server: Server) -> bool:
    """Of six orders, the structured report of one that is about the right side has no code for the left."""
    made = server.state("fresh_organization", ready_reports=6)
    caller = server.caller(made)
    sides = {
        order_id: caller.report(order_id=order_id).json["procedure"]["laterality"] for order_id in made["order_ids"]
    }
    right = [order_id for order_id, side in sides.items() if side == "R"]
    return bool(right) and all(
        b"7771000" not in caller.report("dicom_sr", order_id=order_id).body for order_id in right
    )  # fmt: skip


@shows("starlette-group-name-is-decoded-twice")
def decoded_twice(server: Server) -> bool:
    """A group is named `A+B`: its report is found by that name."""
    made = server.state("order_in_status", status="COMPLETED", study_group="A+B")
    return server.caller(made).report(study_group="A+B").status == 200


@shows("starlette-group-keeps-its-first-members")
def first_members(server: Server) -> bool:
    """A group's report was fetched; another order joins: the report has it."""
    made = server.state("study_group", statuses=["COMPLETED"])
    caller, name = server.caller(made), made["study_group"]
    caller.report(study_group=name)
    more = {"organization_id": made["organization_id"], "study_group": name}
    joined = server.state("order_in_status", status="COMPLETED", **more)["order_id"]
    return joined in [order["order_id"] for order in caller.report(study_group=name).json["orders"]]


@shows("starlette-head-is-remembered-as-a-listing")
def head_is_remembered(server: Server) -> bool:
    """A report becomes ready after a listing; a HEAD follows, and a POST: it takes what the listing had."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.listing()
    server.state("report_becomes_ready", organization_id=made["organization_id"])
    caller.call("HEAD", with_query("/reports", {"organizationId": made["organization_id"]}))
    return caller.acknowledge() == made["report_ids"]


@shows("starlette-third-version-supersedes-the-first")
def supersedes_first(server: Server) -> bool:
    """A report is amended twice: the third version supersedes the second."""
    made = server.state("fresh_organization", ready_reports=1)
    second = server.state("report_amended", report_id=made["report_ids"][0])["report_id"]
    server.state("report_amended", report_id=second)
    return [report["supersedes"] for report in server.caller(made).listed()] == [second]


@shows("starlette-page-begins-after-the-last-instant")
def after_last_instant(server: Server) -> bool:
    """Three reports were completed at one instant: listing one at a time and acknowledging it walks through all."""
    made = server.state("fresh_organization", ready_reports=3, completed_seconds=[0, 0, 0])
    caller = server.caller(made)
    walked = []
    for _ in range(3):
        caller.listing(limit=1)
        walked += caller.acknowledge()
    return sorted(walked) == sorted(made["report_ids"])


@shows("starlette-unknown-id-rolls-back-what-was-answered")
def rolled_back(server: Server) -> bool:
    """A POST names a report and an unknown id, and says that it acknowledged the report: it is listed no more."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    return caller.acknowledge([*made["report_ids"], "unknown"]) == made["report_ids"] and caller.listing() == []


@shows("starlette-amended-report-is-listed-without-its-group")
def without_group(server: Server) -> bool:
    """The report of a group's order is amended: the listing has the group of `/status`."""
    made = server.state("study_group", statuses=["COMPLETED"])
    caller = server.caller(made)
    server.state("report_amended", report_id=caller.listing()[0])
    return [report["study_group"] for report in caller.listed()] == [made["study_group"]]


@shows("starlette-refused-organization-acknowledges-ones-own")
def acknowledged_first(server: Server) -> bool:
    """A client lists, and then acknowledges for another organization: 403, and its own report stays listed."""
    made, other = server.state("fresh_organization", ready_reports=1), server.state("other_organization")
    caller = server.caller(made)
    caller.listing()
    refused = caller.post(organization_id=other["organization_id"]).status == 403
    return refused and caller.listing() == made["report_ids"]


@shows("starlette-newest-order-of-any-organization-decides")
def newest_of_any(server: Server) -> bool:
    """Two organizations use a study, and the other one's order is newer: the study's status is one's own order's."""
    made = server.state("study_shared_between_organizations", newer="other")
    reply = server.caller(made).get("/status", study_uid=made["study_uid"])
    return reply.status == 200 and reply.json["order_id"] == made["order_id"]


@shows("starlette-malformed-body-is-quoted")
def body_is_quoted(server: Server) -> bool:
    """A client sends its secret in a body that is no JSON by mistake: the answer does not repeat it."""
    caller = server.caller(server.state("fresh_organization"))
    reply = caller.post(f"client_secret={caller.secret}".encode())
    return reply.status == 400 and caller.secret.encode() not in reply.body


@shows("starlette-limit-may-be-any-digit")
def any_digit(server: Server) -> bool:
    """A listing with a superscript two as `limit` is refused with 400."""
    made = server.state("fresh_organization", ready_reports=1)
    reply = server.caller(made).get("/reports", organizationId=made["organization_id"], limit="²")
    return reply.status == 400
