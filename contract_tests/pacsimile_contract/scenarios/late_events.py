"""Studies whose older orders change after newer ones."""

from typing import Any

from pacsimile_contract.checkers import late_events as checks
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.shared_states import offered_types

OPEN = {"statuses": ["PROCESSING", "RECEIVED"]}
"""A study of two orders, both of which are under way."""


@scenario(
    checks.tells_the_newest,
    checks.lists_as_created,
    checks.serves_the_newest,
    checks.serves_no_older_one,
    needs=("study_with_orders", "order_advanced"),
    blocked_by=("STATUS-1", "STATUS-2", "ORDERID-2", "RESULTS-2", "RESULTS-3"),
)
def older_orders_change(session: Session) -> None:
    """Ask for studies whose newest order ends first, and whose older one then goes on and completes.

    The newest order of one study completes, that of the other fails. Histories amend older orders too.
    """
    reported = session.fresh_state("study_with_orders", "reported", **OPEN)
    _advance(session, reported, 1, status="COMPLETED")
    _advance(session, reported, 0, status="COMPLETED")
    _look(session, reported, "reported/older-completed")
    session.call("getOrderIds", "ids/reported", client=reported.client, study_uid=reported["study_uid"])
    failed = session.fresh_state("study_with_orders", "failed", **OPEN)
    _advance(session, failed, 1, progress=40)
    _advance(session, failed, 0, progress=70)
    _status(session, failed, "failed/older-is-ahead")
    _advance(session, failed, 1, status="FAILED")
    _advance(session, failed, 0, status="COMPLETED")
    session.call("getOrderIds", "ids/failed", client=failed.client, study_uid=failed["study_uid"])
    if session.can_ask("getResult", "study_uid"):
        asked = {"study_uid": failed["study_uid"], "report_type": session.drawn_type()}
        session.call("getResult", "ended/failed", asked, client=failed.client)


def _advance(session: Session, study: ProvidedState, place: int, **what: Any) -> None:
    order = study["order_ids"][place]
    session.fresh_state("order_advanced", organization_id=study.organization_id, order_id=order, **what)


def _status(session: Session, study: ProvidedState, label: str) -> None:
    if session.can_ask("getStatus", "study_uid"):
        session.call("getStatus", f"status/{label}", client=study.client, study_uid=study["study_uid"])


def _look(session: Session, study: ProvidedState, label: str) -> None:
    """Ask for the status of a study, and for its report: at level full in each type that its newest order offers."""
    _status(session, study, label)
    if not session.can_ask("getResult", "study_uid"):
        return
    named = offered_types(session, study["order_ids"][-1], study.client) or (session.plain_type,)
    offered = [name for name in session.order_types if name in named]
    for report_type in offered if session.level == "full" else session.draw.sample(offered, min(1, len(offered))):
        asked = {"study_uid": study["study_uid"], "report_type": report_type}
        session.call("getResult", f"report/{label}/{report_type}", asked, client=study.client)
