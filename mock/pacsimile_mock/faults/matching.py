"""Matches calls to faults: by operation, client and parameters, and by their turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pacsimile_fixtures.identifiers import Draw
from pacsimile_mock import parameters
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Call
from pacsimile_mock.faults.reading import PARTS, Reader
from pacsimile_spec import Operation, operations
from pacsimile_spec.identifiers import ORDER_ID, STUDY_UID
from pacsimile_spec.operation_ids import OPERATION_IDS

MOST_CALLS = 1_000_000_000
MOST_SEED = 2**63 - 1
CLIENT_ID = re.compile(r".{1,200}")
"""The form only; the control API checks whether the client exists."""

SELECTORS = ("order_id", "study_uid")
TURNS = ("nth", "every", "probability")
MEMBERS = PARTS["match"]


class CallView:
    """The parts of a call that faults are matched by; each is read when it is first needed."""

    def __init__(self, operation: str, call: Call, identify: Callable[[], str | None]) -> None:
        self.operation = operation
        self._call = call
        self._identify = identify

    @cached_property
    def client_id(self) -> str | None:
        """The client whose valid token or secret the call carries; None for no client."""
        return self._identify()

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The query as sent; empty where it cannot be read."""
        try:
            return dict(parameters.pairs(self._call.query))
        except Problem:
            return {}


@dataclass(frozen=True, slots=True)
class CallCondition:
    """The conditions for a call; None for no condition. A turn selects some of the calls that match."""

    operation: str | None = None
    client_id: str | None = None
    order_id: str | None = None
    """As in the query: a call by study UID does not match."""
    study_uid: str | None = None
    nth: int | None = None
    """Selects only the nth call that matches, from 1."""
    every: int | None = None
    """Selects every nth call that matches."""
    probability: float | None = None
    """Selects each call that matches with this probability, 0 … 1."""
    seed: int | None = None
    """The seed of `probability`; None for the world's."""

    def matches(self, view: CallView) -> bool:
        """Whether the call satisfies the conditions."""
        return (
            self.operation in (None, view.operation)
            and (self.client_id is None or self.client_id == view.client_id)
            and (self.order_id is None or self.order_id == view.parameters.get("order_id"))
            and (self.study_uid is None or self.study_uid == view.parameters.get("study_uid"))
        )

    def has_turn(self, count: int, seed: int) -> bool:
        """Whether the `count`th call that matches is selected; the same seed gives the same choice."""
        if self.nth is not None:
            return count == self.nth
        if self.every is not None:
            return count % self.every == 0
        return self.probability is None or Draw(seed, "fault", count).chance(self.probability)


def read(content: object, *, drawn: bool) -> CallCondition:
    """Read `match`.

    Args:
        content: The member as JSON has it.
        drawn: Whether the effect also draws random numbers, so that a seed makes sense without a probability.

    Raises:
        FaultError: A member is unknown or has a wrong value, or two exclude each other.
    """
    reader = Reader(content, ("match",), MEMBERS)
    turns = reader.given(TURNS)
    if len(turns) > 1:
        raise reader.error(turns[1], f"cannot be given together with {turns[0]}: give one of {', '.join(TURNS)}")
    if "seed" in reader and "probability" not in reader and not drawn:
        raise reader.error("seed", "has no meaning here: it goes with a probability, or a lognormal delay")
    match = CallCondition(
        operation=reader.one_of("operation", OPERATION_IDS),
        client_id=reader.text("client_id", CLIENT_ID, "a client id"),
        order_id=reader.text("order_id", ORDER_ID, "1 to 64 letters, digits and hyphens"),
        study_uid=reader.text("study_uid", STUDY_UID, "a DICOM UID"),
        nth=reader.integer("nth", 1, MOST_CALLS),
        every=reader.integer("every", 1, MOST_CALLS),
        probability=reader.number("probability", 0, 1),
        seed=reader.integer("seed", 0, MOST_SEED),
    )
    _check_selectors(match, reader)
    return match


def _check_selectors(match: CallCondition, reader: Reader) -> None:
    """Refuse a combination that no call can match."""
    if match.order_id is not None and match.study_uid is not None:
        raise reader.error("study_uid", "cannot be given together with order_id: no call gives both")
    for name in reader.given(SELECTORS):
        possible = [operation_id for operation_id, operation in operations().items() if _has_parameter(operation, name)]
        if match.operation is not None and match.operation not in possible:
            raise reader.error(name, f"is not a parameter of {match.operation}: it is one of {', '.join(possible)}")


def _has_parameter(operation: Operation, name: str) -> bool:
    return any(parameter.name == name for parameter in operation.parameters)
