"""Stories of the mock's faults in the queue."""

from __future__ import annotations

from scripts.panels.play import Server, shows


@shows("mock-listings-add-up-until-a-post")
def add_up(server: Server) -> bool:
    """A client lists three reports, then the oldest one, and acknowledges: two remain."""
    made = server.state("fresh_organization", ready_reports=3)
    caller = server.caller(made)
    caller.listing()
    caller.listing(limit=1)
    return caller.acknowledge() == made["report_ids"][:1] and caller.listing() == made["report_ids"][1:]


@shows("mock-second-post-counts-as-a-retry")
def counts_as_retry(server: Server) -> bool:
    """A client works through two reports one by one, without bodies: nothing remains."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    taken = []
    for _ in range(2):
        caller.listing(limit=1)
        taken += caller.acknowledge()
    return taken == made["report_ids"] and caller.acknowledge() == [] and caller.listing() == []


@shows("mock-page-of-a-listing-is-left-to-its-client")
def left_to_its_client(server: Server) -> bool:
    """One client lists a page of two: another one of the organization sees all three reports."""
    made = server.state("fresh_organization", ready_reports=3)
    server.caller(made).listing(limit=2)
    return server.caller(made, "second_").listing() == made["report_ids"]


@shows("mock-acknowledged-amendment-brings-the-old-version-back")
def old_version_back(server: Server) -> bool:
    """A report is amended before it was acknowledged, and the amended version is acknowledged: nothing is listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    amended = server.state("report_amended", report_id=made["report_ids"][0])["report_id"]
    return caller.acknowledge([amended]) == [amended] and caller.listing() == []


@shows("mock-limit-counts-superseded-versions")
def counts_superseded(server: Server) -> bool:
    """The older of two reports is amended: a listing of one has the other report."""
    made = server.state("fresh_organization", ready_reports=2)
    server.state("report_amended", report_id=made["report_ids"][0])
    return server.caller(made).listing(limit=1) == made["report_ids"][1:]


@shows("mock-listing-is-as-of-the-last-whole-second")
def whole_second(server: Server) -> bool:
    """An order is COMPLETED, six times over: its report is listed at once."""
    made = server.state("fresh_organization")
    caller, listed = server.caller(made), []
    for _ in range(6):
        ready = server.state("report_becomes_ready", organization_id=made["organization_id"])["report_id"]
        listed.append(ready in caller.listing())
    return all(listed)


@shows("mock-long-listing-loses-ties-between-its-pages")
def loses_ties(server: Server) -> bool:
    """Six hundred reports were completed at one instant: all are listed."""
    made = server.state("fresh_organization", ready_reports=600, completed_seconds=[0] * 600)
    return sorted(server.caller(made).listing()) == sorted(made["report_ids"])
