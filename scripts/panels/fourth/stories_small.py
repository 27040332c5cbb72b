"""Stories of the faults of `examples/small_server`."""

from __future__ import annotations

import re

from scripts.panels.play import Server, basic, shows, with_query


@shows("small-scope-is-compared-without-case")
def scope_without_case(server: Server) -> bool:
    """A client asks for `REPORTS.READ`: 400."""
    made = server.state("fresh_organization")
    return server.token(made["client_id"], made["client_secret"], scope="REPORTS.READ").status == 400


@shows("small-basic-gets-a-basic-challenge")
def basic_challenge(server: Server) -> bool:
    """A client calls `/status` with its credentials by Basic: 401 with a challenge for Bearer."""
    made = server.state("order_in_status", status="COMPLETED")
    target = with_query("/status", {"order_id": made["order_id"]})
    reply = server.send("GET", target, [basic(made["client_id"], made["client_secret"])])
    return reply.status == 401 and reply.headers["WWW-Authenticate"].lower().startswith("bearer")


@shows("small-new-token-extends-the-former-ones")
def extends_former(server: Server) -> bool:
    """A client gets another token after 50 minutes, and uses the first one when it has expired for long: 401."""
    made = server.state("fresh_organization")
    first = server.caller(made)
    server.state("time_passes", seconds=3000)
    server.caller(made)
    server.state("time_passes", seconds=1100)
    return first.get("/reports", organizationId=first.organization_id).status == 401


@shows("small-token-is-looked-up-without-case")
def token_without_case(server: Server) -> bool:
    """A client exchanges small and capital letters of its token: 401."""
    caller = server.caller(server.state("fresh_organization"))
    altered = caller.with_token(caller.token.swapcase())
    return altered.get("/reports", organizationId=caller.organization_id).status == 401


@shows("small-parameter-of-a-cache-buster-is-dropped")
def cache_buster(server: Server) -> bool:
    """A client asks for a status with another parameter `_`: 400."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/status", order_id=made["order_id"], _="1712345678").status == 400


@shows("small-order-that-failed-is-at-0")
def failed_at_0(server: Server) -> bool:
    """An order fails at 60: its progress does not fall."""
    made = server.state("order_in_status", status="PROCESSING")
    server.state("order_advanced", order_id=made["order_id"], progress=60)
    server.state("order_advanced", order_id=made["order_id"], status="FAILED")
    return int(server.caller(made).status(order_id=made["order_id"])["progress"]) >= 60


@shows("small-amendment-completes-the-order-anew")
def completes_anew(server: Server) -> bool:
    """A report is amended: `completed_at` of its order is what it was."""
    made = server.state("fresh_organization", ready_reports=1)
    caller, times = server.caller(made), []
    for _ in range(2):
        times.append(caller.status(order_id=made["order_ids"][0])["completed_at"])
        server.state("report_amended", report_id=made["report_ids"][0])
    return bool(times[0] == times[1])


@shows("small-uid-may-end-with-a-line-feed")
def line_feed(server: Server) -> bool:
    """A client asks for the orders of a study with a line feed behind its UID: 400."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/orderId", study_uid=made["study_uid"] + "\n").status == 400


@shows("small-report-of-a-study-is-the-last-completed")
def last_completed(server: Server) -> bool:
    """The older order of a study completes after the newer one: by study, the report is the newer one's."""
    made = server.state("study_with_orders", statuses=["PROCESSING", "COMPLETED"])
    server.state("order_advanced", order_id=made["order_ids"][0], status="COMPLETED")
    reply = server.caller(made).report(study_uid=made["study_uid"])
    return bool(reply.headers["X-Order-Id"] == made["order_ids"][1])


@shows("small-hl7v2-has-names-without-accents")
def without_accents(server: Server) -> bool:
    """Thirty reports are fetched as json and as HL7 v2: both have the same family name."""
    made = server.state("fresh_organization", ready_reports=30)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        message = caller.report("hl7v2", order_id=order_id).body.decode()
        pid = next(line for line in message.split("\r") if line.startswith("PID|")).split("|")
        right.append(pid[5].split("^")[0] == caller.report(order_id=order_id).json["patient"]["family_name"])
    return all(right)


