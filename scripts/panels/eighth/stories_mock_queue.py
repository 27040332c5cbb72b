"""Stories of the mock's faults in the queue."""

from __future__ import annotations

from secrets import token_hex

from scripts.panels.play import Server, shows, with_query


@shows("mock-refused-post-uses-the-listing-up")
def uses_listing_up(server: Server) -> bool:
    """A client lists two reports, posts with a parameter that is unknown, and posts again: both are acknowledged."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    caller.listing()
    wrong = with_query("/reports", {"organizationId": caller.organization_id, "all": "true"})
    return caller.call("POST", wrong).status == 400 and caller.acknowledge() == made["report_ids"]


@shows("mock-equal-listings-share-a-row")
def shares_row(server: Server) -> bool:
    """Two clients list the same reports, the first one lists a further one, and the second posts: that one stays."""
    made = server.state("fresh_organization", ready_reports=2)
    callers = [server.caller(made), server.caller(made, "second_")]
    for caller in callers:
        caller.listing()
    late = server.state("report_becomes_ready", organization_id=made["organization_id"])["report_id"]
    callers[0].listing()
    return sorted(callers[1].acknowledge()) == sorted(made["report_ids"]) and callers[1].listing() == [late]


@shows("mock-acknowledgements-of-old-reports-are-purged")
def purged(server: Server) -> bool:
    """A report arrives that was completed 100 days ago, and is acknowledged: it isn't listed two hours later."""
    made = server.state("report_becomes_ready", completed_seconds_ago=100 * 86_400)
    caller = server.caller(made)
    listed = caller.listing()
    caller.acknowledge()
    server.state("time_passes", seconds=7200)
    return listed == [made["report_id"]] and server.caller(made).listing() == []


@shows("mock-listing-trims-the-name-of-a-group")
def trims_group(server: Server) -> bool:
    """The name of a group ends with a space: status and listing have the same name."""
    made = server.state("order_in_status", status="COMPLETED", study_group=f"Trial {token_hex(4)} ")
    caller = server.caller(made)
    told = caller.status(order_id=made["order_id"])["study_group"]
    return bool(caller.listed()[0]["study_group"] == told)


@shows("mock-amendment-supersedes-by-study")
def supersedes_by_study(server: Server) -> bool:
    """Two organizations have a report of one study, and that of the other is amended: one's own is still listed."""
    made = server.state("study_shared_between_organizations")
    caller, other = server.caller(made), server.caller(made, "other_")
    server.state("report_amended", report_id=other.listing()[0])
    return [row["order_id"] for row in caller.listed()] == [made["order_id"]]
