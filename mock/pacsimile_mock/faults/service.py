"""Sets, describes and removes the faults of a world, and finds the one that a call triggers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import orjson

from pacsimile_mock.clock import Instant, rfc3339
from pacsimile_mock.exchange import Answer
from pacsimile_mock.faults import capability
from pacsimile_mock.faults.delivery import FaultDelivery
from pacsimile_mock.faults.effects import Effect
from pacsimile_mock.faults.matching import CallView
from pacsimile_mock.faults.model import Fault, parse
from pacsimile_mock.faults.reading import FaultError
from pacsimile_mock.faults.store import FaultStore, SavedFault

MOST = 1_000
"""The most faults of one world; each call is matched against all of them."""


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """A fault that calls can still trigger, with its number and its end."""

    number: int
    fault: Fault
    ends_at: Instant | None

    @property
    def id(self) -> str:
        """Its id in the control API."""
        return f"fault-{self.number}"

    def has_ended(self, now: Instant) -> bool:
        """Whether its time is over."""
        return self.ends_at is not None and now >= self.ends_at


@dataclass(frozen=True, slots=True)
class TriggeredFault:
    """A fault with what it does to one call."""

    name: str
    """Its id and its effect, for the journal."""
    effect: Effect
    delay: float
    """Seconds."""

    @property
    def token_lifetime(self) -> int | None:
        """Seconds after which a token issued by this call is refused; None for the usual."""
        return self.effect.token_lifetime

    def spoil(self, answer: Answer) -> None:
        """Change the answer."""
        self.effect.spoil(answer)

    def delivery(self, close: Callable[[int, bool], None]) -> FaultDelivery:
        """Return how the answer is sent; see `FaultDelivery` for `close`."""
        return FaultDelivery(self.name, self.delay, self.effect, close)


class Faults:
    """The faults of one world."""

    def __init__(self, store: FaultStore, seed: int) -> None:
        self._store = store
        self._seed = seed
        self.rules: tuple[ActiveFault, ...] = ()
        """The faults that calls can still trigger, in the order in which they were set."""
        self._lock = Lock()

    def restore(self, saved: Iterable[SavedFault]) -> None:
        """Replace the rules by faults that another worker set, or that were saved before a restart."""
        rules = [(saved_fault, _rule(saved_fault)) for saved_fault in saved]
        with self._lock:
            self.rules = tuple(rule for saved_fault, rule in rules if not _is_used_up(rule, saved_fault.triggered))

    def add(self, fault: Fault, now: Instant) -> dict[str, Any]:
        """Set a fault, and return its JSON in the control API.

        Raises:
            FaultError: This system cannot do it, or the world has too many faults.
        """
        if fault.effect.needs_reset and not capability.can_reset():
            raise FaultError(
                ("effect", fault.effect.name), "cannot be done: this system finds no way to reset a connection"
            )
        with self._lock:
            if len(self._store.saved()) >= MOST:
                raise FaultError((), f"this world has {MOST} faults: delete some first")
            saved = self._store.add(orjson.dumps(fault.source).decode(), now)
            self.rules = (*self.rules, _rule(saved))
        return _describe(saved, now)

    def describe(self, now: Instant) -> list[dict[str, Any]]:
        """Return the JSON of all faults in the control API, those that have ended too."""
        return [_describe(saved, now) for saved in self._store.saved()]

    def remove(self, fault_id: str) -> bool:
        """Remove a fault; return False for an unknown id."""
        number = fault_id.removeprefix("fault-")
        if not (number.isascii() and number.isdigit() and len(number) < 19 and fault_id == f"fault-{int(number)}"):
            return False
        with self._lock:
            self.rules = tuple(rule for rule in self.rules if rule.id != fault_id)
            return self._store.remove(int(number))

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self.rules = ()
            self._store.clear()

    def select(self, view: CallView, now: Instant) -> TriggeredFault | None:
        """Count the call for each fault that it matches, and return the first of those whose turn it is."""
        triggered = None
        for rule in self.rules:
            if rule.has_ended(now):
                self._retire(rule)
            elif rule.fault.matches(view):
                count = self._store.count_match(rule.number)
                triggered = triggered or self._take_turn(rule, count)
        return triggered

    def _take_turn(self, rule: ActiveFault, count: int) -> TriggeredFault | None:
        """Return what the fault does to the `count`th call that matches; 0: the fault was removed meanwhile."""
        fault = rule.fault
        seed = self._seed if fault.match.seed is None else fault.match.seed
        if count == 0 or not fault.match.has_turn(count, seed):
            return None
        triggers = self._store.count_trigger(rule.number, fault.limit.count)
        if _is_used_up(rule, triggers) or not triggers:
            self._retire(rule)
        if not triggers:
            return None
        delay = fault.delay.seconds(count, seed) if fault.delay else 0.0
        return TriggeredFault(f"{rule.id} {fault.label()}", fault.effect, delay)

    def _retire(self, rule: ActiveFault) -> None:
        with self._lock:
            self.rules = tuple(other for other in self.rules if other is not rule)


def _rule(saved: SavedFault) -> ActiveFault:
    fault = parse(orjson.loads(saved.content))
    return ActiveFault(saved.number, fault, fault.limit.ends_at(saved.set_at))


def _is_used_up(rule: ActiveFault, triggers: int) -> bool:
    most = rule.fault.limit.count
    return most is not None and triggers >= most


def _describe(saved: SavedFault, now: Instant) -> dict[str, Any]:
    rule = _rule(saved)
    return {
        "id": rule.id,
        "name": rule.fault.label(),
        "match": {},
        "limit": {},
        **rule.fault.source,
        "set_at": rfc3339(saved.set_at),
        "matched": saved.matched,
        "met": saved.triggered,
        "over": rule.has_ended(now) or _is_used_up(rule, saved.triggered),
    }
