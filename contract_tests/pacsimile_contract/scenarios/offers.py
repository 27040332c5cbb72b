"""Orders that offer some types of a report: all but one, asked for that one; and one alone, listed and acknowledged."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from pacsimile_contract import facts
from pacsimile_contract.checkers import groups, results
from pacsimile_contract.checkers import offers as checks
from pacsimile_contract.errors import Absent, NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import Queue
from pacsimile_contract.session.shared_states import offered_types
from pacsimile_spec.statuses import COMPLETED

MOST_NAMED = 127
"""Ids in the acknowledgement, a prime number: those that exist stand last, in the rest behind batches of any size."""
GROUP = "Types of their own"
"""The group of the orders that offer one type alone."""


class _Made(NamedTuple):
    """A COMPLETED order that was made with these types, and the older order of its study, which offers all."""

    order: ProvidedState
    offered: tuple[str, ...]
    older: ProvidedState | None = None


@scenario(
    checks.serves_what_is_offered, checks.lists_whatever_types, checks.lists_the_oldest_first,
    checks.acknowledges_whatever_types,
    checks.acknowledges_the_rest, checks.lists_amendments_of_whatever_types, checks.reports_a_group_of_whatever_types,
    checks.the_newest_of_whatever_types, checks.order_ids_of_whatever_types, groups.accounts_for_every_order,
    results.knows_its_types,
    needs=("fresh_organization", "order_in_status"),
    blocked_by=("STATUS-1", "RESULTS-1", "RESULTS-2", "RESULTS-5"),
)  # fmt: skip
def some_types_each(session: Session) -> None:
    """Make orders, each without a type or with one alone; list them; ask for what they do not offer.

    They are asked for by order and by study in turn. So a type that is served because another one is offered shows,
    whichever that is. One order is asked for its type by its study, whose older order offers all. Then they are
    acknowledged, half of them by name; and those of one type are amended, and listed again.
    """
    own = session.fresh_state("fresh_organization", "own", ready_reports=0)
    types = _offered_by_the_service(session)
    lacking = session.draw.sample(types, len(types) if len(types) > 1 else 0)
    ways = [way for way in ("order_id", "study_uid") if session.can_ask("getResult", way)]
    by_study = "study_uid" in ways
    orders = [
        _make(session, own, f"order-{number}", tuple(name for name in types if name != absent), newest=by_study)
        for number, absent in enumerate(lacking)
    ]
    single = [_make(session, own, f"single-{name}", (name,), group=GROUP) for name in lacking]
    alone = [name for name in lacking if name != types[0]][:1]  # the first is what a service looks at, if at any
    newest = _make(session, own, "newest", alone, newest=True) if alone else None
    made = [*orders, *single, *([newest] if newest else ())]
    session.note("made", {"order_ids": [each.order["order_id"] for each in made]})
    with suppress(Absent):
        session.call("listReports", "listed", client=own.client, organizationId=own.organization_id)
    for number, (each, absent) in enumerate(zip(orders, lacking, strict=True)):
        for way in ways if session.level == "full" else ways[number % len(ways) :][:1] if ways else ():
            _fetch(session, each, f"not-offered/order-{number}/{absent}", way, absent)
    if newest is not None:
        _of_a_study(session, newest, ways)
    _report_of_the_group(session, single)
    _acknowledge(session, own, made, single)


def _offered_by_the_service(session: Session) -> tuple[str, ...]:
    """Return the types of an order that was made without a choice of types."""
    done = session.state("order_in_status", status="COMPLETED")
    named = offered_types(session, str(done["order_id"]), done.client) or session.order_types
    return tuple(name for name in session.order_types if name in named)


def _make(
    session: Session, own: ProvidedState, label: str, offered: Sequence[str], *, newest: bool = False,
    group: str | None = None,
) -> _Made:  # fmt: skip
    """Make a COMPLETED order with these types: the `newest` of a study, or of a group, where that can be had."""
    place = {"organization_id": own.organization_id, "status": COMPLETED}
    older = session.fresh_state("order_in_status", **place) if newest else None
    more = {"study_uid": older["study_uid"]} if older is not None else {"study_group": group} if group else {}
    made = session.fresh_state("order_in_status", label, **place, report_types=list(offered), **more)
    session.note(label, {**made.values, "report_types": list(offered)})
    return _Made(made, tuple(offered), older)


def _fetch(session: Session, made: _Made, label: str, way: str, report_type: str) -> None:
    asked = {way: made.order[way], "report_type": report_type}
    session.call("getResult", label, asked, client=made.order.client)


def _of_a_study(session: Session, newest: _Made, ways: Sequence[str]) -> None:
    """Ask for the newest order of a study, which offers one type, by the study."""
    if newest.older is not None:
        older = newest.older["order_id"]
        session.note("study", {"order_id": newest.order["order_id"], "older": older})
    if ways:
        _fetch(session, newest, "offered/newest", ways[-1], newest.offered[0])
    study, client = str(newest.order["study_uid"]), newest.order.client
    with suppress(Absent):
        if session.can_ask("getStatus", "study_uid"):
            session.call("getStatus", "study/status", client=client, study_uid=study)
    with suppress(Absent):
        session.call("getOrderIds", "study/order-ids", client=client, study_uid=study)


def _report_of_the_group(session: Session, single: Sequence[_Made]) -> None:
    """Ask for the report of the group whose orders offer one type each."""
    members = [made.order["order_id"] for made in single]
    if not members:
        return
    session.note("group", {"study_group": GROUP, "order_ids": members, "statuses": [COMPLETED] * len(members)})
    kind = session.plain_group_type
    with suppress(Absent):
        session.call(
            "getGroupReport", f"asked/{kind}", client=single[0].order.client, study_group=GROUP, report_type=kind
        )


def _acknowledge(session: Session, own: ProvidedState, made: Sequence[_Made], single: Sequence[_Made]) -> None:
    """Acknowledge every second listed report of the orders by name, and then the listing; amend, and list again."""
    if not session.story.all("listed"):
        return
    ids = {entry.order_id: entry.report_id for entry in facts.listing(session.story.last("listed")).reports or ()}
    reports = [report for each in made if (report := ids.get(str(each.order["order_id"])))]
    named, queue = reports[::2], Queue(session, own)
    session.note("named", {"report_ids": named})
    queue.post("named", [*(f"nobodys-{number}" for number in range(MOST_NAMED - len(named))), *named])
    queue.post("rest")
    with suppress(NotExercised):
        for each in single:
            report = ids.get(str(each.order["order_id"]))
            if report is not None:
                session.fresh_state(
                    "report_amended", f"amended-{report}", organization_id=own.organization_id, report_id=report
                )
    queue.list("after")
