"""Stories of the mock's faults in tokens, isolation, protocol and orders."""

from __future__ import annotations

import json
from datetime import datetime

from scripts.panels.play import Server, shows, with_query


@shows("mock-secret-is-compared-without-its-case")
def other_case(server: Server) -> bool:
    """A client asks for a token with small and capital letters of its secret exchanged: 401."""
    made = server.state("fresh_organization")
    return server.token(made["client_id"], made["client_secret"].swapcase()).status == 401


@shows("mock-client-that-was-authenticated-is-not-asked-again")
def not_asked_again(server: Server) -> bool:
    """Behind a client that has got a token, somebody asks for one with its id and a wrong secret: 401."""
    made = server.state("fresh_organization")
    server.token(made["client_id"], made["client_secret"])
    return server.token(made["client_id"], made["client_secret"] + "x").status == 401


@shows("mock-token-that-covers-the-scopes-is-given-again")
def given_again(server: Server) -> bool:
    """A client that has a token for everything asks for one with `status.read`: the second opens no listing."""
    made = server.state("fresh_organization")
    server.caller(made)
    narrow = server.caller(made, scope="status.read")
    return narrow.get("/reports", organizationId=made["organization_id"]).status == 403


@shows("mock-verified-token-is-kept-without-its-signature")
def without_signature(server: Server) -> bool:
    """A token is used, and then again with another character in its signature: 401."""
    made = server.state("fresh_organization")
    caller = server.caller(made)
    caller.listing()
    content, _, signature = caller.token.rpartition(".")
    altered = f"{content}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    return caller.with_token(altered).get("/reports", organizationId=made["organization_id"]).status == 401


@shows("mock-who-may-acknowledge-may-list")
def may_list(server: Server) -> bool:
    """A client that has `reports.ack` alone lists: 403."""
    made = server.state("client_with_scopes", scopes=["reports.ack"])
    return server.caller(made).get("/reports", organizationId=made["organization_id"]).status == 403


@shows("mock-csv-is-refused-before-the-order-is-looked-up")
def csv_first(server: Server) -> bool:
    """A report as `csv` of an order that does not exist: the problem says that there is no such order."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.report("csv", order_id="ORD-000000-999999").reason == "order-not-found"


@shows("mock-sixth-token-of-a-client-ends-its-first")
def sixth_token(server: Server) -> bool:
    """A client with six processes gets a token for each: the first still works."""
    made = server.state("fresh_organization")
    first, *_ = [server.caller(made) for _ in range(6)]
    return first.get("/reports", organizationId=made["organization_id"]).status == 200


@shows("mock-verified-token-is-not-looked-at-for-five-minutes")
def five_minutes(server: Server) -> bool:
    """A token is used a minute before it expires, and a minute after: 200, then 401."""
    made = server.state("fresh_organization")
    caller = server.caller(made)
    statuses = []
    for seconds in (3540, 120):
        server.state("time_passes", seconds=seconds)
        statuses.append(caller.get("/reports", organizationId=made["organization_id"]).status)
    return statuses == [200, 401]


@shows("mock-state-of-a-foreign-order-is-told")
def foreign_state(server: Server) -> bool:
    """A client asks for the report of another organization's order that is in PROCESSING: 404."""
    foreign = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(server.state("fresh_organization"))
    return caller.report(order_id=foreign["order_id"]).status == 404


@shows("mock-organization-is-checked-once-for-a-token")
def checked_once(server: Server) -> bool:
    """A client lists its own queue and then, with the same token, another organization's: 200, then 403."""
    made, foreign = server.state("fresh_organization", ready_reports=1), server.state("other_organization")
    caller = server.caller(made)
    caller.listing()
    return caller.get("/reports", organizationId=foreign["organization_id"]).status == 403


@shows("mock-shared-study-opens-every-order-of-it")
def study_opens(server: Server) -> bool:
    """Two organizations have a study; one asks for the report of the other's order by its id: 404."""
    made = server.state("study_shared_between_organizations")
    caller = server.caller(made)
    own, foreign = (caller.report(order_id=made[name]).status for name in ("order_id", "other_order_id"))
    return (own, foreign) == (200, 404)


