"""Which calls of the crossing table have a second fault, and which."""

from collections import defaultdict

import pytest

from pacsimile_contract.crossing.table import CallForms, cells
from pacsimile_contract.session.second_faults import OF_OPERATION, SELDOM, TOO_FEW, WRONG, fault_in_turn, faults_of
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

    One of the calls without the scope is the ingestion's, whose turn is the next one.
    """
    for seed in range(5):
        found = faults_of(cells(FORMS, level, seed), seed)
        for properties in ((TOO_FEW,), WRONG):
            faults = [
                fault for cell, fault in found.items() if cell.property in properties and cell.operation == "getResult"
            ]
            further = [fault_in_turn("getResult", len(faults) + seed)] if properties == (TOO_FEW,) else []
            assert {*faults, *further} == set(OF_OPERATION["getResult"])


@pytest.mark.parametrize("level", LEVELS)
def test_each_operation_has_a_call_that_is_wrong_in_one_way_alone(level: str) -> None:
    """Without the scope, one call of each operation has no second fault, where there are several."""
    for seed in range(5):
        chosen = cells(FORMS, level, seed)
        found, plain = faults_of(chosen, seed), defaultdict[str, int](int)
        for cell in chosen:
            if cell.property == TOO_FEW:
                plain[cell.operation] += cell not in found
        assert {name for name in OF_OPERATION if plain[name] == 0} <= set(SELDOM)


def test_what_repeats_a_right_call_is_that_call() -> None:
    """A call of use `later` asks for what was just given, so nothing else is wrong with it; a POST repeats nothing."""
    found = faults_of(cells(FORMS, "full", 0), 0)
    assert {cell.operation for cell in found if cell.use == "later"} == {"acknowledgeReports"}


def test_faults_take_turns() -> None:
    """Each fault of an operation is had once before one is had again."""
    for operation, faults in OF_OPERATION.items():
        assert [fault_in_turn(operation, turn) for turn in range(len(faults) + 1)] == [*faults, faults[0]]
