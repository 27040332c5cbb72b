"""The end of a run, as one reads it: at most a screen, with the most harmful failures first and the way on."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import wrap

from pacsimile_contract.english import ranged
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.reporting.failure import Failure, failure
from pacsimile_contract.reporting.grounds import Grounds
from pacsimile_contract.reporting.ink import Ink, Painted, Piece, verdict
from pacsimile_contract.reporting.supplies import supplies
from pacsimile_contract.reporting.words import (
    MEANING,
    chosen,
    counted,
    exit_words,
    most_harmful_first,
    titled,
    together,
)
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.transcript.curl import answer, curl, traced
from pacsimile_spec.plain import one_line

LINES = 37
"""A screen, without the lines that stood before the run."""
_MOST_OPEN, _MOST_NOTES = 6, 4
_PAGE = 100
"""Columns of a screen that is none, as of a log."""

Line = tuple[Piece, ...]


@dataclass
class Screen:
    """A finished run in lines; `report` is the folder to point to, None where there is none."""

    done: RunFinished
    ink: Ink
    report: Path | None = None
    _grounds: Grounds = field(init=False)

    def __post_init__(self) -> None:
        """Look up once what the run knew."""
        self._grounds = Grounds(self.done)

    @property
    def _width(self) -> int:
        return min(self.ink.width, _PAGE)

    def show(self) -> None:
        """Write it."""
        rest = [*self._warned(), *self._open(), *self._declared(), *self._counts(), *self._notes()]
        last = self._way_on()
        diagnosed = self._told("!! ", self._shown(self.done.diagnosis), True) if self.done.diagnosis else []
        room = LINES - 3 - sum(map(self._height, [*diagnosed, *rest, *last]))
        for line in [self._verdict(), *diagnosed, *self._failures(room), (), *rest, *last]:
            self.ink.line(*line)

    def _height(self, line: Line) -> int:
        length = sum(len(piece.text if isinstance(piece, Painted) else piece) for piece in line)
        return max(1, math.ceil(length / self.ink.width))

    def _verdict(self) -> Line:
        done = self.done
        broken = sum(one.verdict is Verdict.FAIL for one in done.judgements)
        asked = len(chosen(done.judgements))
        said = f": {broken} of {asked} requirement{'s' * (asked != 1)}" if broken else ""
        colour = {0: "bold green", 1: "bold red"}.get(done.exit_status, "bold cyan")
        head = "OUT OF DATE" if done.exit_status == 1 and not broken else _head(done.exit_status)
        return Painted(head + said, colour), f"  {done.target.base_url}"

    def _failures(self, room: int) -> list[Line]:
        """Return the failures in as many words as there is room for, the most harmful first."""
        broken = most_harmful_first(self.done.judgements)
        for detail in (self._in_full, self._in_sides, self._in_short, self._in_three, self._in_two):
            blocks = [detail(one) for one in broken]
            if sum(self._height(line) for block in blocks for line in block) <= room:
                return [line for block in blocks for line in block]
        fits = max(1, (room - 1) // 2)
        left = len(broken) - fits
        where = "in report.html" if self.report is not None else "with -v, or with --report DIR"
        more = f"… and {left} more {where}: {ranged([one.requirement.id for one in broken[fits:]])}"
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
        told = self._failure(judgement)
        if not told.part:
            return self._told("  because   ", told.got, whole)
        lines = self._told("  asked     ", told.asked, whole) if told.asked else []
        lines += self._told("  expected  ", told.expected, whole) if told.expected else []
        more = f" (part {told.part}{f', and {told.others} more' if told.others else ''})"
        return [*lines, *self._told("  got       ", told.got, whole, more)]

    def _in_three(self, judgement: Judgement) -> list[Line]:
        told = self._failure(judgement)
        expected = f" instead of {told.expected}" if told.expected else ""
        lines = [self._title(judgement), *self._told("  ", f"{self._brief(told.got)}{expected}", False)]
        return [*lines, *self._told("  asked ", told.asked, False)] if told.asked else lines

    def _in_two(self, judgement: Judgement) -> list[Line]:
        told = self._failure(judgement)
        expected = f" instead of {self._brief(told.expected)}" if told.expected else ""
        said = self._brief(told.got) + expected + (f"; {told.asked}" if told.asked else "")
        return [self._title(judgement), *self._told("  ", said, False)]

    def _failure(self, judgement: Judgement) -> Failure:
        return failure(judgement, self.done, self._grounds)

    def _brief(self, text: str) -> str:
        most = self._width // 3
        return text if len(text) <= most else f"{text[: most - 1]}…"

    def _told(self, head: str, text: str, whole: bool, tail: str = "") -> list[Line]:
        """Return a text that may be written behind its head: in at most three lines, or cut to one."""
        shown = one_line(text)
        room = self._width - len(head) - len(tail)
        if whole:
            lines = self._filled(head + shown + tail, hang=" " * len(head))
            return lines[:3] if len(lines) <= 3 else [*lines[:2], (str(lines[2][0])[: self._width - 1] + "…",)]
        return [(head + (shown if len(shown) <= room else shown[: max(8, room - 1)] + "…") + tail,)]

    def _shown(self, text: str) -> str:
        return one_line(self.done.redactor.text(text))

    def _filled(self, text: str, *, indent: str = "", hang: str | None = None) -> list[Line]:
        further = indent if hang is None else hang
        lines = wrap(text, self._width, initial_indent=indent, subsequent_indent=further, break_on_hyphens=False)
        return [(line,) for line in lines]

    def _warned(self) -> list[Line]:
        warned = [one.requirement.id for one in self.done.judgements if one.verdict is Verdict.WARN]
        return [(verdict(Verdict.WARN), f" {titled(warned)} (-v shows why)")] if warned else []

    def _open(self) -> list[Line]:
        lacking = [one for one in chosen(self.done.judgements) if one.verdict is Verdict.NOT_EXERCISED]
        if not lacking:
            return []
        told = supplies(lacking)
        lines = [line for one in told[:_MOST_OPEN] for line in self._told("  ", self._shown(one), True)]
        if len(told) > _MOST_OPEN:
            lines.append((f"  … and {len(told) - _MOST_OPEN} more reasons (-v shows them)",))
        return [(verdict(Verdict.NOT_EXERCISED), f" {len(lacking)}. To test them, supply:"), *lines]

    def _cut(self, line: Line) -> Line:
        text = str(line[0])
        return (text if len(text) <= self._width else text[: self._width - 1] + "…",)

    def _declared(self) -> list[Line]:
        left = [one for one in self.done.judgements if one.verdict is Verdict.NOT_APPLICABLE]
        reasons = [f"N/A {titled(names)}: {why}" for why, names in together(left).items()]
        return [self._cut((self._shown(one),)) for one in reasons[:2]]

    def _counts(self) -> list[Line]:
        pieces: list[Piece] = []
        for one, number in counted(chosen(self.done.judgements)):
            pieces += [verdict(one), f" {number}", ", "]
        done = self.done
        meant = [f"{one.value}: {MEANING[one]}" for one, _ in counted(chosen(done.judgements)) if one in _EXPLAINED]
        facts = f"{done.requests} requests, {done.seconds:.1f} s, profile {done.profile}, level {done.options.level}"
        return [tuple(pieces[:-1]), *self._filled("; ".join(meant), hang="  "), (f"{facts}, seed {done.options.seed}",)]

    def _notes(self) -> list[Line]:
        further = [note for note in self.done.notes if note != self.done.diagnosis]
        notes = [self._cut((self._shown(note),)) for note in further[:_MOST_NOTES]]
        more = len(further) - _MOST_NOTES
        return [*notes, (f"… and {more} more notes (-v shows them)",)] if more > 0 else notes

    def _way_on(self) -> list[Line]:
        lines = list[Line]()
        broken = most_harmful_first(self.done.judgements)
        told = map(self._failure, broken)
        seen = next((one.evidence for one in told if one.evidence is not None and one.evidence.exchange), None)
        if seen is not None and seen.exchange is not None:
            first, *others = curl(seen.exchange, self.done.redactor).splitlines()
            lines += [(f"next: {first}",), *((f"      {line}",) for line in others)]
            came, trace = answer(seen.exchange, self.done.redactor, most=300), traced(seen.exchange, self.done.redactor)
            lines += self._told("      → ", came, False, f" ({trace})")
        if broken:
            lines.append((f"      -v shows every finding; --requirement {broken[0].requirement.id} judges it alone",))
        elif self.done.diagnosis and self.done.exit_status in _NOT_REACHED:
            lines.append(("next: fix what the line with !! says, then run this again",))
        elif any(one.verdict is Verdict.NOT_EXERCISED for one in chosen(self.done.judgements)):
            lines.append(("next: supply what is missing (docs/states.md); --list shows what each requirement needs",))
        if self.report is not None:
            lines.append((f"report: {self.report / 'report.html'}",))
        elif broken:
            lines.append(("      --report DIR writes every finding with its evidence",))
        word = {0: "green", 1: "bold red"}.get(self.done.exit_status, "bold cyan")
        return [*lines, (Painted(f"exit status {self.done.exit_status}: {exit_words(self.done)}", word),)]


_NOT_REACHED = (2, 4)
"""Exit statuses of a run that a mistake of the target file, or a target that is gone, kept from judging."""
_EXPLAINED = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN, Verdict.NOT_EXERCISED)


def _head(status: int) -> str:
    return {0: "PASS", 1: "FAIL", 3: "NOT ALL EXERCISED"}.get(status, "NO VERDICT")
