"""Stories about the queue of reports."""

from __future__ import annotations

from scripts.panels.play import Caller, Server, shows

DAY = 24 * 3600


def ready(server: Server, count: int, **params: object) -> tuple[dict[str, object], Caller, list[str]]:
    """Make an organization with so many reports; return its values, its client, and the reports, oldest first."""
    values = server.state("fresh_organization", ready_reports=count, **params)
    return values, server.caller(values), list(values["report_ids"])


def one_more(server: Server, caller: Caller, **params: object) -> str:
    """Let another report of the caller's organization become ready."""
    values = server.state("report_becomes_ready", organization_id=caller.organization_id, **params)
    return str(values["report_id"])


def amended(server: Server, report_id: str) -> str:
    """Amend a report; return the id of the new version."""
    return str(server.state("report_amended", report_id=report_id)["report_id"])


@shows("panel-listing-is-joined-with-the-json-documents")
def _(server: Server) -> bool:
    """List while the report of an order that offers text alone is ready: it is there."""
    values = server.state("order_in_status", status="COMPLETED", report_types=["txt"])
    return [report["order_id"] for report in server.caller(values).listed()] == [values["order_id"]]


@shows("panel-listing-belongs-to-the-token")
def _(server: Server) -> bool:
    """List, get a new token, and POST without a body with that: what was listed is acknowledged."""
    values, caller, reports = ready(server, 2)
    caller.listing()
    return sorted(server.caller(values).acknowledge()) == sorted(reports)


@shows("panel-second-post-is-taken-for-a-retry")
def _(server: Server) -> bool:
    """List and POST, let a report become ready, list and POST again at once: nothing is listed."""
    _, caller, _ = ready(server, 1)
    caller.listing()
    caller.acknowledge()
    one_more(server, caller)
    caller.listing()
    caller.acknowledge()
    return caller.listing() == []


@shows("panel-acknowledged-up-to-the-newest-listed")
def _(server: Server) -> bool:
    """List, let a report appear that completed two days ago, and POST without a body: it is listed."""
    _, caller, _ = ready(server, 2)
    caller.listing()
    late = one_more(server, caller, completed_seconds_ago=2 * DAY)
    caller.acknowledge()
    return caller.listing() == [late]


@shows("panel-each-amendment-supersedes-the-first-report")
def _(server: Server) -> bool:
    """Amend a report twice, and list: the second amendment names the first one as superseded."""
    _, caller, reports = ready(server, 1)
    first = amended(server, reports[0])
    second = amended(server, first)
    return [(report["report_id"], report["supersedes"]) for report in caller.listed()] == [(second, first)]


@shows("panel-limit-counts-superseded-reports")
def _(server: Server) -> bool:
    """Amend the two oldest of three reports, and list with `limit=2`: there are two."""
    _, caller, reports = ready(server, 3)
    first, _ = (amended(server, report_id) for report_id in reports[:2])
    return caller.listing(limit=2) == [reports[2], first]


@shows("panel-listing-is-kept-until-its-own-client-acknowledges")
def _(server: Server) -> bool:
    """List as two clients of an organization, acknowledge as the first, and list as the second: nothing is listed."""
    values, caller, reports = ready(server, 1)
    second = server.caller(values, prefix="second_")
    second.listing()
    caller.acknowledge(reports)
    return second.listing() == []


@shows("panel-listing-is-sorted-by-the-time-as-written")
def _(server: Server) -> bool:
    """Let two reports complete in time zones fourteen hours apart, the eastern first: `limit=1` lists the eastern."""
    _, caller, reports = ready(server, 2, completed_seconds=[0, 60], offsets=["+09:00", "-05:00"])
    return caller.listing(limit=1) == reports[:1]


@shows("panel-ids-after-an-unknown-one-are-not-found")
def _(server: Server) -> bool:
    """POST a report, an id that there is not, and another report: both reports are acknowledged."""
    _, caller, reports = ready(server, 2)
    caller.acknowledge([reports[0], "report-does-not-exist", reports[1]])
    return caller.listing() == []


@shows("panel-acknowledged-orders-are-cleaned-up")
def _(server: Server) -> bool:
    """Acknowledge a report, let two days pass, and ask the status of its order: 200."""
    values, caller, reports = ready(server, 1)
    caller.acknowledge(reports)
    order_ids = values["order_ids"]
    assert isinstance(order_ids, list)
    server.state("time_passes", seconds=2 * DAY)
    return server.caller(values).get("/status", order_id=order_ids[0]).status == 200


@shows("panel-head-counts-as-a-listing")
def _(server: Server) -> bool:
    """List, let a report become ready, send HEAD, and POST without a body: the report is listed."""
    _, caller, _ = ready(server, 1)
    caller.listing()
    new = one_more(server, caller)
    caller.call("HEAD", f"/reports?organizationId={caller.organization_id}")
    caller.acknowledge()
    return caller.listing() == [new]


@shows("panel-named-reports-are-marked-whoever-owns-them")
def _(server: Server) -> bool:
    """POST the id of another organization's report: the other still has it listed."""
    _, caller, _ = ready(server, 1)
    _, other, reports = ready(server, 1)
    answer = caller.post({"report_ids": reports}).json
    return answer["not_found"] == reports and other.listing() == reports


@shows("panel-answers-with-half-a-surrogate-pair-fail")
def _(server: Server) -> bool:
    r"""POST the id `\ud800`, in ASCII as JSON escapes it: 200, and the id is in `not_found`."""
    _, caller, _ = ready(server, 0)
    return caller.post({"report_ids": ["\ud800"]}).status == 200


@shows("panel-listing-without-a-limit-has-a-thousand")
def _(server: Server) -> bool:
    """List while 1001 reports are ready: all are there."""
    _, caller, reports = ready(server, 1001)
    return sorted(caller.listing()) == sorted(reports)
