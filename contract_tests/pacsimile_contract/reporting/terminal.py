"""Writes a run to the terminal: its progress, then one screen, with all findings before it for `-v`."""

import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.console import Console, console_on, verdict
from pacsimile_contract.reporting.details import Details
from pacsimile_contract.reporting.presentation import is_selected
from pacsimile_contract.reporting.progress import Progress
from pacsimile_contract.reporting.screen import Screen
from pacsimile_contract.run.events import (
    Acknowledging,
    Diagnosed,
    Event,
    InventoryTaken,
    RequirementJudged,
    RunFinished,
    RunStarted,
    ScenarioStarted,
)


class Terminal:
    """Writes a run to a console. As a context it updates the progress every second.

    Args:
        console: The console.
        report: The folder of the other reports; None for none.
        verbose: Whether to write every requirement and its evidence.
    """

    def __init__(self, console: Console, *, report: Path | None = None, verbose: bool = False) -> None:
        self._console, self._report, self._verbose = console, report, verbose
        self._progress = Progress(console)
        self._redactor = Redactor()
        self._diagnosed = False
        """Whether nothing was written since the diagnosis."""

    def __enter__(self) -> Self:
        """Start to update the progress."""
        self._progress.watch()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop to write, whatever ended the run."""
        self._progress.end()

    @property
    def closed(self) -> bool:
        """Whether the reader closed the stream while the other reports were written."""
        return self._console.closed

    def __call__(self, event: Event) -> None:
        """Write what an event means."""
        with self._progress.lock:
            self._handle(event)

    def _handle(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._started(event)
            case Diagnosed(line=line):
                self._diagnosed = True
                self._console.paragraph(f"!! {line}", hang="   ", colour="bold red")
            case InventoryTaken(lines=lines):
                self._inventory(list(lines))
            case Acknowledging():
                self._acknowledging(event)
            case ScenarioStarted():
                self._progress.step(event.name, event.done, event.total)
            case RequirementJudged(judgement=judgement):
                self._judged(judgement)
            case RunFinished():
                self._finished(event)

    def _started(self, event: RunStarted) -> None:
        self._redactor = event.redactor
        options = event.options
        self._console.line(f"judging {event.target.base_url}")
        self._console.line(f"profile {event.profile}, level {options.level}, seed {options.seed}")
        self._progress.begin(event.scenarios)

    def _inventory(self, lines: list[str]) -> None:
        """Write where states come from; with `-v`, also what is missing, which the final screen lists too."""
        shown = lines if self._verbose else [line for line in lines if line.startswith("states:")]
        self._diagnosed = self._diagnosed and not shown
        for line in shown:
            indent = line[: len(line) - len(line.lstrip(" "))]
            self._write(line.lstrip(" "), indent=indent, hang=indent + "    ")

    def _acknowledging(self, event: Acknowledging) -> None:
        reports = "the listed reports" if event.count is None else f"at most {event.count} reports"
        text = f"acknowledging {reports} of {event.organization}: this cannot be undone; saved first in {event.file}"
        self._write(text, hang="  ")

    def _judged(self, judgement: Judgement) -> None:
        if not is_selected(judgement):
            return
        self._progress.counts[judgement.verdict] += 1
        if self._verbose:
            summary = self._redactor.redact_own_text(judgement.summary)
            self._console.truncated_line(verdict(judgement.verdict), f" {judgement.requirement.named}: {summary}")

    def _finished(self, done: RunFinished) -> None:
        self._progress.end()
        self._console.line()
        if self._verbose:
            Details(self._console, done.redactor).show(done)
        Screen(done, self._console, self._report, self._diagnosed and not self._verbose).show()

    def _write(self, text: str, *, indent: str = "", hang: str | None = None) -> None:
        """Write a text of ours that may contain text from the wire."""
        self._console.paragraph(self._redactor.redact_own_text(text), indent=indent, hang=hang)


def on_standard_output(report: Path | None = None, *, verbose: bool = False) -> Terminal:
    """Return the terminal report on standard output, which refers to the folder of the others."""
    return Terminal(console_on(sys.stdout, survives_close=report is not None), report=report, verbose=verbose)
