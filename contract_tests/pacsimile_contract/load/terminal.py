"""Shows a load in the terminal: a line that is renewed while it runs, then the outcome."""

from __future__ import annotations

from pacsimile_contract.english import counted
from pacsimile_contract.load.histogram import Histogram
from pacsimile_contract.load.plan import Plan
from pacsimile_contract.load.report import INTERRUPTED, MET, SHARES, Report, operation_names, short_name
from pacsimile_contract.load.violations import CHECKS
from pacsimile_contract.reporting.console import Console, Styled
from pacsimile_contract.reporting.latency import format_duration

EVERY = 60.0
"""Seconds between two lines where the stream is no terminal: a job's log shows that a long load goes on."""
MOST_SHOWN = 5
"""Violations of one requirement that are shown; the reports have more."""


class Progress:
    """Shows how far a load is."""

    def __init__(self, console: Console, plan: Plan) -> None:
        self._console, self._plan, self._next = console, plan, EVERY

    def __call__(self, elapsed: float, calls: int, errors: int, violations: int, times: Histogram) -> None:
        """Show it."""
        text = (
            f"{elapsed:.0f} s of {self._plan.duration:g} · {counted(calls, 'call')} · p50 "
            f"{format_duration(times.quantile(0.5))} · p99 {format_duration(times.quantile(0.99))} · "
            f"{counted(errors, 'error')} · {counted(violations, 'violation')}"
        )
        if self._console.interactive:
            self._console.bar(text)
        elif elapsed >= self._next:
            self._next += EVERY
            self._console.line(text)


def show(report: Report, console: Console, folder: str | None) -> None:
    """Show the outcome."""
    recorder, result = report.result.recorder, report.result
    rows = [("", "calls", "errors", *(f"p{share * 100:g}" for share in SHARES), "max")]
    for name in operation_names(list(recorder.operations)):
        times = recorder.operations[name]
        errors = sum(count for (operation, _), count in recorder.errors.items() if operation == name)
        quantiles = (format_duration(times.quantile(share)) for share in SHARES)
        rows.append((short_name(name), f"{times.count:,}", f"{errors:,}", *quantiles, format_duration(times.longest)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        console.line("  ".join(cells))
    console.line(f"{counted(recorder.calls, 'call')} in {result.seconds:.1f} s, {report.rate:.1f} a second")
    for (operation, kind), count in recorder.errors.most_common(MOST_SHOWN):
        console.line(Styled("error", "yellow"), f"  {short_name(operation)}: {kind}, {counted(count, 'time')}")
    _show_violations(report, console)
    for note in report.notes:
        console.paragraph(f"note: {note}", hang="  ")
    for bound in report.bounds:
        word = Styled("met", "green") if bound.met else Styled("missed", "bold red")
        console.line(word, f"  {bound.name}: {bound.measured}, at most {bound.bound}")
    if folder is not None:
        console.line(f"reports: {folder}")
    _show_verdict(report, console)


def _show_violations(report: Report, console: Console) -> None:
    violations = report.result.violations
    for name in CHECKS:
        kept = [violation for violation in violations.kept if violation.requirement == name]
        for violation in kept[:MOST_SHOWN]:
            subject = f" {report.subject(violation)}" if report.subject(violation) else ""
            console.paragraph(f"{name} violated{subject}: {report.words(violation)}", hang="  ", colour="bold red")
        if violations.counts[name] > MOST_SHOWN:
            console.line(f"  and {violations.counts[name] - MOST_SHOWN:,} more of {name}")
    judged = sum(violations.judged[name] > 0 for name in CHECKS)
    judgements = counted(violations.judged.total(), "judgement")
    console.line(f"{judgements} on {judged} of {counted(len(CHECKS), 'requirement')}")


def _show_verdict(report: Report, console: Console) -> None:
    status, failures = report.exit_status, "; ".join(report.failures)
    if status == INTERRUPTED:
        console.line(Styled("INTERRUPTED", "bold yellow"), f" {failures}" if failures else "")
    elif status == MET:
        console.line(Styled("PASS", "bold green"))
    else:
        console.line(Styled("FAIL", "bold red"), f" {failures}")
