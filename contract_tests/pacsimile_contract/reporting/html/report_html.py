"""Writes `report.html`: the report of a run for people, in one file that needs no network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pacsimile_contract.files import new_file
from pacsimile_contract.findings.registry import scenarios
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.call_variables import call_variables
from pacsimile_contract.reporting.html.exchange_view import Context
from pacsimile_contract.reporting.html.failures_view import failures
from pacsimile_contract.reporting.html.measured_view import coverage_view, crossing_views, plots
from pacsimile_contract.reporting.html.rendering import render
from pacsimile_contract.reporting.html.requirement_view import requirement_view
from pacsimile_contract.reporting.html.verdict_badges import badge, badges
from pacsimile_contract.reporting.prerequisites import open_reasons
from pacsimile_contract.reporting.presentation import exit_words, selected, sort_judgements
from pacsimile_contract.reporting.rationale import Rationale
from pacsimile_contract.reporting.report_json import versions
from pacsimile_contract.run.events import Event, InventoryTaken, RunFinished


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the inventory, with its indented lines."""

    text: str
    below: list[str] = field(default_factory=list)


class ReportHtml:
    """Writes `report.html` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "report.html"
        self._inventory: Sequence[str] = ()

    def __call__(self, event: Event) -> None:
        """Write the file at the end of the run."""
        if isinstance(event, InventoryTaken):
            self._inventory = event.lines
        if isinstance(event, RunFinished):
            now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
            with new_file(self._path) as file:
                file.writelines(report_page(event, self._inventory, now))


def report_page(done: RunFinished, inventory: Sequence[str] = (), ended: str = "") -> Iterator[str]:
    """Yield the page of a finished run piece by piece.

    Args:
        done: The run.
        inventory: The available test data, as in `InventoryTaken`.
        ended: When the run ended, as text.
    """
    text, context = done.redactor.redact_own_text, _context(done)
    chosen = selected(done.judgements)
    return render(
        "report.html.j2",
        target=done.target.base_url,
        verdict=badge(_verdict(done)),
        exit_status=done.exit_status,
        exit_words=exit_words(done),
        diagnosis=text(done.diagnosis) if done.diagnosis else "",
        failures=failures(done),
        counts=badges(chosen),
        others=len(done.judgements) - len(chosen),
        notes=[text(note) for note in done.notes if note != done.diagnosis],
        requirements=(requirement_view(judgement, context) for judgement in sort_judgements(chosen)),
        lacking=[text(line) for line in _prerequisites(done)],
        inventory=_entries([text(line) for line in inventory]),
        coverage=coverage_view(done.exchanges),
        crossings=crossing_views(done),
        latency=plots(done.exchanges),
        settings=call_variables(done),
        facts=_facts(done, ended),
    )


def _context(done: RunFinished) -> Context:
    return Context(done.redactor, _steps(done), Rationale(done).organizations())


def _steps(done: RunFinished) -> Mapping[int, str]:
    """Return in words which step of its scenario each exchange is, by the exchange's number."""
    asked, steps = {scenario.name: scenario.summary for scenario in scenarios()}, dict[int, str]()
    for story, _ in done.stories:
        if words := asked.get(story.scenario):
            for place, step in enumerate(story.steps, 1):
                steps.setdefault(step.exchange.number, f"step {place} of {len(story.steps)} of: {words}")
    return steps


def _verdict(done: RunFinished) -> Verdict:
    """Return the verdict that stands for the run's exit status."""
    by_status = {0: Verdict.PASS, 1: Verdict.FAIL, 3: Verdict.NOT_EXERCISED}
    return by_status.get(done.exit_status, Verdict.ERROR)


def _prerequisites(done: RunFinished) -> list[str]:
    """Return what to supply so that more requirements can be judged."""
    return open_reasons(judgement for judgement in done.judgements if judgement.verdict is Verdict.NOT_EXERCISED)


def _entries(lines: Sequence[str]) -> list[Entry]:
    """Group lines: each with the indented lines that follow it."""
    entries: list[Entry] = []
    for line in lines:
        if line.startswith("  ") and entries:
            entries[-1].below.append(line.strip())
        else:
            entries.append(Entry(line))
    return entries


def _dialect(done: RunFinished) -> str:
    given = done.target.dialect
    return "" if given is None else f"{given.dialect.name} (SHA-256 {given.digest})"


def _facts(done: RunFinished, ended: str) -> Mapping[str, str]:
    """Return the conditions of the run by name; an empty value is not shown."""
    options = done.options
    return {
        "Target": done.target.base_url, "Dialect": _dialect(done),
        "Run": done.run_id, "Ended": ended, "Profile": done.profile,
        "Level": options.level, "Seed": str(options.seed), "Requirements": ", ".join(options.requirements) or "all",
        "Requests": f"{done.requests}, state URL calls not counted", "Seconds": f"{done.seconds:.1f}", **versions(),
    }  # fmt: skip
