"""The status of orders and studies."""

from contextlib import suppress
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.checkers import status as checks
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.sample_calls import NOBODYS_ORDER, NOBODYS_STUDY
from pacsimile_contract.session.scope_checks import must_read
from pacsimile_contract.session.shared_states import ask_about_nobody
from pacsimile_spec.statuses import STATUSES

BY_OFFSETS, WITHIN = "as-an-instant", "within-a-second"
MANY_TIED, OF_HUNDREDS = "tie/of-many", "latest/of-hundreds"
YEARS_APART = "not-by-submission/years-apart"
TIED = 7
"""Orders or reports of one instant: no usual size of a page is a multiple of it."""
OLDER = 256
HUNDREDS: dict[str, Any] = {
    "statuses": [*["RECEIVED"] * OLDER, "COMPLETED"],
    "seconds": [*(number // TIED for number in range(OLDER)), OLDER],
}
"""The orders of the large study, more than any usual page has. Only the newest one has a report.

Their number is a prime, as that of `LARGE` is. The others tie, so that a page that begins behind an instant loses some.
"""
THREE_YEARS = 1_100 * 86400

STUDIES: dict[str, dict[str, Any]] = {
    "latest": {"statuses": ["COMPLETED", "PROCESSING"]},
    MANY_TIED: {"statuses": ["COMPLETED"] * 8, "seconds": [0] * 8},
    BY_OFFSETS: {
        "statuses": ["COMPLETED", "COMPLETED", "PROCESSING"],
        "seconds": [0, 3600, 5400],
        "offsets": ["+09:00", "+05:45", "-03:30"],
    },
    "not-by-submission": {"statuses": ["COMPLETED", "COMPLETED"], "seconds": [0, 60], "submitted": [2, 1]},
    "tie": {"statuses": ["COMPLETED", "FAILED"], "seconds": [0, 0]},
    YEARS_APART: {
        "statuses": ["COMPLETED", "COMPLETED"],
        "seconds": [0, THREE_YEARS],
        "submitted": [2, 1],
    },
    OF_HUNDREDS: HUNDREDS,
    "tie-of-twelve": {"statuses": [*["FAILED"] * 8, *["COMPLETED"] * 4], "seconds": [0] * 12},
}
"""By part, a study in which a wrong notion of the most recent order leads to another order.

`tie/...` has so many orders of one instant that chance will not choose the right one.
"""

CONTAINED = frozenset({"latest", "not-by-submission", "tie"})
"""Studies that show nothing which others do not show too, where a state makes all of them."""


def studies_of_level(session: Session) -> dict[str, dict[str, Any]]:
    """Return those of the studies that the level asks for. Where no state makes any, all that are known help."""
    if session.level == "smoke":
        return {name: params for name, params in STUDIES.items() if "/" not in name}
    if session.level == "full" or not session.home.owned:
        return STUDIES
    return {name: params for name, params in STUDIES.items() if name not in CONTAINED}


@scenario(checks.answers_that_order, level="smoke", needs=("order_in_status", "study_with_orders"))
def by_order_id(session: Session) -> None:
    """Ask for one order in each status, and for one that is not the most recent of its study."""
    for name in ("COMPLETED",) if session.level == "smoke" else STATUSES:
        try:
            order = session.state("order_in_status", name, status=name)
        except NotExercised:
            if name == "COMPLETED":
                raise
            continue
        session.note(name, {**order.values, "status": name})
        session.call("getStatus", f"asked/{name}", client=order.client, order_id=order["order_id"], reuse=True)
    study = session.state("study_with_orders", "study", **STUDIES["latest" if session.level == "smoke" else BY_OFFSETS])
    older = study["order_ids"][0]
    session.note("older", {"order_id": older, "study_uid": study["study_uid"], "status": "COMPLETED"})
    session.call("getStatus", "asked/older", client=study.client, order_id=older, reuse=True)


@scenario(checks.answers_the_most_recent, level="smoke", needs=("study_with_orders",))
def by_study_uid(session: Session) -> None:
    """Ask for studies with several orders, whose most recent one is neither the oldest nor the last submitted.

    Where offsets differ, ask for each of the older orders too.
    """
    lacking = None
    wanted = studies_of_level(session)
    for name, params in {**wanted, **{name: STUDIES[name] for name in sorted(CONTAINED)}}.items():
        if name not in wanted and lacking is None:
            continue
        try:
            study = session.state("study_with_orders", name, **params)
        except NotExercised as error:
            lacking = error
            continue
        session.note(name, {**study.values, "owned": study.owned})
        session.call("getStatus", f"asked/{name}", client=study.client, study_uid=study["study_uid"], reuse=True)
        older = study["order_ids"][:-1] if name == BY_OFFSETS and session.level != "smoke" else ()
        for place, order in enumerate(older):
            session.call("getStatus", f"each/{name}/{place}", client=study.client, order_id=order, reuse=True)
    if session.level != "smoke":
        _within_a_second(session)
    if lacking:
        raise lacking


def _within_a_second(session: Session) -> None:
    """Ask for a study whose newest order is newer by a hundredth of a second, and for the order not answered."""
    with suppress(NotExercised):  # the service may have whole seconds only
        study = session.state(
            "study_with_orders", WITHIN, statuses=["COMPLETED", "FAILED"], seconds=[0, 0.01], submitted=[2, 1]
        )
        asked = session.call("getStatus", f"asked/{WITHIN}", client=study.client, study_uid=study["study_uid"])
        for place, order in enumerate(study["order_ids"]):
            if facts.order_status(asked).order_id == order:
                session.story.add(f"each/{WITHIN}/{place}", asked)
            else:
                session.call("getStatus", f"each/{WITHIN}/{place}", client=study.client, order_id=order)


@scenario(checks.knows_what_is_unknown, level="smoke", blocked_by=("AUTH-1",))
def nobodys(session: Session) -> None:
    """Ask for the status and the report of an order and a study that do not exist."""
    names = {
        "order": session.lookalike(NOBODYS_ORDER),
        "study": session.lookalike(NOBODYS_STUDY),
    }  # known ones may be short
    order, study, draw = names["order"], names["study"], session.drawn_type
    ask_about_nobody(session, "unknown/unknown-order", "getStatus", "order_id", order)
    ask_about_nobody(session, "unknown/unknown-study", "getStatus", "study_uid", study)
    if session.level != "smoke":
        must_read(session)
        ask_about_nobody(session, "unknown/report-of-unknown-order", "getResult", "order_id", order, draw())
        ask_about_nobody(session, "unknown/report-of-unknown-study", "getResult", "study_uid", study, draw())
