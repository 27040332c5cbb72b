"""Whose words a text is made of: what came from the wire is marked where evidence is made of it.

The words of a verdict are ours, with pieces in them that a service answered or that name its data. Those pieces are
marked here, so that whoever writes the text down knows which of it must not be written as it is, and leaves ours alone.
"""

import re

_FROM, _UNTIL = "\ufdd0", "\ufdd1"
"""Around what came from the wire. Unicode never assigns these two, for just such a use (section 23.7)."""

_MARKS = re.compile(f"[{_FROM}{_UNTIL}]")


def from_wire(text: str) -> str:
    """Return a text marked as what came from the wire, to be put among our own words. Marks that it has are taken out.

    An empty text needs no mark.
    """
    inner = _MARKS.sub("", text)
    return f"{_FROM}{inner}{_UNTIL}" if inner else ""


def pieces(text: str) -> list[tuple[str, bool]]:
    """Return a text in pieces, without its marks: each with whether it came from the wire.

    A mark without its end, as of a text that was cut, holds up to the text's own end.
    """
    found: list[tuple[str, bool]] = []
    wire = False
    for piece in re.split(f"([{_FROM}{_UNTIL}])", text):
        if piece in (_FROM, _UNTIL):
            wire = piece == _FROM
        elif piece:
            found.append((piece, wire))
    return found


def unmarked(text: str) -> str:
    """Return a text as it reads, without marks: to compare it, never to write it down."""
    return _MARKS.sub("", text)
