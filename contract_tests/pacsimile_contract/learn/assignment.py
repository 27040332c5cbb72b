"""Solves the assignment problem: pairs rows with columns so that the sum of their scores is greatest."""

from __future__ import annotations

from collections.abc import Sequence


def assign(scores: Sequence[Sequence[float]], least: float = 0.0) -> list[int | None]:
    """Return the column that each row is paired with; None for a row without one.

    A pair must score more than `least`. The same scores always give the same pairs. This is the Hungarian algorithm
    with potentials (Kuhn 1955, Munkres 1957), in O(rows² · columns).

    Args:
        scores: rows of one length; each score is finite.
        least: the score that a pair must exceed.
    """
    rows, columns = len(scores), len(scores[0]) if scores else 0
    if not rows:
        return []
    costs = [[-max(score - least, 0.0) for score in row] + [0.0] * rows for row in scores]
    mates = _cheapest(costs, rows, columns + rows)
    return [
        mate if mate is not None and mate < columns and scores[row][mate] > least else None
        for row, mate in enumerate(mates)
    ]


def _cheapest(costs: list[list[float]], rows: int, columns: int) -> list[int | None]:  # noqa: C901 (one algorithm)
    """Return the column of each row; there are at least as many columns as rows."""
    of_row, of_column = [0.0] * (rows + 1), [0.0] * (columns + 1)
    mate, way = [0] * (columns + 1), [0] * (columns + 1)
    for row in range(1, rows + 1):
        mate[0], column = row, 0
        least, used = [float("inf")] * (columns + 1), [False] * (columns + 1)
        while mate[column]:
            used[column] = True
            current, delta, following = mate[column], float("inf"), 0
            for other in range(1, columns + 1):
                if used[other]:
                    continue
                reduced = costs[current - 1][other - 1] - of_row[current] - of_column[other]
                if reduced < least[other]:
                    least[other], way[other] = reduced, column
                if least[other] < delta:
                    delta, following = least[other], other
            for other in range(columns + 1):
                if used[other]:
                    of_row[mate[other]] += delta
                    of_column[other] -= delta
                else:
                    least[other] -= delta
            column = following
        while column:
            mate[column] = mate[way[column]]
            column = way[column]
    result: list[int | None] = [None] * rows
    for column in range(1, columns + 1):
        if mate[column]:
            result[mate[column] - 1] = column - 1
    return result
