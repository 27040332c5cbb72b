"""Stories of the faults of `examples/starlette_server`."""

from __future__ import annotations

from collections import Counter

from scripts.panels.play import Server, shows, with_query


@shows("starlette-unknown-client-is-told")
def unknown_client(server: Server) -> bool:
    """Somebody asks for a token with a wrong secret, and with an unknown client: the answers are the same."""
    made = server.state("fresh_organization")
    wrong, unknown = server.token(made["client_id"], "wrong"), server.token("nobody", "wrong")
    return (wrong.status, wrong.body) == (unknown.status, unknown.body)


@shows("starlette-scopes-beyond-the-client-are-dropped")
def dropped_scopes(server: Server) -> bool:
    """A client that has `status.read` alone asks for `reports.read` too: 400 `invalid_scope`."""
    made = server.state("client_with_scopes", scopes=["status.read"])
    reply = server.token(made["client_id"], made["client_secret"], scope="status.read reports.read")
    return reply.status == 400 and reply.json["error"] == "invalid_scope"


@shows("starlette-head-needs-no-scope")
def head(server: Server) -> bool:
    """A token for `status.read` alone is used for HEAD of a report: 403 or 405."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made, scope="status.read")
    target = with_query("/results", {"order_id": made["order_id"], "report_type": "json"})
    return caller.call("HEAD", target).status in (403, 405)


@shows("starlette-token-ends-before-it-said")
def ends_before(server: Server) -> bool:
    """A client uses its token a minute before the end of `expires_in`: 200."""
    made = server.state("fresh_organization")
    answer = server.token(made["client_id"], made["client_secret"]).json
    caller = server.caller(made).with_token(answer["access_token"])
    server.state("time_passes", seconds=answer["expires_in"] - 60)
    return caller.get("/reports", organizationId=made["organization_id"]).status == 200


@shows("starlette-empty-parameter-counts-as-omitted")
def empty_is_omitted(server: Server) -> bool:
    """A client asks for a study's status with an empty `order_id`: 400."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/status", order_id="", study_uid=made["study_uid"]).status == 400


@shows("starlette-group-is-searched-with-like")
def with_like(server: Server) -> bool:
    """A client asks for a group with `_` in the place of its name's last character: 404."""
    made = server.state("study_group", statuses=["COMPLETED"])
    return server.caller(made).report(study_group=made["study_group"][:-1] + "_").status == 404


@shows("starlette-ended-orders-of-a-study-are-listed-last")
def ended_last(server: Server) -> bool:
    """The newer order of a study failed: it is listed first."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "FAILED"])
    listed = server.caller(made).get("/orderId", study_uid=made["study_uid"]).json["order_ids"]
    return bool(listed == made["order_ids"][::-1])


@shows("starlette-wholly-cancelled-study-is-unknown")
def wholly_cancelled(server: Server) -> bool:
    """The only order of a study was cancelled: it is listed."""
    made = server.state("study_with_orders", statuses=["CANCELLED"])
    reply = server.caller(made).get("/orderId", study_uid=made["study_uid"])
    return reply.status == 200 and reply.json["order_ids"] == made["order_ids"]


@shows("starlette-type-is-refused-before-the-state")
def before_the_state(server: Server) -> bool:
    """An order that offers json alone is in PROCESSING: a PDF of it answers 409."""
    made = server.state("order_in_status", status="PROCESSING", report_types=["json"])
    return server.caller(made).report("pdf", order_id=made["order_id"]).status == 409


@shows("starlette-dicom-patient-is-kept-by-study")
def patient_by_study(server: Server) -> bool:
    """Both orders of a study are fetched as json and as a structured report: both name the same record number."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    caller, agree = server.caller(made), []
    for order_id in made["order_ids"]:
        number = caller.report(order_id=order_id).json["patient"]["mrn"]
        agree.append(number.encode() in caller.report("dicom_sr", order_id=order_id).body)
    return all(agree)


@shows("starlette-pdf-loses-a-line-at-each-page-break")
def line_lost(server: Server) -> bool:
    """A group has thirty orders: its PDF has the impression of each."""
    made = server.state("study_group", statuses=["COMPLETED"] * 30)
    caller = server.caller(made)
    told = [order["impression"] for order in caller.report(study_group=made["study_group"]).json["orders"]]
    drawn = caller.report("pdf", study_group=made["study_group"]).body
    return all(drawn.count(f"({line}) Tj".encode()) == count for line, count in Counter(told).items())


@shows("starlette-report-by-study-does-not-name-its-order")
def without_order_id(server: Server) -> bool:
    """A report is fetched by study: `X-Order-Id` names its order."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).report(study_uid=made["study_uid"]).headers["X-Order-Id"] == made["order_id"]


@shows("starlette-slash-at-the-end-redirects")
def redirects(server: Server) -> bool:
    """A client asks for `/status/`: 404."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/status/", order_id=made["order_id"]).status == 404


@shows("starlette-listing-is-remembered-by-its-ends")
def by_its_ends(server: Server) -> bool:
    """The second of three orders was completed last; a client lists two reports and acknowledges: the third stays."""
    made = server.state("fresh_organization", ready_reports=3, completed_seconds=[0, 20, 10])
    caller = server.caller(made)
    listed = caller.listing(limit=2)
    return sorted(caller.acknowledge()) == sorted(listed) and caller.listing() == made["report_ids"][2:]


@shows("starlette-client-without-a-listing-takes-a-colleagues")
def takes_a_colleagues(server: Server) -> bool:
    """One client lists, another one that has listed nothing acknowledges: nothing is acknowledged."""
    made = server.state("fresh_organization", ready_reports=2)
    server.caller(made).listing()
    second = server.caller(made, "second_")
    return second.acknowledge() == [] and second.listing() == made["report_ids"]


@shows("starlette-ids-are-counted-without-duplicates")
def without_duplicates(server: Server) -> bool:
    """A POST names one report 10,001 times: 400 or 413, and it stays."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    reply = caller.post({"report_ids": made["report_ids"] * 10_001})
    return reply.status in (400, 413) and caller.listing() == made["report_ids"]


@shows("starlette-superseded-report-is-not-found")
def superseded(server: Server) -> bool:
    """A report is amended between listing and POST: the old version is acknowledged, the new one is listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    listed = caller.listing()
    amended = server.state("report_amended", report_id=listed[0])["report_id"]
    return caller.acknowledge(listed) == listed and caller.listing() == [amended]


@shows("starlette-orders-of-a-study-are-kept-for-a-second")
def kept_for_a_second(server: Server) -> bool:
    """A study's orders are listed, an order is added, and they are listed again: the new one is first."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    caller.get("/orderId", study_uid=made["study_uid"])
    place = {"organization_id": made["organization_id"], "study_uid": made["study_uid"]}
    new = server.state("order_in_status", status="RECEIVED", **place)["order_id"]
    return bool(caller.get("/orderId", study_uid=made["study_uid"]).json["order_ids"][0] == new)


@shows("starlette-foreign-group-has-no-completed-order")
def foreign_group(server: Server) -> bool:
    """A client asks for the report of another organization's group: 404."""
    foreign = server.state("other_organization")["study_group"]
    return server.caller(server.state("fresh_organization")).report(study_group=foreign).status == 404


@shows("starlette-unknown-organization-is-404")
def unknown_organization(server: Server) -> bool:
    """A client lists for an organization that does not exist: 403."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.get("/reports", organizationId="no-such-organization").status == 403
