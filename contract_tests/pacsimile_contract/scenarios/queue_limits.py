"""Walks through a queue, page by page."""

from contextlib import suppress
from typing import Any

from pacsimile_contract.checkers import queue as acknowledging
from pacsimile_contract.checkers import queue_limits as checks
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.generation.hostile_inputs import BEYOND_64_BITS
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import BLOCKED_BY_LISTING, LONG_AGO, Queue

TIES: dict[str, Any] = {
    "completed_seconds": [0, 120, 120, 120, 180],
    "offsets": ["+09:00", "-03:30", "+00:00", "+05:45", "-09:30"],
}
"""Five reports, three of them at one instant: written with their offsets they sort otherwise than as instants."""

LATE_AT = 2
"""Before this page, counted from 0, a report becomes ready that is older than all others."""

LIMITS = (2, 1, *[2] * 10)
"""The limit of each page: two borders of a page lie between reports of one instant."""

WRONG, ALWAYS = ("10001", "", "05", "+500", "5.0", BEYOND_64_BITS), ("10001", "")
"""Values that are no limit, and those of them that each run asks for; the others take turns (`queue` sends 0)."""


@scenario(
    checks.walks_through_all,
    checks.reads_the_limit,
    acknowledging.remembers_an_empty_listing,
    needs=("fresh_organization", "report_becomes_ready"),
    blocked_by=BLOCKED_BY_LISTING,
)
def walks(session: Session) -> None:
    """Walk past three reports of one instant, an older one becoming ready on the way; list with invalid limits."""
    own = session.fresh_state("fresh_organization", "ties", ready_reports=len(TIES["offsets"]), **TIES)
    seconds = dict(zip(own["report_ids"], TIES["completed_seconds"], strict=True))
    known: dict[str, Any] = {"limits": list(LIMITS), "seconds": seconds, "ready_from": {}}
    session.note("walk", known)
    queue = Queue(session, own)
    queue.list("whole")
    for limit in session.in_turn(WRONG, len(WRONG) - len(ALWAYS), ALWAYS):
        queue.list(f"spelling/{limit}", limit=limit)
    lacking = None
    for number, most in enumerate(LIMITS):
        if number == LATE_AT:
            lacking = _finish_late(session, own.organization_id, known)
        if not queue.list(f"walk/{number}", limit=most):
            _post_after_nothing(session, queue, f"walk/{number}")
            break
        queue.post("walk-post")
    if lacking:
        raise lacking


def _post_after_nothing(session: Session, queue: Queue, page: str) -> None:
    """Let a report become ready that the last page, which was empty, did not show; POST without a body."""
    session.story.add("empty/later", session.story.last(page))
    with suppress(NotExercised):
        session.fresh_state("report_becomes_ready", "later", organization_id=queue.organization_id)
        queue.post("post/later")


def _finish_late(session: Session, organization_id: str, known: dict[str, Any]) -> NotExercised | None:
    late = {"organization_id": organization_id, "completed_seconds_ago": LONG_AGO}
    try:
        report = session.fresh_state("report_becomes_ready", "late", **late)["report_id"]
    except NotExercised as error:
        return error
    known["seconds"][report], known["ready_from"][report] = -LONG_AGO, LATE_AT
    return None
