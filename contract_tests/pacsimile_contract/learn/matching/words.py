"""Matches the service's words with those of a vocabulary of the contract."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pacsimile_contract.learn.assignment import assign
from pacsimile_contract.learn.contract import word_names
from pacsimile_contract.learn.matching.pairs import Pair, Score, add_last, decide
from pacsimile_contract.learn.service import Shape
from pacsimile_contract.learn.words import known_words, likeness, tokens

MOST_WORDS = 60
_BETWEEN = r"\s*(?:=|:|-|\u2013|->|=>|\()\s*"


def words_of(shape: Shape) -> list[str | int]:
    """Return the words of a place: those of its schema, or those that were seen there."""
    if shape.closed:
        values = shape.words
    else:
        values = [] if shape.anchors else [v for v in shape.values if _is_word(v) and shape.may_write(v)]
    return [value for value in values if isinstance(value, (str, int)) and not isinstance(value, bool)][:MOST_WORDS]


_WORD = re.compile(r"[^\W\d][^\W\d]*([._/+-]?[^\W_]{1,20}){0,5}( [^\W\d]{1,20}){0,2}")


def _is_word(value: object) -> bool:
    """Tell whether a value that was seen may be a word: not an identifier, a long number or a sentence."""
    if isinstance(value, int):
        return abs(value) < 10_000
    return (
        isinstance(value, str) and len(value) <= 40 and bool(_WORD.fullmatch(value)) and not re.search(r"\d{4}", value)
    )


def words_score(vocabulary: str, shape: Shape) -> float:
    """Return how many of a place's words are like those of a vocabulary, from 0 to 1."""
    return _words_score(vocabulary, tuple(words_of(shape)))


@cache
def _words_score(vocabulary: str, theirs: tuple[str | int, ...]) -> float:
    ours = word_names(vocabulary)
    if not theirs or all(isinstance(word, int) for word in theirs):
        return 0.0
    scores = [[vocabulary_likeness(vocabulary, own, word) for word in theirs] for own in ours]
    mates = assign(scores, 0.4)
    total = sum(scores[row][mate] for row, mate in enumerate(mates) if mate is not None)
    return float(total / min(max(len(theirs), 1), len(ours)))


@cache
def vocabulary_likeness(vocabulary: str, ours: str, theirs: str | int) -> float:
    """Return how like a word of the service is to one of the contract, from 0 to 1."""
    if isinstance(theirs, int):
        return 0.0
    if theirs == ours:
        return 1.0
    if theirs.lower() == ours.lower():
        return 0.99
    names = word_names(vocabulary)[ours]
    if len(tokens(theirs)) == 1 and len(theirs) <= 3:
        return 0.85 if theirs.lower() in names else 0.5 if ours.lower().startswith(theirs.lower()) else 0.0
    last = re.split(r"[/:#]", theirs)[-1] or theirs
    return 0.95 * max(likeness(name, form) for name in names for form in (theirs, last))


def explanations(theirs: Sequence[str | int], texts: Sequence[str]) -> dict[str | int, str]:
    """Return the explanations of words in texts: `2 = completed`, `2: completed`, `2 (completed)`."""
    result: dict[str | int, str] = {}
    for word in theirs:
        pattern = re.compile(rf"(?<![\w.]){re.escape(str(word))}[`'\"]?{_BETWEEN}[`'\"]?([A-Za-z][A-Za-z_ -]{{2,30}})")
        for text in texts:
            match = pattern.search(text)
            if match:
                result[word] = re.split(r"\s{2,}| and | or ", match[1])[0].strip()
                break
    return result


def pair_words(
    vocabulary: str,
    theirs: Sequence[str | int],
    meant: Mapping[str | int, str] | None = None,
    hints: Mapping[tuple[str, str | int], Score] | None = None,
    ours: Sequence[str] | None = None,
) -> dict[str, tuple[str | int, Pair]]:
    """Pair words of the contract with those of the service.

    Args:
        vocabulary: a name in VOCABULARIES.
        theirs: the service's words.
        meant: the explanations of the service's words.
        hints: the scores of other evidence for a pair, from 0 to 1.
        ours: the contract's words that are looked for; all of the vocabulary without it.
    """
    own = list(ours if ours is not None else word_names(vocabulary))
    rows: list[list[Score]] = []
    for ours_word in own:
        row = []
        for word in theirs:
            best = Score(vocabulary_likeness(vocabulary, ours_word, word), "the word")
            if meant and word in meant:
                score = 0.97 * vocabulary_likeness(vocabulary, ours_word, meant[word])
                if score >= 0.5:
                    said = f"the description says {meant[word]}" if known_words(meant[word]) else "a text explains it"
                    best = max(best, Score(score, said), key=_value)
            hint = (hints or {}).get((ours_word, word))
            row.append(max(best, hint, key=_value) if hint else best)
        rows.append(row)
    pairs: list[Pair | None] = decide(rows, 0.35) if theirs else [None] * len(own)
    if len(theirs) == len(own):
        add_last(pairs, rows, [True] * len(own))
    return {word: (theirs[pair.place], pair) for word, pair in zip(own, pairs, strict=True) if pair is not None}


def _value(score: Score) -> float:
    return score.value


def by_position(theirs: Sequence[Any], ours: Sequence[str]) -> dict[str, Any]:
    """Return words by their order: as many as the contract has, numbers that rise, or words in the order listed."""
    if len(theirs) != len(ours):
        return {}
    ordered = sorted(theirs) if all(isinstance(word, int) for word in theirs) else list(theirs)
    return dict(zip(ours, ordered, strict=True))
