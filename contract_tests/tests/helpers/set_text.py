"""Where on a page each piece of text stands, as far as its letters reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pypdf import PageObject


@dataclass(frozen=True)
class Piece:
    """Letters that were set at once; in points from the page's left and lower edges."""

    left: float
    right: float
    baseline: float


def pieces(page: PageObject) -> list[Piece]:
    """Return the pieces of a page that Typst has set, whose fonts have two bytes a letter."""
    resources: Any = page["/Resources"]
    fonts = {name: _widths(font.get_object()) for name, font in resources["/Font"].items()}
    placed: list[Piece] = []
    font: tuple[dict[int, float], float] = ({}, 0.0)

    def look(operator: bytes, operands: Any, at: list[float], _: Any) -> None:
        nonlocal font
        if operator == b"Tf":
            font = fonts[operands[0]], float(operands[1])
        if operator in (b"TJ", b"Tj"):
            widths, size = font
            shown = operands[0] if operator == b"TJ" else [operands[0]]
            length = sum(_length(each, widths) for each in shown)
            placed.append(Piece(at[4], at[4] + length * size / 1000, at[5]))

    page.extract_text(visitor_operand_before=look)
    return placed


def _length(shown: Any, widths: dict[int, float]) -> float:
    """Return how far an operand of TJ moves on, in thousandths of the size: letters, or a number that moves back."""
    if not isinstance(shown, bytes):
        return -float(shown)
    return sum(widths[int.from_bytes(shown[at : at + 2], "big")] for at in range(0, len(shown), 2))


def _widths(font: Any) -> dict[int, float]:
    """Return the width of each letter (ISO 32000-1, 9.7.4.3): `first [w ...]` or `first last w`."""
    width_by_glyph: dict[int, float] = {}
    entries = iter(font["/DescendantFonts"][0].get_object()["/W"])
    for first in entries:
        following = next(entries)
        if isinstance(following, list):
            width_by_glyph |= {int(first) + place: float(width) for place, width in enumerate(following)}
        else:
            width_by_glyph |= dict.fromkeys(range(int(first), int(following) + 1), float(next(entries)))
    return width_by_glyph


def overlaps(page: PageObject) -> Iterator[tuple[Piece, Piece]]:
    """Yield neighbours on one line of which one reaches into the other.

    Two that begin at one place are no neighbours: in a table of contents an invisible letter stands on each number.
    """
    ordered = sorted(pieces(page), key=lambda piece: (piece.baseline, piece.left))
    for former, latter in pairwise(ordered):
        if former.baseline == latter.baseline and former.left < latter.left < former.right - 0.5:
            yield former, latter
