"""A fault: which calls meet it, what it does to them, and how often or how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.faults import delays, matching
from pacsimile_mock.faults.catalogue import EFFECTS
from pacsimile_mock.faults.delays import Delay
from pacsimile_mock.faults.effects import Effect, Nothing
from pacsimile_mock.faults.matching import CallView, Match
from pacsimile_mock.faults.reading import FaultError, Reader
from pacsimile_spec.durations import TEN_YEARS

MOST_TIMES = 1_000_000_000
DELAYS = ("latency_ms", "lognormal")


@dataclass(frozen=True, slots=True)
class Limit:
    """When a fault is over; None for never."""

    count: int | None = None
    """Calls that meet it."""
    seconds: float | None = None
    """By the world's clock, from when it is set."""

    def ends_at(self, set_at: Instant) -> Instant | None:
        """Return the instant from which on it is over; None for never."""
        return None if self.seconds is None else set_at + round(self.seconds * SECOND)


@dataclass(frozen=True, slots=True)
class Fault:
    """Calls that match go wrong in this way, until the limit is reached."""

    match: Match
    effect: Effect
    delay: Delay | None
    limit: Limit
    source: Mapping[str, Any]
    """The members that it was read from."""

    def fits(self, view: CallView) -> bool:
        """Whether the call can meet it."""
        possible = self.effect.operations
        return (possible is None or view.operation in possible) and self.match.fits(view)

    def words(self) -> str:
        """Return its name for the journal."""
        named = [] if isinstance(self.effect, Nothing) else [self.effect.words()]
        return ", ".join(([self.delay.words()] if self.delay else []) + named)


def parse(content: object) -> Fault:
    """Read `{"match", "effect", "limit"}`, of which `effect` alone is needed.

    Args:
        content: the members as JSON has them; YAML's scalars must have their types.

    Raises:
        FaultError: with the path to the member at fault in `where`.
    """
    reader = Reader(content, (), ("match", "effect", "limit"))
    effect, delay = _effect(Reader(_given(reader, "effect"), ("effect",), (*DELAYS, "retry_after", *EFFECTS)))
    match = matching.read(_given(reader, "match"), drawn="lognormal" in _given(reader, "effect"))
    _check_operation(match, effect)
    limit = _limit(Reader(_given(reader, "limit"), ("limit",), ("count", "seconds")), effect)
    source = {name: reader.raw(name) for name in ("match", "effect", "limit") if name in reader}
    return Fault(match, effect, delay, limit, source)


def _given(reader: Reader, name: str) -> Any:
    return reader.raw(name) if name in reader else {}


def _effect(reader: Reader) -> tuple[Effect, Delay | None]:
    delay, asked = delays.read(reader), reader.given(EFFECTS)
    if not asked and delay is None:
        raise FaultError(("effect",), f"is missing: give one of {', '.join((*DELAYS, *EFFECTS))}")
    if len(asked) > 1:
        raise reader.error(asked[1], f"cannot be given together with {asked[0]}: one fault has one effect")
    if "retry_after" in reader and asked != ["status"]:
        raise reader.error("retry_after", "goes with a status alone")
    return (EFFECTS[asked[0]](reader) if asked else Nothing()), delay


def _limit(reader: Reader, effect: Effect) -> Limit:
    count = reader.integer("count", 1, MOST_TIMES)
    return Limit(effect.most if count is None else count, reader.duration("seconds", TEN_YEARS))


def _check_operation(match: Match, effect: Effect) -> None:
    """Refuse what no call can meet."""
    possible = effect.operations
    if possible is None:
        return
    if match.operation is not None and match.operation not in possible:
        raise FaultError(("match", "operation"), f"must be one of {', '.join(possible)} for this effect, or left out")
    if match.order_id or match.study_uid:
        name = "order_id" if match.order_id else "study_uid"
        raise FaultError(("match", name), "is no parameter of the token operations, which alone meet this effect")
