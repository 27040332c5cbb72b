"""Acknowledgements of at most three reports in an existing organization, where the operator allows it twice."""

from pacsimile_contract import facts
from pacsimile_contract.checkers import standing_queue as checks
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import Queue
from pacsimile_contract.session.scope_checks import must_read
from pacsimile_contract.session.shared_states import readable

FEW = 2
"""How many reports are acknowledged by a listing. One more is acknowledged by name."""


@scenario(
    checks.takes_off_what_was_shown, checks.does_nothing_twice, checks.keeps_clients_apart, checks.marks_and_no_more,
    checks.takes_off_what_is_named,
)  # fmt: skip
def by_two_words(session: Session) -> None:
    """List all, then two of them; POST twice; list; ask for one that was marked; acknowledge another by name."""
    target = session.target
    if target.states.url is not None or target.world_of_its_own:
        session.lack("judged in organizations that a state made")
    organization = session.allowed_acknowledgement()
    if organization is None:
        session.lack("needs states, or `acknowledge: {allowed: true, organization_id: X}` and --allow-acknowledge X")
    must_read(session)
    session.note("standing", {"exclusive": target.exclusive})
    queue = Queue(session, session.home)
    everything = queue.list("all")
    if len(everything) <= FEW:
        session.lack(f"needs more than {FEW} reports to be listed in the organization: acknowledging is for good")
    short = queue.list("short", limit=FEW)
    session.require(len(short) <= FEW, "BATCH-13")  # a POST would take all that such a listing showed
    second = target.clients.get("same_org")
    others = Queue(session, session.home, second).list("second-lists", limit=FEW + 1) if second else []
    queue.post("post", by_word=True)
    queue.post("repeated", by_word=True)
    left = queue.list("after")
    if second:
        Queue(session, session.home, second).list("second-lists-again", limit=FEW + 1)
        session.require(not set(others) - set(short) - set(left), "BATCH-9")  # whatever follows would take more
    _still(session, short)
    if session.level == "smoke" or not left:
        return
    unknown = session.lookalike(left[0])
    queue.post("named", [left[0], unknown], by_word=True)
    session.note("named", {"report_id": left[0], "unknown": unknown})
    queue.list("after-named")


@scenario(checks.shows_both_clients_all)
def by_both_clients(session: Session) -> None:
    """List as one client, as the other, and as the first again."""
    target = session.target
    if target.states.url is not None or target.world_of_its_own:
        session.lack("judged in organizations that a state made")
    second = target.clients.get("same_org")
    if second is None:
        session.lack("needs a second client of the organization: `clients: same_org`, or states")
    must_read(session)
    queue = Queue(session, session.home)
    queue.list("before")
    Queue(session, session.home, second).list("between")
    queue.list("after")


def _still(session: Session, short: list[str]) -> None:
    """Ask for the order of a report that was acknowledged."""
    listed = facts.listing(session.story.last("short")).reports or ()
    marked = next((report for report in listed if report.report_id in short and report.order_id), None)
    if marked is not None:
        order, kind = marked.order_id, readable(marked.report_types)
        session.note("marked", {"order_id": order})
        session.call("getStatus", "still/status", order_id=order)
        session.call("getResult", "still/result", order_id=order, report_type=kind)
