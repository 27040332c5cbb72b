"""What a stranger sent, as it can be shown: cut, and without characters that act on who reads it."""

from __future__ import annotations

LONGEST = 200
"""Characters that are shown of a value."""


def legible(text: str, most: int = LONGEST) -> str:
    """Return a text cut to `most` characters; what cannot be printed, ANSI and bidi controls too, as its escape."""
    if len(text) > most:
        text = text[:most] + "..."
    return text if text.isprintable() else "".join(_escaped(one) for one in text)


def _escaped(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
