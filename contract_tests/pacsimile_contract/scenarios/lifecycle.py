"""Orders that change, and are polled after each change."""

from pacsimile_contract import facts
from pacsimile_contract.checkers import consistency, results, views
from pacsimile_contract.checkers import lifecycle as checks
from pacsimile_contract.documents import read_report
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.revalidation import revalidating
from pacsimile_contract.session.shared_states import order_type
from pacsimile_spec.statuses import COMPLETED, FINAL

AMENDED = "AMENDED"
"""A change beside statuses and progress: a new version of the report."""

NEARLY = 99
"""The last progress before COMPLETED, where an estimate must not have run out."""

LIVES: dict[str, tuple[str | int, ...]] = {
    "completed": ("PROCESSING", 60, NEARLY, "COMPLETED", AMENDED, AMENDED),
    "failed": ("PROCESSING", 60, 61, NEARLY, "FAILED"),
    "cancelled": ("PROCESSING", 40, "CANCELLED"),
    "completed-at-once": ("COMPLETED",),
    "cancelled-at-once": ("CANCELLED",),
    "failed-at-once": ("FAILED",),
}
"""By label, the changes of an order that was RECEIVED. Steps of progress are large and small, or there are none."""

ENDS_BY_STUDY = ("failed", "cancelled-at-once")
"""The lives whose ends are asked for by study too."""

OF_A_GROUP = ("completed", "cancelled", "failed-at-once")
"""The lives of orders that have a group, which each status names."""

FOLLOWED = ("cancelled", 40)
"""A life of a group, and the change before which a newer order of its study comes, of another group."""

A_SECOND = 1.1
"""Seconds between changes where times have whole seconds (STATUS-7)."""


@scenario(
    checks.moves_along_its_path,
    checks.agrees_with_its_status,
    checks.keeps_what_is_set,
    checks.updated_at_moves,
    views.agrees_after_each_change,
    results.refuses_without_report,
    consistency.is_never_stale,
    needs=("order_in_status", "order_advanced", "report_amended"),
    blocked_by=("STATUS-1",),
)
def lives(session: Session) -> None:
    """Move orders from RECEIVED to each final status; poll after each change, one also by study, at level full last.

    When an order has ended, its report is asked for, and some are asked for by study too.
    """
    orders = {name: _received(session, name) for name in LIVES}
    polled = {name: _poll(session, order, f"life/{name}") for name, order in orders.items()}
    for step in range(max(map(len, LIVES.values()))):
        if any(_has_whole_seconds(answer) for answer in polled.values()):
            session.wait(A_SECOND)
        for name in (life for life in LIVES if step < len(LIVES[life])):
            if (name, LIVES[name][step]) == FOLLOWED:
                _follow(session, orders[name])
            _change(session, orders[name], LIVES[name][step])
            polled[name] = _poll(session, orders[name], f"life/{name}", polled[name])
            if name == "completed":
                _look_aside(session, orders[name], LIVES[name][step])
            elif LIVES[name][step] in FINAL:
                _look_at_the_end(session, orders[name], name, str(LIVES[name][step]))
    for name, order in orders.items() if session.level == "full" else ():
        _poll(session, order, f"at-the-end/{name}")


def _received(session: Session, name: str) -> ProvidedState:
    """Return a new order, which has a group if its life is in `OF_A_GROUP` and the target can make such orders."""
    group = {"study_group": f"Life, {name}"} if name in OF_A_GROUP else {}
    try:
        return session.fresh_state("order_in_status", name, status="RECEIVED", **group)
    except NotExercised:
        return session.fresh_state("order_in_status", name, status="RECEIVED")


def _look_at_the_end(session: Session, order: ProvidedState, name: str, status: str) -> None:
    """Ask for an order that has ended: for its report, and by its study."""
    if name in ENDS_BY_STUDY:
        _poll_by_study(session, order, name)
    _ask_for_report(session, order, "served" if status == COMPLETED else f"by-order/{status.lower()}")


def _ask_for_report(session: Session, order: ProvidedState, label: str) -> None:
    if session.can_ask("getResult", "order_id"):
        asked = {"order_id": order["order_id"], "report_type": session.drawn_type()}
        session.call("getResult", label, asked, client=order.client)


def _look_aside(session: Session, order: ProvidedState, change: str | int) -> None:
    """Ask for the order by its study, and shortly before its completion for its report too."""
    if session.level == "full" or not isinstance(change, int):
        _poll_by_study(session, order, "completed")
    if change == NEARLY:
        _ask_for_report(session, order, "by-order/processing")


def _poll_by_study(session: Session, order: ProvidedState, name: str) -> None:
    session.call("getStatus", f"of-its-study/{name}", client=order.client, study_uid=order["study_uid"])


def _has_whole_seconds(polled: Exchange) -> bool:
    updated_at = facts.order_status(polled).updated_at
    return updated_at is not None and updated_at.whole_seconds


def _poll(session: Session, order: ProvidedState, label: str, before: Exchange | None = None) -> Exchange:
    """Ask for the status; given an answer from `before` a change, as a cache that keeps this answer."""
    asked = {"order_id": order["order_id"]}
    return session.call("getStatus", label, asked, client=order.client, headers=revalidating(before))


def _change(session: Session, order: ProvidedState, change: str | int) -> None:
    if change == AMENDED:
        amend(session, order, order["order_id"])
    else:
        what = {"progress": change} if isinstance(change, int) else {"status": change}
        session.fresh_state("order_advanced", organization_id=order.organization_id, order_id=order["order_id"], **what)


def _follow(session: Session, order: ProvidedState) -> None:
    """Make a newer order of the same study, of another group where the target can make such orders."""
    try:
        session.fresh_state(
            "order_in_status", organization_id=order.organization_id, status="RECEIVED",
            study_uid=order["study_uid"], study_group="Life, of a newer order",
        )  # fmt: skip
    except NotExercised:
        return


def amend(
    session: Session, given: ProvidedState, order_id: str, label: str = "amendment", *, report: Exchange | None = None
) -> ProvidedState:
    """Amend the report of an order of this run. Fetch its present `report` first, to learn its id, if none is given."""
    kind = order_type(session)
    if report is None:
        report = session.call("getResult", f"{label}-of", client=given.client, order_id=order_id, report_type=kind)
    document = read_report(kind, report.body)
    named = report_headers(report).report_id or (
        document.statement.report_id if document and document.statement else None
    )
    if named is None:
        session.lack("the report's id: neither X-Report-Id nor the json report names it")
    return session.fresh_state("report_amended", label, organization_id=given.organization_id, report_id=named)
