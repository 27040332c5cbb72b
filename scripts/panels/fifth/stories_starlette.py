"""Stories of the faults of `examples/starlette_server`."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

from pydicom import dcmread

from scripts.panels.play import Server, shows, with_query


@shows("starlette-basic-outside-utf-8-ends-in-500")
def outside_utf8(server: Server) -> bool:
    """Somebody sends Basic credentials in Latin-1, with an umlaut: the answer is below 500."""
    header = "Authorization", "Basic " + b64encode("müller:geheim".encode("latin-1")).decode()
    return server.send("GET", server.token_path, [header]).status < 500


@shows("starlette-typ-is-compared-by-its-end")
def typ_by_end(server: Server) -> bool:
    """A token of the type `logout+jwt` is signed with the real key: 401."""
    made = server.state("fresh_organization")
    named = {"client_id": made["client_id"], "organization_id": made["organization_id"]}
    forged = server.state("token_with", header={"typ": "logout+jwt"}, **named)["access_token"]
    caller = server.caller(made).with_token(forged)
    return caller.get("/reports", organizationId=caller.organization_id).status == 401


@shows("starlette-last-of-two-tokens-counts")
def last_of_two(server: Server) -> bool:
    """A call has two `Authorization` headers, a good token in the second one alone: 401."""
    made = server.state("order_in_status", status="COMPLETED")
    headers = [("Authorization", "Bearer nonsense"), ("Authorization", f"Bearer {server.caller(made).token}")]
    return server.send("GET", with_query("/status", {"order_id": made["order_id"]}), headers).status == 401


@shows("starlette-query-is-checked-before-the-scope")
def query_before_scope(server: Server) -> bool:
    """A client without `status.read` asks for a status without a selector: 403."""
    caller = server.caller(server.state("fresh_organization"), scope="reports.read")
    return caller.get("/status").status == 403


@shows("starlette-most-recent-order-is-the-last-submitted")
def last_submitted(server: Server) -> bool:
    """The older order of a study was submitted later: by study, the newer one is told."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"], submitted=[1, 0])
    return bool(server.caller(made).status(study_uid=made["study_uid"])["order_id"] == made["order_ids"][1])


@shows("starlette-created-at-is-renewed-with-the-row")
def renewed(server: Server) -> bool:
    """An order is COMPLETED: `created_at` is what it was."""
    made = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(made)
    before = caller.status(order_id=made["order_id"])["created_at"]
    server.state("order_advanced", order_id=made["order_id"], status="COMPLETED")
    return bool(caller.status(order_id=made["order_id"])["created_at"] == before)


@shows("starlette-study-without-an-order-has-an-empty-list")
def empty_list(server: Server) -> bool:
    """A client asks for the orders of a study that nobody has: 404."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.get("/orderId", study_uid="1.3.6.1.4.1.32473.99.1").status == 404


@shows("starlette-report-type-is-read-without-case")
def type_without_case(server: Server) -> bool:
    """A client asks for a report as `JSON`: 400."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).report("JSON", order_id=made["order_id"]).status == 400


@shows("starlette-text-has-decimal-commas")
def decimal_commas(server: Server) -> bool:
    """A report is fetched as json and as text: each finding is in both."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    text = " ".join(caller.report("txt", order_id=made["order_id"]).body.decode().split())
    return all(finding in text for finding in caller.report(order_id=made["order_id"]).json["findings"])


@shows("starlette-dicom-does-not-name-its-character-set")
def no_character_set(server: Server) -> bool:
    """A report is fetched in DICOM: it names its character set."""
    made = server.state("order_in_status", status="COMPLETED")
    document = dcmread(BytesIO(server.caller(made).report("dicom_sr", order_id=made["order_id"]).body))
    return document.get("SpecificCharacterSet") == "ISO_IR 192"


@shows("starlette-dicom-knows-two-sexes")
def two_sexes(server: Server) -> bool:
    """Fifteen reports are fetched as json and in DICOM: both have the same sex, where it is not unknown."""
    made = server.state("fresh_organization", ready_reports=15)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        sex = caller.report(order_id=order_id).json["patient"]["sex"]
        in_dicom = dcmread(BytesIO(caller.report("dicom_pdf", order_id=order_id).body)).PatientSex
        right.append(sex == "U" or in_dicom == sex)
    return all(right)


@shows("starlette-tenth-version-is-sorted-as-text")
def sorted_as_text(server: Server) -> bool:
    """A report is amended nine times: the tenth version is served."""
    made = server.state("fresh_organization", ready_reports=1)
    report_id = made["report_ids"][0]
    for _ in range(9):
        report_id = server.state("report_amended", report_id=report_id)["report_id"]
    reply = server.caller(made).report(order_id=made["order_ids"][0])
    return bool(reply.headers["X-Report-Id"] == report_id)


@shows("starlette-group-is-ready-with-its-last-order")
def ready_with_last(server: Server) -> bool:
    """The first order of a group is in PROCESSING, the second one COMPLETED: 409."""
    made = server.state("study_group", statuses=["PROCESSING", "COMPLETED"])
    return server.caller(made).report(study_group=made["study_group"]).status == 409


@shows("starlette-browser-gets-a-page-that-quotes")
def page_that_quotes(server: Server) -> bool:
    """A browser asks with a mark of HTML in the query: the answer does not have it as it was sent."""
    caller = server.caller(server.state("fresh_organization"))
    target = with_query("/status", {"order_id": "<b>mark</b>"})
    reply = caller.call("GET", target, headers=[("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")])
    return reply.status == 400 and b"<b>" not in reply.body


@shows("starlette-range-is-honoured")
def range_is_honoured(server: Server) -> bool:
    """A client asks for the first ten bytes of a report: it gets the whole one, with 200."""
    made = server.state("order_in_status", status="COMPLETED")
    target = with_query("/results", {"order_id": made["order_id"], "report_type": "txt"})
    reply = server.caller(made).call("GET", target, headers=[("Range", "bytes=0-9")])
    return reply.status == 200 and len(reply.body) > 10


@shows("starlette-empty-listing-is-no-filter")
def no_filter(server: Server) -> bool:
    """A client lists nothing, a report becomes ready, and the client posts: the report stays listed."""
    made = server.state("fresh_organization")
    caller = server.caller(made)
    caller.listing()
    later = server.state("report_becomes_ready", organization_id=made["organization_id"])["report_id"]
    return caller.acknowledge() == [] and caller.listing() == [later]


@shows("starlette-status-of-an-acknowledged-order-offers-nothing")
def offers_nothing(server: Server) -> bool:
    """A report is acknowledged: the status of its order is what it was."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    before = caller.status(order_id=made["order_ids"][0])
    caller.acknowledge(made["report_ids"])
    return bool(caller.status(order_id=made["order_ids"][0]) == before)


@shows("starlette-empty-list-counts-as-none")
def empty_is_none(server: Server) -> bool:
    """A client lists a report, and posts an empty list of ids: nothing is acknowledged."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.listing()
    return caller.acknowledge([]) == [] and caller.listing() == made["report_ids"]


@shows("starlette-amendment-takes-over-the-acknowledgement")
def takes_over(server: Server) -> bool:
    """A report is acknowledged and then amended: the amended version is listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.acknowledge(made["report_ids"])
    amended = server.state("report_amended", report_id=made["report_ids"][0])["report_id"]
    return caller.listing() == [amended]


@shows("starlette-page-has-one-more")
def one_more(server: Server) -> bool:
    """A client lists a page of two of four reports: it has two."""
    made = server.state("fresh_organization", ready_reports=4)
    return server.caller(made).listing(limit=2) == made["report_ids"][:2]
