"""Reports of study groups."""

from contextlib import suppress

from pacsimile_contract.checkers import consistency, results, validity
from pacsimile_contract.checkers import groups as checks
from pacsimile_contract.errors import Absent, NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.scenarios.lifecycle import NEARLY, amend
from pacsimile_contract.session import Session
from pacsimile_contract.session.revalidation import revalidating
from pacsimile_contract.session.scope_checks import must_read
from pacsimile_contract.session.shared_states import a_group, available_states, nobodys_group, order_type

NAME, NAME_WITH_SIGNS = 'Trial "7", arm 1', '2 "Arm B", Ünïon 研究  7; a|b^c~d\\e &amp; 😀 '
"""Names that mean something in a format; a gateway may refuse the second, but few would, as it has no `<`."""
FORMULA = "=1+2"
"""A name that a spreadsheet would take for a formula."""
MOST = ["COMPLETED"] * 110
"""Statuses of so many orders of a group that no usual page has all."""
UNFINISHED = (
    ["PROCESSING", "CANCELLED"], ["RECEIVED", *MOST], [*MOST, "PROCESSING"],
    ["RECEIVED", "RECEIVED"], ["PROCESSING", "PROCESSING"], ["FAILED", "RECEIVED"], ["RECEIVED"],
)  # fmt: skip
"""Statuses of groups that are not ready yet, oldest first: the open order is the newest, the oldest, or each."""
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
    """Fetch a group's report in each type, with another group present, and without each of the two parameters."""
    group = a_group(session, "group")
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
    wanted = {f"unfinished/{number}": {"statuses": statuses} for number, statuses in enumerate(UNFINISHED)}
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
    session.call("getGroupReport", "unknown/json", study_group=nobodys_group(session), report_type=kind)


@scenario(
    checks.follows_its_members,
    checks.is_listed_with_its_group,
    consistency.is_never_stale,
    needs=("study_group", "report_amended", "order_in_status", "order_advanced"),
    blocked_by=("RESULTS-1", "RESULTS-7", "RESULTS-11", "GROUP-1", "GROUP-3"),
)
def changing(session: Session) -> None:
    """Fetch a group's report as it is, after an amendment, after orders joined it, one of them unfinished."""
    group = session.fresh_state("study_group", "group", statuses=["COMPLETED", "FAILED", "COMPLETED"])
    for order in (group["order_ids"][0], group["order_ids"][2]):
        _member(session, group, order)
    _all_types(session, group, "at-first")
    changed = group["order_ids"][0]
    amend(session, group, changed)
    session.note("amended", {"order_id": changed})
    _member(session, group, changed)
    _all_types(session, group, "amended", before="at-first")
    with suppress(Absent):
        session.call("listReports", "listed", client=group.client, organizationId=group.organization_id)
    joined = _joins(session, group, "joined", "COMPLETED")
    _member(session, group, joined["order_id"])
    _all_types(session, group, "joined", before="amended")
    late = _joins(session, group, "unfinished", "PROCESSING")
    joined_types = [name for name in session.group_types if session.story.last(f"joined/{name}").succeeded]
    kind = joined_types[0] if joined_types else session.plain_group_type
    _ask(session, group, "unfinished-joined", kind)
    session.fresh_state(
        "order_advanced", organization_id=group.organization_id, order_id=late["order_id"], status="FAILED"
    )
    _ask(session, group, "finished-again", kind)


def _member(session: Session, group: ProvidedState, order_id: str) -> None:
    kind = order_type(session)
    session.call("getResult", f"member/{order_id}", client=group.client, order_id=order_id, report_type=kind)


def _all_types(
    session: Session, group: ProvidedState, label: str, types: tuple[str, ...] = (), before: str | None = None
) -> None:
    for report_type in types or session.group_types:
        former = session.story.last(f"{before}/{report_type}") if before else None
        _ask(session, group, f"{label}/{report_type}", report_type, before=former)


def _joins(session: Session, group: ProvidedState, label: str, status: str) -> ProvidedState:
    return session.fresh_state(
        "order_in_status", label, organization_id=group.organization_id,
        status=status, study_group=group["study_group"],
    )  # fmt: skip


@scenario(
    checks.serves_the_group,
    checks.accounts_for_every_order,
    checks.is_listed_with_its_group,
    checks.serves_any_name,
    checks.waits_for_no_other_order,
    validity.is_valid_of_a_group,
    needs=("fresh_organization", "order_in_status"),
    blocked_by=("GROUP-1", "GROUP-2", "GROUP-4"),
)
def of_a_name_with_signs(session: Session) -> None:
    """Fetch the report of a group whose name has signs that formats use; ask for an order of it, and list.

    Each of its studies has another order too, which is newer and of no group: the group does not wait for it.
    """
    own = session.fresh_state("fresh_organization", "own", ready_reports=0)
    name, statuses = NAME_WITH_SIGNS if session.target.hostile_input else NAME, ["COMPLETED", "FAILED"]
    place = {"organization_id": own.organization_id, "study_group": name}
    made = [session.fresh_state("order_in_status", status=status, **place) for status in statuses]
    orders = [order["order_id"] for order in made]
    for order, status in zip(made, ("PROCESSING", "COMPLETED"), strict=True):
        outside = {"organization_id": own.organization_id, "study_uid": order["study_uid"]}
        session.fresh_state("order_in_status", status=status, **outside)
    values = {"study_group": name, "order_ids": orders}
    group = ProvidedState("order_in_status", values, own.client, own.owned)
    session.note("group", {**values, "statuses": statuses, "owned": own.owned})
    if "csv" in session.group_types:
        place["study_group"] = FORMULA
        formula = session.fresh_state("order_in_status", status="COMPLETED", **place)
        _ask(
            session, ProvidedState("order_in_status", {**formula.values, **place}, own.client), "itself/formula", "csv"
        )
    if session.can_ask("getStatus", "order_id"):
        session.call("getStatus", "told/failed", client=own.client, order_id=orders[-1])
    for report_type in session.group_types:
        _ask(session, group, f"asked/{report_type}", report_type)
    with suppress(Absent):
        session.call("listReports", "listed", client=own.client, organizationId=own.organization_id)
