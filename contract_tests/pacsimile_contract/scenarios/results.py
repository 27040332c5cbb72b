"""An order's report in each type that it offers, and orders without a report."""

from contextlib import suppress

from pacsimile_contract import facts
from pacsimile_contract.checkers import contents, identity, studies, validity
from pacsimile_contract.checkers import results as checks
from pacsimile_contract.dialects.vocabulary import only_of_groups
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.scenarios.studies import FAR_APART, UNFINISHED, newest_is
from pacsimile_contract.session import Session
from pacsimile_contract.session.scope_checks import must_read
from pacsimile_contract.session.shared_states import (
    MIXED,
    available_states,
    offered_types,
    order_type,
)
from pacsimile_spec.report_types import ORDER_TYPES

POLLS = 11
"""How often a report that is not ready is asked for again: a wait that doubles each time is too long by then."""


def completed(session: Session) -> dict[str, ProvidedState]:
    """Return shared COMPLETED orders: one, and the older order of a study.

    At level smoke there is only the first. So there is at level standard where the run makes studies: `amendments`
    fetches the older report of one.
    """
    orders = {"one": session.state("order_in_status", status="COMPLETED")}
    if session.level == "full" or (session.level != "smoke" and not session.home.owned):
        try:
            study = _with_an_older_order(session)
            older = {"order_id": study["order_ids"][0], "study_uid": study["study_uid"]}
            orders["older"] = ProvidedState("study_with_orders", older, study.client, study.owned)
        except NotExercised:
            pass
    for label, order in orders.items():
        session.note(label, {**order.values, "owned": order.owned})
    return orders


def _with_an_older_order(session: Session) -> ProvidedState:
    """Return a study whose oldest order is COMPLETED, its times written far from Greenwich where that can be had."""
    for params in (FAR_APART, newest_is("COMPLETED")):
        with suppress(NotExercised):
            return session.state("study_with_orders", **params)
    return session.state("study_with_orders", **newest_is("PROCESSING"))


def offered(session: Session, order: ProvidedState) -> tuple[str, ...]:
    """Return the types that an order offers by its status; json where it names none, or cannot be asked by its id."""
    if "getStatus" not in session.target.absent and not session.can_ask("getStatus", "order_id"):
        return (session.plain_type,)
    if "getStatus" in session.target.absent:
        session.call("getStatus", "offers", order_id=order["order_id"])  # tells that there is no such operation
    named = offered_types(session, str(order["order_id"]), order.client) or ()
    return tuple(name for name in ORDER_TYPES if name in named) or (session.plain_type,)


@scenario(
    checks.serves_each_type,
    contents.states_the_same,
    validity.is_valid,
    identity.names_the_patient,
    checks.digest_matches,
    checks.says_the_same_again,
    level="smoke",
    needs=("order_in_status", "study_with_orders"),
    blocked_by=("STATUS-1",),
)
def every_type(session: Session) -> None:
    """Fetch COMPLETED orders' reports in each type that they offer, one of them twice."""
    session.note("level", session.level)
    orders = completed(session)
    must_read(session)
    for label, order in orders.items():
        for report_type in (order_type(session),) if session.level == "smoke" else offered(session, order):
            _fetch(session, order, f"asked/{label}/{report_type}", report_type, reuse=True)
    for report_type in (
        offered(session, orders["one"])[:: 1 if session.level == "full" else 4] if session.level != "smoke" else ()
    ):
        _fetch(session, orders["one"], f"again/one/{report_type}", report_type)


def _fetch(
    session: Session, order: ProvidedState, label: str, report_type: str, *, reuse: bool = False
) -> Exchange:  # fmt: skip
    asked = {"order_id": order["order_id"], "report_type": report_type}
    return session.call("getResult", label, asked, client=order.client, reuse=reuse)


@scenario(checks.refuses_without_report, level="smoke", needs=("order_in_status",), blocked_by=("STATUS-1",))
def without_report(session: Session) -> None:
    """Fetch the report of orders in each status without one, of one in PROCESSING eleven times."""
    states = {state: {"status": state.upper()} for state in checks.STATES}
    wanted = {"processing": states["processing"]} if session.level == "smoke" else states
    orders = available_states(session, "order_in_status", wanted)
    must_read(session)
    for state, order in orders:
        asked = _fetch(session, order, f"by-order/{state}", session.plain_type, reuse=True)
        if asked.succeeded or _may_have_moved(order, asked, state):
            name = order["order_id"]
            session.call("getStatus", f"meanwhile/by-order/{state}", client=order.client, order_id=name)
        if order.owned and session.level != "smoke":
            for _ in range(POLLS if state == "processing" else 0):
                _fetch(session, order, f"by-order/{state}", session.drawn_type())


@scenario(
    checks.refuses_without_report,
    studies.the_most_recent_decides,
    needs=("study_with_orders",),
    blocked_by=("STATUS-1", "STATUS-2", "RESULTS-2"),
)
def without_report_of_the_newest(session: Session) -> None:
    """Fetch the report of studies whose newest order has none, in types not asked for elsewhere."""
    wanted = {state: newest_is(state.upper()) for state in ("processing", "cancelled", "failed")}
    states, types = available_states(session, "study_with_orders", wanted), session.types_in_turn(3, len(UNFINISHED))
    for (state, study), report_type in zip(states, types, strict=False):
        name = {"study_uid": study["study_uid"]}
        typed = {**name, "report_type": report_type}
        asked = session.call("getResult", f"by-study/{state}", typed, client=study.client, reuse=True)
        session.story.add(f"study/{state}", asked)
        if asked.succeeded or _may_have_moved(study, asked, state):
            after = session.call("getStatus", f"meanwhile/by-study/{state}", name, client=study.client)
            session.story.add(f"meanwhile/study/{state}", after)


