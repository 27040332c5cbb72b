"""The crossing table: what a service has, what is asked of it, and how much of it a run asked."""

from dataclasses import replace

import pytest

from pacsimile_contract.crossing import table
from pacsimile_contract.crossing.covering_array import covered
from pacsimile_contract.findings.story import Story
from pacsimile_contract.target.model import Client, Target
from pacsimile_spec.operation_ids import API_OPERATIONS, OperationId
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES

CLIENT = Client("primary", "id", "secret")
TARGET = Target("http://127.0.0.1:9", "http://127.0.0.1:9/oauth2", {"primary": CLIENT})


def _noted(cells: list[table.Cell]) -> Story:
    return Story("one", values={table.CROSSED: {"cells": [list(cell) for cell in cells]}})


def test_each_property_meets_each_operation_selector_and_type() -> None:
    """At level standard in pairs, at level full in triples, and so in more calls."""
    offered = table.call_forms(TARGET)
    standard, full = (table.cells(offered, level, 0) for level in ("standard", "full"))
    for name in table.CREDENTIALS:
        own = [cell for cell in standard if cell.property == name]
        assert {cell.operation for cell in own} == {*API_OPERATIONS}
        assert {cell.type for cell in own} == {*ORDER_TYPES, *GROUP_TYPES, table.NONE}
        assert {cell.selector for cell in own} == {"order", "study", "all", "limit", "named", "listed", table.NONE}
        assert {cell.use for cell in own} == {*table.USES}
    assert covered(full, 3) == covered(table.possible(offered), 3)
    assert len(standard) < len(full) < len(table.possible(offered))
    assert table.cells(offered, "smoke", 0) == ()


def test_what_a_service_does_not_have_is_not_crossed() -> None:
    """An operation that the target file declares absent has no cells."""
    offered = table.call_forms(replace(TARGET, absent=frozenset({"getGroupReport"})))
    assert "getGroupReport" not in {operation for operation, _, _ in offered.forms}


@pytest.mark.parametrize("absent", [(), ("getStatus",), ("getStatus", "getResult"), ("getGroupReport",)])
def test_each_pair_that_there_is_is_asked(absent: tuple[OperationId, ...]) -> None:
    """Also with few forms that are asked rightly before, and where a call without a token has one elsewhere."""
    offered = table.call_forms(replace(TARGET, absent=frozenset(absent)))
    for seed in range(3):
        cells = table.cells(offered, "standard", seed)
        assert covered(cells, 2) == covered(table.possible(offered), 2)
        later = {cell[1:4] for cell in cells if cell.use == "later"}
        assert len(later) <= min(14, len(offered.forms))
        tokenless = [cell[1:] for cell in cells if cell.property == table.NO_TOKEN]
        assert tokenless == [cell[1:] for cell in cells if cell.property == table.ELSEWHERE]


@pytest.mark.parametrize("level", ["standard", "full"])
def test_what_was_asked_is_counted_by_property(level: str) -> None:
    """All cells cover all combinations; those of one property leave the others at nothing; none are no report."""
    cells = list(table.cells(table.call_forms(TARGET), level, 3))
    whole = table.coverage(TARGET, level, [_noted(cells[:20]), _noted(cells[20:])])
    assert whole is not None
    assert whole.asked == whole.possible
    assert all(asked == possible > 0 for asked, possible in whole.by_property.values())
    some = table.coverage(TARGET, level, [_noted([cell for cell in cells if cell.property == "no-token"])])
    assert some is not None
    assert 0 < some.asked < some.possible
    assert some.by_property["no-token"][0] == some.by_property["no-token"][1]
    assert some.by_property["expired-token"][0] == 0
    assert table.coverage(TARGET, level, [Story("other")]) is None
