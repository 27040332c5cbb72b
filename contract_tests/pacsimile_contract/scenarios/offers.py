"""Orders that offer some types of a report: all but one, asked for that one; and one alone, listed and acknowledged."""

from collections.abc import Mapping, Sequence
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

IDS_NAMED = 127
"""Ids in the acknowledgement by name: a prime number. Those that exist stand last, behind batches of any size."""
GROUP = "Types of their own"
"""The group of the orders that offer one type alone."""


class _Made(NamedTuple):
    """A COMPLETED order that was made with these types, and where it stands besides, as far as that can be had."""

    order: ProvidedState
    offered: tuple[str, ...]
    older: ProvidedState | None = None
    """The older order of its study, which offers all types."""
    group: str | None = None


@scenario(
    checks.serves_what_is_offered, checks.lists_whatever_types, checks.lists_the_oldest_first,
    checks.acknowledges_whatever_is_listed, checks.lists_amendments_of_whatever_types,
    checks.acknowledges_whatever_types, checks.reports_a_group_of_whatever_types,
    checks.the_newest_of_whatever_types, checks.order_ids_of_whatever_types, groups.accounts_for_every_order,
    results.knows_its_types,
    needs=("fresh_organization", "order_in_status"),
    blocked_by=("STATUS-1", "RESULTS-1", "RESULTS-2", "RESULTS-5"),
)  # fmt: skip
def some_types_each(session: Session) -> None:
    """Make orders, each without a type or with one alone; list them; ask for what they do not offer.

    They are asked for by order and by study in turn. So a type that is served because another one is offered shows,
    whichever that is. One order is asked for its type by its study, whose older order offers all. Then the listing is
    acknowledged; half of its reports are amended and acknowledged by name; the others are amended and listed.
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
    _acknowledge(session, own, orders, single)


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
    types = {**place, "report_types": list(offered)}
    try:
        older = session.fresh_state("order_in_status", **place) if newest else None
        more = {"study_uid": older["study_uid"]} if older is not None else {"study_group": group} if group else {}
        made = _Made(session.fresh_state("order_in_status", label, **types, **more), tuple(offered), older, group)
    except NotExercised:  # a service need not choose the types of an order that joins others
        made = _Made(session.fresh_state("order_in_status", label, **types), tuple(offered))
    session.note(label, {**made.order.values, "report_types": list(offered)})
    return made


def _fetch(session: Session, made: _Made, label: str, way: str, report_type: str) -> None:
    asked = {way: made.order[way], "report_type": report_type}
    session.call("getResult", label, asked, client=made.order.client)


def _of_a_study(session: Session, newest: _Made, ways: Sequence[str]) -> None:
    """Ask for the newest order of a study, which offers one type, by the study."""
    if newest.older is None:
        return
    session.note("study", {"order_id": newest.order["order_id"], "older": newest.older["order_id"]})
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
    members = [made.order["order_id"] for made in single if made.group]
    if not members:
        return
    session.note("group", {"study_group": GROUP, "order_ids": members, "statuses": [COMPLETED] * len(members)})
    kind = session.plain_group_type
    with suppress(Absent):
        session.call(
            "getGroupReport", f"asked/{kind}", client=single[0].order.client, study_group=GROUP, report_type=kind
        )


def _acknowledge(session: Session, own: ProvidedState, orders: Sequence[_Made], single: Sequence[_Made]) -> None:
    """Acknowledge the listing; amend half of its reports and acknowledge these by name; amend the others, and list.

    The POST without a body comes first: no earlier POST can explain a report that it leaves. No POST comes behind the
    other amendments: none can explain that one of these is missing. In either half each type is offered by one report
    and not by another. Where nothing can be amended, further orders of one type are named.
    """
    if not session.story.all("listed"):
        return
    ids = {entry.order_id: entry.report_id for entry in facts.listing(session.story.last("listed")).reports or ()}
    queue = Queue(session, own)
    queue.post("bodyless")
    try:
        named = _amended(session, own, ids, [*orders[::2], *single[::2]])
    except NotExercised:
        for place, each in enumerate(single):
            _make(session, own, f"single-again-{place}", each.offered)
        named = queue.list("again")
    if named:
        session.note("named", {"report_ids": named})
        queue.post("named", [*(f"nobodys-{number}" for number in range(IDS_NAMED - len(named))), *named])
    with suppress(NotExercised):
        _amended(session, own, ids, [*orders[1::2], *single[1::2]])
    queue.list("after")


def _amended(
    session: Session, own: ProvidedState, ids: Mapping[str | None, str | None], made: Sequence[_Made]
) -> list[str]:
    """Amend the listed reports of these orders, and return the ids of the new ones."""
    amended = list[str]()
    for report in filter(None, (ids.get(str(each.order["order_id"])) for each in made)):
        asked = {"organization_id": own.organization_id, "report_id": report}
        amended.append(str(session.fresh_state("report_amended", f"amended-{report}", **asked)["report_id"]))
    return amended
