"""Writes the end of a run: at most one screen, with the most harmful failures first and the next steps last."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import wrap

from pacsimile_contract.crossing.coverages import coverages
from pacsimile_contract.crossing.table import COMBINED
from pacsimile_contract.english import ranged
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Judgement, lacking_parts
from pacsimile_contract.reporting.console import Console, Piece, Styled, verdict
from pacsimile_contract.reporting.failure import Failure, failure
from pacsimile_contract.reporting.prerequisites import next_step, open_reasons
from pacsimile_contract.reporting.presentation import (
    MEANING,
    count_verdicts,
    exit_words,
    group_by_reason,
    selected,
    sort_failures,
    with_titles,
)
from pacsimile_contract.reporting.rationale import Rationale
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.transcript.curl import answer, curl, traced
from pacsimile_spec.plain import one_line

LINES = 37
"""The most lines; a few lines of the terminal are left for those before the run."""
_MOST_OPEN, _MOST_NOTES, _MOST_LINES_OF_DIALECT, _MOST_PARTS = 10, 4, 20, 3
_PAGE = 100
"""The most columns of a line."""

Line = tuple[Piece, ...]


@dataclass
class Screen:
    """The final lines of a run.

    Attributes:
        done: The run.
        console: Where the lines are written.
        report: The folder of its reports; None for none.
        diagnosed: Whether the last lines on the screen are the run's diagnosis.
    """

    done: RunFinished
    console: Console
    report: Path | None = None
    diagnosed: bool = False
    _rationale: Rationale = field(init=False)

    def __post_init__(self) -> None:
        """Compute once what the run knew."""
        self._rationale = Rationale(self.done)

    @property
    def _width(self) -> int:
        return min(self.console.width, _PAGE)

    @property
    def _cuts(self) -> bool:
        """Whether long lines are cut: on a terminal, but not in a log, which is all that is left of a job."""
        return self.console.interactive

    def show(self) -> None:
        """Write the lines."""
        last = self._next_steps()
        diagnosis = self._text("!! ", self._redacted(self.done.diagnosis), True) if self.done.diagnosis else []
        not_judged = [*self._not_exercised(), *self._partly_exercised(), *self._not_applicable()]
        rest = [*self._warnings(), *not_judged, *self._counts()]
        if self.done.diagnosis and all(judgement.verdict in _OPEN for judgement in selected(self.done.judgements)):
            diagnosis, rest = [] if self.diagnosed else diagnosis, []
        rest += self._notes()
        room = LINES - 3 - sum(map(self._height, [*diagnosis, *rest, *last]))
        for line in [self._verdict(), *diagnosis, *self._failures(room), (), *rest, *last]:
            self.console.line(*line)

    def _height(self, line: Line) -> int:
        length = sum(len(piece.text if isinstance(piece, Styled) else piece) for piece in line)
        return max(1, math.ceil(length / self.console.width))

    def _verdict(self) -> Line:
        done = self.done
        broken = sum(judgement.verdict is Verdict.FAIL for judgement in done.judgements)
        total = len(selected(done.judgements))
        count = f": {broken} of {total} requirement{'s' * (total != 1)}" if broken else ""
        colour = {0: "bold green", 1: "bold red"}.get(done.exit_status, "bold cyan")
        head = "OUT OF DATE" if done.exit_status == 1 and not broken else _head(done.exit_status)
        return Styled(head + count, colour), f"  {done.target.base_url}"

    def _failures(self, room: int) -> list[Line]:
        """Return the failures in as much detail as fits, the most harmful first."""
        broken = sort_failures(self.done.judgements)
        for detail in (self._in_full, self._in_sides, self._in_short, self._in_three_lines, self._in_two_lines):
            blocks = [detail(judgement) for judgement in broken]
            if sum(self._height(line) for block in blocks for line in block) <= room:
                return [line for block in blocks for line in block]
        fits = max(1, (room - 1) // 2)
        if fits >= len(broken):
            return [line for block in blocks for line in block]
        remaining = len(broken) - fits
        where = "in report.html" if self.report is not None else "with -v, or with --report DIR"
        more = f"… and {remaining} more {where}: {ranged([judgement.requirement.id for judgement in broken[fits:]])}"
        return [*(line for block in blocks[:fits] for line in block), self._cut((more,))]

    def _title(self, judgement: Judgement) -> Line:
        return verdict(judgement.verdict), f" {judgement.requirement.named}"

    def _in_full(self, judgement: Judgement) -> list[Line]:
        lines = [(), self._title(judgement), *self._filled(judgement.requirement.words, indent="  ")]
        return [*lines, *self._sides(judgement, whole=True)]

    def _in_sides(self, judgement: Judgement) -> list[Line]:
        return [(), self._title(judgement), *self._sides(judgement, whole=True)]

    def _in_short(self, judgement: Judgement) -> list[Line]:
        return [self._title(judgement), *self._sides(judgement, whole=False)]

    def _sides(self, judgement: Judgement, *, whole: bool) -> list[Line]:
        failed = self._failure(judgement)
        if not failed.part:
            return self._text("  because   ", failed.got, whole)
        lines = self._text("  asked     ", failed.request, whole) if failed.request else []
        lines += self._text("  expected  ", failed.expected, whole) if failed.expected else []
        more = f" (part {failed.part}{f', and {failed.others} more' if failed.others else ''})"
        return [*lines, *self._text("  got       ", failed.got, whole, more)]

    def _in_three_lines(self, judgement: Judgement) -> list[Line]:
        failed = self._failure(judgement)
        expected = f"; expected {failed.expected}" if failed.expected else ""
        lines = [self._title(judgement), *self._text("  ", f"got {self._brief(failed.got)}{expected}", False)]
        return [*lines, *self._text("  asked ", failed.request, False)] if failed.request else lines

    def _in_two_lines(self, judgement: Judgement) -> list[Line]:
        failed = self._failure(judgement)
        expected = f"; expected {self._brief(failed.expected)}" if failed.expected else ""
        text = f"got {self._brief(failed.got)}{expected}" + (f"; asked {failed.request}" if failed.request else "")
        return [self._title(judgement), *self._text("  ", text, False)]

    def _failure(self, judgement: Judgement) -> Failure:
        return failure(judgement, self.done, self._rationale)

    def _brief(self, text: str) -> str:
        most = self._width // 3
        return text if len(text) <= most or not self._cuts else f"{text[: most - 1]}…"

    def _text(self, head: str, text: str, whole: bool, tail: str = "") -> list[Line]:
        """Return a redacted text after its head: in at most three lines if `whole`, else cut to one.

        Nothing is cut where there is no terminal: a log keeps the line.
        """
        line = one_line(text)
        room = self._width - len(head) - len(tail)
        if whole:
            lines = self._filled(head + line + tail, hang=" " * len(head))
            if len(lines) <= 3 or not self._cuts:
                return lines
            return [*lines[:2], (str(lines[2][0])[: self._width - 1] + "…",)]
        if self._cuts and len(line) > room:
            line = line[: max(8, room - 1)] + "…"
        return [(head + line + tail,)]

    def _redacted(self, text: str) -> str:
        return one_line(self.done.redactor.redact_own_text(text))

    def _filled(self, text: str, *, indent: str = "", hang: str | None = None) -> list[Line]:
        further = indent if hang is None else hang
        lines = wrap(text, self._width, initial_indent=indent, subsequent_indent=further, break_on_hyphens=False)
        return [(line,) for line in lines]

    def _warnings(self) -> list[Line]:
        warned = [judgement.requirement.id for judgement in self.done.judgements if judgement.verdict is Verdict.WARN]
        return [(verdict(Verdict.WARN), f" {with_titles(warned)} (-v shows why)")] if warned else []

    def _not_exercised(self) -> list[Line]:
        judgements = [
            judgement for judgement in selected(self.done.judgements) if judgement.verdict is Verdict.NOT_EXERCISED
        ]
        if not judgements:
            return []
        prerequisites = open_reasons(judgements)
        if not prerequisites:
            return []
        lines = [line for text in prerequisites[:_MOST_OPEN] for line in self._text("  ", self._redacted(text), True)]
        if len(prerequisites) > _MOST_OPEN:
            more = len(prerequisites) - _MOST_OPEN
            lines.append((f"  … and {more} more reason{'s' * (more > 1)} (-v shows them)",))
        return [(verdict(Verdict.NOT_EXERCISED), f" {len(judgements)}, because:"), *lines]

    def _partly_exercised(self) -> list[Line]:
        """Return the parts that lacked something, of requirements that passed without them."""
        passing = [judgement for judgement in selected(self.done.judgements) if judgement.verdict is Verdict.PASS]
        parts = [
            f"{judgement.requirement.id}/{name}: {why}"
            for judgement in passing
            for name, why in lacking_parts(judgement.parts)
        ]
        if not parts:
            return []
        lines = [line for text in parts[:_MOST_PARTS] for line in self._text("  ", self._redacted(text), True)]
        more = len(parts) - _MOST_PARTS
        lines += [(f"  … and {more} more part{'s' * (more > 1)} (-v shows them)",)] if more > 0 else []
        return [(verdict(Verdict.NOT_EXERCISED), " parts of requirements that passed:"), *lines]

    def _cut(self, line: Line) -> Line:
        text = str(line[0])
        return (text if len(text) <= self._width or not self._cuts else text[: self._width - 1] + "…",)

    def _not_applicable(self) -> list[Line]:
        judgements = [judgement for judgement in self.done.judgements if judgement.verdict is Verdict.NOT_APPLICABLE]
        reasons = [f"N/A {with_titles(names)}: {why}" for why, names in group_by_reason(judgements).items()]
        return [self._cut((self._redacted(reason),)) for reason in (reasons[:2] if self._cuts else reasons)]

    def _counts(self) -> list[Line]:
        pieces: list[Piece] = []
        for word, number in count_verdicts(selected(self.done.judgements)):
            pieces += [verdict(word), f" {number}", ", "]
        done = self.done
        meanings = [
            f"{word.value}: {MEANING[word]}"
            for word, _ in count_verdicts(selected(done.judgements))
            if word in _EXPLAINED
        ]
        facts = f"{done.requests} requests, {done.seconds:.1f} s, profile {done.profile}, level {done.options.level}"
        return [
            tuple(pieces[:-1]),
            *self._filled("; ".join(meanings), hang="  "),
            (f"{facts}, seed {done.options.seed}",),
            *self._crossing(),
        ]

    def _crossing(self) -> list[Line]:
        """Say how much of the crossing table was asked, if anything of it was."""
        crossed = coverages(self.done.target, self.done.options.level, (story for story, _ in self.done.stories))
        counts = [
            f"{table.asked} of {table.possible} {COMBINED[table.strength]} of {of}" for of, table in crossed.items()
        ]
        return [(f"crossed with each call: {', '.join(counts)}",)] if counts else []

    def _notes(self) -> list[Line]:
        notes = [note for note in self.done.notes if note != self.done.diagnosis]
        others = [note for note in notes if not self._is_of_dialect(note)][:_MOST_NOTES]
        shown = others + [note for note in notes if self._is_of_dialect(note)][:_MOST_LINES_OF_DIALECT]
        lines = [line for note in shown for line in self._text("", self._redacted(note), True)]
        more = len(notes) - len(shown)
        return [*lines, (f"… and {more} more note{'s' * (more > 1)} (-v shows them)",)] if more > 0 else lines

    def _is_of_dialect(self, note: str) -> bool:
        """Whether a note names a wrong line of the dialect. All of these are shown, as they are what to mend first."""
        given = self.done.target.dialect
        return given is not None and note.startswith(f"{given.file}:")

    def _next_steps(self) -> list[Line]:
        lines = list[Line]()
        broken = sort_failures(self.done.judgements)
        failures = map(self._failure, broken)
        exchanges = (failed.evidence.exchange for failed in failures if failed.evidence is not None)
        exchange = next((exchange for exchange in exchanges if exchange is not None), None)
        nothing_known = bool(self.done.diagnosis) and self.done.exit_status in _NOT_REACHED
        if nothing_known:
            lines.append(("next: fix what the line with !! says, then run this again",))
        elif exchange is not None:
            first, *others = curl(exchange, self.done.redactor).splitlines()
            lines += [(f"next: {first}",), *((f"      {line}",) for line in others)]
            response, trace = answer(exchange, self.done.redactor, most=300), traced(exchange, self.done.redactor)
            lines += self._text("      → ", response, False, f" ({trace})")
        if broken:
            lines.append((f"      -v shows every finding; --requirement {broken[0].requirement.id} judges it alone",))
        elif self.done.exit_status != 0 and not nothing_known:
            step = next_step(selected(self.done.judgements))
            lines += [(step,)] if step else []
        if self.report is not None:
            lines.append((f"report: {self.report / 'report.html'}",))
        elif broken:
            lines.append(("      --report DIR writes every finding with its evidence",))
        colour = {0: "green", 1: "bold red"}.get(self.done.exit_status, "bold cyan")
        return [*lines, (Styled(f"exit status {self.done.exit_status}: {exit_words(self.done)}", colour),)]


_NOT_REACHED = (2, 4)
"""Exit statuses of a run without verdicts because of a mistake in the target file or an unreachable target."""
_OPEN = (Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE)
_EXPLAINED = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN, Verdict.NOT_EXERCISED)


def _head(status: int) -> str:
    return {0: "PASS", 1: "FAIL", 3: "NOT ALL EXERCISED"}.get(status, "NO VERDICT")
