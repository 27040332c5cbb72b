"""Stories of the mock's faults in the queue."""

from __future__ import annotations

from scripts.panels.play import Server, shows


@shows("mock-listing-is-remembered-by-its-last-instant")
def last_instant(server: Server) -> bool:
    """A client lists; a report becomes ready that was completed a day ago, and the client posts: it stays listed."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    caller.listing()
    named = {"organization_id": made["organization_id"], "completed_seconds_ago": 86_400}
    late = server.state("report_becomes_ready", **named)["report_id"]
    return caller.acknowledge() == made["report_ids"] and caller.listing() == [late]


@shows("mock-ids-of-a-body-are-trimmed")
def trimmed(server: Server) -> bool:
    """A POST names a report with a line feed behind its id: it is not found, and the report stays listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    return caller.acknowledge([made["report_ids"][0] + "\n"]) == [] and caller.listing() == made["report_ids"]


@shows("mock-amendment-is-hidden-from-who-acknowledged")
def hidden(server: Server) -> bool:
    """A client acknowledges a report, which is then amended: the same client lists the amended version."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.acknowledge(made["report_ids"])
    amended = server.state("report_amended", report_id=made["report_ids"][0])["report_id"]
    return caller.listing() == [amended]


@shows("mock-amended-report-is-listed-with-every-type")
def every_type(server: Server) -> bool:
    """The report of an order that offers json and text is amended: the listing and the status name these types."""
    made = server.state("order_in_status", status="COMPLETED", report_types=["json", "txt"])
    caller = server.caller(made)
    server.state("report_amended", report_id=caller.listing()[0])
    told = caller.status(order_id=made["order_id"])["report_types"]
    return bool(caller.listed()[0]["report_types"] == told == ["json", "txt"])


@shows("mock-acknowledgement-is-noted-for-the-study")
def noted_for_study(server: Server) -> bool:
    """Two organizations have a report of one study, and one acknowledges its own: the other still lists its own."""
    made = server.state("study_shared_between_organizations")
    caller, other = server.caller(made), server.caller(made, "other_")
    caller.listing()
    caller.acknowledge()
    return [row["order_id"] for row in other.listed()] == [made["other_order_id"]]
