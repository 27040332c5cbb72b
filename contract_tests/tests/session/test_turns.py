"""What takes turns: each run a slice, and so many seeds in a row all of it."""

from types import SimpleNamespace
from typing import Any

import pytest

from pacsimile_contract.session.context import ScenarioContext


def chosen(seed: int, level: Any = "standard") -> list[str]:
    """Return what one run asks of seven things, of which one is always asked."""
    run: Any = SimpleNamespace(options=SimpleNamespace(seed=seed, level=level))
    return ScenarioContext(run, "made.up").in_turn("abcdefg", 3, "d")


def test_so_many_seeds_in_a_row_ask_everything() -> None:
    """Each slice has what is always asked, in its place."""
    slices = [chosen(seed) for seed in range(5, 8)]
    assert sorted(set("".join("".join(one) for one in slices))) == list("abcdefg")
    assert all("d" in one and one == sorted(one) for one in slices)
    assert all(len(one) == 3 for one in slices)


@pytest.mark.parametrize("seed", [0, 1])
def test_level_full_asks_everything(seed: int) -> None:
    """Whatever the seed."""
    assert chosen(seed, "full") == list("abcdefg")
