"""A defect is killed by the requirement that it breaks: a few, each judged by that requirement alone.

`pacsimile matrix` judges all of them by everything. Here a new requirement shows that its defect does not survive it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from pacsimile_contract.provider.mock_worlds import Mock
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.matrix import rows
from pacsimile_mock.testing.server import Server

DEFECTS = (
    "order-ids-oldest-first",
    "unknown-study-is-empty",
    "failed-order-is-tried-again-the-next-day",
    "token-requests-are-recorded-twice",
)


@pytest.fixture(scope="module")
def mock() -> Iterator[Callable[[], Mock]]:
    """Start a mock; give what opens its control API, which each judging closes."""
    with Server() as server:
        yield lambda: Mock(server.url, server.line["control_token"])


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_killed_and_the_undamaged_mock_is_not(mock: Callable[[], Mock], name: str) -> None:
    """The requirement FAILs in a world with the defect, and in one without it turns nothing red."""
    with closing(mock()) as opened:
        defect = next(one for one in opened.defects() if one.name == name)
    options = Options(requirements=(defect.requirement,))
    undamaged, damaged = rows([mock], [defect], options, workers=1)
    assert damaged.outcome == "killed"
    assert undamaged.red == ()
