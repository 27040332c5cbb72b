"""Every requirement has a check, or is counted down."""

from collections.abc import Mapping, Sequence

import pytest

from pacsimile_contract.findings.registry import checker, checkers, judged_requirements, parts_of, scenarios
from pacsimile_spec import requirements

AWAITED = 69
"""Rows that are still `not tested yet`: only ever lower this."""


def test_requirements_without_a_check_are_counted_down() -> None:
    """A new check lowers the number in this file; it never rises."""
    rows = {name for name, row in requirements().items() if not row.not_tested_because}
    assert len(rows - judged_requirements()) <= AWAITED


def test_every_check_names_a_requirement_that_exists() -> None:
    """A checker of an unknown requirement, or of one that is not tested, is a mistake."""
    for requirement, name in checkers():
        assert requirement in requirements(), name
        assert requirements()[requirement].not_tested_because is None, name


def test_part_names_are_stable_and_plain() -> None:
    """They are others' keys: lower case, digits and hyphens, or an operationId."""
    for requirement in judged_requirements():
        for part in parts_of(requirement):
            assert part.replace("-", "").isalnum(), (requirement, part)


def test_every_checker_is_used() -> None:
    """A checker that no scenario feeds judges nothing."""
    from pacsimile_contract.findings.registry import whole_run_checkers

    used = {one for told in scenarios() for one in told.judged_by} | set(whole_run_checkers())
    assert set(checkers().values()) == used


@pytest.mark.parametrize("operations", [{"getStatus": ["opened"]}, {"getStatu": ["opens"]}])
def test_a_part_or_operation_that_is_misspelt_stops_the_import(operations: Mapping[str, Sequence[str]]) -> None:
    """What a checker declares to depend on an operation is one of its parts, and the operation one of the API."""
    with pytest.raises(ValueError, match="no such part or operation"):
        checker("AUTH-1", "token", "opens", operations=operations)


def test_no_order_hangs_on_which_module_was_imported_first() -> None:
    """Scenarios, and checkers of a whole run, have the order of their modules' names, then of their lines."""
    from pacsimile_contract.findings.registry import whole_run_checkers

    for functions in ([each.play for each in scenarios()], [each.check for each in whole_run_checkers()]):
        assert functions == sorted(functions, key=lambda each: (each.__module__, each.__code__.co_firstlineno))
