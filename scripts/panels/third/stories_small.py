"""Stories of the faults of `examples/small_server`."""

from __future__ import annotations

from http.client import HTTPException

from scripts.panels.play import Server, basic, shows


@shows("small-empty-token-parameter-is-dropped-before-counting")
def dropped(server: Server) -> bool:
    """A client asks for a token with `scope` twice, once without a value: 400 `invalid_request`."""
    made = server.state("fresh_organization")
    target = f"{server.token_path}?scope=&scope=status.read"
    reply = server.send("GET", target, [basic(made["client_id"], made["client_secret"])])
    return reply.status == 400 and reply.json["error"] == "invalid_request"


@shows("small-expired-token-is-refused-without-a-challenge")
def challenge(server: Server) -> bool:
    """A client uses an expired token: 401 with `WWW-Authenticate`."""
    made = server.state("expired_token")
    caller = server.caller(made).with_token(made["access_token"])
    reply = caller.get("/reports", organizationId=made["organization_id"])
    return reply.status == 401 and "WWW-Authenticate" in reply.headers


@shows("small-idle-token-ends")
def idle(server: Server) -> bool:
    """A client uses its token once in twenty minutes: 200."""
    made = server.state("fresh_organization")
    caller = server.caller(made)
    server.state("time_passes", seconds=1200)
    return caller.get("/reports", organizationId=made["organization_id"]).status == 200


@shows("small-order-may-be-given-with-its-own-study")
def with_its_study(server: Server) -> bool:
    """A client asks for an order by its id and its study: 400."""
    made = server.state("order_in_status", status="COMPLETED")
    both = {"order_id": made["order_id"], "study_uid": made["study_uid"]}
    return server.caller(made).get("/status", **both).status == 400


@shows("small-cancelling-leaves-updated-at")
def cancelling(server: Server) -> bool:
    """An order is cancelled: its `updated_at` has moved."""
    made = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(made)
    before = caller.status(order_id=made["order_id"])
    server.state("order_advanced", order_id=made["order_id"], status="CANCELLED")
    after = caller.status(order_id=made["order_id"])
    return after["status"] == "CANCELLED" and after["updated_at"] != before["updated_at"]


@shows("small-padding-of-a-uid-is-left-out")
def padding(server: Server) -> bool:
    """A client asks for a study with a space behind its UID: 400 or 404."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/status", study_uid=made["study_uid"] + " ").status in (400, 404)


@shows("small-study-lists-two-hundred-orders")
def two_hundred(server: Server) -> bool:
    """A study has 250 orders: all are listed."""
    made = server.state("study_with_orders", statuses=["FAILED"] * 250)
    listed = server.caller(made).get("/orderId", study_uid=made["study_uid"]).json["order_ids"]
    return sorted(listed) == sorted(made["order_ids"])


@shows("small-received-order-does-not-say-when-to-ask-again")
def received(server: Server) -> bool:
    """A client asks for the report of an order that is RECEIVED: 409 with `Retry-After`."""
    made = server.state("order_in_status", status="RECEIVED")
    reply = server.caller(made).report(order_id=made["order_id"])
    return reply.status == 409 and "Retry-After" in reply.headers


@shows("small-hl7v2-is-written-in-latin-1")
def latin_1(server: Server) -> bool:
    """Thirty reports are fetched as HL7 v2: each is in the UTF-8 that it names."""
    made = server.state("fresh_organization", ready_reports=30)
    caller = server.caller(made)
    for order_id in made["order_ids"]:
        try:
            caller.report("hl7v2", order_id=order_id).body.decode("utf-8")
        except UnicodeDecodeError:
            return False
    return True


@shows("small-third-version-calls-itself-final")
def third_version(server: Server) -> bool:
    """A report is amended twice: its HL7 message has the status `C`."""
    made = server.state("fresh_organization", ready_reports=1)
    for _ in range(2):
        server.state("report_amended", report_id=made["report_ids"][0])
    message = server.caller(made).report("hl7v2", order_id=made["order_ids"][0]).body.decode()
    return next(line for line in message.split("\r") if line.startswith("OBR")).split("|")[25] == "C"


@shows("small-group-drops-an-open-order-with-a-newer-one")
def replaced(server: Server) -> bool:
    """A group has two orders of a study, the older one in PROCESSING, the newer one COMPLETED: 409."""
    made = server.state("fresh_organization")
    place = {"study_uid": "1.3.6.1.4.1.32473.9.2", "study_group": "trial 7", "organization_id": made["organization_id"]}
    for status in ("PROCESSING", "COMPLETED"):
        server.state("order_in_status", status=status, **place)
    return server.caller(made).report(study_group="trial 7").status == 409


@shows("small-listing-is-remembered-with-its-token")
def by_token(server: Server) -> bool:
    """A client lists, gets a new token and acknowledges: what it listed is acknowledged."""
    made = server.state("fresh_organization", ready_reports=2)
    listed = server.caller(made).listing()
    return server.caller(made).acknowledge() == listed == made["report_ids"]


@shows("small-named-ids-end-the-remembered-listing")
def ends_memory(server: Server) -> bool:
    """A client lists two reports, names one and then acknowledges without a body: the other is acknowledged too."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    caller.listing()
    caller.acknowledge(made["report_ids"][:1])
    return caller.acknowledge() == made["report_ids"][1:]


