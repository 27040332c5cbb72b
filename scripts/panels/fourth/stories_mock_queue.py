"""Stories of the mock's faults in the queue."""

from __future__ import annotations

from scripts.panels.play import Server, shows


@shows("mock-report-that-each-client-has-fetched-is-delivered")
def each_client(server: Server) -> bool:
    """Both clients of an organization fetch a report: it is still listed."""
    made = server.state("fresh_organization", ready_reports=2)
    callers = server.caller(made), server.caller(made, "second_")
    for caller in callers:
        caller.report(order_id=made["order_ids"][0])
    return callers[0].listing() == made["report_ids"]


@shows("mock-refused-listing-ends-the-remembered-one")
def refused_listing(server: Server) -> bool:
    """A client lists two reports, then with a limit of 0, and acknowledges: both are acknowledged."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    caller.listing()
    refused = caller.get("/reports", organizationId=caller.organization_id, limit=0).status
    return refused == 400 and caller.acknowledge() == made["report_ids"]


@shows("mock-listing-is-remembered-by-its-orders")
def by_its_orders(server: Server) -> bool:
    """A report is amended between listing and POST: the amended version stays listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.listing()
    amended = server.state("report_amended", report_id=made["report_ids"][0])["report_id"]
    caller.acknowledge()
    return caller.listing() == [amended]


@shows("mock-next-page-is-remembered-with-the-post")
def next_page(server: Server) -> bool:
    """A client lists a page of two and acknowledges it twice: the other two remain."""
    made = server.state("fresh_organization", ready_reports=4)
    caller = server.caller(made)
    caller.listing(limit=2)
    first, second = caller.acknowledge(), caller.acknowledge()
    return (first, second, caller.listing()) == (made["report_ids"][:2], [], made["report_ids"][2:])


@shows("mock-acknowledged-report-is-deleted-after-an-hour")
def deleted(server: Server) -> bool:
    """A report is acknowledged, and fetched more than an hour later: 200."""
    made = server.state("fresh_organization", ready_reports=1)
    server.caller(made).acknowledge(made["report_ids"])
    server.state("time_passes", seconds=3700)
    return server.caller(made).report(order_id=made["order_ids"][0]).status == 200


@shows("mock-blank-body-counts-as-none")
def blank_body(server: Server) -> bool:
    """A client lists a report, and posts a body of one space: 400, and the report stays."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.listing()
    return caller.post(b" ").status == 400 and caller.listing() == made["report_ids"]


@shows("mock-long-acknowledgement-loses-an-id-at-each-border")
def loses_id(server: Server) -> bool:
    """A client names 600 reports: nothing remains."""
    made = server.state("fresh_organization", ready_reports=600)
    caller = server.caller(made)
    return len(caller.acknowledge(made["report_ids"])) == 600 and caller.listing() == []


@shows("mock-second-amendment-is-not-listed-anew")
def not_listed_anew(server: Server) -> bool:
    """A report is acknowledged, amended, acknowledged and amended again: the third version is listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller, report_id = server.caller(made), made["report_ids"][0]
    for _ in range(2):
        caller.acknowledge([report_id])
        report_id = server.state("report_amended", report_id=report_id)["report_id"]
    return caller.listing() == [report_id]


@shows("mock-oldest-reports-are-found-by-whole-seconds")
def by_whole_seconds(server: Server) -> bool:
    """Twenty orders complete a tenth of a second apart, the last one first: a page has the oldest three."""
    seconds = [2 - number / 10 for number in range(20)]
    made = server.state("fresh_organization", ready_reports=20, completed_seconds=seconds)
    caller = server.caller(made)
    return caller.listing(limit=3) == made["report_ids"][:3] and caller.listing() == made["report_ids"]


@shows("mock-acknowledgement-of-an-unfetched-report-lapses")
def lapses(server: Server) -> bool:
    """A report is listed and acknowledged, but not fetched: more than an hour later nothing is listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.listing()
    caller.acknowledge()
    server.state("time_passes", seconds=3700)
    return server.caller(made).listing() == []


@shows("mock-listing-names-the-types-of-all")
def types_of_all(server: Server) -> bool:
    """An order offers json and PDF alone: the listing names these."""
    made = server.state("order_in_status", status="COMPLETED", report_types=["json", "pdf"])
    return [sorted(row["report_types"]) for row in server.caller(made).listed()] == [["json", "pdf"]]
