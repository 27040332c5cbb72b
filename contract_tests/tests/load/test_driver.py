"""Following the process of a load: progress, its result, what it refuses, and Ctrl-C."""

import subprocess

import pytest

from contract_tests.tests.load.test_reports import TARGET
from pacsimile_contract.errors import CannotTell, UsageError
from pacsimile_contract.load import driver
from pacsimile_contract.load.job import Job, Poller
from pacsimile_contract.load.plan import Plan
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
        self.lines, self.stopped, self.orders, self.ended = list(lines), 0, [], False

    def line(self):
        """Return the next line."""
        line = self.lines.pop(0)
        if line is INTERRUPT:
            raise KeyboardInterrupt
        return line

    def stop(self):
        """Count it."""
        self.stopped += 1

    def give(self, order):
        """Keep it."""
        self.orders.append(order)

    def end(self):
        """Note it."""
        self.ended = True


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


JOB = Job(TARGET, (Poller("primary", ("status",), ("O1",)),), Plan(duration=10), 0.0)


def test_a_worker_for_another_machine_says_when_it_is_connected(monkeypatch):
    """It gets its plan from the master; it is ended at the end."""
    process, told = Scripted({"connected": True}, {"other": 1}, None), []
    monkeypatch.setattr(driver, "Process", lambda: process)
    driver.work(JOB, ("10.0.0.1", 5557), lambda: told.append(True))
    assert told == [True]
    assert (process.orders[0]["role"], process.orders[0]["master"]) == ("worker", ["10.0.0.1", 5557])
    assert process.ended


def test_a_worker_that_fails_names_its_master(monkeypatch):
    process = Scripted({"failed": "OSError (runners.py:1)"})
    monkeypatch.setattr(driver, "Process", lambda: process)
    with pytest.raises(CannotTell, match=r"no share of a load from 10\.0\.0\.1:5557 \(OSError"):
        driver.work(JOB, ("10.0.0.1", 5557), lambda: None)
    assert process.ended


def test_a_process_that_does_not_end_is_killed(monkeypatch):
    """Its pipes are closed, though it reads no more."""

    class Hanging:
        def __init__(self, *_, **__):
            self.done, self.stdin, self.stdout = [], None, None

        def wait(self, seconds=None):
            self.done.append("wait")
            if "kill" not in self.done:
                raise subprocess.TimeoutExpired("load", seconds)

        def kill(self):
            self.done.append("kill")

    monkeypatch.setattr(driver.subprocess, "Popen", Hanging)
    process = driver.Process()
    monkeypatch.setattr(process, "stop", lambda: None)
    process.end()
    assert process._process.done == ["wait", "kill", "wait"]


def test_without_locust_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(driver, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="a load needs Locust: install it with "):
        driver.check_installed()
