"""Following the process of a load: progress, its result, what it refuses, and Ctrl-C."""

import pytest

from pacsimile_contract.errors import CannotTell, UsageError
from pacsimile_contract.load import driver
from pacsimile_contract.load.recorder import Recorder
from pacsimile_contract.load.violations import Violations

RESULT = {
    "seconds": 2.0, "recorder": Recorder(2).as_json(), "violations": Violations().as_json(), "interrupted": True,
    "busy": False, "missing": 0,
}  # fmt: skip
INTERRUPT = object()


class Scripted:
    """A process that writes these lines; INTERRUPT is Ctrl-C while one is awaited."""

    def __init__(self, *lines):
        self.lines, self.stopped = list(lines), 0

    def line(self):
        """Return the next line."""
        line = self.lines.pop(0)
        if line is INTERRUPT:
            raise KeyboardInterrupt
        return line

    def stop(self):
        """Count it."""
        self.stopped += 1


def follow(*lines, told=None):
    process, seen = Scripted(*lines), [] if told is None else told
    return process, driver._follow(process, (), None, lambda *values: seen.append(values))


def test_the_first_interrupt_stops_it_in_order_and_the_result_still_comes():
    process, result = follow(INTERRUPT, {"result": RESULT})
    assert process.stopped == 1
    assert result.interrupted


def test_the_second_interrupt_ends_it_at_once():
    with pytest.raises(KeyboardInterrupt):
        follow(INTERRUPT, INTERRUPT)


def test_an_interrupt_before_it_began_is_no_mistake_of_the_user():
    with pytest.raises(KeyboardInterrupt):
        follow(INTERRUPT, {"refused": "interrupted before it began"})


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        ({"refused": "no token: 401"}, UsageError, "no token: 401"),
        ({"failed": "KeyError (agenda.py:9)"}, CannotTell, "agenda.py:9"),
        (None, CannotTell, "before its time"),
    ],
)
def test_a_load_without_a_result(line, error, said):
    with pytest.raises(error, match=said):
        follow(line)


def test_progress_of_all_processes_is_told_together():
    times, told = Recorder(1), []
    times.add("getStatus", 0.5, 0.1)
    one = {"calls": 1, "failed": 1, "violations": 2, "times": times.all_times.as_json()}
    follow({"progress": {"elapsed": 1.0, "processes": [one, one]}}, {"result": RESULT}, told=told)
    assert told[0][:4] == (1.0, 2, 2, 4)
    assert told[0][4].count == 2
