"""What a person sees of a run: what it does while it lasts, then one screen; all that was found with `-v`."""

import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.details import Details
from pacsimile_contract.reporting.ink import Ink, ink_on, verdict
from pacsimile_contract.reporting.progress import Progress
from pacsimile_contract.reporting.screen import Screen
from pacsimile_contract.reporting.words import NOT_SELECTED
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
    """Writes a run to a stream. `report` is a folder to point to; `verbose` shows every requirement and its evidence.

    Entered as a context it says once a second how far the run is, also while nothing else happens.
    """

    def __init__(self, ink: Ink, *, report: Path | None = None, verbose: bool = False) -> None:
        self._ink, self._report, self._verbose = ink, report, verbose
        self._progress = Progress(ink)
        self._redactor = Redactor()

    def __enter__(self) -> Self:
        """Begin to write how far the run is."""
        self._progress.watch()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write nothing more, whatever ended the run."""
        self._progress.end()

    @property
    def unread(self) -> bool:
        """Whether its reader went away while the other reports were written."""
        return self._ink.unread

    def __call__(self, event: Event) -> None:
        """Say what an event means."""
        with self._progress.lock:
            self._say(event)

    def _say(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._started(event)
            case Diagnosed(line=line):
                self._ink.filled(f"!! {line}", hang="   ", colour="bold red")
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
        self._ink.line(f"judging {event.target.base_url}")
        self._ink.line(f"profile {event.profile}, level {options.level}, seed {options.seed}")
        self._progress.begin(event.scenarios)

    def _inventory(self, lines: list[str]) -> None:
        """Say where states come from; what to supply stands at the end, and with `-v` here too."""
        for line in lines if self._verbose else [one for one in lines if one.startswith("states:")]:
            indent = line[: len(line) - len(line.lstrip(" "))]
            self._said(line.lstrip(" "), indent=indent, hang=indent + "    ")

    def _acknowledging(self, event: Acknowledging) -> None:
        reports = "the listed reports" if event.count is None else f"at most {event.count} reports"
        told = f"acknowledging {reports} of {event.organization}: this cannot be undone; saved first in {event.file}"
        self._said(told, hang="  ")

    def _judged(self, judgement: Judgement) -> None:
        if judgement.summary == NOT_SELECTED:
            return
        self._progress.counts[judgement.verdict] += 1
        if self._verbose:
            summary = self._redactor.text(judgement.summary)
            self._ink.fitted(verdict(judgement.verdict), f" {judgement.requirement.named}: {summary}")

    def _finished(self, done: RunFinished) -> None:
        self._progress.end()
        self._ink.line()
        if self._verbose:
            Details(self._ink, done.redactor).show(done)
        Screen(done, self._ink, self._report).show()

    def _said(self, text: str, *, indent: str = "", hang: str | None = None) -> None:
        """Write words of ours that may hold what came from the wire."""
        self._ink.filled(self._redactor.text(text), indent=indent, hang=hang)


def on_standard_output(report: Path | None = None, *, verbose: bool = False) -> Terminal:
    """Return the report on standard output, which points to the folder of the others."""
    return Terminal(ink_on(sys.stdout, outlives=report is not None), report=report, verbose=verbose)
