"""Listings, and acknowledgements without a body, in organizations that a state made."""

from contextlib import suppress

from pacsimile_contract import facts
from pacsimile_contract.checkers import queue as checks
from pacsimile_contract.checkers import queue_limits
from pacsimile_contract.errors import Forbidden, NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import Delivery
from pacsimile_contract.session.queue_calls import BLOCKED_BY_LISTING, FAR_WEST, LONG_AGO, Queue, own_queue
from pacsimile_contract.session.shared_states import order_type, readable, study_of
from pacsimile_spec.scopes import REPORTS_ACK, REPORTS_READ

PARENT_FOLDER = ".."
"""An unknown organization whose name would leave the folder if names were used as paths."""
MOST = 10
"""A limit that all reports of an organization fit in."""


@scenario(
    checks.acknowledges_what_was_listed,
    checks.acknowledging_only_marks,
    level="smoke",
    needs=("fresh_organization",),
    blocked_by=BLOCKED_BY_LISTING,
)
def list_fetch_acknowledge(session: Session) -> None:
    """List two of three reports and POST; list the rest, fetch each, POST, and list; ask for what was acknowledged."""
    own = own_queue(session, 3, offsets=[FAR_WEST] * 3)
    queue, client = Queue(session, own), own.client
    queue.list("short", limit=2)
    queue.post("first-post")
    queue.list("between")
    rest = facts.listing(session.story.last("between")).reports or ()
    for report in rest:
        session.call(
            "getResult", "fetched", client=client, order_id=report.order_id, report_type=readable(report.report_types)
        )
    queue.post("last-post")
    queue.list("after")
    if rest and (study := study_of(session, rest[-1], client)):
        order = rest[-1].order_id
        session.note("acknowledged", {"order_id": order, "study_uid": study})
        session.call("getStatus", "still/status", client=client, order_id=order)
        kind = _drawn(session, rest[-1].report_types)
        session.call("getResult", "still/result", client=client, order_id=order, report_type=kind)
        if session.level != "smoke":
            session.call("getStatus", "still/by-study", client=client, study_uid=study)
            session.call("getOrderIds", "still/order-ids", client=client, study_uid=study)


def _drawn(session: Session, named: tuple[str, ...] | None) -> str:
    """Return one of the types that a report is listed with, drawn by the seed from all but the plainest.

    At level smoke, or where there is no other, it is the plainest.
    """
    plain = readable(named)
    others = [name for name in named or () if name in session.order_types and name != plain]
    return session.draw.choice(others) if others and session.level != "smoke" else plain


@scenario(
    checks.refusals_change_no_memory,
    checks.refused_listings_are_none,
    checks.leaves_what_became_ready_since,
    queue_limits.reads_the_limit,
    needs=("fresh_organization", "client_with_scopes", "report_becomes_ready", "order_advanced"),
    blocked_by=BLOCKED_BY_LISTING,
)
def refused_in_between(session: Session) -> None:
    """List one report of three; send listings and acknowledgements that are refused; POST without a body, and list.

    The last ones that are refused get 429. Before the POST reports become ready, one of them late. A client that may
    not list tries it before anybody has listed, and POSTs: what another client listed is BATCH-9.
    """
    own = session.fresh_state("fresh_organization", "queue", ready_reports=3)
    queue = Queue(session, own)
    _list_without_the_scope(session, own)
    waiting = _waiting(session, own.organization_id)
    queue.list("shown", limit=1)
    queue.list("refused/limit", limit=0)
    session.story.add("spelling/0", session.story.last("refused/limit"))
    unknown_id = PARENT_FOLDER if session.dialect is None else session.lookalike(own.organization_id)
    session.call("listReports", "refused/organization", client=own.client, organizationId=unknown_id)
    queue.send("refused/body", b'{"report_ids": [', (("Content-Type", "application/json"),))
    with suppress(NotExercised):
        _call_while_throttled(session, own)
    _become_ready(session, own.organization_id, waiting)
    queue.post("post")
    queue.list("left")


