"""Writes lines to a stream: coloured and fitted on a terminal, with control characters escaped everywhere."""

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
"""The most columns of a paragraph, however wide the terminal is."""


@dataclass(frozen=True, slots=True)
class Styled:
    """A text in a colour of `click.style`: `red`, `bold red`, or only `bold`."""

    text: str
    colour: str | None


Piece = str | Styled


def verdict(word: Verdict) -> Styled:
    """Return a verdict in its colour."""
    return Styled(word.value, _COLOURS.get(word))


class Console:
    """Writes to a stream. Texts are written as they are, except that control characters are escaped.

    Args:
        out: The stream.
        colour: Whether to use colours (NO_COLOR).
        interactive: Whether the stream is a terminal, whose width counts and where a bar can be overwritten; None for
            the value of `colour`.
        survives_close: Whether to go on when the reader closes the stream, as `| head` does; `closed` then says so.
            Otherwise BrokenPipeError ends the work.
    """

    def __init__(
        self, out: TextIO, *, colour: bool, interactive: bool | None = None, survives_close: bool = False
    ) -> None:
        self._out, self.colour = out, colour
        self.interactive = colour if interactive is None else interactive
        self._survives_close, self.closed = survives_close, False
        self._ascii_only = not _can_write(out, "█·→…")

    @property
    def width(self) -> int:
        """The columns of a line: those of the terminal, else `WIDEST`."""
        return min(shutil.get_terminal_size((WIDEST, 24)).columns, 200) if self.interactive else WIDEST

    def line(self, *pieces: Piece) -> None:
        """Write a line in the place of the bar."""
        self._write(("\r\x1b[2K" if self.interactive else "") + self._text(pieces) + "\n")

    def paragraph(self, text: str, *, indent: str = "", hang: str | None = None, colour: str | None = None) -> None:
        """Write a text in as many lines as necessary; those after the first are indented by `hang`."""
        width = min(self.width, WIDEST)
        for line in textwrap.wrap(
            one_line(text), width, initial_indent=indent, subsequent_indent=indent if hang is None else hang,
            break_on_hyphens=False,
        ):  # fmt: skip
            self.line(Styled(line, colour))

    def truncated_line(self, *pieces: Piece) -> None:
        """Write one line; on a terminal, cut it to the width."""
        self.line(*(self._cut(pieces) if self.interactive else pieces))

    def bar(self, *pieces: Piece) -> None:
        """Write a bar that the next line replaces; write nothing except on a terminal."""
        if self.interactive:
            self._write("\r\x1b[2K" + self._text(self._cut(pieces)))

    def _cut(self, pieces: Iterable[Piece]) -> list[Piece]:
        room, fitting = self.width - 1, list[Piece]()
        for piece in pieces:
            styled = piece if isinstance(piece, Styled) else Styled(piece, None)
            text = self._clean(styled.text)
            if len(text) > room:
                return [*fitting, Styled(text[: max(0, room - 1)] + "…", styled.colour)]
            fitting.append(Styled(text, styled.colour))
            room -= len(text)
        return fitting

    def _text(self, pieces: Iterable[Piece]) -> str:
        return inert("".join(self._styled_pieces(pieces)))

    def _styled_pieces(self, pieces: Iterable[Piece]) -> Iterable[str]:
        for piece in pieces:
            text, colour = (piece.text, piece.colour) if isinstance(piece, Styled) else (piece, None)
            clean = self._clean(text)
            yield _styled(clean, colour) if colour and self.colour else clean

    def _clean(self, text: str) -> str:
        text = printable(text, kept=frozenset())
        return _in_ascii(text) if self._ascii_only else text

    def _write(self, text: str) -> None:
        if self.closed:
            return
        encoding = self._out.encoding or "utf-8"
        try:
            self._out.write(text.encode(encoding, "backslashreplace").decode(encoding))
            self._out.flush()
        except BrokenPipeError:
            if not self._survives_close:
                raise
            self.closed = True


def console_on(out: TextIO, *, survives_close: bool = False) -> Console:
    """Return the console of a stream: coloured on a terminal, unless NO_COLOR is set or TERM is dumb."""
    interactive = out.isatty() and os.environ.get("TERM") != "dumb"
    return Console(
        out,
        colour=interactive and not os.environ.get("NO_COLOR"),
        interactive=interactive,
        survives_close=survives_close,
    )


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
