"""How long calls took: figures and a plot for each operation, all plots on one logarithmic axis."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.reporting.html.markup import Markup, element
from pacsimile_spec import operations

BINS = 48
_HEIGHT = 44
_AXIS = 16
_BAR = f"{92 / BINS:.2f}%"


@dataclass(frozen=True, slots=True)
class Latency:
    """The seconds that the answered calls of an operation took, from the shortest."""

    operation: str
    seconds: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """Return the time within which that share of the calls was answered."""
        return self.seconds[max(0, math.ceil(share * len(self.seconds)) - 1)]


def latencies(exchanges: Sequence[Exchange]) -> list[Latency]:
    """Return the times of each operation that was answered, in the description's order."""
    taken: Mapping[str, list[float]] = {name: [] for name in operations()}
    for one in exchanges:
        if one.operation is not None and one.operation in taken and one.answer is not None:
            taken[one.operation].append(max(one.seconds, 0.0))
    return [Latency(name, tuple(sorted(seconds))) for name, seconds in taken.items() if seconds]


def spoken(seconds: float) -> str:
    """Return a time in a reader's words: `1.2 ms`, `340 ms`, `2.1 s`."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.1f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic axis from 10^`low` to 10^`high` seconds."""

    low: int
    high: int

    def place(self, seconds: float) -> float:
        """Return where a time lies, in per cent of the axis."""
        exponent = math.log10(max(seconds, 10.0**self.low))
        return min(100.0, 100 * (exponent - self.low) / (self.high - self.low))

    def ticks(self) -> list[float]:
        """Return the powers of ten on it."""
        return [10.0**one for one in range(self.low, self.high + 1)]


def axis(found: Sequence[Latency]) -> Axis:
    """Return the axis on which all of these lie."""
    low = math.floor(math.log10(max(min(one.seconds[0] for one in found), 1e-4)))
    high = math.ceil(math.log10(max(*(one.seconds[-1] for one in found), 10.0 ** (low + 1))))
    return Axis(low, max(high, low + 1))


def plot(one: Latency, on: Axis) -> Markup:
    """Return a histogram with marks at the median and the 95th percentile; screen readers get the figures."""
    counts = [0] * BINS
    for seconds in one.seconds:
        counts[min(BINS - 1, int(on.place(seconds) / 100 * BINS))] += 1
    most, bars = max(counts), []
    for place, count in enumerate(counts):
        height = max(2, round(_HEIGHT * count / most)) if count else 0
        bars.append(element("rect", x=f"{place * 100 / BINS:.2f}%", y=_HEIGHT - height, width=_BAR, height=height))
    marks = [_mark(on.place(one.quantile(share)), name) for share, name in ((0.5, "median"), (0.95, "p95"))]
    return element(
        "svg", element("g", *(one for one in bars), class_="bars"), *marks, *_scale(on), class_="plot", width="100%",
        height=_HEIGHT + _AXIS, role="img", aria_label=f"Times of {len(one.seconds)} calls: {figures(one)}",
    )  # fmt: skip


def figures(one: Latency) -> str:
    """Return the figures of an operation in words."""
    return (
        f"median {spoken(one.quantile(0.5))}, 95 % within {spoken(one.quantile(0.95))}, longest "
        f"{spoken(one.seconds[-1])}"
    )


def _mark(place: float, name: str) -> Markup:
    where = f"{place:.2f}%"
    return element("line", x1=where, x2=where, y1=0, y2=_HEIGHT, class_=name)


def _scale(on: Axis) -> list[Markup]:
    drawn = [element("line", x1="0", x2="100%", y1=_HEIGHT, y2=_HEIGHT, class_="axis")]
    for tick in on.ticks():
        place = on.place(tick)
        anchor = "start" if place < 1 else "end" if place > 99 else "middle"
        drawn.append(element("text", spoken_tick(tick), x=f"{place:.2f}%", y=_HEIGHT + _AXIS - 4, text_anchor=anchor))
    return drawn


def spoken_tick(seconds: float) -> str:
    """Return a power of ten as an axis has it: `0.1 ms`, `10 ms`, `1 s`."""
    return f"{seconds:g} s" if seconds >= 1 else f"{round(seconds * 1000, 4):g} ms"
