"""What the checkers of the queue say of reports that are missing or too many."""

import pytest

from contract_tests.tests.helpers.handwritten import listing
from pacsimile_contract.checkers.common import shown
from pacsimile_contract.checkers.queue_findings import holds, holds_just, holds_none

MANY = [f"R-{number}" for number in range(1, 8)]


@pytest.mark.parametrize(("amount", "more"), [(1, ""), (5, ""), (6, " and 1 more"), (7, " and 2 more")])
def test_five_that_are_missing_are_named_and_the_others_counted(amount: int, more: str) -> None:
    """A reader looks for one of them, not for a thousand."""
    _, whole = holds(listing(), MANY[:amount], "what waits")
    assert (whole.holds, whole.got) == (False, f"one without {shown(', '.join(MANY[: min(amount, 5)]))}{more}")


def test_what_is_too_many_is_told_from_what_is_missing() -> None:
    """`holds` asks for what is wanted, `holds_just` for nothing else, `holds_none` for none of it."""
    page = listing("a", "b")
    assert [one.holds for one in holds(page, "a", "it")] == [True, True]
    assert [one.holds for one in holds(page, "ac", "it")] == [True, False]
    assert [one.holds for one in holds_just(page, "ab", "it")] == [True, True, True]
    assert [one.holds for one in holds_just(page, "a", "it")] == [True, True, False]
    assert [one.holds for one in holds_just(page, "abc", "it")] == [True, False, True]
    assert holds_none(page, "cd", "them").holds
    assert not holds_none(page, "bc", "them").holds
