"""Stories of the mock's faults in the queue."""

from __future__ import annotations

from scripts.panels.play import Server, shows


@shows("mock-report-of-a-group-waits-for-its-group")
def waits_for_group(server: Server) -> bool:
    """One order of a group is COMPLETED, another one in PROCESSING: the report of the first is listed."""
    made = server.state("study_group", statuses=["COMPLETED", "PROCESSING"])
    return [row["order_id"] for row in server.caller(made).listed()] == made["order_ids"][:1]


@shows("mock-failed-order-is-listed")
def failed_is_listed(server: Server) -> bool:
    """An order has failed: nothing is listed."""
    return server.caller(server.state("order_in_status", status="FAILED")).listing() == []


@shows("mock-listing-is-acknowledged-for-its-client-alone")
def for_its_client(server: Server) -> bool:
    """A client lists and posts without a body: a colleague lists nothing."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    caller.listing()
    return caller.acknowledge() == made["report_ids"] and server.caller(made, "second_").listing() == []


@shows("mock-empty-listing-has-no-content")
def no_content(server: Server) -> bool:
    """Nothing waits: the listing answers 200."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.get("/reports", organizationId=caller.organization_id).status == 200


@shows("mock-post-leaves-what-was-not-fetched")
def leaves_unfetched(server: Server) -> bool:
    """A client lists two reports, fetches one, and posts without a body: both are acknowledged."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    caller.listing()
    caller.report(order_id=made["order_ids"][0])
    return caller.acknowledge() == made["report_ids"]


@shows("mock-page-is-remembered-as-the-whole-listing")
def remembered_whole(server: Server) -> bool:
    """A client lists one of three reports, and posts without a body: the two others stay listed."""
    made = server.state("fresh_organization", ready_reports=3)
    caller = server.caller(made)
    caller.listing(limit=1)
    return caller.acknowledge() == made["report_ids"][:1] and caller.listing() == made["report_ids"][1:]


@shows("mock-stale-listing-is-renewed-by-the-post")
def renewed_by_post(server: Server) -> bool:
    """A report becomes ready a quarter of an hour after a listing, and the client posts: it stays listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.listing()
    server.state("time_passes", seconds=900)
    later = server.state("report_becomes_ready", organization_id=made["organization_id"])["report_id"]
    return caller.acknowledge() == made["report_ids"] and caller.listing() == [later]


@shows("mock-object-without-ids-counts-as-no-body")
def without_ids(server: Server) -> bool:
    """A client lists two reports, and posts the id of one as `reportIds`: 400, and both stay listed."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    caller.listing()
    reply = caller.post({"reportIds": made["report_ids"][:1]})
    return reply.status == 400 and caller.listing() == made["report_ids"]


@shows("mock-amendment-waits-for-its-predecessor")
def waits_for_predecessor(server: Server) -> bool:
    """A report that nobody has acknowledged is amended: the amended version is listed, and no other."""
    made = server.state("fresh_organization", ready_reports=1)
    amended = server.state("report_amended", report_id=made["report_ids"][0])["report_id"]
    return server.caller(made).listing() == [amended]
