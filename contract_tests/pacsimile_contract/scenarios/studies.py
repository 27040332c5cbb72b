"""Studies with several orders, and which of them is the most recent."""

from typing import Any

from pacsimile_contract.checkers import results
from pacsimile_contract.checkers import studies as checks
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.scenarios.status import (
    HUNDREDS,
    MANY_TIED,
    OF_HUNDREDS,
    STUDIES,
    THREE_YEARS,
    YEARS_APART,
    studies_of_level,
)
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import FAR_EAST, FAR_WEST
from pacsimile_contract.session.sample_calls import NOBODYS_STUDY
from pacsimile_contract.session.scope_checks import must_read
from pacsimile_contract.session.shared_states import (
    ask_about_nobody,
    available_states,
    offered_type,
    offered_types,
    order_type,
)
from pacsimile_spec.report_types import ORDER_TYPES

UNFINISHED = {"received": "RECEIVED", "processing": "PROCESSING", "failed": "FAILED", "cancelled": "CANCELLED"}
"""By part of RESULTS-3, the status of a study's newest order."""


ENDED = {"failed": ["FAILED", "FAILED"], "cancelled": ["CANCELLED", "CANCELLED"]}
"""By part of RESULTS-3, the statuses of a study's orders that all ended alike, without a report."""


FAR_APART: dict[str, Any] = {
    "statuses": ["COMPLETED", "COMPLETED"], "seconds": [0, THREE_YEARS], "offsets": [FAR_EAST, FAR_WEST],
}  # fmt: skip
"""A study of which both orders' reports are fetched, three years apart. It shows a report that is kept by study, and a
birth date that was converted from or to UTC: it is a day too early in the older order's report, and a day too late in
the newer one's."""


def newest_is(status: str) -> dict[str, Any]:
    """Return the params of a study whose older order is COMPLETED and whose newest has that status."""
    return {"statuses": ["COMPLETED", status]}


@scenario(checks.lists_every_order, level="smoke", needs=("study_with_orders",), blocked_by=("AUTH-1",))
def orders_of_studies(session: Session) -> None:
    """List the orders of studies with few and with hundreds of orders, and of some without any report."""
    wanted = {"latest": STUDIES["latest"]}
    if session.level != "smoke":
        wanted = {**_listed(session), "many": HUNDREDS}
    for label, study in available_states(session, "study_with_orders", wanted):
        session.call("getOrderIds", f"asked/{label}", client=study.client, reuse=True, study_uid=study["study_uid"])


def _listed(session: Session) -> dict[str, dict[str, Any]]:
    """Return the studies whose orders are listed, and whose status is asked for too."""
    wanted = studies_of_level(session)
    if wanted == STUDIES:
        return {"one": {"statuses": ["COMPLETED"]}, **STUDIES, **_ended()}
    return {**{name: params for name, params in wanted.items() if name != MANY_TIED}, **_ended()}


def _ended() -> dict[str, dict[str, Any]]:
    return {label: {"statuses": list(statuses)} for label, statuses in ENDED.items()}


@scenario(
    checks.lists_newest_first,
    checks.the_most_recent_decides,
    results.refuses_without_report,
    needs=("study_with_orders",),
    blocked_by=("STATUS-2", "ORDERID-1"),
)
def order_of_orders(session: Session) -> None:
    """List the orders of studies in which a wrong notion of the newest shows, and ask for their status.

    Ask likewise for studies of which no order has a report, or will ever have one, and for their reports too.
    """
    for label, study in available_states(session, "study_with_orders", _listed(session)):
        uid = study["study_uid"]
        session.call("getOrderIds", f"asked/{label}", client=study.client, reuse=True, study_uid=uid)
        session.call("getStatus", f"status/{label}", client=study.client, reuse=True, study_uid=uid)
        if label in ENDED and session.can_ask("getResult", "study_uid"):
            asked = {"study_uid": uid, "report_type": session.drawn_type()}
            answer = session.call("getResult", f"study/{label}", asked, client=study.client)
            if study.owned:
                session.story.add(f"by-study/{label}", answer)


@scenario(checks.has_no_orders, level="smoke", blocked_by=("AUTH-1",))
def no_orders(session: Session) -> None:
    """List the orders of a study that does not exist."""
    ask_about_nobody(session, "unknown", "getOrderIds", "study_uid", session.lookalike(NOBODYS_STUDY))


@scenario(checks.serves_the_most_recent, needs=("study_with_orders",), blocked_by=("STATUS-2", "RESULTS-1"))
def report_of_a_study(session: Session) -> None:
    """Fetch the report of studies whose newest order is COMPLETED, by study and by the newest order.

    A study that others made is asked for in each type; `amendments.fetched_then_amended` does so for one of the run's.
    """
    submitted = STUDIES[YEARS_APART]
    plain = submitted if _can_have(session, submitted) else newest_is("COMPLETED")
    wanted = {name: STUDIES[name] for name in (MANY_TIED, OF_HUNDREDS)}
    states = available_states(session, "study_with_orders", {"plain": plain, **wanted})
    must_read(session)
    for label, study in states:
        report_type = offered_type(session, study["order_ids"][-1], study.client)
        names = {"order": {"order_id": study["order_ids"][-1]}, "study": {"study_uid": study["study_uid"]}}
        for by, name in names.items() if label == "plain" or not study.owned else [("study", names["study"])]:
            asked = {**name, "report_type": report_type}
            answer = session.call("getResult", f"{by}/{label}", asked, client=study.client, reuse=study.owned)
            if by == "study":
                _look_again(session, study, answer, f"study/{label}")
        if label == "plain" and (not study.owned or session.level == "full"):
            _in_each_type(session, label, study)


def _can_have(session: Session, params: dict[str, Any]) -> bool:
    """Tell whether a study with these params can be made."""
    try:
        session.state("study_with_orders", **params)
    except NotExercised:
        return False
    return True


def _in_each_type(session: Session, label: str, study: ProvidedState) -> None:
    """Fetch the report of a study in the types that its newest order offers, but for the one that was fetched."""
    for report_type in offered_types(session, study["order_ids"][-1], study.client) or ():
        if report_type in ORDER_TYPES[1:]:
            asked = {"study_uid": study["study_uid"], "report_type": report_type}
            answer = session.call("getResult", f"in-type/{label}/{report_type}", asked, client=study.client)
            _look_again(session, study, answer, f"in-type/{label}/{report_type}")


def _look_again(session: Session, study: ProvidedState, answer: Exchange, step: str) -> None:
    """Ask for the status of a study that others may change, if its report is not that of the newest known order."""
    if not study.owned and checks.order_of(answer) != study["order_ids"][-1]:
        session.call("getStatus", f"meanwhile/{step}", client=study.client, study_uid=study["study_uid"])


@scenario(
    checks.the_most_recent_decides, level="smoke", needs=("study_with_orders",), blocked_by=("STATUS-2", "RESULTS-2")
)
def newest_without_report(session: Session) -> None:
    """Fetch the report of studies whose older order is COMPLETED and whose newest is not, each in another type."""
    wanted, smoke = {part: newest_is(status) for part, status in UNFINISHED.items()}, session.level == "smoke"
    types = [order_type(session)] if smoke else session.types_in_turn(len(wanted))
    states = available_states(session, "study_with_orders", {"processing": wanted["processing"]} if smoke else wanted)
    for (label, study), report_type in zip(states, types, strict=False):
        session.call(
            "getResult", f"study/{label}", client=study.client, reuse=True,
            study_uid=study["study_uid"], report_type=report_type,
        )  # fmt: skip
