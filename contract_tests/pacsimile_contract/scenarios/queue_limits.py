"""Walks through a queue, page by page."""

from typing import Any

from pacsimile_contract.checkers import queue_limits as checks
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import BLOCKED_BY_LISTING, LONG_AGO, Queue

TIES: dict[str, Any] = {
    "completed_seconds": [0, 60, 120, 120, 120, 180],
    "offsets": ["+09:00", "-03:30", "+00:00", "+05:45", "-09:30", "+12:45"],
}
"""Six reports, three of them at one instant: written with their offsets they sort otherwise than as instants."""

EQUAL: dict[str, Any] = {"completed_seconds": [0, 0, 0]}

LATE_AT = 2
"""Before this page, counted from 0, a report becomes ready that is older than all others."""

MOST_PAGES = 12


@scenario(
    checks.walks_through_all,
    checks.reads_the_limit,
    needs=("fresh_organization", "report_becomes_ready"),
    blocked_by=BLOCKED_BY_LISTING,
)
def walks(session: Session) -> None:
    """Walk by two past three reports of one instant, an older one becoming ready on the way; by one where all tie."""
    own = session.fresh_state("fresh_organization", "ties", ready_reports=6, **TIES)
    known = _known(session, "walk", own["report_ids"], TIES["completed_seconds"], 2)
    queue = Queue(session, own)
    queue.list("whole")
    lacking = None
    for number in range(MOST_PAGES):
        if number == LATE_AT:
            lacking = _finish_late(session, own.organization_id, known)
        if not queue.list(f"walk/{number}", limit=2):
            break
        queue.post("walk-post")
    _one_by_one(session)
    if lacking:
        raise lacking


def _known(session: Session, walk: str, reports: list[str], seconds: list[float], limit: int) -> dict[str, Any]:
    """Note what is known of a walk. The noted object is returned, so that more can be added to it."""
    known: dict[str, Any] = {"limit": limit, "seconds": dict(zip(reports, seconds, strict=True)), "ready_from": {}}
    session.note(walk, known)
    return known


def _finish_late(session: Session, organization_id: str, known: dict[str, Any]) -> NotExercised | None:
    late = {"organization_id": organization_id, "completed_seconds_ago": LONG_AGO}
    try:
        report = session.fresh_state("report_becomes_ready", "late", **late)["report_id"]
    except NotExercised as error:
        return error
    known["seconds"][report], known["ready_from"][report] = -LONG_AGO, LATE_AT
    return None


def _one_by_one(session: Session) -> None:
    """Walk one by one where all are equal; list with the greatest limit, and with invalid ones."""
    own = session.fresh_state("fresh_organization", "equal", ready_reports=3, **EQUAL)
    _known(session, "one-by-one", own["report_ids"], EQUAL["completed_seconds"], 1)
    queue = Queue(session, own)
    queue.list("most", limit=10_000)
    queue.list(f"border/{len(own['report_ids'])}", limit=len(own["report_ids"]))
    for limit in checks.WRONG_LIMITS:
        queue.list(f"spelling/{limit}", limit=limit)
    for number in range(MOST_PAGES):
        if not queue.list(f"one-by-one/{number}", limit=1):
            break
        queue.post("one-by-one-post")
