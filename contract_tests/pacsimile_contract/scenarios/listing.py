"""Listings: what they hold, what they do not, and that they change nothing."""

from contextlib import suppress

from pacsimile_contract import facts
from pacsimile_contract.checkers import consistency, queue_limits
from pacsimile_contract.checkers import listing as checks
from pacsimile_contract.checkers import queue as acknowledging
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import LONG_AGO, Queue
from pacsimile_contract.session.scope_checks import must_read
from pacsimile_contract.session.shared_states import order_type

SAMPLE = 3
"""How many listed orders of an existing organization are asked for their status."""

REPEATED_LISTINGS = {"standard": 5, "full": 20}
"""How often the whole organization is listed again, by run level.

Standard lists ten times in all. Full lists more often than a message queue redelivers by default.
"""
PAGE = 2
"""The limit of pages that are asked for again and again."""
LIMITS = {1: ("border/3", 3), 3: ("most", 10_000)}
"""Limits of some of these listings, and what BATCH-13 judges by them: as many as there are, and the greatest."""


@scenario(
    checks.lists_all_that_is_ready,
    checks.lists_nothing_else,
    checks.listing_is_safe,
    queue_limits.reads_the_limit,
    consistency.is_never_stale,
    level="smoke",
    needs=("fresh_organization", "order_in_status", "other_organization", "report_becomes_ready"),
)
def what_is_listed(session: Session) -> None:
    """List an organization with ready, unfinished and failed orders ten times; acknowledge two by name, and list.

    Two of the repeats have a limit that all reports fit in. Then ask for pages that have not all. Then two
    late reports arrive. The last listing has the same length and newest report as the one before, but other entries.
    The other organization is listed too, as its own client.
    """
    try:
        own = session.fresh_state("fresh_organization", "queue", ready_reports=3)
    except NotExercised:
        _existing(session)
        raise
    queue = Queue(session, own)
    order, kind = own["order_ids"][0], order_type(session)
    fetch = session.call("getResult", "fetch", client=own.client, order_id=order, report_type=kind)
    session.note("fetched", own["report_ids"][0] if fetch.succeeded else None)
    _surround(session, own.organization_id)
    queue.list("first")
    queue.list("second")
    if session.level == "smoke":
        return
    _list_the_other(session)
    for number in range(REPEATED_LISTINGS[session.level]):
        label, limit = LIMITS.get(number, ("", None))
        queue.list(f"again/{number}", limit=limit)
        if label:
            session.story.add(label, session.story.last(f"again/{number}"))
    for which in ("first", "again"):
        queue.list(f"page/{which}", limit=PAGE)
    queue.list("after-short")
    lacking = None
    try:
        session.fresh_state("report_becomes_ready", "ready", organization_id=own.organization_id)
        queue.list("after-ready")
    except NotExercised as error:
        lacking = error
    named = own["report_ids"][:2]
    session.note("named", {"report_ids": named})
    queue.post("named", named)
    for label in checks.LATE:
        with suppress(NotExercised):
            session.fresh_state(
                "report_becomes_ready", label, organization_id=own.organization_id, completed_seconds_ago=LONG_AGO
            )
    queue.list("acknowledged", before=next(iter(session.story.all("after-ready")), None))
    if lacking:
        raise lacking


def _surround(session: Session, organization_id: str) -> None:
    """Add orders without a report, and another organization with one, as far as the states are offered."""
    for status in checks.PART_BY_STATUS:
        try:
            session.fresh_state("order_in_status", status, status=status, organization_id=organization_id)
        except NotExercised:
            continue
    _nearly_done(session, organization_id)
    try:
        session.state("other_organization", "other")
    except NotExercised:
        return


def _list_the_other(session: Session) -> None:
    """List the other organization as its own client, once it has a second report, as far as the states are offered.

    Use the shared organization: a service may be wrong for its second organization only. Other scenarios can bear one
    more report, because each looks only at the order and the report of its state.
    """
    with suppress(NotExercised):
        other = session.state("other_organization")
        later = session.fresh_state("report_becomes_ready", organization_id=other.organization_id)
        session.note("others", {"report_ids": [other["report_id"], later["report_id"]]})
        Queue(session, other).list("others")


def _nearly_done(session: Session, organization_id: str) -> None:
    """Add an order that is nearly done, if states make one: whatever progress a listing looks at, it has it."""
    own = {"organization_id": organization_id}
    with suppress(NotExercised):
        order = session.fresh_state("order_in_status", status="PROCESSING", **own)
        session.fresh_state("order_advanced", order_id=order["order_id"], progress=checks.MOST_PROGRESS, **own)
        session.note(checks.NEARLY_DONE, {"order_id": order["order_id"]})


def _existing(session: Session) -> None:
    """List an existing organization twice, and ask for the status of some listed orders."""
    home = session.home
    if home.client.organization_id is None:
        return
    must_read(session)
    session.note("standing", {"exclusive": session.target.exclusive})
    queue = Queue(session, home)
    queue.list("first")
    queue.list("second")
    for report in (facts.listing(session.story.last("first")).reports or ())[:SAMPLE]:
        if report.order_id is not None:
            session.call("getStatus", f"status-of/{report.order_id}", client=home.client, order_id=report.order_id)


@scenario(
    checks.lists_nothing,
    acknowledging.remembers_an_empty_listing,
    needs=("fresh_organization", "report_becomes_ready"),
    blocked_by=("BATCH-1",),
)
def nothing_is_ready(session: Session) -> None:
    """List an organization that has no report, with a limit and without; let a report become ready; POST, and list."""
    own = session.fresh_state("fresh_organization", ready_reports=0)
    listings = Queue(session, own)
    listings.list("asked/with-limit", limit=10)
    listings.list("asked/empty")
    session.story.add("empty/first", session.story.last("asked/empty"))
    with suppress(NotExercised):
        session.fresh_state("report_becomes_ready", "first", organization_id=own.organization_id)
        listings.post("post/first")
        listings.list("left/first")
