"""Writes to a terminal what a proxy sees: a line for each new finding as it is seen, and at the end what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pacsimile_advice.presentation import as_text
from pacsimile_contract.english import counted
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.proxy.events import (
    FindingMade,
    JudgingStopped,
    MistakeMade,
    PassedUnjudged,
    ProxyEnded,
    ProxyEvent,
    ProxyStarted,
)
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.console import Console, Styled, verdict
from pacsimile_contract.reporting.failure import failure
from pacsimile_contract.reporting.presentation import count_verdicts, sort_failures, with_titles
from pacsimile_contract.reporting.rationale import Rationale
from pacsimile_contract.run.events import RunFinished
from pacsimile_spec.plain import one_line

MOST_PASSED = 20
"""Lines about what is passed on without being judged; those alike are written once."""


class LiveLines:
    """Writes to a console; `report` is the folder of the reports, None for none."""

    def __init__(self, console: Console, report: Path | None = None) -> None:
        self._console, self._report = console, report
        self._redactor = Redactor()
        self._passed: set[str] = set()

    def __call__(self, event: ProxyEvent) -> None:
        """Write what an event means."""
        match event:
            case ProxyStarted(redactor=redactor):
                self._redactor = redactor
            case FindingMade():
                self._finding(event)
            case MistakeMade():
                self._mistake(event)
            case PassedUnjudged(why=why):
                if why not in self._passed and len(self._passed) < MOST_PASSED:
                    self._passed.add(why)
                    self._console.line(Styled(f"  {why}", "cyan"))
            case JudgingStopped(why=why):
                self._console.paragraph(f"!! {why}", hang="   ", colour="bold red")
            case ProxyEnded():
                self._ended(event)

    def _finding(self, event: FindingMade) -> None:
        number = event.exchanges[-1].number if event.exchanges else "-"
        self._console.line(verdict(event.verdict), f" {event.requirement.named} (call {number})")
        self._text(f"expected {event.expected}; got {event.got}")

    def _mistake(self, event: MistakeMade) -> None:
        client = "" if event.client is None else f" ({event.client})"
        calls = ", ".join(map(str, event.calls[:5]))
        noun = "call" if len(event.calls) == 1 else "calls"
        self._console.line(Styled("CLIENT", "yellow"), f" {event.id}: {event.title}{client} ({noun} {calls})")
        self._text(f"{event.words}. {event.remedy}")

    def _text(self, text: str) -> None:
        self._console.paragraph(one_line(self._redactor.redact_own_text(text)), indent="     ", hang="     ")

    def _ended(self, ended: ProxyEnded) -> None:
        done = ended.run
        self._console.line()
        self._verdict(done)
        rationale = Rationale(done)
        for judgement in sort_failures(done.judgements):
            told = failure(judgement, done, rationale)
            self._console.line()
            self._console.line(verdict(judgement.verdict), f" {judgement.requirement.named}")
            for head, text in (("asked", told.request), ("expected", told.expected), ("got", told.got)):
                if text:
                    self._console.paragraph(f"{head:<9} {text}", indent="  ", hang=" " * 12)
        warned = [one.requirement.id for one in done.judgements if one.verdict is Verdict.WARN]
        if warned:
            self._console.line()
            self._console.line(verdict(Verdict.WARN), f" {with_titles(warned)}")
        self._advice(ended.advice)
        self._console.line()
        counts = ", ".join(f"{word.value} {number}" for word, number in count_verdicts(done.judgements))
        number = len(done.exchanges)
        self._console.paragraph(f"{number} call{'s' * (number != 1)} in {done.seconds:.0f} s; {counts}", hang="  ")
        for note in done.notes:
            self._console.paragraph(one_line(done.redactor.redact_own_text(note)), hang="  ")
        if self._report is not None and (self._report / "report.html").is_file():
            self._console.line(f"report: {self._report / 'report.html'}")

    def _verdict(self, done: RunFinished) -> None:
        """Write one line that agrees with all that is shown: a warning is not nothing."""
        counts = dict(count_verdicts(done.judgements))
        word, colour = "nothing broken was seen", "bold green"
        if broken := counts.get(Verdict.FAIL):
            word, colour = f"{counted(broken, 'requirement')} broken", "bold red"
        elif warned := counts.get(Verdict.WARN):
            word, colour = f"{counted(warned, 'warning')}, nothing else broken was seen", "bold yellow"
        if errors := counts.get(Verdict.ERROR):
            word, colour = f"{word}; {counted(errors, 'requirement')} without a verdict", "bold red"
        self._console.line(Styled(word, colour), f"  {done.target.base_url}")

    def _advice(self, advice: Mapping[str, Any]) -> None:
        self._console.line()
        self._console.line(Styled("the client", "bold"))
        for line in as_text(advice["advice"], advice["calls"]):
            self._console.line(self._redactor.redact_own_text(line))
