"""Calls at the same moment: all begin together, and what one of them raises is raised where they are waited for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from pacsimile_contract.session.barrier import freely, in_rounds, together


def actor(name: str, acted: list[str]) -> Iterator[Callable[[], object]]:
    """Act under this name, each time with the next number."""
    for number in count():
        yield lambda number=number: acted.append(f"{name}{number}")


def test_a_round_begins_when_the_former_is_over() -> None:
    """Each actor acts once in each."""
    acted = list[str]()
    in_rounds([actor("a", acted), actor("b", acted)], 3)
    assert [sorted(acted[at : at + 2]) for at in (0, 2, 4)] == [["a0", "b0"], ["a1", "b1"], ["a2", "b2"]]


def test_each_acts_as_fast_as_it_can() -> None:
    """In its own order, so many times."""
    acted = list[str]()
    freely([actor("a", acted), actor("b", acted)], 3)
    assert [one for one in acted if one[0] == "a"] == ["a0", "a1", "a2"]
    assert [one for one in acted if one[0] == "b"] == ["b0", "b1", "b2"]


def test_the_first_error_is_raised_once_all_have_ended() -> None:
    """First in the order of the actions, not in time."""
    ended = list[int]()

    def fail(place: int) -> None:
        ended.append(place)
        raise (KeyError if place == 1 else ValueError)(place)

    with pytest.raises(KeyError):
        together([lambda: ended.append(0), lambda: fail(1), lambda: fail(2)])
    assert sorted(ended) == [0, 1, 2]
