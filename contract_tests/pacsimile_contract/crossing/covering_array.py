"""Covering arrays: a few rows of a table in which each combination of some columns' values stands at least once."""

import random
from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence
from itertools import combinations

Row = tuple[str, ...]
Combination = tuple[tuple[int, str], ...]
"""Values of some columns, each with the number of its column."""


def combinations_of(row: Row, strength: int) -> list[Combination]:
    """Return the combinations of `strength` columns that a row covers."""
    return list(combinations(enumerate(row), strength))


def covered(rows: Collection[Row], strength: int) -> frozenset[Combination]:
    """Return all combinations of `strength` columns that stand in some row."""
    return frozenset(combination for row in rows for combination in combinations_of(row, strength))


def covering_array(candidates: Sequence[Row], strength: int, seed: Hashable = 0) -> list[Row]:
    """Choose rows that cover each combination that any candidate covers.

    Each time the row is chosen that covers most of what is not covered yet: as in AETG (Cohen et al., 1997), but over
    all rows, which are few here, so that no row is ever chosen that cannot be.

    Args:
        candidates: the rows that are possible, all of one length. Values that exclude each other stand in none of them.
        strength: the number of columns whose values are combined: 2 for pairs, 3 for triples.
        seed: decides between rows that cover equally many. The same seed gives the same rows.

    Returns:
        Some of the candidates, in the order in which they were chosen.
    """
    shuffled = list(dict.fromkeys(candidates))
    random.Random(f"{seed}").shuffle(shuffled)  # noqa: S311 (repeatable, not secret)
    covers = [combinations_of(row, strength) for row in shuffled]
    rows_with = defaultdict[Combination, list[int]](list)
    for number, combined in enumerate(covers):
        for combination in combined:
            rows_with[combination].append(number)
    gains, open_, chosen = [len(combined) for combined in covers], set(rows_with), list[Row]()
    while open_:
        best = max(range(len(gains)), key=gains.__getitem__)
        chosen.append(shuffled[best])
        for combination in open_.intersection(covers[best]):
            open_.remove(combination)
            for number in rows_with[combination]:
                gains[number] -= 1
    return chosen
