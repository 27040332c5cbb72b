"""What takes turns: each run a slice, and so many seeds in a row all of it."""

from types import SimpleNamespace
from typing import Any

import pytest

from pacsimile_contract.session.context import ScenarioContext


def scenario(seed: int, level: Any = "standard") -> ScenarioContext:
    """Return what a scenario knows of a run with this seed."""
    run: Any = SimpleNamespace(options=SimpleNamespace(seed=seed, level=level))
    return ScenarioContext(run, "made.up")


def chosen(seed: int, level: Any = "standard") -> list[str]:
    """Return what one run asks of seven things, of which one is always asked."""
    return scenario(seed, level).in_turn("abcdefg", 3, "d")


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


@pytest.mark.parametrize("total", [2, 3, 4, 6, 7])
@pytest.mark.parametrize("stride", [2, 3])
def test_level_full_brings_an_input_to_more_places_than_others(total: int, stride: int) -> None:
    """To that of level standard too. As many starts in a row as the stride bring it to each."""
    for start in range(2 * total):
        (place,), places = (scenario(0, level).spread(start, total, stride) for level in ("standard", "full"))
        assert place == places[0] == start % total
        assert len(places) == len(set(places)) == -(-total // stride)
    everywhere = {place for start in range(stride) for place in scenario(0, "full").spread(start, total, stride)}
    assert everywhere == set(range(total))
