"""Stories of the faults of `examples/small_server`."""

from __future__ import annotations

from datetime import datetime

from scripts.panels.play import Server, shows, with_query


@shows("small-unknown-client-in-a-form-is-400")
def unknown_client(server: Server) -> bool:
    """A form with a wrong secret and one with an unknown client get the same answer."""
    made = server.state("fresh_organization")
    forms = [
        [("grant_type", "client_credentials"), ("client_id", client_id), ("client_secret", "a-guess")]
        for client_id in (made["client_id"], "nobody")
    ]
    wrong, unknown = map(server.token_by_form, forms)
    return (wrong.status, wrong.json) == (unknown.status, unknown.json)


@shows("small-download-link-may-carry-the-token")
def download_link(server: Server) -> bool:
    """A report is asked for with the token in the query and no Authorization header: 401."""
    made = server.state("order_in_status", status="COMPLETED")
    query = {"order_id": made["order_id"], "report_type": "json", "access_token": server.caller(made).token}
    return server.send("GET", with_query("/results", query), []).status == 401


@shows("small-tokens-of-a-client-share-their-scopes")
def shared_scopes(server: Server) -> bool:
    """A client gets a token for `status.read`, then one for everything: the first still opens no listing."""
    made = server.state("fresh_organization")
    narrow = server.caller(made, scope="status.read")
    server.caller(made)
    return narrow.get("/reports", organizationId=made["organization_id"]).status == 403


@shows("small-minutes-of-a-western-offset-have-the-wrong-sign")
def minutes_west(server: Server) -> bool:
    """Of two orders ten seconds apart, the older has times of `-03:30`: the study's status has the later one."""
    made = server.state(
        "study_with_orders", statuses=["COMPLETED", "COMPLETED"], seconds=[0, 10], offsets=["-03:30", "Z"]
    )
    caller = server.caller(made)
    orders = [caller.status(order_id=order_id) for order_id in made["order_ids"]]
    latest = max(orders, key=lambda order: datetime.fromisoformat(order["created_at"]))
    return bool(latest["order_id"] == caller.status(study_uid=made["study_uid"])["order_id"])


@shows("small-amendment-completes-the-order-anew")
def completed_anew(server: Server) -> bool:
    """A report is amended: `completed_at` of the order stays."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    before = caller.status(order_id=made["order_ids"][0])["completed_at"]
    server.state("report_amended", report_id=made["report_ids"][0])
    return bool(caller.status(order_id=made["order_ids"][0])["completed_at"] == before)


@shows("small-order-id-is-cut-to-the-width-of-its-column")
def cut_to_column(server: Server) -> bool:
    """An order's id with a digit behind it names no order."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/status", order_id=made["order_id"] + "0").status == 404


@shows("small-uid-of-64-characters-is-too-long")
def uid_of_64(server: Server) -> bool:
    """The status of an unknown study whose UID has 64 characters is 404."""
    study_uid = "1.3.6.1.4.1.32473.".ljust(64, "7")
    return server.caller(server.state("fresh_organization")).get("/status", study_uid=study_uid).status == 404


@shows("small-report-of-a-study-is-the-latest-report")
def latest_report(server: Server) -> bool:
    """The report of a study's older order is amended: `/results` by study is still the newer order's."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    caller = server.caller(made)
    older, newer = made["order_ids"]
    report_id = caller.report(order_id=older).headers["X-Report-Id"]
    server.state("report_amended", report_id=report_id)
    return caller.report(study_uid=made["study_uid"]).headers["X-Order-Id"] == newer


@shows("small-hl7v2-text-is-cut-at-64-characters")
def cut_text(server: Server) -> bool:
    """An amended report has the whole impression in `hl7v2`."""
    made = server.state("fresh_organization", ready_reports=1)
    caller, order_id = server.caller(made), made["order_ids"][0]
    server.state("report_amended", report_id=made["report_ids"][0])
    impression = caller.report(order_id=order_id).json["impression"]
    return impression.encode() in caller.report("hl7v2", order_id=order_id).body


@shows("small-cancelled-order-of-a-group-reads-failed")
def cancelled_reads_failed(server: Server) -> bool:
    """A group has a cancelled order: its text says CANCELLED."""
    made = server.state("study_group", statuses=["COMPLETED", "CANCELLED"])
    return b"CANCELLED" in server.caller(made).report("txt", study_group=made["study_group"]).body


@shows("small-wholly-cancelled-group-is-unknown")
def cancelled_group(server: Server) -> bool:
    """A group's two orders are cancelled: 409 `order-failed`."""
    made = server.state("study_group", statuses=["CANCELLED", "CANCELLED"])
    reply = server.caller(made).report(study_group=made["study_group"])
    return (reply.status, reply.reason) == (409, "order-failed")


