"""What a person sees: a bar while it runs, then failures first. Elsewhere than on a terminal, plain lines."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from pacsimile_contract.events import (
    Acknowledging,
    Diagnosed,
    Event,
    InventoryTaken,
    RequirementJudged,
    RunFinished,
    RunStarted,
    ScenarioStarted,
)
from pacsimile_contract.redaction import Redactor
from pacsimile_contract.reporting.curl import answer, curl, traced
from pacsimile_contract.reporting.ink import Ink, Painted, verdict
from pacsimile_contract.reporting.words import NOT_SELECTED, ORDER, chosen, counted, exit_words, ranged, together
from pacsimile_contract.verdict import Evidence, JudgedPart, Judgement, Verdict

_BAR = 20
_SHOWN = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN)
MOST_PARTS = 4
"""Broken parts of one requirement that are shown with their evidence; the reports have them all."""
MOST_OF_AN_ANSWER = 300


class Terminal:
    """Writes to a stream; `colour` where it is a terminal, with a bar that moves. `report` is a folder to point to."""

    def __init__(self, out: TextIO, *, colour: bool, report: Path | None = None) -> None:
        self._ink, self._report = Ink(out, colour=colour, outlives=report is not None), report
        self._counts: Counter[Verdict] = Counter()
        self._redactor = Redactor()

    @property
    def unread(self) -> bool:
        """Whether its reader went away while the other reports were written."""
        return self._ink.unread

    def __call__(self, event: Event) -> None:
        """Say what an event means."""
        match event:
            case RunStarted():
                self._started(event)
            case Diagnosed(line=line):
                self._ink.line(Painted(f"!! {line}", "1;31"))
            case InventoryTaken(lines=lines):
                for line in lines:
                    indent = line[: len(line) - len(line.lstrip(" "))]
                    self._said(line.lstrip(" "), indent=indent, hang=indent + "    ")
            case Acknowledging(organization=organization, count=count, file=file):
                self._said(
                    f"marking as received, for good, in {organization}: "
                    f"{'what was listed' if count is None else f'{count} at most'}; saved before in {file}",
                    hang="  ",
                )
            case ScenarioStarted():
                self._progress(event)
            case RequirementJudged(judgement=judgement):
                self._judged(judgement)
            case RunFinished():
                self._finished(event)

    def _started(self, event: RunStarted) -> None:
        self._redactor = event.redactor
        options = event.options
        self._ink.line(f"judging {event.target.base_url}")
        self._ink.line(f"profile {event.profile}, level {options.level}, seed {options.seed}")

    def _progress(self, event: ScenarioStarted) -> None:
        full = _BAR * event.done // max(event.total, 1)
        counts = [piece for one in ORDER if self._counts[one] for piece in (" ", verdict(one), f" {self._counts[one]}")]
        self._ink.bar(f"{'█' * full}{'·' * (_BAR - full)} {event.done}/{event.total}", *counts, f"  {event.name}")

    def _judged(self, judgement: Judgement) -> None:
        if judgement.summary == NOT_SELECTED:
            return
        self._counts[judgement.verdict] += 1
        if not self._ink.colour or judgement.verdict in (Verdict.FAIL, Verdict.ERROR):
            summary = self._redactor.text(judgement.summary)
            self._ink.fitted(verdict(judgement.verdict), f" {judgement.requirement.named}: {summary}")

    def _finished(self, done: RunFinished) -> None:
        self._redactor = done.redactor
        self._ink.line()
        for shown in _SHOWN:
            for judgement in done.judgements:
                if judgement.verdict is shown:
                    self._explained(judgement)
        self._open(done.judgements)
        counts = [
            piece for one, number in counted(chosen(done.judgements)) for piece in (verdict(one), f" {number}", ", ")
        ]
        self._ink.line(*counts[:-1])
        for note in done.notes:
            self._said(note, hang="  ")
        options = done.options
        self._ink.filled(
            f"{done.requests} requests, {done.seconds:.1f} s, profile {done.profile}, level {options.level}, "
            f"seed {options.seed}",
            hang="  ",
        )
        if self._report is not None:
            self._ink.line(f"report: {self._report / 'report.html'}")
        word = {0: "32", 1: "1;31"}.get(done.exit_status, "1;36")
        self._ink.line(Painted(f"exit status {done.exit_status}: {exit_words(done)}", word))

    def _explained(self, judgement: Judgement) -> None:
        row = judgement.requirement
        self._ink.line(verdict(judgement.verdict), f" {row.named} ({row.level})")
        self._ink.filled(row.words, indent="  ")
        broken = [one for one in judgement.parts if one.verdict in _SHOWN]
        broken.sort(key=lambda one: ORDER.index(one.verdict))
        for part in broken[:MOST_PARTS]:
            self._part(part)
        if len(broken) > MOST_PARTS:
            names = ", ".join(one.check.partition("/")[2] for one in broken[MOST_PARTS:])
            self._ink.filled(f"and {len(broken) - MOST_PARTS} more of its parts: {names}", indent="  ", hang="    ")
        self._ink.line()

    def _part(self, part: JudgedPart) -> None:
        kind = f" ({part.kind.value})" if part.kind else ""
        self._ink.line("  ", verdict(part.verdict), f" {part.check}{kind}")
        if not part.evidence:
            return
        first, others = part.evidence[0], len(part.evidence) - 1
        self._compared(first)
        for line in first.told:
            self._said(line, indent="      ", hang=" " * 9)
        if first.exchange is not None:
            for line in curl(first.exchange, self._redactor).splitlines():
                self._ink.line(f"    {line}")
            self._ink.filled(
                f"→ {answer(first.exchange, self._redactor, most=MOST_OF_AN_ANSWER)}", indent="    ", hang="      "
            )
            self._ink.line(f"      {traced(first.exchange, self._redactor)}")
        if others:
            self._ink.line(f"    and {others} more finding{'s' * (others > 1)} of this part")

    def _compared(self, evidence: Evidence) -> None:
        if evidence.finding is None:
            self._said(evidence.note, indent="    ", hang="      ")
            return
        before = evidence.note.partition("expected ")[0].strip()
        if before:
            self._said(before, indent="    ", hang="      ")
        self._said(evidence.finding.expected, indent="    expected  ", hang=" " * 14)
        self._said(evidence.finding.got, indent="    got       ", hang=" " * 14)

    def _open(self, judgements: Sequence[Judgement]) -> None:
        self._together("not exercised", [one for one in judgements if one.verdict is Verdict.NOT_EXERCISED])
        self._together(
            "not judged by your choice", [one for one in judgements if one.verdict is Verdict.NOT_APPLICABLE]
        )

    def _together(self, title: str, judgements: Sequence[Judgement]) -> None:
        for reason, names in together(judgements).items():
            self._said(f"{title}: {ranged(names)}: {reason}", hang="  ")

    def _said(self, text: str, *, indent: str = "", hang: str | None = None) -> None:
        """Write words of ours that may hold what came from the wire."""
        self._ink.filled(self._redactor.text(text), indent=indent, hang=hang)
