"""Work in processes: all of it is done, and whoever interrupts it leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from operator import neg
from pathlib import Path

import pytest

from pacsimile_contract.errors import UsageError
from pacsimile_contract.runner.process_pool import side_by_side

INTERRUPTED = """
import signal, sys, time
from functools import partial
from pathlib import Path
from pacsimile_contract.runner.process_pool import side_by_side

def work(folder, number):
    (folder / f"begun-{number}").touch()
    try:
        for _ in range(6000):
            time.sleep(0.1)  # a signal between two steps does not interrupt the next one: none may be long
    except KeyboardInterrupt:
        time.sleep(0.5)  # it ends what it has begun
        (folder / f"ended-{number}").touch()
        raise

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        list(side_by_side(partial(work, Path(sys.argv[1])), range(8), 2))
    except KeyboardInterrupt:
        print("interrupted")
"""


def gone(group: int) -> bool:
    """Whether no process of a group is left, soon after its first one has ended."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("workers", [1, 2, 9])
def test_all_of_it_is_done(workers: int) -> None:
    """However many processes there are."""
    assert sorted(side_by_side(neg, range(5), workers)) == [-4, -3, -2, -1, 0]


def test_a_process_that_was_ended_is_told() -> None:
    """By what may be done about it."""
    with pytest.raises(UsageError, match=r"ended from outside, for want of memory\? Try fewer --workers"):
        list(side_by_side(signal.raise_signal, [signal.SIGKILL] * 4, 2))


@pytest.mark.parametrize("pause", [0.2, 0.001])
@pytest.mark.parametrize("whole_group", [True, False])
def test_whoever_interrupts_twice_leaves_nothing_behind(tmp_path: Path, whole_group: bool, pause: float) -> None:
    """What has begun ends in order, and nothing else begins; as from a terminal, and as from a script."""
    script, folder = tmp_path / "work.py", tmp_path / "seen"
    script.write_text(INTERRUPTED, "utf-8")
    folder.mkdir()
    command = [sys.executable, str(script), str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            while len(list(folder.glob("begun-*"))) < 2:
                assert process.poll() is None
                time.sleep(0.05)
            for _ in range(2):
                (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
                time.sleep(pause)
            assert process.communicate(timeout=60)[0] == "interrupted\n"
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    assert sorted(path.name for path in folder.iterdir()) == ["begun-0", "begun-1", "ended-0", "ended-1"]
    assert gone(process.pid)
