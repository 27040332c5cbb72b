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
EXISTENCE, STATE, TYPE, QUERY = "existence", "state", "type", "query"
OWNERSHIP, MEDIA_TYPE, BODY = "ownership", "media-type", "body"
OF_OPERATION: Mapping[str, Sequence[str]] = {
    "getStatus": (EXISTENCE, QUERY),
    "getOrderIds": (EXISTENCE, QUERY),
    "getResult": (EXISTENCE, STATE, TYPE, QUERY),
    "getGroupReport": (EXISTENCE, STATE, QUERY, TYPE),
    "listReports": (OWNERSHIP, QUERY),
    "acknowledgeReports": (MEDIA_TYPE, OWNERSHIP, BODY, QUERY),
}
"""By operation, the faults that a call may have besides the token or its scope. Each is checked after these two."""
TOO_FEW, WRONG = "too-few-scopes", ("wrong-claims", "expired-token")
"""Properties whose cells have a second fault in part: no scope, and a token that is not accepted."""
SELDOM = ("getStatus", "getOrderIds")
"""Operations that have few cells."""
UNKNOWN = {"pacsimile": "1"}
"""A parameter that no operation knows."""
BROKEN, TEXT, JSON = b'{"report_ids": [', (("Content-Type", "text/plain"),), (("Content-Type", "application/json"),)


@dataclass(frozen=True, slots=True)
class _Spoilt:
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
        is_scope = cell.property == TOO_FEW
        if not (is_scope or cell.property in WRONG) or (cell.use == "later" and cell.operation != "acknowledgeReports"):
            continue
        key = is_scope, cell.operation
        plain_first = is_scope and cell.operation not in SELDOM
        turn = turns[key] = turns.get(key, -1 - plain_first) + 1
        if turn >= 0:
            found[cell] = fault_in_turn(cell.operation, turn + seed)
    return found


def fault_in_turn(operation: str, turn: int) -> str:
    """Return the fault of an operation whose turn it is."""
    return OF_OPERATION[operation][turn % len(OF_OPERATION[operation])]


def refuses(
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
    """Call with a second fault, as step `beside/<step>`; where that is refused rightly, it is the step itself too."""
    call, before = _spoilt(session, sample, fault), len(session.story.steps)
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


def _spoilt(session: Session, sample: Sample, fault: str) -> _Spoilt | None:
    """Return a call with this fault, or None where it cannot be had here."""
    if fault == QUERY:
        return _Spoilt(replace(sample, parameters={**sample.parameters, **UNKNOWN}))
    if fault in (MEDIA_TYPE, BODY):
        return _Spoilt(sample, BROKEN, TEXT if fault == MEDIA_TYPE else JSON)
    if fault == OWNERSHIP:
        unknown = {"organizationId": session.lookalike(session.home.organization_id)}
        return _Spoilt(replace(sample, parameters={**sample.parameters, **unknown}))
    if fault == TYPE:
        ruled_out = (only_of_groups if sample.operation == "getResult" else only_of_orders)(session.dialect)
        return None if ruled_out is None else _Spoilt(_replaced(sample, {"report_type": ruled_out}))
    return _of_nobody(session, sample) if fault == EXISTENCE else _unready(session, sample)


def _of_nobody(session: Session, sample: Sample) -> _Spoilt:
    """Return the call for what nobody has.

    A status is asked for by its study: `faults_without_access` names an order.
    """
    if sample.operation == "getStatus" and session.can_ask("getStatus", "study_uid"):
        sample = replace(sample, parameters={"study_uid": None})
    nobodys = {
        "order_id": session.lookalike(NOBODYS_ORDER), "study_uid": session.lookalike(NOBODYS_STUDY),
        "study_group": nobodys_group(session),
    }  # fmt: skip
    return _Spoilt(_replaced(sample, nobodys))


def _unready(session: Session, sample: Sample) -> _Spoilt | None:
    """Return the call for what has no report yet; None where no state makes it."""
    try:
        if sample.operation == "getGroupReport":
            known = session.state("study_group", statuses=["COMPLETED", "PROCESSING"])
        else:
            known = session.state("order_in_status", status="PROCESSING")
    except NotExercised:
        return None
    return _Spoilt(_replaced(sample, known.values))


def _replaced(sample: Sample, values: Mapping[str, object]) -> Sample:
    return replace(sample, parameters={name: values.get(name, value) for name, value in sample.parameters.items()})
