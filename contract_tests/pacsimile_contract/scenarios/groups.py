"""Reports of study groups."""

from collections.abc import Sequence
from contextlib import suppress

from pacsimile_contract.checkers import consistency, group_members, results, validity
from pacsimile_contract.checkers import groups as checks
from pacsimile_contract.errors import Absent, NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.scenarios.lifecycle import NEARLY, amend
from pacsimile_contract.session import Session
from pacsimile_contract.session.revalidation import revalidating
from pacsimile_contract.session.scope_checks import must_read
from pacsimile_contract.session.shared_states import (
    a_group,
    ask_about_nobody,
    available_states,
    nobodys_group,
    order_type,
)

NAME, NAME_WITH_SIGNS = 'Trial "7", arm 1', '2 "Arm B", Ünïon 研究  7; a|b^c~d\\e &amp; 😀 '
"""Names that mean something in a format; a gateway may refuse the second, but few would, as it has no `<`."""
FORMULA = "=1+2"
"""A name that a spreadsheet would take for a formula."""
PAST_A_PAGE = ["COMPLETED"] * 110
"""Statuses of more orders than a usual page has."""
UNFINISHED = (
    ["PROCESSING", "CANCELLED"], ["RECEIVED", *PAST_A_PAGE], [*PAST_A_PAGE, "PROCESSING"],
    ["RECEIVED", "RECEIVED"], ["FAILED", "RECEIVED"], ["PROCESSING", "PROCESSING"], ["RECEIVED"],
)  # fmt: skip
"""Statuses of groups that are not ready yet, oldest first: the open order is the newest, the oldest, or each."""
FEWER = 5
"""How many of these groups are asked for below level full, from the first."""
CANCELLED_FILLERS = 17
"""Cancelled orders added to the first three, so that the group with signs has 20: a usual page or batch is just full.

The order that joins begins the next one. Two of the others are COMPLETED: crossed impressions
are swapped.
"""
ENDED = (("FAILED", "CANCELLED"), ("CANCELLED", "CANCELLED"))
"""Statuses of groups that will never have a report."""


def _ask(
    session: Session, group: ProvidedState, label: str, report_type: str | None, *, reuse: bool = False,
    before: Exchange | None = None,
) -> Exchange:  # fmt: skip
    """Ask for a group's report; given an answer from `before` a change, as a cache that keeps this answer."""
    return session.call(
        "getGroupReport", label, client=group.client, reuse=reuse, headers=revalidating(before),
        study_group=group["study_group"], report_type=report_type,
    )  # fmt: skip


@scenario(
    checks.serves_the_group,
    checks.accounts_for_every_order,
    validity.is_valid_of_a_group,
    results.digest_matches,
    level="smoke",
    needs=("study_group",),
    blocked_by=("AUTH-1",),
)
def every_type(session: Session) -> None:
    """Fetch a large group's report in each type, with another group present, and without each of the two parameters."""
    group = a_group(session, "group", large=session.level != "smoke")
    must_read(session)
    if session.level != "smoke":
        with suppress(NotExercised):
            session.state("study_group", "other", statuses=["FAILED", "COMPLETED"])
    for report_type in session.group_types:
        asked = _ask(session, group, f"asked/{report_type}", report_type, reuse=True)
        if session.level == "smoke" and not checks.is_not_offered(asked):
            break
    if session.level != "smoke":
        _ask(session, group, "without/type-required", None)
        session.call(
            "getGroupReport", "without/group-required", client=group.client, report_type=session.plain_group_type
        )


@scenario(checks.waits_for_every_order, needs=("study_group",), blocked_by=("AUTH-1",))
def unfinished(session: Session) -> None:
    """Fetch the report of groups with an unfinished order, and of some in which none completed, in other types each.

    Two are large, and the open order is the oldest of one and the newest of the other.
    """
    _nearly_done(session)
    unfinished_groups = UNFINISHED if session.level == "full" else UNFINISHED[:FEWER]
    wanted = {f"unfinished/{number}": {"statuses": statuses} for number, statuses in enumerate(unfinished_groups)}
    wanted |= {f"without-report/{number}": {"statuses": list(statuses)} for number, statuses in enumerate(ENDED)}
    states = available_states(session, "study_group", wanted)
    must_read(session)
    for label, group in states:
        _ask(session, group, label, session.drawn_group_type(), reuse=True)


def _nearly_done(session: Session) -> None:
    """Fetch the report of a group whose open order is at a progress of 99, where orders can be moved."""
    with suppress(NotExercised):
        group = session.fresh_state("study_group", "nearly", statuses=["COMPLETED", "PROCESSING"])
        with suppress(NotExercised):
            place = {"organization_id": group.organization_id, "order_id": group["order_ids"][1]}
            session.fresh_state("order_advanced", **place, progress=NEARLY)
        must_read(session)
        _ask(session, group, "unfinished/nearly", session.drawn_group_type())


@scenario(checks.knows_no_such_group, level="smoke", blocked_by=("AUTH-1",))
def unknown(session: Session) -> None:
    """Fetch the report of a group that does not exist."""
    must_read(session)
    kind = session.drawn_group_type()
    ask_about_nobody(session, "unknown/json", "getGroupReport", "study_group", nobodys_group(session), kind)


