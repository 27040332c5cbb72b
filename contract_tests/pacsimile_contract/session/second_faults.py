"""Calls that are refused for who asks, and wrong in another way too: that must change nothing (AUTH-15)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pacsimile_contract.crossing.table import Cell
from pacsimile_contract.dialects.vocabulary import only_of_groups, only_of_orders
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange, Headers
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import ORDINARY, Delivery
from pacsimile_contract.session.sample_calls import NOBODYS_ORDER, NOBODYS_STUDY, Sample, SampleCalls
from pacsimile_contract.session.shared_states import nobodys_group
from pacsimile_contract.target.model import Client

BESIDE = "beside"
"""Label below which calls with a second fault stand; the rest is the label of the same call without it."""
EXISTENCE, STATE, TYPE, STUDY, QUERY = "existence", "state", "type", "study", "query"
OWNERSHIP, MEDIA_TYPE, BODY = "ownership", "media-type", "body"
FAULTS_OF_CELLS: Mapping[str, Sequence[str]] = {
    "getStatus": (EXISTENCE, QUERY),
    "getOrderIds": (EXISTENCE, QUERY),
    "getResult": (EXISTENCE, STATE, QUERY),
    "getGroupReport": (EXISTENCE, STATE, QUERY),
    "listReports": (OWNERSHIP, QUERY),
    "acknowledgeReports": (MEDIA_TYPE, OWNERSHIP, BODY, QUERY),
}
"""By operation, the faults that a cell may have besides the token or its scope. Each is checked after these two.

