"""Reports that are amended while they wait in the queue, after they left it, and after they were fetched."""

from contextlib import suppress

from pacsimile_contract import facts
from pacsimile_contract.checkers import amendments as checks
from pacsimile_contract.checkers import consistency, newest, results, studies
from pacsimile_contract.checkers.amendments import AGAIN, LAST, OF_ACKNOWLEDGED, OF_SHOWN
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.scenarios.results import offered
from pacsimile_contract.scenarios.studies import FAR_APART, newest_is
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import BLOCKED_BY_LISTING, Queue
from pacsimile_contract.session.revalidation import revalidating
from pacsimile_contract.session.shared_states import order_type, readable, study_of

TEN = 10
"""Amendments of one report: the names of versions have one digit more then."""


@scenario(
    checks.lists_amendments,
    checks.acknowledges_what_was_superseded,
    checks.lists_the_eleventh_version,
    newest.serves_the_amended,
    needs=("fresh_organization", "report_amended"),
    blocked_by=(*BLOCKED_BY_LISTING, "BATCH-5", "BATCH-11"),
)
def amend_in_the_queue(session: Session) -> None:
    """List three reports, one amended ten times; acknowledge one; amend it and another; acknowledge the listing.

    Then amend both again. At the end fetch the report that was amended ten times, by order and by study.
    """
    own = session.fresh_state("fresh_organization", "queue", ready_reports=3)
    queue, own_organization = Queue(session, own), {"organization_id": own.organization_id}
    first, second, third = own["report_ids"]
    session.note("old", {OF_ACKNOWLEDGED: first, OF_SHOWN: second})
    versions = [third]
    for _ in range(TEN):
        made = session.fresh_state("report_amended", "amended", report_id=versions[-1], **own_organization)
        versions.append(made["report_id"])
    session.note("versions", {"report_ids": versions})
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
    _fetch_the_eleventh(session, own, versions[-1])


def _fetch_the_eleventh(session: Session, own: ProvidedState, version: str) -> None:
    """Fetch the report that was amended ten times, by its order and by its study."""
    entries = facts.listing(session.story.last("shown")).reports or ()
    entry = next((report for report in entries if report.report_id == version), None)
    kind = readable(entry.report_types) if entry is not None and entry.report_types else order_type(session)
    session.call("getResult", f"amended/{kind}", client=own.client, order_id=own["order_ids"][2], report_type=kind)
    uid = study_of(session, entry, own.client) if entry is not None else None
    if uid is not None and session.can_ask("getResult", "study_uid"):
        session.call("getResult", "amended-by-study", client=own.client, study_uid=uid, report_type=kind)


@scenario(
    results.retrieving_is_safe,
    newest.serves_the_amended,
    consistency.is_never_stale,
    studies.lists_every_order,
    studies.serves_the_most_recent,
    needs=("fresh_organization", "report_amended"),
    blocked_by=("RESULTS-1", "RESULTS-7", "BATCH-3"),
)
def fetched_then_amended(session: Session) -> None:
    """List; fetch a study's older report in each type, then its newest; list, amend, list, and fetch again; once more.

    Each type is asked for by order or by study in turn, before and after the first amendment. After the second, those
    that were asked for by order are asked for by study; at level full each in both ways. At the end, ask for the
    study's orders: an amendment makes no new one.
    """
    own = session.fresh_state("fresh_organization", "own", ready_reports=1)
    order, named = _order_to_amend(session, own)
    types, place = offered(session, order), {"organization_id": own.organization_id}
    for older in order["older"]:
        for kind in types:
            session.call("getResult", f"older/{kind}", client=own.client, order_id=older, report_type=kind)
    _fetch_in_turn(session, order, types, "fetched")
    _list(session, own, "after")
    amended = session.fresh_state("report_amended", "amended", report_id=named, **place)
    session.require(amended["report_id"] in facts.listing(_list(session, own, "listed")).report_ids, "BATCH-12")
    _fetch_in_turn(session, order, types, "amended")
    with suppress(NotExercised):
        session.fresh_state("report_amended", "again", report_id=amended["report_id"], **place)
        _fetch_in_turn(session, order, types, "again")
    session.note("of-its-study", {"order_ids": [*order["older"], order["order_id"]]})
    session.call("getOrderIds", "asked/of-its-study", client=own.client, study_uid=order["study_uid"])


def _order_to_amend(session: Session, own: ProvidedState) -> tuple[ProvidedState, str]:
    """List, and return the newest of two orders of a study with its report's id; else an order that stands alone."""
    study = _study_far_apart(session, own)
    reports = facts.listing(_list(session, own, "before")).reports or ()
    for report in reports if study is not None else ():
        if study is not None and report.order_id == study["order_ids"][-1] and report.report_id is not None:
            values = {**study.values, "order_id": report.order_id, "older": study["order_ids"][:-1]}
            return ProvidedState("study_with_orders", values, own.client, own.owned), report.report_id
    named = str(own["report_ids"][0])
    entry = next((report for report in reports if report.report_id == named), None)
    session.require(entry is not None, "BATCH-1")
    uid = study_of(session, entry, own.client) if entry is not None else None
    values = {"order_id": own["order_ids"][0], "study_uid": uid, "older": []}
    return ProvidedState("fresh_organization", values, own.client, own.owned), named


def _study_far_apart(session: Session, own: ProvidedState) -> ProvidedState | None:
    """Make a study of two COMPLETED orders in an organization, with times far apart where that can be had."""
    for params in (FAR_APART, newest_is("COMPLETED")):
        with suppress(NotExercised):
            return session.fresh_state("study_with_orders", "study", organization_id=own.organization_id, **params)
    return None


def _list(session: Session, own: ProvidedState, label: str) -> Exchange:
    return session.call("listReports", label, client=own.client, organizationId=own.organization_id)


def _fetch_in_turn(session: Session, order: ProvidedState, types: tuple[str, ...], label: str) -> None:
    """Fetch in each type, by order or by study; after the first amendment, as a cache that has what was fetched."""
    by_study_alone = label == "again" and session.level != "full" and session.can_ask("getResult", "study_uid")
    for place, kind in enumerate(types):
        for way in _ways(session, place + (label == "again")):
            if by_study_alone and way == "order_id":
                continue
            former = session.story.last(f"fetched/{way}/{kind}") if label == "amended" else None
            name = f"{label}/{kind}" if way == "order_id" else f"{label}-by-study"
            asked = session.call(
                "getResult", name if label != "fetched" else f"fetched/{way}/{kind}",
                {way: order[way], "report_type": kind}, client=order.client, headers=revalidating(former),
            )  # fmt: skip
            if way == "study_uid" and order["older"]:
                session.story.add(f"in-type/study/{label}/{kind}", asked)


def _ways(session: Session, place: int) -> list[str]:
    """Return by what a report is selected: order and study in turn, by place and seed; at level full by both."""
    ways = [way for way in ("order_id", "study_uid") if session.can_ask("getResult", way)] or ["order_id"]
    turn = (place + session.seed) % len(ways)
    return ways if session.level == "full" else ways[turn : turn + 1]
