"""Defines a fault: which calls trigger it, what it does to them, and how often or how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.faults import delays, matching
from pacsimile_mock.faults.catalogue import EFFECTS
from pacsimile_mock.faults.delays import Delay
from pacsimile_mock.faults.effects import DelayOnly, Effect
from pacsimile_mock.faults.matching import CallCondition, CallView
from pacsimile_mock.faults.reading import PARTS, FaultError, Reader
from pacsimile_spec.durations import TEN_YEARS

MOST_TIMES = 1_000_000_000
DELAYS = ("latency_ms", "lognormal")


@dataclass(frozen=True, slots=True)
class Limit:
    """When a fault ends; None for never."""

    count: int | None = None
    """The number of calls that trigger it."""
    seconds: float | None = None
    """Seconds of the world's clock after it is set."""

    def ends_at(self, set_at: Instant) -> Instant | None:
        """Return the instant at which it ends; None for never."""
        return None if self.seconds is None else set_at + round(self.seconds * SECOND)


@dataclass(frozen=True, slots=True)
class Fault:
    """An effect on the calls that match, until the limit is reached."""

    match: CallCondition
    effect: Effect
    delay: Delay | None
    limit: Limit
    source: Mapping[str, Any]
    """The JSON members that it was read from."""

    def matches(self, view: CallView) -> bool:
        """Whether the call can trigger it."""
        possible = self.effect.operations
        return (possible is None or view.operation in possible) and self.match.matches(view)

    def label(self) -> str:
        """Return its name for the journal."""
        effect = [] if isinstance(self.effect, DelayOnly) else [self.effect.label()]
        return ", ".join(([self.delay.label()] if self.delay else []) + effect)


def parse(content: object) -> Fault:
    """Read `{"match", "effect", "limit"}`; only `effect` is required.

    Args:
        content: The members as JSON has them; YAML's scalars must have their types.

    Raises:
        FaultError: A member is wrong; `where` has the path to it.
    """
    reader = Reader(content, (), ("match", "effect", "limit"))
    effect, delay = _effect(Reader(_part(reader, "effect"), ("effect",), (*DELAYS, "retry_after", *EFFECTS)))
    match = matching.read(_part(reader, "match"), drawn="lognormal" in _part(reader, "effect"))
    _check_operation(match, effect)
    limit = _limit(Reader(_part(reader, "limit"), ("limit",), PARTS["limit"]), effect)
    source = {name: reader.raw(name) for name in ("match", "effect", "limit") if name in reader}
    return Fault(match, effect, delay, limit, source)


def _part(reader: Reader, name: str) -> Any:
    return reader.raw(name) if name in reader else {}


def _effect(reader: Reader) -> tuple[Effect, Delay | None]:
    delay, names = delays.read(reader), reader.given(EFFECTS)
    if not names and delay is None:
        raise FaultError(("effect",), f"is missing: give one of {', '.join((*DELAYS, *EFFECTS))}")
    if len(names) > 1:
        raise reader.error(names[1], f"cannot be given together with {names[0]}: one fault has one effect")
    if "retry_after" in reader and names != ["status"]:
        raise reader.error("retry_after", "goes with a status alone")
    return (EFFECTS[names[0]](reader) if names else DelayOnly()), delay


def _limit(reader: Reader, effect: Effect) -> Limit:
    count = reader.integer("count", 1, MOST_TIMES)
    return Limit(effect.most if count is None else count, reader.duration("seconds", TEN_YEARS))


def _check_operation(match: CallCondition, effect: Effect) -> None:
    """Refuse a combination that no call can trigger."""
    possible = effect.operations
    if possible is None:
        return
    if match.operation is not None and match.operation not in possible:
        raise FaultError(("match", "operation"), f"must be one of {', '.join(possible)} for this effect, or left out")
    if match.order_id or match.study_uid:
        name = "order_id" if match.order_id else "study_uid"
        raise FaultError(("match", name), "is no parameter of the token operations, which alone meet this effect")