def _call_while_throttled(session: Session, own: ProvidedState) -> None:
    """List, and acknowledge a report by name, while the client is throttled."""
    for operation, body in (("listReports", None), ("acknowledgeReports", {"report_ids": own["report_ids"][2:]})):
        session.fresh_state("throttled", client_id=own.client.client_id, status=429)
        session.call(
            operation, f"refused/throttled-{operation}", client=own.client, organizationId=own.organization_id,
            body=body, delivery=Delivery(return_throttling=True),
        )  # fmt: skip


def _list_without_the_scope(session: Session, own: ProvidedState) -> None:
    """List as a client that may acknowledge alone, and POST without a body; nothing where no state makes one."""
    others = session.scopes_without(REPORTS_READ)
    if REPORTS_ACK not in others:
        return
    try:
        made = session.fresh_state("client_with_scopes", organization_id=own.organization_id, scopes=others)
    except NotExercised:
        return
    limited = Queue(session, own, made.client)
    limited.list("unlisted/scope")
    limited.post("unlisted-post")


def _become_ready(session: Session, organization_id: str, waiting: dict[str, str] | None) -> None:
    """Let reports become ready: one now, one whose `completed_at` lies before all others, and that of `waiting`."""
    place = {"organization_id": organization_id}
    for name, params in (("ready-now", {}), ("finished-late", {"completed_seconds_ago": LONG_AGO})):
        with suppress(NotExercised):
            session.fresh_state("report_becomes_ready", name, **place, **params)
    if waiting is not None:
        with suppress(NotExercised):
            session.fresh_state("order_advanced", "moved", order_id=waiting["order_id"], status="COMPLETED", **place)
            session.note("advanced", waiting)


def _waiting(session: Session, organization_id: str) -> dict[str, str] | None:
    """Return an order whose report is announced but not ready; None where no state makes one."""
    try:
        order = session.fresh_state("report_becomes_ready", "waiting", organization_id=organization_id, unready=True)
    except NotExercised:
        return None
    return {"order_id": order["order_id"], "report_id": order["report_id"]}


@scenario(
    checks.acknowledges_nothing_before_a_listing,
    checks.repeating_is_harmless,
    checks.head_is_no_listing,
    checks.clients_do_not_share_listings,
    needs=("fresh_organization", "report_becomes_ready"),
    blocked_by=(*BLOCKED_BY_LISTING, "BATCH-5", "BATCH-6"),
)
def post_first_and_twice(session: Session) -> None:
    """POST before any listing; then list, let a report become ready, and POST twice; HEAD, POST, and list.

    Before the first POST a report is fetched, which lists nothing. Another client POSTs before it ever listed, lists a
    report later with a limit that all fit in, and once more after the first client's POST. The last listing goes on the
    connection of the HEAD.
    """
    own = session.fresh_state("fresh_organization", "queue", ready_reports=2)
    queue, second = Queue(session, own), Queue(session, own, own.second) if own.second is not None else None
    if session.can_ask("getResult", "order_id"):
        asked = {"order_id": own["order_ids"][0], "report_type": order_type(session)}
        session.call("getResult", "fetched", asked, client=own.client)
    queue.post("before")
    session.require(set(own["report_ids"]) == set(queue.list("listed")), "BATCH-7")
    if second is not None:
        second.post("second-posts")
    session.fresh_state("report_becomes_ready", "ready", organization_id=own.organization_id)
    if second is not None:
        second.list("second-lists", limit=MOST)
    queue.post("post")
    if second is not None:
        second.list("second-lists-again")
    queue.post("repeated")
    with suppress(Forbidden):
        queue.head("headed")
        queue.post("after-head")
    queue.list("left", again=True)
    if second is None:
        session.lack("needs a second client of the same organization: `second_client_id` of fresh_organization")
