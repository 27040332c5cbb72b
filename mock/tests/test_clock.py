"""A world's clock: it can be set, advanced, frozen, and it never goes backwards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacsimile_mock.clock import LATEST, SECOND, Clock, Instant, as_datetime, as_instant, http_date, rfc3339

STEADY = settings(deadline=None, derandomize=True, database=None)

NOON = as_instant(datetime(2025, 6, 23, 12, tzinfo=UTC))


class Machine:
    """A machine's clock, set by hand."""

    def __init__(self, at: Instant = NOON) -> None:
        self.at = at

    def __call__(self) -> Instant:
        """Tell the time."""
        return self.at


@pytest.fixture
def machine() -> Machine:
    """The machine's clock, at noon."""
    return Machine()


def test_a_clock_runs_with_the_machine(machine: Machine) -> None:
    """Left alone, it tells the machine's time."""
    clock = Clock(machine)
    machine.at += 5 * SECOND
    assert clock.now() == NOON + 5 * SECOND


def test_advancing_moves_a_running_clock_and_it_runs_on(machine: Machine) -> None:
    """An hour ahead costs nothing, and the machine's seconds still count."""
    clock = Clock(machine)
    assert clock.advance(3600 * SECOND) == NOON + 3600 * SECOND
    machine.at += SECOND
    assert clock.now() == NOON + 3601 * SECOND


def test_a_frozen_clock_stands_until_it_is_moved_or_runs(machine: Machine) -> None:
    """Frozen, only advance and set move it; run lets it go on from where it stands."""
    clock = Clock(machine)
    clock.freeze()
    machine.at += 60 * SECOND
    assert clock.frozen
    assert clock.now() == NOON
    assert clock.advance(SECOND) == NOON + SECOND
    assert clock.set(NOON + 10 * SECOND) == clock.now() == NOON + 10 * SECOND
    assert clock.run() == NOON + 10 * SECOND
    machine.at += SECOND
    assert not clock.frozen
    assert clock.now() == NOON + 11 * SECOND


def test_advancing_by_nothing_asks_the_time(machine: Machine) -> None:
    """Zero is allowed, and changes nothing."""
    assert Clock(machine).advance(0) == NOON


@pytest.mark.parametrize("frozen", [True, False])
def test_a_clock_refuses_to_go_back(machine: Machine, frozen: bool) -> None:
    """Backwards is an error that names the present time, and the clock stays as it was."""
    clock = Clock(machine)
    if frozen:
        clock.freeze()
    with pytest.raises(ValueError, match="never moved backwards"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="2025-06-23T12:00:00"):
        clock.set(NOON - 1)
    assert clock.now() == NOON


@pytest.mark.parametrize("frozen", [True, False])
def test_a_clock_is_not_moved_beyond_what_can_be_written(machine: Machine, frozen: bool) -> None:
    """The year 9999 is the last that a timestamp can hold: moving there would end the world for good."""
    clock = Clock(machine)
    if frozen:
        clock.freeze()
    for move in (lambda: clock.set(as_instant(datetime(9999, 12, 31, tzinfo=UTC))), lambda: clock.advance(10**18)):
        with pytest.raises(ValueError, match="not moved beyond the year 9000"):
            move()
    assert clock.now() == NOON
    assert rfc3339(clock.set(LATEST), 840) == "9001-01-01T14:00:00+14:00"


def test_the_machine_set_back_does_not_turn_the_clock_back(machine: Machine) -> None:
    """A correction of the machine's clock is waited out."""
    clock = Clock(machine)
    clock.now()
    machine.at -= 3600 * SECOND
    assert clock.now() == NOON


STEPS = st.one_of(
    st.tuples(st.just("machine"), st.integers(-(10**10), 10**10)),
    st.tuples(st.just("advance"), st.integers(0, 10**10)),
    st.tuples(st.just("set"), st.integers(0, 10**10)),
    st.tuples(st.sampled_from(["freeze", "run", "now"]), st.just(0)),
)


def _told(clock: Clock, machine: Machine, steps: list[tuple[str, int]]) -> Iterator[Instant]:
    for step, by in steps:
        if step == "machine":
            machine.at += by
            yield clock.now()
        elif step == "advance":
            yield clock.advance(by)
        elif step == "set":
            yield clock.set(clock.now() + by)
        else:
            yield {"freeze": clock.freeze, "run": clock.run, "now": clock.now}[step]()


@STEADY
@given(st.lists(STEPS, max_size=20))
def test_whatever_is_done_to_it_a_clock_never_goes_backwards(steps: list[tuple[str, int]]) -> None:
    """Set, frozen, run, the machine's clock jumping either way: each time told is no earlier than the one before."""
    machine = Machine()
    told = list(_told(Clock(machine), machine, steps))
    assert told == sorted(told)


def test_instants_are_written_exactly_with_the_offset_asked_for() -> None:
    """Microseconds survive, the offset is written out, and equal instants are equal in every zone."""
    assert rfc3339(NOON) == "2025-06-23T12:00:00+00:00"
    assert rfc3339(NOON + 1, -210) == "2025-06-23T08:30:00.000001-03:30"
    assert datetime.fromisoformat(rfc3339(NOON + 1, 540)) == as_datetime(NOON + 1)
    for at in (NOON - 1, NOON + 59 * SECOND, NOON + 60 * SECOND - 1, NOON + 60 * SECOND, -1, -90 * SECOND):
        assert [rfc3339(at, offset) for offset in (0, -210)] == [as_datetime(at, n).isoformat() for n in (0, -210)]
    assert http_date(NOON + SECOND - 1) == "Mon, 23 Jun 2025 12:00:00 GMT"


@STEADY
@given(
    st.datetimes(
        datetime(1971, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
        datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_instants_and_datetimes_are_the_same_thing(moment: datetime) -> None:
    """There and back again nothing is lost, whatever the zone."""
    assert as_datetime(as_instant(moment)) == moment
