"""Covering arrays: complete, small, possible and repeatable."""

from itertools import product

import pytest

from pacsimile_contract.crossing.covering_array import covered, covering_array

ROWS = list(product("abc", "12345", "xyz", "+-"))


@pytest.mark.parametrize(("strength", "most"), [(1, 5), (2, 20), (3, 60)])
def test_each_combination_that_is_possible_stands_in_a_row(strength: int, most: int) -> None:
    """Its rows are few: pairs take not many more than the two longest columns have, and fewer than all rows."""
    chosen = covering_array(ROWS, strength)
    assert covered(chosen, strength) == covered(ROWS, strength)
    assert len(chosen) <= most < len(ROWS)
    assert len(set(chosen)) == len(chosen)


def test_no_row_is_chosen_that_is_not_possible() -> None:
    """Values that exclude each other stand in no row, and are not asked for."""
    possible = [row for row in ROWS if not (row[0] == "a" and row[2] == "x")]
    chosen = covering_array(possible, 2)
    assert set(chosen) <= set(possible)
    assert covered(chosen, 2) == covered(possible, 2) < covered(ROWS, 2)


def test_the_seed_decides_which_rows_are_chosen() -> None:
    """The same one gives the same rows, another one others."""
    assert covering_array(ROWS, 2, seed=1) == covering_array(ROWS, 2, seed=1)
    assert covering_array(ROWS, 2, seed=1) != covering_array(ROWS, 2, seed=2)


def test_nothing_is_covered_by_nothing() -> None:
    """Where a service has no operation to cross, nothing is asked."""
    assert covering_array([], 2) == []