@shows("small-listing-is-remembered-for-a-quarter-of-an-hour")
def quarter_of_an_hour(server: Server) -> bool:
    """Twenty minutes pass between a listing and the POST, which acknowledges what was listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.listing()
    server.state("time_passes", seconds=1200)
    return caller.acknowledge() == made["report_ids"]


@shows("small-unknown-id-ends-the-list")
def unknown_ends(server: Server) -> bool:
    """A POST names an unknown id between two reports: both are acknowledged."""
    made = server.state("fresh_organization", ready_reports=2)
    first, second = made["report_ids"]
    return server.caller(made).acknowledge([first, "nothing-of-this-name", second]) == [first, second]


@shows("small-second-amendment-leaves-the-first-listed")
def first_amendment_stays(server: Server) -> bool:
    """A report is amended twice: the third version alone is listed."""
    made = server.state("fresh_organization", ready_reports=1)
    report_id = made["report_ids"][0]
    for _ in range(2):
        report_id = server.state("report_amended", report_id=report_id)["report_id"]
    return server.caller(made).listing() == [report_id]


@shows("small-limit-compares-times-as-text")
def limit_as_text(server: Server) -> bool:
    """Of two reports, the older has times of `+09:00`: a listing of one has the older."""
    made = server.state("fresh_organization", ready_reports=2, completed_seconds=[0, 10], offsets=["+09:00", "Z"])
    return server.caller(made).listing(limit=1) == made["report_ids"][:1]


@shows("small-status-offers-every-type")
def every_type(server: Server) -> bool:
    """An order offers `json` alone: `/status` names `json` alone."""
    made = server.state("order_in_status", status="COMPLETED", report_types=["json"])
    return bool(server.caller(made).status(order_id=made["order_id"])["report_types"] == ["json"])


@shows("small-foreign-study-has-an-empty-list")
def empty_list(server: Server) -> bool:
    """`/orderId` of another organization's study is 404."""
    other = server.state("other_organization")
    caller = server.caller(server.state("fresh_organization"))
    return caller.get("/orderId", study_uid=other["study_uid"]).status == 404


@shows("small-unknown-organization-means-ones-own")
def unknown_is_own(server: Server) -> bool:
    """A listing of an organization that does not exist is 403."""
    caller = server.caller(server.state("fresh_organization", ready_reports=1))
    return caller.get("/reports", organizationId="no-such-organization").status == 403


@shows("small-unknown-parameter-is-named-in-a-header")
def named_in_a_header(server: Server) -> bool:
    """A parameter's name has a line feed and a header behind it: the answer does not have that header."""
    caller = server.caller(server.state("fresh_organization"))
    reply = caller.call("GET", "/status?x%0D%0ASet-Cookie%3A%20planted=1")
    return reply.status == 400 and "Set-Cookie" not in reply.headers


@shows("small-connection-remembers-the-ids-of-a-body")
def remembered_ids(server: Server) -> bool:
    """On one connection, a POST names a report; a POST without a body then acknowledges the listing between them."""
    made = server.state("fresh_organization", ready_reports=2)
    caller, connection = server.caller(made), server.connection()
    caller.post({"report_ids": made["report_ids"][:1]}, connection=connection)
    caller.listing()
    taken = caller.post(connection=connection).json["acknowledged"]
    connection.close()
    return bool(taken == made["report_ids"][1:])
