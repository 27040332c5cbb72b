"""Find the known word that an unknown word was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 100
"""Maximum characters that are compared, because a word from outside may be long."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word with the spelling nearest to `word`, or None if none is near.

    Case is ignored, because it is the most frequent mistake.
    """
    from difflib import get_close_matches

    folded = {word.casefold(): word for word in known}
    near = get_close_matches(word[:LONGEST].casefold(), folded, n=1)
    return folded[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'getStatus'?` for the end of a refusal, or nothing if no known word is near."""
    near = nearest(word, known)
    return f"; did you mean {near!r}?" if near else ""
