"""Linearizability (CONS-1): overlapping calls must look as if each took effect at one instant.

That instant lies between request and answer. The module is pure, and independent of what the calls do: a call is a step
from one state to the next, which says whether its answer fits. The search is that of Wing and Gong, with Lowe's memory
of which calls have taken effect, and in which state. Existing checkers are programs in Go and Clojure; Python has none.
"""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

State = TypeVar("State", bound=Hashable)

MOST_TRIED = 200_000
"""Visited nodes after which the search gives up, since too many calls overlap."""


class Undecided(Exception):
    """Too many calls overlap for all their orders to be tried."""


@dataclass(frozen=True, eq=False)
class Call(Generic[State]):
    """A call, from `began`, when it was sent, to `ended`, when its answer was there, in seconds of one clock.

    `step` returns the state after the call, or None where its answer does not fit the state before it. `effect`
    returns the state after it whatever it answered. `reads` says that it changes nothing. An `ended` of infinity means
    that no answer came: the call may take effect at any time, or never.
    """

    description: str
    began: float
    ended: float
    step: Callable[[State], State | None]
    effect: Callable[[State], State]
    reads: bool = False

    @property
    def indeterminate(self) -> bool:
        """Tell whether it is unknown if the call took effect."""
        return math.isinf(self.ended)


def without_answer(call: Call[State]) -> Call[State]:
    """Return the call without its answer, so that it fits any state."""
    return Call(call.description, call.began, call.ended, call.effect, call.effect, call.reads)


def is_linearizable(calls: Sequence[Call[State]], initial: State) -> bool:
    """Tell whether some order of the calls explains every answer.

    The order follows real time: a call that was answered before another was sent took effect before it.

    Raises:
        Undecided: too many calls overlap for all orders to be tried.
    """
    return _Search(calls).run(initial)


class _Search(Generic[State]):
    def __init__(self, calls: Sequence[Call[State]]) -> None:
        self.calls = sorted(calls, key=lambda call: call.began)
        self.needed = sum(1 << place for place, call in enumerate(self.calls) if not call.indeterminate)

    def run(self, initial: State) -> bool:
        """Search depth first. A node that was visited once leads nowhere the second time."""
        start = self._settled(0, initial)
        seen, waiting = {start}, [start]
        while waiting:
            done, state = waiting.pop()
            if done & self.needed == self.needed:
                return True
            for place in self._next(done):
                after = self.calls[place].step(state)
                next_node = None if after is None else self._settled(done | 1 << place, after)
                if next_node is not None and next_node not in seen:
                    seen.add(next_node)
                    waiting.append(next_node)
            if len(seen) > MOST_TRIED:
                raise Undecided(f"{len(self.calls)} calls overlap too much for all their orders to be tried")
        return False

    def _next(self, done: int) -> list[int]:
        """Return the calls that may take effect next: those sent before any remaining call was answered."""
        candidates, horizon = [], math.inf
        for place in range((~done & done + 1).bit_length() - 1, len(self.calls)):
            call = self.calls[place]
            if call.began > horizon:
                break
            if not done >> place & 1:
                candidates.append(place)
                horizon = min(horizon, call.ended)
        return [place for place in candidates if self.calls[place].began <= horizon]

    def _settled(self, done: int, state: State) -> tuple[int, State]:
        """Take every read that fits now. It changes nothing, so it may as well come next."""
        settling = True
        while settling:
            settling = False
            for place in self._next(done):
                if self.calls[place].reads and self.calls[place].step(state) is not None:
                    done, settling = done | 1 << place, True
        return done, state


def contradiction(calls: Sequence[Call[State]], initial: State) -> list[Call[State]]:
    """Return a minimal set of calls whose answers no order explains, sorted by `began`; empty where an order does.

    Each of them is needed: without its answer, the others can be explained.
    """
    if is_linearizable(calls, initial):
        return []
    needed = kept = _until_contradiction(calls, initial)
    for call in reversed(kept):
        fewer = [other for other in needed if other is not call]
        tried = [
            other if other in fewer else without_answer(other) for other in kept if other in fewer or not other.reads
        ]
        if not is_linearizable(tried, initial):
            needed = fewer
    return needed


def _until_contradiction(calls: Sequence[Call[State]], initial: State) -> list[Call[State]]:
    """Return the calls that had been sent when the first answer came that cannot be explained."""
    ends = sorted(call.ended for call in calls if not call.indeterminate)
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high) // 2
        if is_linearizable(_as_of(calls, ends[middle]), initial):
            low = middle + 1
        else:
            high = middle
    return sorted(_as_of(calls, ends[high]), key=lambda call: call.began)


def _as_of(calls: Sequence[Call[State]], moment: float) -> list[Call[State]]:
    """Return the calls as they stood at a moment: one sent but not yet answered may or may not have taken effect."""
    sent = [call for call in calls if call.began <= moment]
    return [call if call.ended <= moment else replace(without_answer(call), ended=math.inf) for call in sent]
