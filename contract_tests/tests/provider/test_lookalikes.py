"""What is asked for in another's place: it always differs, whatever an identifier is made of."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacsimile_contract.provider.lookalikes import lookalike


class Stuck(random.Random):
    """Draws the first there is, always."""

    def choice(self, seq: Any) -> Any:
        """Return the first."""
        return seq[0]


@pytest.mark.parametrize("text", ["---", "-", "", ".", "...", "患者", "Ü-ß", "_~_", "1", "0", "a", "A-1", "1.2.840.1"])
@pytest.mark.parametrize("draw", [random.Random(0), Stuck(0)], ids=["random", "stuck"])
def test_it_differs_and_ends(text: str, draw: random.Random) -> None:
    """Also where there is no letter or digit to change, and where each draw gives what was there before."""
    made = lookalike(text, draw)
    assert made != text
    assert len(made) == max(len(text), 1) or text.strip(".") == ""


def test_a_draw_that_gives_the_same_is_not_repeated_for_ever() -> None:
    """The first of each alphabet, which is what it was made from."""
    assert lookalike("a0A", Stuck(0)) != "a0A"
    assert lookalike("1.2.1", Stuck(0)) != "1.2.1"


@given(st.text(max_size=12), st.integers(0, 99))
@settings(max_examples=300, deadline=None)
def test_any_text_has_one(text: str, seed: int) -> None:
    """Of the same length, and what is neither a letter nor a digit of ASCII stays, but for one character at most."""
    made = lookalike(text, random.Random(seed))
    assert made != text
    changed = [a for a, b in zip(text, made, strict=False) if a != b and not (a.isascii() and a.isalnum())]
    assert len(changed) <= 1
