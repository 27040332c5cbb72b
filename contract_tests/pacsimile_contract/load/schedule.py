"""When calls are made: the arrivals of an open model, and the slots that no model exceeds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator


def arrivals(rate: float, ramp: float, duration: float, index: int = 0, processes: int = 1) -> Iterator[float]:
    """Yield the intended starts of an open model, in seconds from its beginning.

    The rate rises linearly from 0 to `rate` during the ramp, then stays. Arrivals are evenly spaced, so that no second
    has more than `rate` of them. A service that answers slowly changes nothing about them.

    Args:
        rate: Arrivals a second of all processes together.
        ramp: Seconds.
        duration: Seconds, the ramp included.
        index: Which of the processes this is, from 0. It gets each `processes`-th arrival.
        processes: How many there are.
    """
    number = index
    while (start := _start(number, rate, min(ramp, duration))) < duration:
        yield start
        number += processes


def _start(number: int, rate: float, ramp: float) -> float:
    """Return when so many arrivals have come before: the inverse of the integral of the rate."""
    within_ramp = rate * ramp / 2
    if number < within_ramp:
        return math.sqrt(2 * ramp * number / rate)
    return ramp / 2 + number / rate


TOLERANCE = 0.1
"""Seconds by which a call may be ahead of its slot where others were late, so that jitter does not add up."""


class Slots:
    """Spaces calls so that no more than a rate leave, whatever asks for them.

    In any span of T seconds at most rate x (T + 0.1) + 1 leave.

    Args:
        rate: Calls a second; 0 for no bound.
        clock: Returns monotonic seconds.
        sleep: Waits for so many seconds.
    """

    def __init__(self, rate: float, clock: Callable[[], float], sleep: Callable[[float], object]) -> None:
        self._space = 1 / rate if rate else 0.0
        self._clock, self._sleep = clock, sleep
        self._next = -math.inf

    def take(self) -> None:
        """Wait for the next slot."""
        now = self._clock()
        slot = max(self._next, now - TOLERANCE)
        self._next = slot + self._space
        if slot > now:
            self._sleep(slot - now)
