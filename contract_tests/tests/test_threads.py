"""Work in a thread: it comes back as if it had been called, and one that cannot begin keeps nobody waiting."""

import _thread
import errno
from collections.abc import Callable

import pytest

from contract_tests.tests.helpers.hanging import PATIENCE
from pacsimile_contract import threads
from pacsimile_contract.errors import described
from pacsimile_contract.threads import ThreadedWork


def waited_for(work: ThreadedWork[int]) -> int:
    """Return what work came to, at its end."""
    work.wait()
    return work.result()


def test_it_comes_back_with_what_it_made_or_raised() -> None:
    """As if it had been called."""
    assert waited_for(ThreadedWork(lambda: 7)) == 7
    with pytest.raises(ZeroDivisionError):
        waited_for(ThreadedWork(lambda: 1 // 0))


def test_a_thread_that_cannot_begin_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends without a word: memory was used up before its first line."""

    def ends_at_once(work: Callable[[], None], arguments: tuple[()]) -> int:
        return _thread.start_new_thread(lambda: None, arguments)

    monkeypatch.setattr(threads, "start_new_thread", ends_at_once)
    monkeypatch.setattr(threads, "START_TIMEOUT", 0.1)
    work = ThreadedWork(lambda: 7)
    assert not work.is_over(0)
    with pytest.raises(MemoryError, match="could not begin"):
        work.wait()


def test_slow_work_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only its beginning has a limit."""
    monkeypatch.setattr(threads, "START_TIMEOUT", 0.0)
    begun, goes_on = _thread.allocate_lock(), _thread.allocate_lock()
    begun.acquire()
    goes_on.acquire()

    def slow() -> int:
        begun.release()
        goes_on.acquire()
        return 7

    work = ThreadedWork(slow)
    assert begun.acquire(timeout=PATIENCE)
    assert not work.is_over(0.05)
    goes_on.release()
    assert waited_for(work) == 7


def test_a_machine_without_a_thread_is_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever Python calls it."""

    def refuses(work: Callable[[], None], arguments: tuple[()]) -> int:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threads, "start_new_thread", refuses)
    with pytest.raises(MemoryError, match="can't start new thread"):
        ThreadedWork(lambda: 7)


@pytest.mark.parametrize("error", [MemoryError(), OSError(errno.ENOMEM, "a file")])
def test_want_of_memory_is_named(error: Exception) -> None:
    """It is no fault of ours, and there is something to do."""
    assert described(error) == "out of memory. Give the process more memory."
    assert described(error, "no verdict") == "out of memory: no verdict. Give the process more memory."


def test_a_fault_of_ours_is_named_by_its_type_alone() -> None:
    """Its message may hold what the target said."""
    assert described(ValueError("a name"), "no verdict") == "internal error, ValueError: no verdict"
