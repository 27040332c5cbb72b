"""Computes how long an answer is delayed: fixed or lognormal."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pacsimile_fixtures.identifiers import Draw
from pacsimile_mock.faults.reading import Reader

MOST_SECONDS = 600.0
"""The longest delay: ten minutes."""
MOST_SIGMA = 5.0
UNIT = 1 << 128


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same delay for each call."""

    milliseconds: float

    def seconds(self, count: int, seed: int) -> float:
        """Return how long this call waits, in seconds."""
        del count, seed  # the same for all
        return self.milliseconds / 1000

    def label(self) -> str:
        """Return its name for the journal."""
        return f"latency {self.milliseconds:g} ms"


@dataclass(frozen=True, slots=True)
class Lognormal:
    """A delay as in real networks: mostly near the median, sometimes far beyond."""

    median_ms: float
    sigma: float
    """The standard deviation of the logarithm: with 1, one call in six waits 2.7 times the median or longer."""

    def seconds(self, count: int, seed: int) -> float:
        """Return how long the `count`th call waits, in seconds; the same for the same seed."""
        draw = Draw(seed, "latency", count)
        first, second = (draw.bits() + 1) / UNIT, draw.bits() / UNIT
        normal = math.sqrt(-2 * math.log(first)) * math.cos(2 * math.pi * second)  # Box and Muller
        return min(self.median_ms * math.exp(self.sigma * normal) / 1000, MOST_SECONDS)

    def label(self) -> str:
        """Return its name for the journal."""
        return f"latency of lognormal {self.median_ms:g} ms"


Delay = Fixed | Lognormal


def read(reader: Reader) -> Delay | None:
    """Read the delay of an effect; None where there is none."""
    if "latency_ms" in reader and "lognormal" in reader:
        raise reader.error("lognormal", "cannot be given together with latency_ms: give one")
    if "lognormal" in reader:
        return _lognormal(Reader(reader.raw("lognormal"), ("effect", "lognormal"), ("median_ms", "sigma")))
    seconds = reader.duration("latency_ms", MOST_SECONDS, "ms")
    return None if seconds is None else Fixed(seconds * 1_000)


def _lognormal(reader: Reader) -> Lognormal:
    median, sigma = reader.duration("median_ms", MOST_SECONDS, "ms"), reader.number("sigma", 0, MOST_SIGMA)
    if median is None or sigma is None:
        raise reader.error("median_ms" if median is None else "sigma", "is missing: give median_ms and sigma")
    return Lognormal(median * 1_000, sigma)
