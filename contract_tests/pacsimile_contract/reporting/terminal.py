"""What a person sees: a bar while it runs, then failures first. Elsewhere than on a terminal, plain lines."""

import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from pacsimile_contract.events import (
    Diagnosed,
    Event,
    InventoryTaken,
    RequirementJudged,
    RunFinished,
    RunStarted,
    ScenarioStarted,
)
from pacsimile_contract.redaction import Redactor
from pacsimile_contract.reporting.curl import answer, curl
from pacsimile_contract.verdict import JudgedPart, Judgement, Verdict

_COLOURS = {Verdict.FAIL: "31", Verdict.ERROR: "35", Verdict.WARN: "33", Verdict.PASS: "32"}
_BAR = 24
_WIDTH = 100
_SHOWN = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN)


class Terminal:
    """Writes to a stream; `colour` where it is a terminal, with a bar that moves."""

    def __init__(self, out: TextIO, *, colour: bool) -> None:
        self._out, self._colour = out, colour
        self._counts: Counter[Verdict] = Counter()
        self._redactor: Redactor | None = None

    def __call__(self, event: Event) -> None:
        """Say what an event means."""
        match event:
            case RunStarted():
                self._redactor = event.redactor
            case Diagnosed(line=line):
                self._line(self._painted(f"!! {line}", "31"))
            case InventoryTaken(lines=lines):
                for line in lines:
                    self._line(line)
            case ScenarioStarted():
                self._progress(event)
            case RequirementJudged(judgement=judgement):
                self._judged(judgement)
            case RunFinished():
                self._finished(event)

    def _write(self, text: str) -> None:
        self._out.write(self._redactor.text(text) if self._redactor else text)
        self._out.flush()

    def _line(self, text: str = "") -> None:
        self._write(("\r\x1b[2K" if self._colour else "") + text + "\n")

    def _painted(self, text: str, colour: str | None) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colour and colour else text

    def _name(self, verdict: Verdict) -> str:
        return self._painted(verdict.value, _COLOURS.get(verdict))

    def _progress(self, event: ScenarioStarted) -> None:
        if not self._colour:
            return
        full = _BAR * event.done // max(event.total, 1)
        counts = " ".join(f"{self._name(one)} {self._counts[one]}" for one in reversed(Verdict) if self._counts[one])
        self._write(f"\r\x1b[2K[{'█' * full}{'·' * (_BAR - full)}] {event.done}/{event.total} {event.name}  {counts}")

    def _judged(self, judgement: Judgement) -> None:
        self._counts[judgement.verdict] += 1
        if not self._colour or judgement.verdict in (Verdict.FAIL, Verdict.ERROR):
            self._line(f"{self._name(judgement.verdict)} {judgement.requirement.id} {judgement.summary}")

    def _finished(self, done: RunFinished) -> None:
        self._line()
        for verdict in _SHOWN:
            for judgement in done.judgements:
                if judgement.verdict is verdict:
                    self._explained(judgement, done.redactor)
        self._open(done.judgements)
        counts = Counter(one.verdict for one in done.judgements)
        self._line(", ".join(f"{self._name(one)} {counts[one]}" for one in reversed(Verdict) if counts[one]))
        for note in done.notes:
            self._line(note)
        self._line(
            f"{done.requests} requests, {done.seconds:.1f} s, profile {done.profile}, level {done.options.level}, "
            f"seed {done.options.seed}, exit status {done.exit_status}"
        )

    def _explained(self, judgement: Judgement, redactor: Redactor) -> None:
        row = judgement.requirement
        words = textwrap.shorten(row.words, 400, placeholder=" …")
        self._line(f"{self._name(judgement.verdict)} {row.id} ({row.level})")
        self._line(textwrap.fill(words, _WIDTH, initial_indent="  ", subsequent_indent="  "))
        for part in judgement.parts:
            if part.verdict in _SHOWN:
                self._part(part, redactor)
        self._line()

    def _part(self, part: JudgedPart, redactor: Redactor) -> None:
        kind = f" ({part.kind.value})" if part.kind else ""
        self._line(f"  {self._name(part.verdict)} {part.check}{kind}")
        for one in part.evidence[:3]:
            self._line(f"    {one.note}")
            if one.exchange is not None:
                self._line(f"    {curl(one.exchange, redactor)}")
                self._line(f"    → {answer(one.exchange, redactor, most=300)}")

    def _open(self, judgements: Sequence[Judgement]) -> None:
        self._together("not exercised", [one for one in judgements if one.verdict is Verdict.NOT_EXERCISED])
        self._together(
            "not judged by your choice", [one for one in judgements if one.verdict is Verdict.NOT_APPLICABLE]
        )

    def _together(self, title: str, judgements: Sequence[Judgement]) -> None:
        reasons: dict[str, list[str]] = {}
        for one in judgements:
            reasons.setdefault(one.summary, []).append(one.requirement.id)
        for reason, names in reasons.items():
            if reason != "not selected":
                self._line(textwrap.fill(f"{title}: {', '.join(names)}: {reason}", _WIDTH, subsequent_indent="  "))