@shows("small-text-and-pdf-name-the-first-version")
def name_first_version(server: Server) -> bool:
    """A report is amended: as text it comes with the id of the amended version."""
    made = server.state("fresh_organization", ready_reports=1)
    amended = server.state("report_amended", report_id=made["report_ids"][0])["report_id"]
    reply = server.caller(made).report("txt", order_id=made["order_ids"][0])
    return bool(reply.headers["X-Report-Id"] == amended)


@shows("small-group-waits-for-begun-orders-alone")
def begun_alone(server: Server) -> bool:
    """A group has an order that is RECEIVED beside one that is COMPLETED: 409."""
    made = server.state("study_group", statuses=["COMPLETED", "RECEIVED"])
    return server.caller(made).report(study_group=made["study_group"]).status == 409


@shows("small-pdf-of-a-group-cuts-long-lines")
def cuts_long_lines(server: Server) -> bool:
    """The report of a group's order is amended: the group's PDF has the impression of its json."""
    made = server.state("study_group", statuses=["COMPLETED"])
    caller = server.caller(made)
    first = caller.report(order_id=made["order_ids"][0]).headers["X-Report-Id"]
    server.state("report_amended", report_id=first)
    impression = caller.report(study_group=made["study_group"]).json["orders"][0]["impression"]
    pdf = caller.report("pdf", study_group=made["study_group"]).body
    text = " ".join(line.decode("cp1252") for line in re.findall(rb"\((.*)\) Tj", pdf))
    return impression in text


@shows("small-unknown-address-is-quoted-with-its-query")
def quoted_address(server: Server) -> bool:
    """A client puts its token into the query of an unknown path: the 404 does not repeat it."""
    caller = server.caller(server.state("fresh_organization"))
    reply = caller.get("/order", access_token=caller.token)
    return reply.status == 404 and caller.token not in reply.body.decode()


@shows("small-preflight-is-answered")
def preflight(server: Server) -> bool:
    """OPTIONS of `/status` with the headers of a preflight: 405."""
    headers = [("Origin", "https://viewer.example"), ("Access-Control-Request-Method", "GET")]
    return server.caller(server.state("fresh_organization")).call("OPTIONS", "/status", headers=headers).status == 405


@shows("small-page-is-remembered-for-the-organization")
def page_of_organization(server: Server) -> bool:
    """One client lists a page of two, another one that has listed nothing acknowledges: nothing is acknowledged."""
    made = server.state("fresh_organization", ready_reports=3)
    server.caller(made).listing(limit=2)
    return server.caller(made, "second_").acknowledge() == []


@shows("small-order-id-acknowledges-its-report")
def order_id_acknowledges(server: Server) -> bool:
    """A POST names an order: it is in `not_found`, and its report stays listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    reply = caller.post({"report_ids": made["order_ids"]})
    return reply.json["not_found"] == made["order_ids"] and caller.listing() == made["report_ids"]


@shows("small-superseded-report-acknowledges-its-successor")
def acknowledges_successor(server: Server) -> bool:
    """A report that was amended is acknowledged by its old id: the amended version stays listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    amended = server.state("report_amended", report_id=made["report_ids"][0])["report_id"]
    return caller.acknowledge(made["report_ids"]) == made["report_ids"] and caller.listing() == [amended]


@shows("small-page-has-amended-reports-by-their-first-completion")
def by_first_completion(server: Server) -> bool:
    """The older of two reports is amended: the other one is the oldest now."""
    made = server.state("fresh_organization", ready_reports=2)
    server.state("report_amended", report_id=made["report_ids"][0])
    return server.caller(made).listing(limit=1) == made["report_ids"][1:]


@shows("small-listing-is-kept-for-its-client")
def kept_for_client(server: Server) -> bool:
    """One client lists, a colleague acknowledges, and the first lists again: nothing is listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller, colleague = server.caller(made), server.caller(made, "second_")
    caller.listing()
    colleague.acknowledge(made["report_ids"])
    return caller.listing() == []
