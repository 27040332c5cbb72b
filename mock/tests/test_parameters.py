"""What the refusal of a parameter says."""

from __future__ import annotations

import pytest

from pacsimile_mock import parameters
from pacsimile_mock.errors import Problem


@pytest.mark.parametrize(
    ("operation", "query", "offered"),
    [
        ("getResult", "order_id=ORD-1&report_type=PDF", False),
        ("getGroupReport", "study_group=G&report_type=PDF", True),
    ],
)
def test_a_wrong_report_type_is_answered_with_those_of_the_operation(operation: str, query: str, offered: bool) -> None:
    """An order has no `csv`; a study group has."""
    with pytest.raises(Problem, match="must be one of json, ") as refused:
        parameters.read(operation, query)
    assert ("csv" in refused.value.detail) == offered
