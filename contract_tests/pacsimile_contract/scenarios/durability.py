"""Acknowledgements of many reports at once, some of them left before the answer comes."""

from pacsimile_contract.checkers import durability as checks
from pacsimile_contract.dialects.vocabulary import acknowledges_listings
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import BLOCKED_BY_LISTING, Queue

MANY = 20
"""How many reports each call acknowledges."""


@scenario(
    checks.lasts,
    needs=("fresh_organization", "server_restarted"),
    blocked_by=(*BLOCKED_BY_LISTING, "BATCH-5", "BATCH-8", "BATCH-11"),
    moves_clock=True,
)
def acknowledge_and_leave(session: Session) -> None:
    """Acknowledge by name; leave without waiting for the answer, and repeat; list as another, and after a restart."""
    own = session.fresh_state("fresh_organization", "queue", ready_reports=4 * MANY)
    if own.second is None:
        session.lack("needs a second client of the same organization: `second_client_id` of fresh_organization")
    queue, other, names = Queue(session, own), Queue(session, own, own.second), list(own["report_ids"])
    for place, label in enumerate(("named", *checks.ROUNDS, "left")):
        session.note(label, {"report_ids": names[place * MANY : (place + 1) * MANY]})
    queue.post("named", names[:MANY])
    queue.leave("lost/by-name", names[MANY : 2 * MANY])
    queue.list("after-lost/by-name")
    session.story.add("after-named", session.story.last("after-lost/by-name"))
    queue.post("repeat/by-name", names[MANY : 2 * MANY])
    if acknowledges_listings(session.dialect):
        left = queue.list("after-repeat/by-name", limit=MANY)
        session.require(left == names[2 * MANY : 3 * MANY], "BATCH-13")
        queue.leave("lost/by-listing")
        queue.post("repeat/by-listing")
    else:
        queue.list("after-repeat/by-name")
    # from here on the other client lists: who left may still be served, and would acknowledge what was listed since
    other.list("others-view", fresh=True)
    if acknowledges_listings(session.dialect):
        session.story.add("after-repeat/by-listing", session.story.last("others-view"))
    lacking = None
    try:
        session.fresh_state("server_restarted", "restarted")
        session.token(own.client, fresh=True)
        session.token(own.second, fresh=True)
        other.list("after-restart", fresh=True)
    except NotExercised as error:
        lacking = error
    other.post("all-named", names)
    if lacking:
        raise lacking
