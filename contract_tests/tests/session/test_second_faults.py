"""Which calls of the crossing table have a second fault, and which."""

from collections import defaultdict

import pytest

from pacsimile_contract.crossing.table import NONE, CallForms, Cell, cells
from pacsimile_contract.session.second_faults import (
    BODY,
    FAULTS_OF_CELLS,
    FAULTS_OF_OTHER_CALLS,
    MEDIA_TYPE,
    STUDY,
    TYPE,
    WITH_FEW_CELLS,
    WITHOUT_SCOPE_PROPERTY,
    WRONG_TOKEN_PROPERTIES,
    fault_of_cell,
    fault_of_other_call,
    faults_of,
)
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES

FORMS = CallForms(
    (
        ("getStatus", "order", "-"), ("getStatus", "study", "-"), ("getOrderIds", "-", "-"),
        *(("getResult", selector, kind) for selector in ("order", "study") for kind in ORDER_TYPES),
        *(("getGroupReport", "-", kind) for kind in GROUP_TYPES),
        ("listReports", "all", "-"), ("listReports", "limit", "-"),
        ("acknowledgeReports", "named", "-"), ("acknowledgeReports", "listed", "-"),
    )
)  # fmt: skip
LEVELS = ("standard", "full")


@pytest.mark.parametrize("level", LEVELS)
def test_each_fault_of_a_report_is_seen_without_scope_and_with_a_wrong_token(level: str) -> None:
    """Whatever the seed, calls of `getResult` have each of its faults, beside a wrong token and without the scope.

    The wrong type is that of calls outside the table: the ingestion's, and those behind other schemes.
    """
    for seed in range(5):
        found = faults_of(cells(FORMS, level, seed), seed)
        for properties in ((WITHOUT_SCOPE_PROPERTY,), WRONG_TOKEN_PROPERTIES):
            faults = {
                fault for cell, fault in found.items() if cell.property in properties and cell.operation == "getResult"
            }
            assert faults == {*FAULTS_OF_CELLS["getResult"]}
        assert fault_of_other_call("getResult", seed) == TYPE


@pytest.mark.parametrize("level", LEVELS)
def test_a_cell_is_asked_with_its_own_selector_and_type(level: str) -> None:
    """No second fault replaces them, since the call would be another cell. Only calls outside the table have such."""
    for seed in range(5):
        found = faults_of(cells(FORMS, level, seed), seed)
        assert {TYPE, STUDY}.isdisjoint(found.values())
        assert {MEDIA_TYPE, BODY}.isdisjoint(fault for cell, fault in found.items() if cell.selector == "listed")
    assert {*FAULTS_OF_OTHER_CALLS["getStatus"], *FAULTS_OF_OTHER_CALLS["getGroupReport"]} >= {TYPE, STUDY}


@pytest.mark.parametrize("level", LEVELS)
def test_each_operation_has_a_call_that_is_wrong_in_one_way_alone(level: str) -> None:
    """Without the scope, one call of each operation has no second fault, where there are several."""
    for seed in range(5):
        chosen = cells(FORMS, level, seed)
        found, plain = faults_of(chosen, seed), defaultdict[str, int](int)
        for cell in chosen:
            if cell.property == WITHOUT_SCOPE_PROPERTY:
                plain[cell.operation] += cell not in found
        assert {name for name in FAULTS_OF_CELLS if plain[name] == 0} <= set(WITH_FEW_CELLS)


def test_what_repeats_a_right_call_is_that_call() -> None:
    """A call of use `later` asks for what was just given, so nothing else is wrong with it; a POST repeats nothing."""
    found = faults_of(cells(FORMS, "full", 0), 0)
    assert {cell.operation for cell in found if cell.use == "later"} == {"acknowledgeReports"}


def test_faults_take_turns() -> None:
    """Each fault of an operation is had once before one is had again. A cell without a body has none of the body."""
    for operation, faults in FAULTS_OF_CELLS.items():
        cell = Cell(WITHOUT_SCOPE_PROPERTY, operation, "named", NONE, "first")
        assert [fault_of_cell(cell, turn) for turn in range(len(faults) + 1)] == [*faults, faults[0]]
        bodyless = Cell(WITHOUT_SCOPE_PROPERTY, operation, "listed", NONE, "first")
        assert {fault_of_cell(bodyless, turn) for turn in range(len(faults))} == {*faults} - {MEDIA_TYPE, BODY}
