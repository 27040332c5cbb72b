"""When calls are made."""

from itertools import pairwise

import pytest

from pacsimile_contract.load.schedule import TOLERANCE, Slots, arrivals


def test_arrivals_are_evenly_spaced_at_the_rate():
    """Ten a second for two seconds are twenty, a tenth of a second apart."""
    starts = list(arrivals(10, 0, 2))
    assert len(starts) == 20
    assert starts == pytest.approx([number / 10 for number in range(20)])


def test_a_ramp_rises_from_nothing_and_has_half_the_calls():
    """In the ramp the gaps shrink to that of the full rate; after it they stay."""
    starts = list(arrivals(10, 4, 10))
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert sum(start < 4 for start in starts) == 20
    assert len(starts) == 20 + 60
    assert gaps[:15] == sorted(gaps[:15], reverse=True)
    assert gaps[-1] == pytest.approx(0.1)
    assert all(sum(second <= start < second + 1 for start in starts) <= 10 for second in range(10))


def test_processes_share_the_arrivals():
    """Each takes its turn, and together they have all."""
    parts = [list(arrivals(7, 2, 5, index, 3)) for index in range(3)]
    assert sorted(start for part in parts for start in part) == list(arrivals(7, 2, 5))


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.taken = 0.0, list[float]()

    def sleep(self, seconds: float) -> None:
        """Move it."""
        self.now += seconds

    def take(self, slots: Slots) -> None:
        """Take a slot, and note when."""
        slots.take()
        self.taken.append(self.now)


def test_slots_keep_the_rate_whatever_asks():
    """A hundred calls at once leave at ten a second, but for what the tolerance lets out first."""
    time = Time()
    slots = Slots(10, lambda: time.now, time.sleep)
    for _ in range(100):
        time.take(slots)
    assert time.taken[-1] >= 99 / 10 - TOLERANCE - 1e-9
    assert all(sum(at <= other < at + 1 for other in time.taken) <= 12 for at in time.taken)


def test_slots_without_a_rate_let_everything_pass():
    time = Time()
    slots = Slots(0, lambda: time.now, time.sleep)
    for _ in range(100):
        time.take(slots)
    assert time.now == 0
