"""Makes text from outside fit to be shown: short, and without characters that a terminal acts on."""

from __future__ import annotations

LONGEST = 200
"""Characters that are shown of a value."""


def excerpt(text: str, most: int = LONGEST) -> str:
    """Return at most `most` characters of a text; unprintable ones, ANSI and bidi controls too, as their escapes."""
    if len(text) > most:
        text = text[:most] + "..."
    return text if text.isprintable() else "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
