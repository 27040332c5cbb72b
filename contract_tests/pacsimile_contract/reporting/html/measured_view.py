"""What was asked and how long it took, on a page: operations by responses by parameters, and plots of times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.reporting.coverage import NOT_DESCRIBED, Coverage, coverage, undescribed
from pacsimile_contract.reporting.latency import Axis, Latency, axis, figures, latencies, spoken_tick

BINS = 48
HEIGHT = 44
"""Of the bars, in pixels of CSS."""
_SCALE_HEIGHT = 16
_BAR_WIDTH = f"{92 / BINS:.2f}%"


@dataclass(frozen=True, slots=True)
class ParameterView:
    """A parameter that calls were made with, and how many."""

    name: str
    described: bool
    calls: int


@dataclass(frozen=True, slots=True)
class ResponseView:
    """A status that came, how often, and with which parameters."""

    status: str
    described: bool
    calls: int
    parameters: Sequence[ParameterView]


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation by the responses that it gave; `remarks` says which never came and what was never given."""

    request: str
    name: str
    calls: int
    seen: int
    described: int
    responses: Sequence[ResponseView]
    remarks: str


@dataclass(frozen=True, slots=True)
class CoverageView:
    """The operations, how many of the described responses were seen, and the answers to calls of no operation."""

    seen: int
    described: int
    operations: Sequence[OperationView]
    others: str


def coverage_view(exchanges: Sequence[Exchange]) -> CoverageView:
    """Return for each operation its responses, those never seen included, each by the parameters asked with."""
    covered = coverage(exchanges)
    return CoverageView(
        seen=sum(operation.seen for operation in covered),
        described=sum(operation.described for operation in covered),
        operations=[_operation(operation) for operation in covered],
        others=", ".join(f"{count} times {status}" for status, count in undescribed(exchanges).items()),
    )


def _operation(covered: Coverage) -> OperationView:
    unseen = ", ".join(response.status for response in covered.responses if not response.calls)
    never = ", ".join(covered.never_given) if covered.calls else ""
    remarks = (f"Not seen: {unseen}." if unseen else "", f"Never sent: {never}." if never else "")
    return OperationView(
        request=f"{covered.operation.method} {covered.operation.path}",
        name=covered.operation.operation_id,
        calls=covered.calls,
        seen=covered.seen,
        described=covered.described,
        responses=[
            ResponseView(response.status, response.described, response.calls, _parameters(response.parameters))
            for response in covered.responses
            if response.calls
        ],
        remarks=" ".join(filter(None, remarks)),
    )


def _parameters(calls: Mapping[str, int]) -> list[ParameterView]:
    return [ParameterView(name, name != NOT_DESCRIBED, count) for name, count in calls.items()]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram: `x` and `width` in per cent, the others in pixels from the top."""

    x: str
    y: int
    width: str
    height: int


@dataclass(frozen=True, slots=True)
class QuantileLine:
    """A line at a time: its place in per cent, and the class of CSS that draws it."""

    x: str
    name: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A power of ten on the axis: its place in per cent, its text, and which end of the text stands there."""

    x: str
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class PlotView:
    """A histogram of an operation's times, the median and the 95th percentile marked; `base` is where bars end."""

    operation: str
    calls: int
    figures: str
    height: int
    base: int
    bars: Sequence[Bar]
    marks: Sequence[QuantileLine]
    ticks: Sequence[Tick]


def plots(exchanges: Sequence[Exchange]) -> list[PlotView]:
    """Return a plot for each operation that was answered, all on one axis."""
    times = latencies(exchanges)
    return [_plot(latency, axis(times)) for latency in times]


def _plot(latency: Latency, on: Axis) -> PlotView:
    quantiles = (("median", latency.quantile(0.5)), ("p95", latency.quantile(0.95)))
    return PlotView(
        operation=latency.operation,
        calls=len(latency.seconds),
        figures=figures(latency),
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
    return Tick(f"{place:.2f}%", spoken_tick(seconds), anchor)
