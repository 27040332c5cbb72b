"""Computes the times of calls for each operation, and the logarithmic axis that all plots share."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_spec import operations


@dataclass(frozen=True, slots=True)
class Latency:
    """The seconds that the answered calls of an operation took, in ascending order."""

    operation: str
    seconds: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """Return the seconds within which this share of the calls (0 … 1) was answered."""
        return self.seconds[max(0, math.ceil(share * len(self.seconds)) - 1)]


def latencies(exchanges: Sequence[Exchange]) -> list[Latency]:
    """Return the times of each operation with answers, in the description's order."""
    taken: Mapping[str, list[float]] = {name: [] for name in operations()}
    for exchange in exchanges:
        if exchange.operation is not None and exchange.operation in taken and exchange.answer is not None:
            taken[exchange.operation].append(max(exchange.seconds, 0.0))
    return [Latency(name, tuple(sorted(seconds))) for name, seconds in taken.items() if seconds]


def format_duration(seconds: float) -> str:
    """Return a time as text: `1.2 ms`, `340 ms`, `2.1 s`."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.1f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic axis from 10^`low` to 10^`high` seconds."""

    low: int
    high: int

    def place(self, seconds: float) -> float:
        """Return the place of a time, in per cent of the axis."""
        exponent = math.log10(max(seconds, 10.0**self.low))
        return min(100.0, 100 * (exponent - self.low) / (self.high - self.low))

    def ticks(self) -> list[float]:
        """Return the powers of ten on the axis, in seconds."""
        return [10.0**exponent for exponent in range(self.low, self.high + 1)]


def axis(times: Sequence[Latency]) -> Axis:
    """Return an axis that covers all times."""
    low = math.floor(math.log10(max(min(latency.seconds[0] for latency in times), 1e-4)))
    high = math.ceil(math.log10(max(*(latency.seconds[-1] for latency in times), 10.0 ** (low + 1))))
    return Axis(low, max(high, low + 1))


def statistics(latency: Latency) -> str:
    """Return the statistics of an operation as text."""
    median, most, longest = latency.quantile(0.5), latency.quantile(0.95), latency.seconds[-1]
    return f"median {format_duration(median)}, 95 % within {format_duration(most)}, longest {format_duration(longest)}"


def format_tick(seconds: float) -> str:
    """Return a power of ten as text: `0.1 ms`, `10 ms`, `1 s`."""
    return f"{seconds:g} s" if seconds >= 1 else f"{round(seconds * 1000, 4):g} ms"