def _may_have_moved(given: ProvidedState, asked: Exchange, state: str) -> bool:
    """Tell whether others may have changed the order: its answer is not that of an order in this state."""
    return not given.owned and facts.problem(asked).reason != checks.STATES[state]


UNKNOWN_TYPES = (
    "xml", "html", "text", "json,pdf", "application/json", "application/pdf", ".json", "dicom", "dicom-sr", "hl7",
    "default", "0", "*", "json;version=1", "pdf/a", "FHIR", "fhir+json", "null",
)  # fmt: skip
"""Types that no report has, and that a service might take for another."""


@scenario(checks.knows_its_types, needs=("order_in_status",), blocked_by=("STATUS-1",))
def types_without_report(session: Session) -> None:
    """Ask COMPLETED orders for types that are unknown, missing, ruled out and not offered; and groups."""
    done = session.state("order_in_status", status="COMPLETED")
    must_read(session)
    odd = session.draw.choice(UNKNOWN_TYPES) if session.dialect is None else UNKNOWN_TYPES[0]
    selectors = [name for name in ("order_id", "study_uid") if session.can_ask("getResult", name)] or ["order_id"]
    for which, report_type in enumerate(("JSON", "json ", odd)):
        by = selectors[-1 if report_type == odd else 0]
        session.call("getResult", f"unknown/{which}", {by: done[by], "report_type": report_type}, client=done.client)
    for by in session.in_turn(selectors, len(selectors)):
        session.call("getResult", f"none/{by}", {by: done[by]}, client=done.client)
    if of_groups := only_of_groups(session.dialect):
        _fetch(session, done, "ruled-out/COMPLETED", of_groups, reuse=True)
    named = offered(session, done)
    other = next((name for name in session.order_types if name not in named), None)
    if other is not None and _shows_its_types(session):
        _fetch(session, done, f"not-offered/{other}", other, reuse=True)
    _of_groups(session)
    kinds = _one_and_another(session) if session.level == "full" or not session.home.owned else None  # `offers` asks so
    if kinds:
        narrow = session.state("order_in_status", status="COMPLETED", report_types=[kinds[0]])
        _fetch(session, narrow, f"not-offered/{kinds[1]}", kinds[1], reuse=True)


def _shows_its_types(session: Session) -> bool:
    """Whether the status of an order, asked for by its id, says which types it offers."""
    said = session.dialect is None or session.dialect.says("OrderStatus", "report_types")
    return said and session.can_ask("getStatus", "order_id")


def _one_and_another(session: Session) -> tuple[str, str] | None:
    """Return a type for an order to offer alone, and one that it then does not offer; None where there is but one."""
    one, *others = [name for name in dict.fromkeys(("json", "pdf", *ORDER_TYPES)) if name in session.order_types]
    return (one, others[0]) if others else None


@scenario(checks.knows_its_types, needs=("order_in_status",), blocked_by=("STATUS-1", "RESULTS-4"))
def types_before_completion(session: Session) -> None:
    """Ask orders that are not COMPLETED for a type that is ruled out, and one for a type that it will not offer."""
    wanted = {status: {"status": status} for status in ("PROCESSING", *session.in_turn(("RECEIVED", "FAILED"), 2))}
    if of_groups := only_of_groups(session.dialect):
        for status, order in available_states(session, "order_in_status", wanted):
            by = "study_uid" if status == "RECEIVED" and session.can_ask("getResult", "study_uid") else "order_id"
            asked = {by: order[by], "report_type": of_groups}
            session.call("getResult", f"ruled-out/{status}", asked, client=order.client)
    kinds = _one_and_another(session)
    if kinds is None:
        return
    for status in ("PROCESSING", "FAILED", "CANCELLED")[: None if session.level == "full" else 2]:
        narrow = session.state("order_in_status", status=status, report_types=[kinds[0]])
        _fetch(session, narrow, f"not-offered-yet/{status.lower()}", kinds[1])


OF_ORDERS = ("fhir", "dicom_sr", "hl7v2", "dicom_pdf")
"""Types that groups do not have. Below level full, a group is asked for one of them, which the seed decides."""


def _of_groups(session: Session) -> None:
    groups = {"mixed": {"statuses": list(MIXED)}, "unfinished": {"statuses": ["COMPLETED", "PROCESSING"]}}
    try:
        states = available_states(session, "study_group", groups)
    except NotExercised:
        return
    kinds = [kind for kind in OF_ORDERS if kind in session.order_types]
    for _, group in session.in_turn(states, len(states)):
        for kind in session.in_turn(kinds, len(kinds)):
            _ask_group(session, group, f"of-a-group/{kind}", kind)
    for _, group in session.in_turn(states[::-1], len(states)):
        for unknown in session.in_turn(("JSON ", "Csv"), 2):
            _ask_group(session, group, "unknown/group", unknown)


def _ask_group(session: Session, group: ProvidedState, label: str, report_type: str) -> None:
    asked = {"study_group": group["study_group"], "report_type": report_type}
    session.call("getGroupReport", label, asked, client=group.client, reuse=True)
