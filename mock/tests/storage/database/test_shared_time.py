"""The time that servers on several hosts go by: who asks after another was answered never is behind him."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.storage.database.shared_time import SharedTime

STEADY = settings(deadline=None, derandomize=True, database=None)
HOSTS = range(3)


@dataclass
class Hosts:
    """The database's clock, and hosts whose own clocks show anything."""

    now: Instant = 1_750_000_000 * SECOND
    wrong: tuple[Instant, ...] = (0, -(10**15), 10**12)
    times: list[SharedTime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.times = [SharedTime(lambda by=by: self.now + by) for by in self.wrong]  # type: ignore[misc]

    def call(self, host: int, out: Instant, back: Instant) -> Instant:
        """Ask the database, which takes its time both ways, and tell the time then."""
        self.now += out
        told = self.now
        self.now += back
        self.times[host].update(told)
        return self.times[host].now()


@STEADY
@given(
    st.lists(st.tuples(st.sampled_from(HOSTS), st.integers(0, 5_000), st.integers(0, 50_000), st.integers(0, 10**6)))
)
def test_hosts_tell_one_time(calls: list[tuple[int, Instant, Instant, Instant]]) -> None:
    """Each tells no less than any told before, and never more than the database's clock shows."""
    hosts, latest = Hosts(), 0
    for host, out, back, pause in calls:
        told = hosts.call(host, out, back)
        assert latest <= told <= hosts.now
        latest = told
        hosts.now += pause


def test_an_answer_that_came_late_does_not_set_the_time_back() -> None:
    """Of several within a second the one that was the quickest counts."""
    hosts = Hosts()
    hosts.call(0, 100, 100)
    hosts.call(0, 100, 90_000)
    assert hosts.now - hosts.times[0].now() == 100


def test_a_host_whose_clock_drifts_is_set_right() -> None:
    """What was told more than a second ago counts no more."""
    hosts = Hosts()
    hosts.call(0, 0, 10)
    hosts.now += 2 * SECOND
    hosts.call(0, 0, 500)
    assert hosts.now - hosts.times[0].now() == 500
