"""What is asked for in another's place: it always differs, whatever an identifier is made of."""

import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacsimile_contract.provider.lookalikes import lookalike, near_lookalike


class Stuck(random.Random):
    """Draws the first there is, always."""

    def choice(self, seq: Any) -> Any:
        """Return the first."""
        return seq[0]


@pytest.mark.parametrize("text", ["---", "-", "", ".", "...", "患者", "Ü-ß", "_~_", "1", "0", "a", "A-1", "1.2.840.1"])
@pytest.mark.parametrize("draw", [random.Random(0), Stuck(0)], ids=["random", "stuck"])
def test_it_differs_and_ends(text: str, draw: random.Random) -> None:
    """Also where there is no letter or digit to change, and where each draw gives what was there before."""
    assert near_lookalike(text, draw) != text
    made = lookalike(text, draw)
    assert made != text
    assert len(made) == max(len(text), 1) or text.strip(".") == ""


def test_a_draw_that_gives_the_same_is_not_repeated_for_ever() -> None:
    """The first of each alphabet, which is what it was made from."""
    assert lookalike("a0A", Stuck(0)) != "a0A"
    assert lookalike("1.2.1", Stuck(0)) != "1.2.1"


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("ORD-V5GDEY-003028", "ORD-V5GDE[A-XZ]-003028"), ("4711", "[1-35-9]711"),
        ("1.2.840.10.7", r"1\.2\.[1-79]40\.10\.7"),
        ("org-a", "org-[b-z]"), ("2026/071", "[13-9]026/071"), ("0.1", r"0\.[2-9]"), ("患者", "([1-9]者|患[1-9])"),
    ],
)  # fmt: skip
def test_a_near_one_differs_in_one_character(text: str, pattern: str) -> None:
    """As a mistyped identifier does; it keeps its shape."""
    assert all(re.fullmatch(pattern, near_lookalike(text, random.Random(seed))) for seed in range(20))


@given(st.text(max_size=12), st.integers(0, 99))
@settings(max_examples=300, deadline=None)
def test_any_text_has_one(text: str, seed: int) -> None:
    """Of the same length, and what is neither a letter nor a digit of ASCII stays, but for one character at most."""
    made = lookalike(text, random.Random(seed))
    assert made != text
    changed = [a for a, b in zip(text, made, strict=False) if a != b and not (a.isascii() and a.isalnum())]
    assert len(changed) <= 1