@scenario(
    group_members.follows_its_members,
    checks.is_listed_with_its_group,
    checks.serves_the_group,
    checks.accounts_for_every_order,
    checks.serves_any_name,
    checks.waits_for_no_other_order,
    validity.is_valid_of_a_group,
    consistency.is_never_stale,
    needs=("fresh_organization", "order_in_status", "report_amended", "order_advanced"),
    blocked_by=("RESULTS-1", "RESULTS-7", "RESULTS-11", "GROUP-1", "GROUP-2", "GROUP-4"),
)
def changing(session: Session) -> None:
    """Fetch a group's report as it is, after an amendment, after orders joined it, one of them unfinished.

    The group's name has signs that formats use. Its report is longer than a page. Of its studies, two have
    another order too, which is newer and of no group: the group does not wait for it. An amendment is seen in half of
    the types, and a newcomer in the others.
    """
    group = _with_signs(session)
    ended = group["order_ids"]
    _ask_for_a_formula(session, group)
    if session.can_ask("getStatus", "order_id"):
        session.call("getStatus", "told/cancelled", client=group.client, order_id=ended[1])
    for order in (ended[0], ended[2]):
        _member(session, group, order)
    _fetch_in(session, group, session.group_types, "at-first")
    for report_type in session.group_types:
        session.story.add(f"asked/{report_type}", session.story.last(f"at-first/{report_type}"))
    amend(session, group, ended[0], report=session.story.last(f"member/{ended[0]}"))
    session.note("amended", {"order_id": ended[0]})
    _member(session, group, ended[0])
    types, amended = session.group_types, session.in_turn(session.group_types, 2)
    _fetch_in(session, group, amended, "amended")
    with suppress(Absent):
        session.call("listReports", "listed", client=group.client, organizationId=group.organization_id)
    joined = _joins(session, group, "joined", "COMPLETED")
    _member(session, group, joined["order_id"])
    others = [name for name in types if name not in amended]
    _fetch_in(session, group, types if session.level == "full" else others, "joined")
    late = _joins(session, group, "unfinished", "PROCESSING")
    # prefer a type that was fetched since the last report came: a failed order adds none
    served = [name for name in (*others, *amended) if session.story.last(f"at-first/{name}").succeeded]
    kind = served[0] if served else session.plain_group_type
    _ask(session, group, "unfinished-joined", kind)
    session.fresh_state(
        "order_advanced", organization_id=group.organization_id, order_id=late["order_id"], status="FAILED"
    )
    _ask(session, group, "finished-again", kind)


def _with_signs(session: Session) -> ProvidedState:
    """Make a group whose name has signs, of three orders, and for two of their studies a newer order of no group.

    The second of its orders was cancelled while it was PROCESSING.
    """
    own = session.fresh_state("fresh_organization", "own", ready_reports=0)
    name, statuses = NAME_WITH_SIGNS if session.target.hostile_input else NAME, ["COMPLETED", "PROCESSING", "COMPLETED"]
    place = {"organization_id": own.organization_id, "study_group": name}
    made = [session.fresh_state("order_in_status", status=status, **place) for status in statuses]
    own_order = {"organization_id": own.organization_id, "order_id": made[1]["order_id"]}
    session.fresh_state("order_advanced", **own_order, status="CANCELLED")
    statuses[1:] = ["CANCELLED", *statuses[2:], *["CANCELLED"] * CANCELLED_FILLERS]
    made += [session.fresh_state("order_in_status", status="CANCELLED", **place) for _ in range(CANCELLED_FILLERS)]
    for order, status in zip(made, ("PROCESSING", "COMPLETED"), strict=False):
        outside = {"organization_id": own.organization_id, "study_uid": order["study_uid"]}
        session.fresh_state("order_in_status", status=status, **outside)
    values = {**place, "order_ids": [order["order_id"] for order in made]}
    session.note("group", {**values, "statuses": statuses, "owned": own.owned})
    return ProvidedState("order_in_status", values, own.client, own.owned)


def _ask_for_a_formula(session: Session, group: ProvidedState) -> None:
    """Fetch the csv of another group, whose name a spreadsheet would take for a formula."""
    if "csv" in session.group_types:
        place = {"organization_id": group.organization_id, "study_group": FORMULA}
        session.fresh_state("order_in_status", status="COMPLETED", **place)
        _ask(session, ProvidedState("order_in_status", place, group.client), "itself/formula", "csv")


def _member(session: Session, group: ProvidedState, order_id: str) -> None:
    kind = order_type(session)
    session.call("getResult", f"member/{order_id}", client=group.client, order_id=order_id, report_type=kind)


def _fetch_in(session: Session, group: ProvidedState, types: Sequence[str], label: str) -> None:
    """Fetch a group's report in each of these types; after a change, as a cache that has what was served at first."""
    for report_type in types:
        former = session.story.last(f"at-first/{report_type}") if label != "at-first" else None
        _ask(session, group, f"{label}/{report_type}", report_type, before=former)


def _joins(session: Session, group: ProvidedState, label: str, status: str) -> ProvidedState:
    return session.fresh_state(
        "order_in_status", label, organization_id=group.organization_id,
        status=status, study_group=group["study_group"],
    )  # fmt: skip
