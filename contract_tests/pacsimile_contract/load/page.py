"""Builds the page of a load: the verdict, percentiles, what happened over time, errors and violations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pacsimile_contract.english import counted
from pacsimile_contract.load.histogram import GROWTH, SHORTEST, Histogram
from pacsimile_contract.load.recorder import Recorder, Span
from pacsimile_contract.load.report import SHARES, Report, operation_names, short_name
from pacsimile_contract.load.violations import CHECKS
from pacsimile_contract.reporting.html.badge import Badge
from pacsimile_contract.reporting.html.rendering import render
from pacsimile_contract.reporting.latency import Axis, format_duration, format_tick
from pacsimile_spec import requirements

BINS, HEIGHT = 48, 44
"""Bars of a histogram, and the height of the highest in CSS pixels."""
WIDTH, TALL = 600.0, 120.0
"""The box of a plot over time, in its own units."""
QUANTILES = ("p50", "p90", "p95", "p99")


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation. `bars` are (x, y, width, height), `marks` (x, class), `ticks` (x, text, anchor)."""

    name: str
    calls: str
    rate: str
    errors: str
    quantiles: Sequence[tuple[str, str]]
    figures: str
    bars: Sequence[tuple[str, int, str, int]]
    marks: Sequence[tuple[str, str]]
    ticks: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of a plot: its name, its CSS class, and its points as SVG has them."""

    name: str
    style: str
    points: str


@dataclass(frozen=True, slots=True)
class TimePlot:
    """A plot over time, with its highest value as text."""

    title: str
    top: str
    end: str
    words: str
    curves: Sequence[Curve]


@dataclass(frozen=True, slots=True)
class CheckView:
    """A requirement that was checked, with its violations as (subject, words, when)."""

    id: str
    title: str
    verdict: Badge
    summary: str
    violations: Sequence[tuple[str, str, str]]
    more: int


def page(report: Report) -> Iterator[str]:
    """Yield the page piece by piece."""
    recorder, failures = report.result.recorder, report.failures
    word = "INTERRUPTED" if report.result.interrupted else "FAIL" if failures else "PASS"
    return render(
        "load.html.j2",
        url=report.job.target.base_url,
        verdict=Badge(word, {"PASS": "pass", "FAIL": "fail"}.get(word, "warn")),
        headline="; ".join(failures) if failures else "every threshold was met, and no violation was seen",
        facts=_facts(report),
        notes=list(report.notes),
        bounds=[(bound, _bound(bound.met)) for bound in report.bounds],
        quantiles=QUANTILES,
        operations=_operations(report, recorder),
        plots=_plots(recorder),
        errors=[(short_name(name), kind, f"{count:,}") for (name, kind), count in recorder.errors.most_common()],
        checks=_checks(report),
    )


def _bound(met: bool | None) -> Badge:
    return Badge("met", "pass") if met else Badge("missed" if met is False else "no call", "fail")


def _facts(report: Report) -> str:
    dialect = report.job.target.dialect
    spelling = f"; dialect {dialect.dialect.name}" if dialect else ""
    calls, seconds = report.result.recorder.calls, report.result.seconds
    return f"{report.plan.described()}; {calls:,} calls in {seconds:.1f} s, {report.rate:.1f} a second{spelling}"


def _operations(report: Report, recorder: Recorder) -> list[OperationView]:
    axis = _axis(recorder)
    views = []
    for name in operation_names(list(recorder.operations)):
        times = recorder.operations[name]
        errors = sum(count for (operation, _), count in recorder.errors.items() if operation == name)
        values = [
            (label, format_duration(times.quantile(share))) for label, share in zip(QUANTILES, SHARES, strict=True)
        ]
        values.append(("max", format_duration(times.longest)))
        views.append(
            OperationView(
                name=short_name(name),
                calls=f"{times.count:,}",
                rate=f"{times.count / max(report.result.seconds, 0.001):.1f}",
                errors=f"{errors:,}",
                quantiles=values,
                figures=", ".join(f"{label} {value}" for label, value in values),
                bars=_bars(times, axis),
                marks=[
                    (f"{axis.place(times.quantile(share)):.2f}%", style)
                    for share, style in ((0.5, "median"), (0.99, "p95"))
                ],
                ticks=[_tick(seconds, axis) for seconds in axis.ticks()],
            )
        )
    return views


def _axis(recorder: Recorder) -> Axis:
    """Return a logarithmic axis that covers all times."""
    times = recorder.all_times
    first = SHORTEST * GROWTH ** min(times.buckets, default=0)
    low = math.floor(math.log10(max(first, 1e-4)))
    return Axis(low, max(math.ceil(math.log10(max(times.longest, 1e-4))), low + 1))


def _bars(times: Histogram, axis: Axis) -> list[tuple[str, int, str, int]]:
    counts = [0] * BINS
    for bucket, count in times.buckets.items():
        counts[min(BINS - 1, int(axis.place(SHORTEST * GROWTH ** (bucket + 0.5)) / 100 * BINS))] += count
    heights = [max(2, round(HEIGHT * count / max(counts))) if count else 0 for count in counts]
    return [
        (f"{place * 100 / BINS:.2f}%", HEIGHT - height, f"{92 / BINS:.2f}%", height)
        for place, height in enumerate(heights)
        if height
    ]


def _tick(seconds: float, axis: Axis) -> tuple[str, str, str]:
    place = axis.place(seconds)
    return f"{place:.2f}%", format_tick(seconds), "start" if place < 1 else "end" if place > 99 else "middle"


def _plots(recorder: Recorder) -> list[TimePlot]:
    if not recorder.spans:
        return []
    last = max(recorder.spans)
    spans = [recorder.spans.get(number, Span()) for number in range(last + 1)]
    length, end = recorder.span_seconds, format_duration((last + 1) * recorder.span_seconds)
    rates = [span.times.count / length for span in spans]
    errors = [span.errors / length for span in spans]
    most, slowest = max(*rates, 0.001), max(span.times.quantile(0.99) for span in spans) or 0.001
    return [
        TimePlot(
            "Calls a second", f"{most:.1f}", end,
            f"up to {most:.1f} calls and {max(errors):.1f} errors a second",
            [Curve("calls", "calls", _points(rates, most)), Curve("errors", "errors", _points(errors, most))],
        ),
        TimePlot(
            "Time of a call", format_duration(slowest), end,
            f"p50 up to {format_duration(max(span.times.quantile(0.5) for span in spans))}, "
            f"p99 up to {format_duration(slowest)}",
            [
                Curve(f"p{share * 100:g}", style, _points([span.times.quantile(share) for span in spans], slowest))
                for share, style in ((0.5, "calls"), (0.99, "p99"))
            ],
        ),
    ]  # fmt: skip


def _points(values: Sequence[float], top: float) -> str:
    step = WIDTH / max(len(values) - 1, 1)
    pairs = [(place * step, TALL - TALL * value / top) for place, value in enumerate(values)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (pairs if len(pairs) > 1 else [*pairs, (WIDTH, pairs[0][1])]))


def _checks(report: Report) -> list[CheckView]:
    violations, views = report.result.violations, []
    for name, words in CHECKS.items():
        count, judged = violations.counts[name], violations.judged[name]
        kept = [violation for violation in violations.kept if violation.requirement == name]
        verdict = (
            Badge("FAIL", "fail")
            if count
            else Badge("PASS", "pass")
            if judged
            else Badge("not judged", "not-exercised")
        )
        views.append(
            CheckView(
                id=name,
                title=requirements()[name].title,
                verdict=verdict,
                summary=f"{counted(count, 'time')}: {words}" if count else counted(judged, "judgement"),
                violations=[(report.subject(each), report.words(each), f"{each.at:.1f} s") for each in kept],
                more=count - len(kept),
            )
        )
    return sorted(views, key=lambda view: view.verdict.text != "FAIL")
