"""What was found of each requirement that is broken, with its evidence: `verify -v` shows it before the last screen."""

from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.ink import Ink, verdict
from pacsimile_contract.reporting.supplies import supplies
from pacsimile_contract.reporting.words import KIND, ORDER, chosen
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.transcript.curl import answer, curl, traced

_SHOWN = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN)
MOST_PARTS = 4
"""Broken parts of one requirement that are shown with their evidence; the reports have them all."""
MOST_OF_AN_ANSWER = 300


class Details:
    """Writes what is broken, failures first, then what was not exercised, each reason whole."""

    def __init__(self, ink: Ink, redactor: Redactor) -> None:
        self._ink, self._redactor = ink, redactor

    def show(self, done: RunFinished) -> None:
        """Write all of a finished run."""
        broken = [one for verdict_ in _SHOWN for one in done.judgements if one.verdict is verdict_]
        if broken:
            self._ink.filled(f"(fact): {KIND['fact']}; (form): {KIND['form']}")
            self._ink.line()
        for judgement in broken:
            self._explained(judgement)
        for line in supplies(one for one in chosen(done.judgements) if one.verdict is Verdict.NOT_EXERCISED):
            self._said(f"not exercised: {line}", hang="  ")
        for note in done.notes:
            self._said(note, hang="  ")
        self._ink.line()

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
        for line in first.steps:
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

    def _said(self, text: str, *, indent: str = "", hang: str | None = None) -> None:
        """Write words of ours that may hold what came from the wire."""
        self._ink.filled(self._redactor.text(text), indent=indent, hang=hang)
