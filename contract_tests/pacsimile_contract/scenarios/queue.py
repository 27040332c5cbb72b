"""Listing and acknowledging, in organizations that a state made."""

from pacsimile_contract import facts
from pacsimile_contract.checkers import queue
from pacsimile_contract.registry import scenario
from pacsimile_contract.session import Session


@scenario(queue.acknowledges_what_was_listed, level="smoke", needs=("fresh_organization",), blocked_by=("BATCH-1",))
def list_fetch_acknowledge(session: Session) -> None:
    """List two of three reports and POST; then list the rest, fetch each, POST, and list again."""
    own = session.fresh_state("fresh_organization", "queue", ready_reports=3)
    organization, client = own.organization_id, own.client
    session.call("listReports", "short", client=client, organizationId=organization, limit=2)
    session.call("acknowledgeReports", "first-post", client=client, organizationId=organization)
    rest = session.call("listReports", "between", client=client, organizationId=organization)
    for report in facts.listing(rest).reports or ():
        session.call("getResult", "fetched", client=client, order_id=report.order_id, report_type="json")
    session.call("acknowledgeReports", "last-post", client=client, organizationId=organization)
    session.call("listReports", "after", client=client, organizationId=organization)
