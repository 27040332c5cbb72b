"""Words that are sought in a text."""

import random
import re

import pytest

from pacsimile_contract.redaction.word_search import WordSearch


def by_alternation(words: list[str], text: str) -> list[str]:
    """Find the same by a regular expression, which prefers the longest."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.findall("|".join(map(re.escape, longest_first)), text) if words else []


def test_the_longest_at_the_first_place_is_found_and_the_search_goes_on_behind_it() -> None:
    """Also where a word begins inside the beginning of another, and where one ends with the text."""
    search = WordSearch(["abcd", "abcdef", "bcde", "defg"])
    assert [one.word for one in search.all("abcde abcdefg xabcd bcde defg")] == [
        "abcd",
        "abcdef",
        "abcd",
        "bcde",
        "defg",
    ]
    assert [(one.start, one.end) for one in WordSearch(["aaab"]).all("aaaab")] == [(1, 5)]
    assert list(WordSearch().all("anything")) == []


@pytest.mark.parametrize("seed", range(40))
def test_an_alternation_of_all_words_finds_the_same(seed: int) -> None:
    """Of words of few letters, which overlap in every way, in a text of the same letters."""
    draw = random.Random(seed)
    letters = "ab.\n" if seed % 2 else "aB$é"
    words = ["".join(draw.choices(letters, k=draw.randint(4, 9))) for _ in range(draw.randint(0, 60))]
    text = "".join(draw.choices(letters, k=600))
    assert [one.word for one in WordSearch(words).all(text)] == by_alternation(words, text)


def test_too_short_a_word_is_refused() -> None:
    """A place is found by four characters."""
    with pytest.raises(ValueError, match="too short"):
        WordSearch(["abc"])
