"""Stories of the faults of the server on Starlette."""

from __future__ import annotations

import unicodedata

from scripts.panels.play import Server, shows, with_query


@shows("panel-13-client-ids-are-lower-cased")
def _(server: Server) -> bool:
    """Ask for a token with the right secret and the client's id in capitals: 401."""
    values = server.state("fresh_organization")
    return server.token(values["client_id"].upper(), values["client_secret"]).status == 401


@shows("panel-13-progress-is-rounded-to-fives")
def _(server: Server) -> bool:
    """Ask the status of an order in process whose progress is 98: it is below 100."""
    values = server.state("order_in_status", status="PROCESSING")
    server.state("order_advanced", order_id=values["order_id"], progress=98)
    return bool(server.caller(values).status(order_id=values["order_id"])["progress"] < 100)


@shows("panel-13-parameters-are-normalized")
def _(server: Server) -> bool:
    """Ask for a group by its name in another Unicode form: 404."""
    values = server.state("study_group", statuses=["COMPLETED"])
    other = unicodedata.normalize("NFD", values["study_group"])
    return other != values["study_group"] and server.caller(values).report(study_group=other).status == 404


@shows("panel-13-latest-report-of-a-study-is-served")
def _(server: Server) -> bool:
    """Amend the report of the older of a study's two orders, and fetch by study: it is the newer order's."""
    values = server.state("study_with_orders", statuses=["COMPLETED"] * 2)
    caller, (older, newer) = server.caller(values), values["order_ids"]
    server.state("report_amended", report_id=caller.report(order_id=older).headers["X-Report-Id"])
    return bool(caller.report(study_uid=values["study_uid"]).headers["X-Order-Id"] == newer)


@shows("panel-13-printed-findings-are-kept-by-order")
def _(server: Server) -> bool:
    """Fetch a report as text, amend it, and fetch it as JSON and text: the text has the findings of the JSON."""
    values = server.state("report_becomes_ready")
    caller, order_id = server.caller(values), values["order_id"]
    caller.report("txt", order_id=order_id)
    server.state("report_amended", report_id=values["report_id"])
    text = " ".join(caller.report("txt", order_id=order_id).body.decode().split())
    return all(finding in text for finding in caller.report(order_id=order_id).json["findings"])


@shows("panel-13-head-is-remembered-as-a-listing")
def _(server: Server) -> bool:
    """List, let a report become ready, ask by HEAD, and POST without a body: the report is still listed."""
    values = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(values)
    caller.listing()
    new = server.state("report_becomes_ready", organization_id=caller.organization_id)["report_id"]
    caller.call("HEAD", with_query("/reports", {"organizationId": caller.organization_id}))
    caller.acknowledge()
    return caller.listing() == [new]


@shows("panel-13-limit-counts-superseded-reports")
def _(server: Server) -> bool:
    """Amend the older of two reports, and list with a limit of one: the other report is there."""
    values = server.state("fresh_organization", ready_reports=2)
    server.state("report_amended", report_id=values["report_ids"][0])
    return bool(server.caller(values).listing(limit=1) == values["report_ids"][1:])


@shows("panel-13-foreign-report-is-not-unknown")
def _(server: Server) -> bool:
    """Acknowledge another organization's report, and one that does not exist: neither is found."""
    caller = server.caller(server.state("fresh_organization"))
    ids = [server.state("other_organization")["report_id"], "no-such-report"]
    return bool(caller.post({"report_ids": ids}).json["not_found"] == ids)


@shows("panel-13-group-waits-for-all-organizations")
def _(server: Server) -> bool:
    """Fetch the report of a finished group, where another organization has an open order of its name: 200."""
    given = {"statuses": ["COMPLETED"], "other_statuses": ["PROCESSING"]}
    values = server.state("study_group_shared_between_organizations", **given)
    return server.caller(values).report(study_group=values["study_group"]).status == 200


@shows("panel-13-half-a-character-in-an-id-fails")
def _(server: Server) -> bool:
    """Acknowledge an id that is half of a surrogate pair: no 5xx."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.post(b'{"report_ids": ["\\ud800"]}').status in (200, 400)
