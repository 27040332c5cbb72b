"""Builds the tables of calls by operation, response and parameter, and the plots of their times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pacsimile_contract.crossing.coverages import coverages
from pacsimile_contract.crossing.table import COMBINED
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.reporting.coverage import NOT_DESCRIBED, Coverage, coverage, undescribed
from pacsimile_contract.reporting.latency import Axis, Latency, axis, format_tick, latencies, statistics
from pacsimile_contract.run.events import RunFinished

BINS = 48
HEIGHT = 44
"""The height of the bars, in CSS pixels."""
_SCALE_HEIGHT = 16
_BAR_WIDTH = f"{92 / BINS:.2f}%"


@dataclass(frozen=True, slots=True)
class ParameterView:
    """A parameter, and the number of calls with it."""

    name: str
    described: bool
    calls: int


@dataclass(frozen=True, slots=True)
class ResponseView:
    """A status, with the number of calls that it answered and their parameters."""

    status: str
    described: bool
    calls: int
    parameters: Sequence[ParameterView]


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation with its responses; `remarks` names the responses not received and the parameters not sent."""

    request: str
    name: str
    calls: int
    seen: int
    described: int
    responses: Sequence[ResponseView]
    remarks: str


@dataclass(frozen=True, slots=True)
class CoverageView:
    """All operations, the numbers of received and described responses, and the answers to calls of no operation."""

    seen: int
    described: int
    operations: Sequence[OperationView]
    others: str


def coverage_view(exchanges: Sequence[Exchange]) -> CoverageView:
    """Return each operation with its responses, received or not, and the parameters of their calls."""
    coverages = coverage(exchanges)
    return CoverageView(
        seen=sum(operation.seen for operation in coverages),
        described=sum(operation.described for operation in coverages),
        operations=[_operation(operation) for operation in coverages],
        others=", ".join(f"{count} times {status}" for status, count in undescribed(exchanges).items()),
    )


def _operation(coverage_: Coverage) -> OperationView:
    unseen = ", ".join(response.status for response in coverage_.responses if not response.calls)
    never = ", ".join(coverage_.never_sent) if coverage_.calls else ""
    remarks = (f"Not seen: {unseen}." if unseen else "", f"Never sent: {never}." if never else "")
    return OperationView(
        request=f"{coverage_.operation.method} {coverage_.operation.path}",
        name=coverage_.operation.operation_id,
        calls=coverage_.calls,
        seen=coverage_.seen,
        described=coverage_.described,
        responses=[
            ResponseView(response.status, response.described, response.calls, _parameters(response.parameters))
            for response in coverage_.responses
            if response.calls
        ],
        remarks=" ".join(filter(None, remarks)),
    )


def _parameters(calls: Mapping[str, int]) -> list[ParameterView]:
    return [ParameterView(name, name != NOT_DESCRIBED, count) for name, count in calls.items()]


@dataclass(frozen=True, slots=True)
class CrossedProperty:
    """A property of the crossing table, with the combinations with it that were asked, and that there are."""

    name: str
    asked: int
    possible: int


@dataclass(frozen=True, slots=True)
class CrossingView:
    """What is crossed with each call, and how many combinations were asked; `combined` is the word for them."""

    of: str
    combined: str
    asked: int
    possible: int
    properties: Sequence[CrossedProperty]

    @property
    def heading(self) -> str:
        """What is crossed, as the head of a column has it."""
        return self.of.capitalize()


def crossing_views(done: RunFinished) -> list[CrossingView]:
    """Return how much of each crossing table a run asked."""
    crossed = coverages(done.target, done.options.level, (story for story, _ in done.stories))
    return [
        CrossingView(of, COMBINED[one.strength], one.asked, one.possible, _properties(one.by_property))
        for of, one in crossed.items()
    ]


def _properties(by_property: Mapping[str, tuple[int, int]]) -> list[CrossedProperty]:
    return [CrossedProperty(name.replace("-", " "), *numbers) for name, numbers in by_property.items()]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram: `x` and `width` in per cent, `y` and `height` in pixels from the top."""

    x: str
    y: int
    width: str
    height: int


@dataclass(frozen=True, slots=True)
class QuantileLine:
    """A vertical line at a time: its place in per cent, and its CSS class."""

    x: str
    name: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A power of ten on the axis: its place in per cent, its text, and the alignment of the text."""

    x: str
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class PlotView:
    """A histogram of an operation's times with the median and the 95th percentile; `base` is the bottom of the bars."""

    operation: str
    calls: int
    figures: str
    height: int
    base: int
    bars: Sequence[Bar]
    marks: Sequence[QuantileLine]
    ticks: Sequence[Tick]


def plots(exchanges: Sequence[Exchange]) -> list[PlotView]:
    """Return a plot for each operation with answers; all share one axis."""
    times = latencies(exchanges)
    return [_plot(latency, axis(times)) for latency in times]


def _plot(latency: Latency, on: Axis) -> PlotView:
    quantiles = (("median", latency.quantile(0.5)), ("p95", latency.quantile(0.95)))
    return PlotView(
        operation=latency.operation,
        calls=len(latency.seconds),
        figures=statistics(latency),
        height=HEIGHT + _SCALE_HEIGHT,
        base=HEIGHT,
        bars=_bars(latency, on),
        marks=[QuantileLine(f"{on.place(seconds):.2f}%", name) for name, seconds in quantiles],
        ticks=[_tick(seconds, on) for seconds in on.ticks()],
    )


def _bars(latency: Latency, on: Axis) -> list[Bar]:
    counts = [0] * BINS
    for seconds in latency.seconds:
        counts[min(BINS - 1, int(on.place(seconds) / 100 * BINS))] += 1
    heights = [max(2, round(HEIGHT * count / max(counts))) if count else 0 for count in counts]
    return [
        Bar(f"{place * 100 / BINS:.2f}%", HEIGHT - height, _BAR_WIDTH, height) for place, height in enumerate(heights)
    ]


def _tick(seconds: float, on: Axis) -> Tick:
    place = on.place(seconds)
    anchor = "start" if place < 1 else "end" if place > 99 else "middle"
    return Tick(f"{place:.2f}%", format_tick(seconds), anchor)
