"""What scenarios ask about: of several states those that can be had, and what nobody has where none can."""

from collections.abc import Iterable, Mapping
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.sample_calls import NOBODYS_GROUP, NOBODYS_ORDER, NOBODYS_STUDY
from pacsimile_contract.target.model import Client
from pacsimile_spec.report_types import ORDER_TYPES
from pacsimile_spec.statuses import COMPLETED

MIXED = ("COMPLETED", "FAILED", "CANCELLED", "COMPLETED")
"""The statuses of a group in which every order ended, each in its way."""

OK, UNAUTHORIZED, FORBIDDEN = 200, 401, 403
MOST_READ = 100
"""Entries of a listing in which an order is looked for."""

LARGE = (*MIXED, *["COMPLETED"] * 123)
"""The statuses of a group of more orders than a usual page has, and of no more than a state is asked for.

Their number is a prime: no page or batch of any size ends with the last order.
"""

MOST_FOUND = 10
"""Orders of a group that is looked for where groups are not made to measure."""


def available_states(
    session: Session, state: str, wanted: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, ProvidedState]]:
    """Return (label, state) of each wanted shared state that is available; NotExercised if none is.

    Note for the checker whether each state is `owned`.
    """
    found: list[tuple[str, ProvidedState]] = []
    lacking: NotExercised | None = None
    for label, params in wanted.items():
        try:
            found.append((label, session.state(state, label, **params)))
        except NotExercised as error:
            lacking = lacking or error
    for label, given in found:
        session.note(label, {**session.story.given(label), "owned": given.owned})
    if not found and lacking is not None:
        raise lacking
    return found


def an_order(session: Session) -> ProvidedState:
    """Return a COMPLETED order that is known, else the names of one that nobody has: right in shape, and no more."""
    try:
        return session.state("order_in_status", status="COMPLETED")
    except NotExercised:
        order, study = session.lookalike(NOBODYS_ORDER), session.lookalike(NOBODYS_STUDY)
        return ProvidedState("order_in_status", {"order_id": order, "study_uid": study}, session.primary)


READABLE = ("json", "fhir", "hl7v2", *ORDER_TYPES)
"""Types of an order's report, those first that have members to read."""


def readable(named: Iterable[str] | None) -> str:
    """Return the type, of those that are offered, that says most to a program: `json`, also where none is known."""
    offered = frozenset(named or ())
    return next((kind for kind in READABLE if kind in offered), READABLE[0])


def order_type(session: Session) -> str:
    """Return a type in which orders' reports come: `json`, but where a COMPLETED order does not offer it."""
    if not session.can_ask("getStatus", "order_id"):
        return readable(None)
    try:
        order = session.state("order_in_status", "offers", status="COMPLETED")
    except NotExercised:
        return readable(None)
    status = session.call("getStatus", "offers", client=order.client, reuse=True, order_id=order["order_id"])
    return readable(facts.order_status(status).report_types)


def offered_type(session: Session, order_id: str, client: Client) -> str:
    """Return a type in which the report of this order comes: each order offers types of its own."""
    return readable(offered_types(session, order_id, client))


def offered_types(session: Session, order_id: str, client: Client) -> tuple[str, ...] | None:
    """Return the types in which the report of this order comes, as an answer to the client names them, or None.

    Only where no answer of the run does so yet, the order's status is asked for.
    """
    seen = types_seen(session, order_id, client)
    if seen is not None or not session.can_ask("getStatus", "order_id"):
        return seen
    status = session.call("getStatus", f"offers/{order_id}", client=client, reuse=True, order_id=order_id)
    return facts.order_status(status).report_types


def types_seen(session: Session, order_id: str, client: Client) -> tuple[str, ...] | None:
    """Return the types of a COMPLETED order in the last status or listing of the client that names it."""
    for exchange in reversed(session.asked_so_far if session.story.attempt == 1 else ()):
        if exchange.request.client != client.name or exchange.status != OK:
            continue
        if exchange.operation == "getStatus":
            status = facts.order_status(exchange)
            if status.order_id == order_id:
                return status.report_types if status.status == COMPLETED else None
        elif exchange.operation == "listReports":
            entries = (facts.listing(exchange).reports or ())[:MOST_READ]
            named = [entry.report_types for entry in entries if entry.order_id == order_id and entry.report_types]
            if named:
                return named[-1]
    return None


def study_of(session: Session, entry: facts.ListedReport, client: Client) -> str | None:
    """Return the study of a listed report; of a listing that names none, as the order's status has it."""
    dialect = session.dialect
    if entry.order_id is None or dialect is None or dialect.says("ReportList.reports", "study_uid"):
        return entry.study_uid
    status = session.call("getStatus", f"study-of/{entry.order_id}", client=client, order_id=entry.order_id)
    return facts.order_status(status).study_uid


def a_group(session: Session, label: str, *, large: bool = False) -> ProvidedState:
    """Return a group in which every order ended, with its `statuses`: a mixed one, else of COMPLETED orders alone.

    With `large` it has 127 orders, where a state makes such a group.
    """
    lacking: NotExercised | None = None
    mixed = [list(LARGE), list(MIXED)] if large else [list(MIXED)]
    for statuses in (*mixed, *(["COMPLETED"] * count for count in range(1, MOST_FOUND + 1))):
        try:
            found = session.state("study_group", label, statuses=statuses)
        except NotExercised as error:
            lacking = lacking or error
            continue
        session.note(label, {**found.values, "statuses": statuses, "owned": found.owned})
        return found
    raise lacking or NotExercised("needs the state study_group: supply it by `states: url` or under `states: fixtures`")


SENT_WITH_ALL = ("Authorization", "User-Agent", "Accept-Encoding")
"""The headers that every call has."""


def ask_about_nobody(
    session: Session, label: str, operation: str, selector: str, name: str, report_type: str | None = None
) -> None:
    """Ask about what nobody has, as the step `label`; where the run has asked so already, take the answer to that.

    When a scenario is played again, ask in any case.

    Args:
        session: who asks, unless another client of the run did.
        label: the name of the step.
        operation: the operationId of a GET.
        selector: the parameter that names what nobody has.
        name: an invented name, for where nothing was asked.
        report_type: the type, where the operation takes one.
    """
    types = {"getResult": session.order_types, "getGroupReport": session.group_types}.get(operation, (None,))
    for asked in session.asked_so_far if session.story.attempt == 1 else ():
        if (
            asked.operation == operation
            and asked.status not in (None, UNAUTHORIZED, FORBIDDEN)
            and all(name in SENT_WITH_ALL for name, _ in asked.request.headers)
            and asked.given.keys() <= {selector, "report_type"}
            and asked.given.get("report_type") in types
            and session.is_invented(str(asked.given.get(selector)))
        ):
            session.story.add(label, asked)
            return
    session.call(operation, label, {selector: name, "report_type": report_type})


def nobodys_group(session: Session) -> str:
    """Return the name of a group that nobody has."""
    return session.lookalike(NOBODYS_GROUP)