@shows("mock-refused-parameter-is-quoted-with-its-value")
def quoted(server: Server) -> bool:
    """A client puts its token into the query as well: the 400 does not repeat it."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    reply = caller.get("/status", order_id=made["order_id"], access_token=caller.token)
    return reply.status == 400 and caller.token.encode() not in reply.body


@shows("mock-unknown-charset-ends-in-500")
def unknown_charset(server: Server) -> bool:
    """An acknowledgement as `application/json; charset=unknown-8bit` is accepted, as any parameter is."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    target = with_query("/reports", {"organizationId": made["organization_id"]})
    body = json.dumps({"report_ids": made["report_ids"]}).encode()
    return caller.call("POST", target, body, [("Content-Type", "application/json; charset=unknown-8bit")]).status == 200


@shows("mock-organization-id-of-a-post-is-compared-without-case")
def organization_in_capitals(server: Server) -> bool:
    """A client acknowledges with its organization's id in capitals: refused, and the report stays."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    reply = caller.post({"report_ids": made["report_ids"]}, made["organization_id"].upper())
    return reply.status in (400, 403) and caller.listing() == made["report_ids"]


@shows("mock-ids-are-acknowledged-while-they-are-read")
def while_read(server: Server) -> bool:
    """A POST names a report and the number 5: 400, and the report stays."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    reply = caller.post({"report_ids": [*made["report_ids"], 5]})
    return reply.status == 400 and caller.listing() == made["report_ids"]


@shows("mock-most-recent-order-is-the-last-changed")
def last_changed(server: Server) -> bool:
    """The report of a study's older order is amended: the study's status is that of the newer order still."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "PROCESSING"])
    caller = server.caller(made)
    server.state("report_amended", report_id=caller.listing()[0])
    return bool(caller.status(study_uid=made["study_uid"])["order_id"] == made["order_ids"][1])


@shows("mock-updated-at-is-cut-to-the-second")
def cut(server: Server) -> bool:
    """An order is made: its `created_at` is not later than its `updated_at`."""
    made = server.state("order_in_status", status="RECEIVED", study_uid="1.3.6.1.4.1.32473.9.1")
    order = server.caller(made).status(order_id=made["order_id"])
    return datetime.fromisoformat(order["created_at"]) <= datetime.fromisoformat(order["updated_at"])


@shows("mock-small-step-of-progress-leaves-updated-at")
def small_step(server: Server) -> bool:
    """An order's progress moves by five points: `updated_at` has moved too."""
    made = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(made)
    before = caller.status(order_id=made["order_id"])
    server.state("order_advanced", order_id=made["order_id"], progress=before["progress"] + 5)
    after = caller.status(order_id=made["order_id"])
    times = (datetime.fromisoformat(order["updated_at"]) for order in (before, after))
    return after["progress"] == before["progress"] + 5 and next(times) < next(times)


@shows("mock-order-is-looked-up-by-its-number")
def by_number(server: Server) -> bool:
    """A client asks for an order by its number behind another prefix: 404."""
    made = server.state("order_in_status", status="COMPLETED")
    number = made["order_id"].rpartition("-")[2]
    return server.caller(made).get("/status", order_id=f"ORD-ZZZZZZ-{number}").status == 404


@shows("mock-cancelled-order-is-not-listed-with-its-study")
def cancelled(server: Server) -> bool:
    """A study has a COMPLETED and a CANCELLED order: both are listed."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "CANCELLED"])
    listed = server.caller(made).get("/orderId", study_uid=made["study_uid"]).json["order_ids"]
    return sorted(listed) == sorted(made["order_ids"])


@shows("mock-component-0-of-a-uid-is-refused")
def component_zero(server: Server) -> bool:
    """A client asks for a study that nobody has, with a component `0` in its UID: 404."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.get("/status", study_uid="1.3.6.1.4.1.32473.0.7").status == 404
