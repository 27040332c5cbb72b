"""Let more than a year pass over finished orders and over a queue. Histories let a day pass."""

from math import ceil

from pacsimile_contract import facts
from pacsimile_contract.checkers import durability, groups, lifecycle, newest, queue, results, studies
from pacsimile_contract.dialects.vocabulary import acknowledges_listings
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.scenarios.results import offered
from pacsimile_contract.scenarios.studies import newest_is
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import BLOCKED_BY_LISTING, FAR_EAST, Queue, own_queue
from pacsimile_contract.session.shared_states import OK, a_group, available_states, offered_type, order_type
from pacsimile_spec.statuses import CANCELLED, FAILED, PROCESSING

SECONDS_OF_A_DAY = 86400
MORE_THAN_A_YEAR = 400 * SECONDS_OF_A_DAY
"""Seconds that pass: beyond a month, a quarter and a year, after which a service might put things away."""
COMPLETED_AT = (0, 30 * SECONDS_OF_A_DAY, 300 * SECONDS_OF_A_DAY, 400 * SECONDS_OF_A_DAY)
"""When the reports of a queue were completed, in seconds after the first. Only the last is new."""
ENDED = {"failed": FAILED, "cancelled": CANCELLED}


@scenario(
    results.says_the_same_again, results.refuses_without_report, groups.is_served_later,
    lifecycle.moves_along_its_path, lifecycle.keeps_what_is_set, studies.the_most_recent_decides,
    needs=("order_in_status", "study_group", "time_passes"), blocked_by=("RESULTS-1", "RESULTS-4"), moves_clock=True,
)  # fmt: skip
def over_orders(session: Session) -> None:
    """Ask for COMPLETED, FAILED and CANCELLED orders and a large group; let more than a year pass, and ask again.

    The clock then stands at the beginning of a day. Ask for the report of a study whose newest order was under way too.
    The FAILED and CANCELLED orders were PROCESSING before: a worker that missed the change might still complete them.

    Each status is judged by the one before it, whichever scenario asked: STATUS-5 to STATUS-7.
    """
    session.now()
    order, kind = session.state("order_in_status", "one", status="COMPLETED"), order_type(session)
    kinds = list(dict.fromkeys((kind, offered(session, order)[-1]))) if session.level == "full" else [kind]
    ended, group = _ended_orders(session), _group(session)
    open_studies = _open_studies(session)
    for report_type in kinds:
        _fetch(session, order, f"asked/one/{report_type}", report_type, reuse=True)
    _group_report(session, group, "group", reuse=True)
    _pass_to_midnight(session, MORE_THAN_A_YEAR)
    for label, study in open_studies:
        asked = {"study_uid": study["study_uid"], "report_type": session.drawn_type()}
        session.call("getResult", f"study/{label}", asked, client=study.client)
    for _, known in ended:
        _status(session, known)
    for status, known in ended if session.level == "full" else ended[:1]:
        _fetch(session, known, f"by-order/{status}", session.plain_type)
    for report_type in kinds:
        _fetch(session, order, f"later/one/{report_type}", report_type)
    _status(session, order)
    _group_report(session, group, "group-later")


def _ended_orders(session: Session) -> list[tuple[str, ProvidedState]]:
    """Return an order in each status of `ENDED` that an answer has shown.

    Prefer an order seen PROCESSING earlier; else move a new one to the status; else take one that has it already.
    """
    seen = _seen_to_end(session) if session.story.attempt == 1 else {}
    ended = [(label, seen.get(status) or _end_order(session, label, status)) for label, status in ENDED.items()]
    return [(label, order) for label, order in ended if order is not None]


def _seen_to_end(session: Session) -> dict[str, ProvidedState]:
    """Return by final status the last order that was seen PROCESSING and then so."""
    under_way, ended = set[tuple[str | None, str]](), dict[str, ProvidedState]()
    for asked in session.asked_so_far:
        if asked.operation != "getStatus" or asked.status != OK:
            continue
        told, client = facts.order_status(asked), session.client_of_states(asked.request.client)
        if told.order_id is None or client is None:
            continue
        if told.status == PROCESSING:
            under_way.add((client.name, told.order_id))
        elif told.status is not None and (client.name, told.order_id) in under_way:
            ended[told.status] = ProvidedState("order_in_status", {"order_id": told.order_id}, client, owned=True)
    return ended


