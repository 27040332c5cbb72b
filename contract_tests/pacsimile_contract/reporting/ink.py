"""Lines on a stream: coloured where it is a terminal, as wide as it is, and nothing in them that would rule it."""

import os
import shutil
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TextIO

import click

from pacsimile_contract.findings.verdict import Verdict
from pacsimile_spec.plain import inert, one_line, printable

_COLOURS = {
    Verdict.FAIL: "bold red", Verdict.ERROR: "bold magenta", Verdict.WARN: "yellow", Verdict.PASS: "green",
    Verdict.NOT_EXERCISED: "cyan",
}  # fmt: skip
WIDEST = 110
"""Text is no wider than that, whatever the terminal."""


@dataclass(frozen=True, slots=True)
class Painted:
    """Text in a colour that `click.style` knows: `red`, `bold red`, or `bold` alone."""

    text: str
    colour: str | None


Piece = str | Painted


def verdict(one: Verdict) -> Painted:
    """Return a verdict in its colour."""
    return Painted(one.value, _COLOURS.get(one))


class Ink:
    """Writes to a stream. What it is given may be written as it is, but for control characters: they are escaped.

    `moves` where it is a terminal: lines are as wide as it is, and a bar may be written over. Without `colour` it is
    written in its own (NO_COLOR).

    Where nobody reads on, as of `| head`, BrokenPipeError ends the work, unless it `outlives` that: it then writes
    files too, and `unread` says so.
    """

    def __init__(self, out: TextIO, *, colour: bool, moves: bool | None = None, outlives: bool = False) -> None:
        self._out, self.colour = out, colour
        self.moves = colour if moves is None else moves
        self._outlives, self.unread = outlives, False
        self.plain = not _can_write(out, "█·→…")

    @property
    def width(self) -> int:
        """The columns that a line has: those of the terminal, else as many as read well."""
        return min(shutil.get_terminal_size((WIDEST, 24)).columns, 200) if self.moves else WIDEST

    def line(self, *pieces: Piece) -> None:
        """Write a line, over what stands in the bar's place."""
        self._write(("\r\x1b[2K" if self.moves else "") + self._joined(pieces) + "\n")

    def filled(self, text: str, *, indent: str = "", hang: str | None = None, colour: str | None = None) -> None:
        """Write a text in as many lines as it takes, the further ones indented by `hang`."""
        width = min(self.width, WIDEST)
        for line in textwrap.wrap(
            one_line(text), width, initial_indent=indent, subsequent_indent=indent if hang is None else hang,
            break_on_hyphens=False,
        ):  # fmt: skip
            self.line(Painted(line, colour))

    def fitted(self, *pieces: Piece) -> None:
        """Write one line, cut to the width where it is a terminal."""
        self.line(*(self._cut(pieces) if self.moves else pieces))

    def bar(self, *pieces: Piece) -> None:
        """Write what the next line takes the place of; nothing elsewhere than on a terminal."""
        if self.moves:
            self._write("\r\x1b[2K" + self._joined(self._cut(pieces)))

    def _cut(self, pieces: Iterable[Piece]) -> list[Piece]:
        left, kept = self.width - 1, list[Piece]()
        for piece in pieces:
            painted = piece if isinstance(piece, Painted) else Painted(piece, None)
            text = self._clean(painted.text)
            if len(text) > left:
                return [*kept, Painted(text[: max(0, left - 1)] + "…", painted.colour)]
            kept.append(Painted(text, painted.colour))
            left -= len(text)
        return kept

    def _joined(self, pieces: Iterable[Piece]) -> str:
        return inert("".join(self._ready(pieces)))

    def _ready(self, pieces: Iterable[Piece]) -> Iterable[str]:
        for piece in pieces:
            text, colour = (piece.text, piece.colour) if isinstance(piece, Painted) else (piece, None)
            clean = self._clean(text)
            yield _styled(clean, colour) if colour and self.colour else clean

    def _clean(self, text: str) -> str:
        shown = printable(text, kept=frozenset())
        return _in_ascii(shown) if self.plain else shown

    def _write(self, text: str) -> None:
        if self.unread:
            return
        encoding = self._out.encoding or "utf-8"
        try:
            self._out.write(text.encode(encoding, "backslashreplace").decode(encoding))
            self._out.flush()
        except BrokenPipeError:
            if not self._outlives:
                raise
            self.unread = True


def ink_on(out: TextIO, *, outlives: bool = False) -> Ink:
    """Return the ink of a stream: coloured on a terminal, unless NO_COLOR is set or it is a dumb one."""
    moves = out.isatty() and os.environ.get("TERM") != "dumb"
    return Ink(out, colour=moves and not os.environ.get("NO_COLOR"), moves=moves, outlives=outlives)


def _styled(text: str, colour: str) -> str:
    *weight, hue = colour.split()
    return click.style(text, fg=None if hue == "bold" else hue, bold=True if weight or hue == "bold" else None)


def _can_write(out: TextIO, text: str) -> bool:
    try:
        text.encode(out.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _in_ascii(text: str) -> str:
    for sign, written in (("█", "#"), ("·", "."), ("→", "->"), ("…", "...")):
        text = text.replace(sign, written)
    return text