They leave the selector and the type as they are: a cell is made of these, so with others it would be another cell.
"""
SUBSTITUTES_WITHOUT_BODY = {MEDIA_TYPE: OWNERSHIP, BODY: QUERY}
"""By fault of the body, the fault that replaces it in a cell without a body. A body would make it another cell."""
FAULTS_OF_OTHER_CALLS: Mapping[str, Sequence[str]] = {
    **FAULTS_OF_CELLS, "getStatus": (STUDY, QUERY), "getResult": (TYPE,), "getGroupReport": (TYPE,),
}  # fmt: skip
"""By operation, the faults of calls outside the table. They may replace the type, or the order by a study."""
WITHOUT_SCOPE_PROPERTY, WRONG_TOKEN_PROPERTIES = "too-few-scopes", ("wrong-claims", "expired-token")
"""Properties whose cells have a second fault in part: no scope, and a token that is not accepted."""
WITH_FEW_CELLS = ("getStatus", "getOrderIds")
"""Operations that have few cells."""
UNKNOWN = {"pacsimile": "1"}
"""A parameter that no operation knows."""
BROKEN, TEXT, JSON = b'{"report_ids": [', (("Content-Type", "text/plain"),), (("Content-Type", "application/json"),)


@dataclass(frozen=True, slots=True)
class _FaultyCall:
    """A call with a fault: what is asked, and a body that is sent as it stands, if any."""

    sample: Sample
    body: bytes | None = None
    headers: Headers = ()


def faults_of(cells: Iterable[Cell], seed: int) -> dict[Cell, str]:
    """Return by cell the second fault that it is asked with: those of an operation take turns, and the seed begins.

    A cell of use `later` has none, as it repeats a call that was right; a POST repeats nothing. Of the cells without
    the scope, the first of an operation has none, but where there is one alone: an operation of `status.read`.
    """
    found, turns = dict[Cell, str](), dict[tuple[bool, str], int]()
    for cell in cells:
        is_scope = cell.property == WITHOUT_SCOPE_PROPERTY
        repeats = cell.use == "later" and cell.operation != "acknowledgeReports"
        if repeats or not (is_scope or cell.property in WRONG_TOKEN_PROPERTIES):
            continue
        key = is_scope, cell.operation
        plain_first = is_scope and cell.operation not in WITH_FEW_CELLS
        turn = turns[key] = turns.get(key, -1 - plain_first) + 1
        if turn >= 0:
            found[cell] = fault_of_cell(cell, turn + seed)
    return found


def fault_of_cell(cell: Cell, turn: int) -> str:
    """Return the fault of a cell: those of its operation take turns."""
    fault = FAULTS_OF_CELLS[cell.operation][turn % len(FAULTS_OF_CELLS[cell.operation])]
    return SUBSTITUTES_WITHOUT_BODY.get(fault, fault) if cell.selector == "listed" else fault


def fault_of_other_call(operation: str, turn: int) -> str:
    """Return the fault of a call outside the table: those of its operation take turns."""
    return FAULTS_OF_OTHER_CALLS[operation][turn % len(FAULTS_OF_OTHER_CALLS[operation])]


def ask_with_second_fault(
    session: Session,
    samples: SampleCalls,
    sample: Sample,
    step: str,
    fault: str,
    is_refused: Callable[[Exchange], bool],
    *,
    token: str | None = None,
    client: Client | None = None,
    headers: Headers = (),
    delivery: Delivery = ORDINARY,
) -> bool:
    """Call with a second fault, as step `beside/<step>`.

    Returns:
        Whether it is refused for its token or scope. Then it is the step itself too, and needs no call without the
        second fault.
    """
    call, before = _with_fault(session, sample, fault), len(session.story.steps)
    if call is not None:
        with samples.skipping():
            session.call(
                sample.operation, f"{BESIDE}/{step}", call.sample.parameters, client=client, token=token,
                headers=(*headers, *call.headers), body=call.sample.body if call.body is None else call.body,
                delivery=delivery,
            )  # fmt: skip
    added = session.story.steps[before:]
    if not added or not is_refused(added[-1].exchange):
        return False
    session.story.add(step, added[-1].exchange)
    return True


def _with_fault(session: Session, sample: Sample, fault: str) -> _FaultyCall | None:
    """Return a call with this fault, or None where it cannot be had here."""
    if fault == QUERY:
        return _FaultyCall(replace(sample, parameters={**sample.parameters, **UNKNOWN}))
    if fault in (MEDIA_TYPE, BODY):
        return _FaultyCall(sample, BROKEN, TEXT if fault == MEDIA_TYPE else JSON)
    if fault == OWNERSHIP:
        unknown = {"organizationId": session.lookalike(session.home.organization_id)}
        return _FaultyCall(replace(sample, parameters={**sample.parameters, **unknown}))
    if fault == TYPE:
        ruled_out = (only_of_groups if sample.operation == "getResult" else only_of_orders)(session.dialect)
        return None if ruled_out is None else _FaultyCall(_replaced(sample, {"report_type": ruled_out}))
    return _for_unready(session, sample) if fault == STATE else _for_unknown(session, sample, fault)


def _for_unknown(session: Session, sample: Sample, fault: str) -> _FaultyCall:
    """Return the call for what nobody has.

    With the fault STUDY it is asked for by its study: `faults_without_access` names an order.
    """
    if fault == STUDY and session.can_ask(sample.operation, "study_uid"):
        sample = replace(sample, parameters={"study_uid": None})
    nobodys = {
        "order_id": session.lookalike(NOBODYS_ORDER), "study_uid": session.lookalike(NOBODYS_STUDY),
        "study_group": nobodys_group(session),
    }  # fmt: skip
    return _FaultyCall(_replaced(sample, nobodys))


def _for_unready(session: Session, sample: Sample) -> _FaultyCall | None:
    """Return the call for what has no report yet; None where no state makes it."""
    try:
        if sample.operation == "getGroupReport":
            known = session.state("study_group", statuses=["COMPLETED", "PROCESSING"])
        else:
            known = session.state("order_in_status", status="PROCESSING")
    except NotExercised:
        return None
    return _FaultyCall(_replaced(sample, known.values))


def _replaced(sample: Sample, values: Mapping[str, object]) -> Sample:
    return replace(sample, parameters={name: values.get(name, value) for name, value in sample.parameters.items()})
