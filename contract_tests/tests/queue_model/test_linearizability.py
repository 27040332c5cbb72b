"""Histories of overlapping calls on one register, good and bad: which of them some order explains."""

import math

import pytest

from pacsimile_contract.queue_model import linearizability
from pacsimile_contract.queue_model.linearizability import Call, Undecided, contradiction, is_linearizable


def reads(value: int, began: float, ended: float) -> Call[int]:
    """A read that answered `value`."""
    return Call(f"reads {value}", began, ended, lambda now: now if now == value else None, lambda now: now, reads=True)


def writes(value: int, began: float, ended: float = math.inf) -> Call[int]:
    """A write; without an end nobody knows whether it took effect."""
    return Call(f"writes {value}", began, ended, lambda _: value, lambda _: value)


def adds(before: int, began: float, ended: float) -> Call[int]:
    """An addition of one that answered what was there before."""
    return Call(
        f"adds to {before}", began, ended, lambda now: now + 1 if now == before else None, lambda now: now + 1
    )  # fmt: skip


def test_calls_one_after_the_other() -> None:
    """Without an overlap there is one order, and it must fit."""
    assert is_linearizable([writes(1, 0, 1), reads(1, 2, 3)], 0)
    assert not is_linearizable([writes(1, 0, 1), reads(0, 2, 3)], 0)


def test_a_read_beside_a_write_sees_either() -> None:
    """Overlapping calls take effect in any order; but one who saw it is not contradicted by who asks later."""
    for value in (0, 1):
        assert is_linearizable([writes(1, 0, 3), reads(value, 1, 2)], 0)
    assert is_linearizable([writes(1, 0, 9), reads(0, 1, 2), reads(1, 3, 4)], 0)
    assert not is_linearizable([writes(1, 0, 9), reads(1, 1, 2), reads(0, 3, 4)], 0)


def test_real_time_counts_across_calls_that_overlap_a_third() -> None:
    """A long call in between does not let two others change places."""
    assert not is_linearizable([writes(1, 0, 9), writes(2, 1, 2), reads(1, 3, 4), reads(2, 5, 6)], 0)
    assert is_linearizable([writes(1, 0, 9), writes(2, 1, 2), reads(2, 3, 4), reads(1, 5, 6)], 0)


def test_two_additions_at_once_do_not_both_find_the_same() -> None:
    """Check-then-act shows: each must have found what the other left, or what was before both."""
    assert is_linearizable([adds(0, 0, 2), adds(1, 1, 3)], 0)
    assert not is_linearizable([adds(0, 0, 2), adds(0, 1, 3)], 0)


def test_an_unanswered_call_took_effect_or_did_not() -> None:
    """At any time after it was sent, or never; never before."""
    for value in (0, 1):
        assert is_linearizable([writes(1, 0), reads(value, 5, 6)], 0)
    assert is_linearizable([writes(1, 0), reads(0, 5, 6), reads(1, 7, 8)], 0)
    assert not is_linearizable([writes(1, 5), reads(1, 1, 2)], 0)
    assert not is_linearizable([writes(1, 0), reads(1, 1, 2), reads(0, 3, 4)], 0)


def test_a_contradiction_is_told_by_the_fewest_calls() -> None:
    """What happened before and beside it is left out, and so is what came later."""
    others = [reads(0, 0, 1), writes(7, 2, 3), reads(7, 4, 5), writes(8, 20, 21), reads(8, 22, 23)]
    first, second = adds(7, 6, 8), adds(7, 7, 9)
    assert contradiction([*others, first, second], 0) == [first, second]
    assert contradiction([*others, first, adds(8, 7, 9)], 0) == []


def test_the_order_of_the_list_does_not_matter() -> None:
    """Calls are ordered by their times."""
    calls = [reads(1, 3, 4), writes(1, 0, 9), reads(0, 1, 2)]
    assert is_linearizable(calls, 0)
    assert is_linearizable(calls[::-1], 0)


def test_too_many_overlapping_calls_are_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search gives up and says so, and claims neither."""
    monkeypatch.setattr(linearizability, "MOST_TRIED", 50)
    with pytest.raises(Undecided, match="10 calls overlap"):
        is_linearizable([*(writes(number, 0, 9) for number in range(9)), reads(99, 0, 9)], 0)
