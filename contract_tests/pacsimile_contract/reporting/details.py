"""Writes each broken requirement with its evidence, as `verify -v` shows it before the final screen."""

from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.console import Console, verdict
from pacsimile_contract.reporting.prerequisites import open_reasons
from pacsimile_contract.reporting.presentation import KIND, ORDER, selected
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.transcript.curl import answer, curl, traced

_BROKEN = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN)
MOST_PARTS = 4
"""The most broken parts of one requirement that are written with evidence; the reports have all."""
MOST_OF_AN_ANSWER = 300
"""Characters."""


class Details:
    """Writes broken requirements, failures first, and then those not exercised, with their full reasons."""

    def __init__(self, console: Console, redactor: Redactor) -> None:
        self._console, self._redactor = console, redactor

    def show(self, done: RunFinished) -> None:
        """Write the details of a finished run."""
        broken = [judgement for verdict_ in _BROKEN for judgement in done.judgements if judgement.verdict is verdict_]
        if broken:
            self._console.paragraph(f"(fact): {KIND['fact']}; (form): {KIND['form']}")
            self._console.line()
        for judgement in broken:
            self._judgement(judgement)
        for line in open_reasons(
            judgement for judgement in selected(done.judgements) if judgement.verdict is Verdict.NOT_EXERCISED
        ):
            self._write(f"not exercised: {line}", hang="  ")
        for note in done.notes:
            self._write(note, hang="  ")
        self._console.line()

    def _judgement(self, judgement: Judgement) -> None:
        row = judgement.requirement
        self._console.line(verdict(judgement.verdict), f" {row.named} ({row.level})")
        self._console.paragraph(row.words, indent="  ")
        broken = [part for part in judgement.parts if part.verdict in _BROKEN]
        broken.sort(key=lambda part: ORDER.index(part.verdict))
        for part in broken[:MOST_PARTS]:
            self._part(part)
        if len(broken) > MOST_PARTS:
            names = ", ".join(part.check.partition("/")[2] for part in broken[MOST_PARTS:])
            self._console.paragraph(
                f"and {len(broken) - MOST_PARTS} more of its parts: {names}", indent="  ", hang="    "
            )
        self._console.line()

    def _part(self, part: JudgedPart) -> None:
        kind = f" ({part.kind.value})" if part.kind else ""
        self._console.line("  ", verdict(part.verdict), f" {part.check}{kind}")
        if not part.evidence:
            return
        first, others = part.evidence[0], len(part.evidence) - 1
        self._comparison(first)
        for line in first.steps:
            self._write(line, indent="      ", hang=" " * 9)
        if first.exchange is not None:
            for line in curl(first.exchange, self._redactor).splitlines():
                self._console.line(f"    {line}")
            self._console.paragraph(
                f"→ {answer(first.exchange, self._redactor, most=MOST_OF_AN_ANSWER)}", indent="    ", hang="      "
            )
            self._console.line(f"      {traced(first.exchange, self._redactor)}")
        if others:
            self._console.line(f"    and {others} more finding{'s' * (others > 1)} of this part")

    def _comparison(self, evidence: Evidence) -> None:
        if evidence.finding is None:
            self._write(evidence.note, indent="    ", hang="      ")
            return
        before = evidence.note.partition("expected ")[0].strip()
        if before:
            self._write(before, indent="    ", hang="      ")
        self._write(evidence.finding.expected, indent="    expected  ", hang=" " * 14)
        self._write(evidence.finding.got, indent="    got       ", hang=" " * 14)

    def _write(self, text: str, *, indent: str = "", hang: str | None = None) -> None:
        """Write a text of ours that may contain text from the wire."""
        self._console.paragraph(self._redactor.redact_own_text(text), indent=indent, hang=hang)
