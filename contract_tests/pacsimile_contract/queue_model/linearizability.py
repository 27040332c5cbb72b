"""Linearizability (CONS-1) by code of our own: checkers of it are programs in Go and Clojure, none a library in Python.

It asks whether overlapping calls can be told as if each took effect at one instant between request and answer. Pure,
and free of what the calls are about: a call is a step from one state to the next, which says whether its answer fits.
The search is that of Wing and Gong, with the memory of Lowe: which calls have taken effect, and in which state.
"""

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

State = TypeVar("State", bound=Hashable)

MOST_TRIED = 200_000
"""Steps after which the search gives up: so many overlap only where calls take very long."""


class Undecided(Exception):
    """Too many calls overlap for all their orders to be tried."""


@dataclass(frozen=True, eq=False)
class Call(Generic[State]):
    """A call: when it was sent and when its answer was there, in seconds of one clock.

    `step` gives the state after it, or None where its answer does not fit the state before it. `effect` is what it
    does whatever it answered. `reads`: it changes nothing. An `ended` of infinity: no answer came, and it may take
    effect at any time, or never.
    """

    told: str
    began: float
    ended: float
    step: Callable[[State], State | None]
    effect: Callable[[State], State]
    reads: bool = False

    @property
    def indeterminate(self) -> bool:
        """Whether nobody knows if it took effect."""
        return math.isinf(self.ended)


def muted(call: Call[State]) -> Call[State]:
    """Return the call with an answer that fits anything."""
    return Call(call.told, call.began, call.ended, call.effect, call.effect, call.reads)


def explained(calls: Sequence[Call[State]], initial: State) -> bool:
    """Tell whether one order of the calls, true to real time, explains every answer; Undecided where too many overlap.

    Real time: what was answered before another was sent took effect before it.
    """
    return _Search(calls).run(initial)


class _Search(Generic[State]):
    def __init__(self, calls: Sequence[Call[State]]) -> None:
        self.calls = sorted(calls, key=lambda one: one.began)
        self.needed = sum(1 << place for place, call in enumerate(self.calls) if not call.indeterminate)

    def run(self, initial: State) -> bool:
        """Search depth first; what was seen once leads nowhere the second time."""
        start = self._settled(0, initial)
        seen, waiting = {start}, [start]
        while waiting:
            done, state = waiting.pop()
            if done & self.needed == self.needed:
                return True
            for place in self._next(done):
                after = self.calls[place].step(state)
                found = None if after is None else self._settled(done | 1 << place, after)
                if found is not None and found not in seen:
                    seen.add(found)
                    waiting.append(found)
            if len(seen) > MOST_TRIED:
                raise Undecided(f"{len(self.calls)} calls overlap too much for all their orders to be tried")
        return False

    def _next(self, done: int) -> list[int]:
        """Return the calls that may take effect next: sent before any of those that are left was answered."""
        found, horizon = [], math.inf
        for place in range((~done & done + 1).bit_length() - 1, len(self.calls)):
            call = self.calls[place]
            if call.began > horizon:
                break
            if not done >> place & 1:
                found.append(place)
                horizon = min(horizon, call.ended)
        return [place for place in found if self.calls[place].began <= horizon]

    def _settled(self, done: int, state: State) -> tuple[int, State]:
        """Take every read that fits now: it changes nothing, so that it may as well be the next."""
        settling = True
        while settling:
            settling = False
            for place in self._next(done):
                if self.calls[place].reads and self.calls[place].step(state) is not None:
                    done, settling = done | 1 << place, True
        return done, state


def contradiction(calls: Sequence[Call[State]], initial: State) -> list[Call[State]]:
    """Return the fewest calls found whose answers no order explains, by their beginnings; none where one does.

    Each of them is needed: with any answer of one of them unheard, the rest can be explained.
    """
    if explained(calls, initial):
        return []
    heard = kept = _until_it_shows(calls, initial)
    for call in reversed(kept):
        fewer = [one for one in heard if one is not call]
        tried = [one if one in fewer else muted(one) for one in kept if one in fewer or not one.reads]
        if not explained(tried, initial):
            heard = fewer
    return heard


def _until_it_shows(calls: Sequence[Call[State]], initial: State) -> list[Call[State]]:
    """Return the calls that were sent by the first answer that cannot be explained."""
    ends = sorted(one.ended for one in calls if not one.indeterminate)
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high) // 2
        if explained(_by(calls, ends[middle]), initial):
            low = middle + 1
        else:
            high = middle
    return sorted(_by(calls, ends[high]), key=lambda one: one.began)


def _by(calls: Sequence[Call[State]], moment: float) -> list[Call[State]]:
    """Return the calls as they stood at a moment: what was sent and not answered may have taken effect or not."""
    sent = [one for one in calls if one.began <= moment]
    return [one if one.ended <= moment else replace(muted(one), ended=math.inf) for one in sent]
