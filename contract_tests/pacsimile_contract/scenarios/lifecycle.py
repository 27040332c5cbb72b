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
from pacsimile_contract.session.delivery import AGAIN
from pacsimile_contract.session.revalidation import revalidating
from pacsimile_contract.session.shared_states import order_type

AMENDED = "AMENDED"
"""A change beside statuses and progress: a new version of the report."""

NEARLY = 99
"""The last progress before COMPLETED, where an estimate must not have run out."""

LIVES: dict[str, tuple[str | int, ...]] = {
    "completed": ("PROCESSING", NEARLY, "COMPLETED", AMENDED),
    "failed": ("PROCESSING", 60, 61, "FAILED"),
    "cancelled": ("PROCESSING", 40, "CANCELLED"),
    "completed-at-once": ("COMPLETED",),
    "cancelled-at-once": ("CANCELLED",),
    "failed-at-once": ("FAILED",),
}
"""By label, the changes of an order that was RECEIVED. Steps of progress are large and small, or there are none."""

FIRST_POLLED_AT_THE_END = ("completed-at-once", "cancelled-at-once")
"""Lives of orders that nobody has polled before they end, below level full."""

WAITS = "by-order/processing"
"""The label of a call for a report that is not ready yet: the same call is made again once it is."""
REPORT_ASKED = {
    ("completed", NEARLY): WAITS, ("failed", "FAILED"): "by-order/failed",
    ("cancelled-at-once", "CANCELLED"): "by-order/cancelled",
}  # fmt: skip
"""By life and change, the label under which the report is asked for right afterwards."""

POLLED_BY: dict[tuple[str, str | int], tuple[str, ...]] = {
    ("completed", "PROCESSING"): ("study_uid",), ("completed", "COMPLETED"): ("study_uid",),
    ("completed", AMENDED): ("order_id", "study_uid"),
    ("failed", "PROCESSING"): ("study_uid",), ("failed", 61): ("order_id", "study_uid"),
    ("failed", "FAILED"): ("study_uid",),
    ("cancelled-at-once", "CANCELLED"): ("study_uid",),
}  # fmt: skip
"""By life and change, the selectors by which the order is polled afterwards; after all other changes its own id.

At level full it is polled by both after each change.
"""

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
    """Move orders from RECEIVED to each final status; poll after each change, by id or by study.

    Most are polled before the first change too. The reports of some are asked for, shortly before they complete or when
    they have ended without one. At level full all are polled once more at last.
    """
    orders = {name: _received(session, name) for name in LIVES}
    polled = {
        (name, "order_id"): _poll(session, order, f"life/{name}", "order_id")
        for name, order in orders.items()
        if name not in FIRST_POLLED_AT_THE_END or session.level == "full"
    }
    for step in range(max(map(len, LIVES.values()))):
        if any(_has_whole_seconds(answer) for answer in polled.values()):
            session.wait(A_SECOND)
        for name in (life for life in LIVES if step < len(LIVES[life])):
            change = LIVES[name][step]
            if (name, change) == FOLLOWED:
                _follow(session, orders[name])
            _change(session, orders[name], change)
            for place, selector in enumerate(_selectors(session, name, change)):
                label, before = "of-its-study" if place else "life", polled.get((name, selector))
                polled[name, selector] = _poll(session, orders[name], f"{label}/{name}", selector, before)
                if selector == "study_uid" and not place:
                    session.story.add(f"of-its-study/{name}", polled[name, selector])
            if (name, change) in REPORT_ASKED:
                _ask_for_report(session, orders[name], REPORT_ASKED[name, change])
    for name, order in orders.items() if session.level == "full" else ():
        session.call("getStatus", f"at-the-end/{name}", client=order.client, order_id=order["order_id"])


def _received(session: Session, name: str) -> ProvidedState:
    """Return a new order, which has a group if its life is in `OF_A_GROUP` and the target can make such orders."""
    group = {"study_group": f"Life, {name}"} if name in OF_A_GROUP else {}
    try:
        return session.fresh_state("order_in_status", name, status="RECEIVED", **group)
    except NotExercised:
        return session.fresh_state("order_in_status", name, status="RECEIVED")


def _ask_for_report(session: Session, order: ProvidedState, label: str) -> None:
    """Ask for an order's report. What waits is asked for in the type in which `amend` asks for it again."""
    if session.can_ask("getResult", "order_id"):
        kind = order_type(session) if label == WAITS else session.drawn_type()
        session.call("getResult", label, {"order_id": order["order_id"], "report_type": kind}, client=order.client)


def _has_whole_seconds(polled: Exchange) -> bool:
    updated_at = facts.order_status(polled).updated_at
    return updated_at is not None and updated_at.whole_seconds


def _selectors(session: Session, name: str, change: str | int) -> tuple[str, ...]:
    """Return by what an order is polled after a change."""
    by_study = session.can_ask("getStatus", "study_uid")
    if by_study and session.level == "full":
        return ("order_id", "study_uid")
    return POLLED_BY.get((name, change), ("order_id",)) if by_study else ("order_id",)


def _poll(
    session: Session, order: ProvidedState, label: str, selector: str, before: Exchange | None = None
) -> Exchange:
    """Ask for the status; given the same call's answer from `before` a change, as a cache that keeps this answer."""
    asked = {selector: order[selector]}
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
        asked = {"order_id": order_id, "report_type": kind}
        report = session.call("getResult", f"{label}-of", asked, client=given.client, delivery=AGAIN)
    document = read_report(kind, report.body)
    named = report_headers(report).report_id or (
        document.statement.report_id if document and document.statement else None
    )
    if named is None:
        session.lack("the report's id: neither X-Report-Id nor the json report names it")
    return session.fresh_state("report_amended", label, organization_id=given.organization_id, report_id=named)
