"""Whose words a text is made of: what came from the wire is marked where evidence is made of it.

The words of a verdict are ours, with pieces in them that a service answered or that name its data. Those pieces are
marked here, so that whoever writes the text down knows which of it must not be written as it is, and leaves ours alone.
"""

import re
from enum import IntEnum


class Origin(IntEnum):
    """Whose a piece of a text is."""

    OURS = 0
    """Our own words: written as they are."""
    ANSWER = 1
    """What a service answered without its own synthetic mark: a closed list says what of it is written."""
    VALUE = 2
    """What we sent, or what an answer said that is marked as synthetic: written but for secrets and identifiers."""


_FROM, _UNTIL, _VALUE = "\ufdd0", "\ufdd1", "\ufdd2"
"""Around what came from the wire. Unicode never assigns these, for just such a use (section 23.7)."""

_MARKS = re.compile(f"[{_FROM}{_UNTIL}{_VALUE}]")
_ORIGINS = {_FROM: Origin.ANSWER, _VALUE: Origin.VALUE, _UNTIL: Origin.OURS}


def from_wire(text: str) -> str:
    """Return a text marked as what a service answered, to be put among our own words. Marks that it has are taken out.

    An empty text needs no mark.
    """
    return _marked(_FROM, text)


def as_value(text: str) -> str:
    """Return a text marked as a value that we sent, or that an answer with a synthetic mark of its own said."""
    return _marked(_VALUE, text)


def _marked(mark: str, text: str) -> str:
    inner = _MARKS.sub("", text)
    return f"{mark}{inner}{_UNTIL}" if inner else ""


def pieces(text: str) -> list[tuple[str, Origin]]:
    """Return a text in pieces, without its marks: each with its origin.

    A mark without its end, as of a text that was cut, holds up to the text's own end.
    """
    found: list[tuple[str, Origin]] = []
    origin = Origin.OURS
    for piece in re.split(f"([{_FROM}{_UNTIL}{_VALUE}])", text):
        if piece in _ORIGINS:
            origin = _ORIGINS[piece]
        elif piece:
            found.append((piece, origin))
    return found


def unmarked(text: str) -> str:
    """Return a text as it reads, without marks: to compare it, never to write it down."""
    return _MARKS.sub("", text)