def _end_order(session: Session, label: str, status: str) -> ProvidedState | None:
    """Return an order that ends now, or one that has ended; None if neither can be had."""
    try:
        order = session.fresh_state("order_in_status", label, status=PROCESSING)
        place = {"organization_id": order.organization_id, "order_id": order["order_id"]}
        session.fresh_state("order_advanced", **place, status=status)
    except NotExercised:
        try:
            ((_, order),) = available_states(session, "order_in_status", {label: {"status": status}})
        except NotExercised:
            return None
    _status(session, order)
    return order


def _open_studies(session: Session) -> list[tuple[str, ProvidedState]]:
    """Return a study whose newest order is under way and whose older one is COMPLETED, if its report can be asked."""
    try:
        wanted = {"processing": newest_is("PROCESSING")} if session.can_ask("getResult", "study_uid") else {}
        return available_states(session, "study_with_orders", wanted)
    except NotExercised:
        return []


def _pass_to_midnight(session: Session, seconds: float) -> None:
    """Move the server's clock by at least so many seconds, to the first seconds of a day (UTC)."""
    now = session.now().seconds
    days = ceil((now + int(seconds)) / SECONDS_OF_A_DAY)
    session.time_passes(ceil(days * SECONDS_OF_A_DAY - now))


def _status(session: Session, order: ProvidedState) -> None:
    session.call("getStatus", "status", client=order.client, order_id=order["order_id"])


def _fetch(session: Session, order: ProvidedState, label: str, report_type: str, *, reuse: bool = False) -> Exchange:
    return session.call(
        "getResult", label, client=order.client, reuse=reuse, order_id=order["order_id"], report_type=report_type
    )


def _group(session: Session) -> ProvidedState | None:
    try:
        return a_group(session, "group", large=True)
    except NotExercised:
        return None


def _group_report(session: Session, group: ProvidedState | None, label: str, *, reuse: bool = False) -> None:
    if group is not None and "getGroupReport" not in session.target.absent:
        name, kind = group["study_group"], session.plain_group_type
        asked = {"study_group": name, "report_type": kind}
        session.call("getGroupReport", label, asked, client=group.client, reuse=reuse)


@scenario(
    durability.lasts_over_time, queue.acknowledging_only_marks, newest.serves_the_amended,
    needs=("fresh_organization", "report_amended", "time_passes"),
    blocked_by=(*BLOCKED_BY_LISTING, "BATCH-5", "BATCH-11", "BATCH-12", "RESULTS-11"),
    moves_clock=True,
)  # fmt: skip
def over_a_queue(session: Session) -> None:
    """Acknowledge reports by name and by listing; amend one; let more than a year pass; list, and fetch two of them.

    The first reports are more than a year old before anybody sees them.
    """
    session.now()
    seconds = list(COMPLETED_AT)
    own = own_queue(session, len(seconds), completed_seconds=seconds, offsets=[FAR_EAST] * len(seconds))
    asking, names = Queue(session, own), list(own["report_ids"])
    asking.list("short", limit=2)
    asking.post("last-post", names[:1])
    session.note("named", {"report_ids": names[:1]})
    session.note("acknowledged", {"order_id": own["order_ids"][0]})
    if acknowledges_listings(session.dialect):
        asking.post("post")
    amended = session.fresh_state("report_amended", "amended", organization_id=own.organization_id, report_id=names[2])
    session.note("left", {"report_ids": [amended["report_id"], names[3]]})
    _pass_to_midnight(session, MORE_THAN_A_YEAR)
    asking.list("later/long")
    for name, place in (("acknowledged", 0), ("amended", 2)):
        order = str(own["order_ids"][place])
        kind = offered_type(session, order, own.client)
        label = "still/result" if name == "acknowledged" else f"amended/{kind}"
        session.call("getResult", label, client=own.client, order_id=order, report_type=kind)