@shows("small-ten-thousand-ids-are-too-many")
def ten_thousand(server: Server) -> bool:
    """A POST names 10,000 ids: 200."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.post({"report_ids": [f"unknown-{number}" for number in range(10_000)]}).status == 200


@shows("small-foreign-report-is-found-and-left-alone")
def found_and_left(server: Server) -> bool:
    """A POST names a report of another organization: it is in `not_found`."""
    foreign = server.state("other_organization")["report_id"]
    caller = server.caller(server.state("fresh_organization"))
    return bool(caller.post({"report_ids": [foreign]}).json["not_found"] == [foreign])


@shows("small-limit-is-a-hundred-at-most")
def hundred(server: Server) -> bool:
    """A client lists with a limit of 120, and 150 reports wait: it gets 120."""
    made = server.state("fresh_organization", ready_reports=150)
    return server.caller(made).listing(limit=120) == made["report_ids"][:120]


@shows("small-status-of-a-study-is-kept-until-it-has-an-order-more")
def kept_status(server: Server) -> bool:
    """A study's status is asked for, its order is COMPLETED: by order and by study, the status is the same."""
    made = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(made)
    caller.status(study_uid=made["study_uid"])
    server.state("order_advanced", order_id=made["order_id"], status="COMPLETED")
    by_order, by_study = caller.status(order_id=made["order_id"]), caller.status(study_uid=made["study_uid"])
    return bool(by_order["status"] == by_study["status"] == "COMPLETED")


@shows("small-empty-list-of-ids-needs-no-organization")
def empty_list(server: Server) -> bool:
    """A POST names no report, and another organization: 403."""
    foreign = server.state("other_organization")["organization_id"]
    caller = server.caller(server.state("fresh_organization"))
    return caller.post({"report_ids": []}, foreign).status == 403


@shows("small-deeply-nested-body-ends-the-connection")
def deeply_nested(server: Server) -> bool:
    """A POST has a body of 100,000 opening brackets: 400."""
    caller = server.caller(server.state("fresh_organization"))
    try:
        return caller.post(b'{"report_ids":' + b"[" * 100_000).status == 400
    except (HTTPException, OSError):
        return False


@shows("small-503-does-not-say-when-to-try-again")
def no_retry_after(server: Server) -> bool:
    """A client meets a 503: it has `Retry-After`."""
    made = server.state("fresh_organization")
    caller = server.caller(made)
    server.state("throttled", client_id=made["client_id"], status=503)
    reply = caller.get("/reports", organizationId=made["organization_id"])
    return reply.status == 503 and "Retry-After" in reply.headers
