"""The watchdog: work comes back as if it had been called, or is stopped when the run's time is over."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.tests.helpers.hanging import LEAVES_FILES_OPEN, PATIENCE, RELEASED, join_workers, short_waits
from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.errors import Ended, OutOfTime
from pacsimile_contract.runner.watchdog import Watchdog
from pacsimile_contract.target.model import Limits

pytestmark = LEAVES_FILES_OPEN


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with short_waits(monkeypatch):
        yield


def test_work_comes_back_with_what_it_made_or_raised() -> None:
    """As if it had been called."""
    dog = Watchdog(Pace(Limits()), lambda: None)
    assert dog.watch(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        dog.watch(lambda: 1 // 0)


def test_time_that_the_operator_gives_is_not_over() -> None:
    """A rest moves the end of the run, though the time was over for a moment."""
    clock = iter(range(10**6))
    pace, over = Pace(Limits(max_time=10.0), lambda: float(next(clock))), threading.Event()
    dog = Watchdog(pace, over.set)
    with pytest.raises(OutOfTime, match="max_time of 10 s"):
        dog.watch(lambda: over.wait(PATIENCE))


def test_what_is_left_behind_keeps_no_process() -> None:
    """A thread that never comes back ends with the process; so do those that it made."""
    script = (
        "import threading\n"
        "from pacsimile_contract.runner import watchdog\n"
        "from pacsimile_contract.session.barrier import together\n"
        "from pacsimile_contract.errors import OutOfTime\n"
        "from pacsimile_contract.client.pacing import Pace\n"
        "from pacsimile_contract.target.model import Limits\n"
        "watchdog.STOP_TIMEOUT = 0.1\n"
        "try:\n"
        "    watchdog.Watchdog(Pace(Limits(max_time=0.1)), lambda: None).watch("
        "lambda: together([threading.Event().wait] * 2), 0.1)\n"
        "except OutOfTime as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "not reached: max_time of 0.1 s is used up\n", "")


class _Late:
    """The lock that work releases at its end, where the end of the run's time comes first."""

    def acquire(self, timeout: float = -1) -> bool:
        """Take it, and never again."""
        return False

    def release(self) -> None:
        """Raise what stops work."""
        raise Ended


def test_work_that_is_stopped_as_it_ends_prints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exception is raised where nobody catches it any more: it is no fault, and nobody waits for a lock."""
    uncaught: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", uncaught.append)
    monkeypatch.setattr(threading, "Lock", _Late)
    dog = Watchdog(Pace(Limits(max_time=0.0)), lambda: None)
    with pytest.raises(OutOfTime):
        dog.watch(lambda: RELEASED.wait(0.2), 0.1)
    join_workers()
    assert uncaught == []
