"""Reports that are amended while they wait in the queue, and after they left it."""

from pacsimile_contract.checkers import amendments as checks
from pacsimile_contract.checkers.amendments import AGAIN, LAST, OF_ACKNOWLEDGED, OF_SHOWN
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import BLOCKED_BY_LISTING, Queue


@scenario(
    checks.lists_amendments,
    checks.acknowledges_what_was_superseded,
    needs=("fresh_organization", "report_amended"),
    blocked_by=(*BLOCKED_BY_LISTING, "BATCH-5", "BATCH-11"),
)
def amend_in_the_queue(session: Session) -> None:
    """List three reports, acknowledge one; amend it and another; acknowledge the listing; amend both again."""
    own = session.fresh_state("fresh_organization", "queue", ready_reports=3)
    queue, own_organization = Queue(session, own), {"organization_id": own.organization_id}
    first, second = own["report_ids"][:2]
    session.note("old", {OF_ACKNOWLEDGED: first, OF_SHOWN: second})
    queue.list("shown")
    queue.post("acknowledged-first", [first])
    amended = session.fresh_state("report_amended", OF_ACKNOWLEDGED, report_id=first, **own_organization)["report_id"]
    shown = session.fresh_state("report_amended", OF_SHOWN, report_id=second, **own_organization)["report_id"]
    queue.post("by-listing")
    queue.list("listed")
    session.fresh_state("report_amended", AGAIN, report_id=amended, **own_organization)
    queue.list("amended-again")
    last = session.fresh_state("report_amended", LAST, report_id=shown, **own_organization)["report_id"]
    queue.post("by-name", [amended, last])
    queue.list("after")
