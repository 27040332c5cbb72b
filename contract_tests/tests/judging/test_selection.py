"""Which requirements a run is about."""

import pytest

from pacsimile_contract.errors import UsageError
from pacsimile_contract.judging.keyword_expression import expression
from pacsimile_contract.judging.selection import selected
from pacsimile_spec import requirements


def test_patterns_choose_in_the_contracts_order() -> None:
    """In any case, and none chooses all."""
    assert selected(["status-1", "AUTH-1"]) == ["AUTH-1", "STATUS-1"]
    assert {one.partition("-")[0] for one in selected(["BATCH-*"])} == {"BATCH"}
    assert selected([]) == list(requirements())


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("GROUP", ["GROUP-1", "GROUP-2", "GROUP-3", "GROUP-4", "GROUP-5"]),
        ("group and not (group-1 or GROUP-2)", ["GROUP-3", "GROUP-4", "GROUP-5"]),
        ("ORDERID-1 or GROUP and not 2 and not 3", ["ORDERID-1", "GROUP-1", "GROUP-4", "GROUP-5"]),
        ("not not ORDERID-4", ["ORDERID-4"]),
    ],
)
def test_expressions_are_read_as_pytest_reads_them(text: str, chosen: list[str]) -> None:
    """`not` binds closest, then `and`, then `or`."""
    assert selected([], text) == chosen


def test_an_expression_narrows_what_patterns_choose() -> None:
    """Both hold."""
    assert selected(["GROUP-*", "AUTH-1"], "not GROUP") == ["AUTH-1"]


@pytest.mark.parametrize("text", ["(AUTH", "AUTH and", "and AUTH", "AUTH)", "not", "()", " ", "AUTH BATCH"])
def test_what_is_no_expression_is_a_usage_error(text: str) -> None:
    """One line, whatever stands there."""
    with pytest.raises(UsageError, match="-k"):
        expression(text)


def test_nothing_selected_is_a_usage_error() -> None:
    """A typing error in a pattern or an expression."""
    with pytest.raises(UsageError, match="selects no requirement"):
        selected([], "NOSUCH")
    with pytest.raises(UsageError, match="there is no requirement NOSUCH-1"):
        selected(["NOSUCH-1"])


def test_why_a_row_is_not_tested_is_true_of_any_service() -> None:
    """It stands in the reports and the conformance statements of services that share nothing with the mock."""
    reasons = [row.not_tested_because for row in requirements().values() if row.not_tested_because]
    assert reasons
    assert [reason for reason in reasons if "mock" in reason] == []
