"""Scenarios that do not come back, and how a test waits no longer for them than it must."""

import contextlib
import gc
import sys
import threading
import time
import traceback
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacsimile_contract.runner import watchdog
from pacsimile_contract.runner.watchdog import Watchdog
from pacsimile_contract.session import Session
from pacsimile_contract.session.barrier import together
from pacsimile_contract.threads import ThreadedWork

PATIENCE = 20.0
"""Seconds after which a test gives up."""

RELEASED = threading.Event()
"""Set once a test is over: what it left behind ends."""

LEAVES_FILES_OPEN = [
    # What is stopped anywhere leaves open what it had just opened; the test that did it collects it.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@contextlib.contextmanager
def short_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the watchdog look often and give up soon; at the end, wait for what was left behind."""
    RELEASED.clear()
    monkeypatch.setattr(watchdog, "STOP_TIMEOUT", 0.3)
    monkeypatch.setattr(watchdog, "POLL_INTERVAL", 0.02)
    monkeypatch.setattr(Watchdog.watch, "__defaults__", (0.1,))
    yield
    RELEASED.set()
    join_workers()
    gc.collect()


def join_workers() -> None:
    """Wait for the threads on which a watchdog lets work be done."""
    until = time.monotonic() + PATIENCE
    while _at_work() and time.monotonic() < until:
        time.sleep(0.01)


def _at_work() -> bool:
    frames = [frame for first in sys._current_frames().values() for frame, _ in traceback.walk_stack(first)]
    return any(frame.f_code is ThreadedWork._do.__code__ for frame in frames)


def spins(session: Session) -> None:
    """Never come back from Python."""
    while True:
        pass


def blocks(session: Session) -> None:
    """Never come back from a call."""
    RELEASED.wait()


def blocks_at_once(session: Session) -> None:
    """Never come back from calls on several threads."""
    together([RELEASED.wait] * 2)


def goes_on_generating(session: Session) -> None:
    """Let Hypothesis try examples for ever, which takes what goes wrong in one as a finding."""

    @settings(max_examples=10**9, deadline=None, database=None)
    @given(st.lists(st.integers()))
    def attempt(drawn: list[int]) -> None:
        assert len(drawn) < 10**6

    attempt()


def will_not_hear(session: Session) -> None:
    """Take whatever is raised for a fault, and try again."""
    while not RELEASED.is_set():
        with contextlib.suppress(BaseException):
            RELEASED.wait(0.01)


def takes_it_for_a_fault(session: Session) -> None:
    """Raise an error of its own for whatever stops it, as a library may that calls a function of ours."""
    try:
        spins(session)
    except BaseException as error:
        raise ValueError("inconsistent") from error


def waits_in_a_callback(session: Session) -> None:
    """Wait where an exception can be caught by nobody, and where Python would print it."""

    class Waiting:
        def __del__(self) -> None:
            RELEASED.wait(0.2)
            sum(range(1000))

    while not RELEASED.is_set():
        Waiting()
