"""What the checkers of the queue say of reports that are missing or too many."""

import pytest

from contract_tests.tests.helpers.handwritten import listing
from pacsimile_contract.checkers.common import quote_value
from pacsimile_contract.checkers.queue_findings import lists_at_least, lists_exactly, lists_none

MANY = [f"R-{number}" for number in range(1, 8)]


@pytest.mark.parametrize(("amount", "more"), [(1, ""), (5, ""), (6, " and 1 more"), (7, " and 2 more")])
def test_five_that_are_missing_are_named_and_the_others_counted(amount: int, more: str) -> None:
    """A reader looks for one of them, not for a thousand."""
    _, whole = lists_at_least(listing(), MANY[:amount], "what waits")
    assert (whole.holds, whole.got) == (False, f"one without {quote_value(', '.join(MANY[: min(amount, 5)]))}{more}")


def test_what_is_too_many_is_told_from_what_is_missing() -> None:
    """`lists_at_least` asks for what is wanted, `lists_exactly` for nothing else, `lists_none` for none of it."""
    page = listing("a", "b")
    assert [one.holds for one in lists_at_least(page, "a", "it")] == [True, True]
    assert [one.holds for one in lists_at_least(page, "ac", "it")] == [True, False]
    assert [one.holds for one in lists_exactly(page, "ab", "it")] == [True, True, True]
    assert [one.holds for one in lists_exactly(page, "a", "it")] == [True, True, False]
    assert [one.holds for one in lists_exactly(page, "abc", "it")] == [True, False, True]
    assert lists_none(page, "cd", "them").holds
    assert not lists_none(page, "bc", "them").holds
