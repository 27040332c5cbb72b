"""The known word that an unknown one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 100
"""Characters of a word that are compared: what a stranger sends may be long."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is spelt most like `word`; None where none is near.

    Case is ignored, as it is what people get wrong most.
    """
    from difflib import get_close_matches

    folded = {word.casefold(): word for word in known}
    near = get_close_matches(word[:LONGEST].casefold(), folded, n=1)
    return folded[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'getStatus'?` to go behind a refusal, or nothing where no known word is near."""
    near = nearest(word, known)
    return f"; did you mean {near!r}?" if near else ""
