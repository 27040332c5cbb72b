"""Reports that are amended while they wait in the queue, and after they left it."""

from pacsimile_contract import facts
from pacsimile_contract.checkers import amendments as checks
from pacsimile_contract.checkers import newest
from pacsimile_contract.checkers.amendments import AGAIN, LAST, OF_ACKNOWLEDGED, OF_SHOWN
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import BLOCKED_BY_LISTING, Queue
from pacsimile_contract.session.shared_states import order_type

TEN = 10
"""Amendments of one report: the names of versions have one digit more then."""


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


@scenario(
    checks.lists_the_eleventh_version,
    newest.serves_the_amended,
    needs=("fresh_organization", "report_amended"),
    blocked_by=(*BLOCKED_BY_LISTING, "BATCH-11", "BATCH-12", "RESULTS-1"),
)
def amend_ten_times(session: Session) -> None:
    """Amend a report ten times; list, fetch it by order and by study, ask for its status, acknowledge it, and list."""
    own = session.fresh_state("fresh_organization", "queue", ready_reports=2)
    versions, order_id = [own["report_ids"][0]], own["order_ids"][0]
    for _ in range(TEN):
        place = {"organization_id": own.organization_id, "report_id": versions[-1]}
        versions.append(session.fresh_state("report_amended", **place)["report_id"])
    session.note("versions", {"report_ids": versions})
    session.note("amended", {"report_id": versions[-1]})
    queue, kind = Queue(session, own), order_type(session)
    queue.list("eleven-versions")
    session.call("getResult", f"amended/{kind}", client=own.client, order_id=order_id, report_type=kind)
    if session.can_ask("getStatus", "order_id"):
        status = session.call("getStatus", "status", client=own.client, order_id=order_id)
        uid = facts.order_status(status).study_uid
        if uid is not None and session.can_ask("getResult", "study_uid"):
            session.call("getResult", "amended-by-study", client=own.client, study_uid=uid, report_type=kind)
    queue.post("eleventh", versions[-1:])
    queue.list("without-eleventh")
