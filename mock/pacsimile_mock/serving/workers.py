"""Runs several workers on one port: a parent holds the sockets, and its children serve on them.

A child ends when the parent's pipe closes, so that none survives the parent. A child that dies is replaced.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

from pacsimile_mock.logs import LOG

SOCKETS = "PACSIMILE_WORKER_SOCKETS"
PARENT = "PACSIMILE_WORKER_PARENT"
READY = "PACSIMILE_WORKER_READY"
URL = "PACSIMILE_WORKER_URL"

PATIENCE = 30.0
"""Seconds that a worker may take to start, or to end."""
PAUSE = 1.0
"""Seconds before a worker that ended is replaced; twice as many each time that its successor does not start."""
LONGEST_PAUSE = 30.0
TICK = 0.1
"""Seconds from one poll of the workers to the next."""
IMPATIENT = 0.5
"""Seconds after which a second signal ends all at once; sooner, it is the same signal, sent to the group too."""


class CannotStart(Exception):
    """A worker did not start; its standard error says why."""


class Worker:
    """One child: started, ready once it reports so, replaced when it has ended."""

    def __init__(self, command: Sequence[str], handover: Mapping[str, str], descriptors: Sequence[int]) -> None:
        self._ready_pipe, ready = os.pipe()
        self._deadline = time.monotonic() + PATIENCE
        self.ready = False
        self.process = subprocess.Popen(  # noqa: S603 - our own command again
            command,
            env={**os.environ, **handover, READY: str(ready)},
            pass_fds=(*descriptors, ready),
            start_new_session=True,  # Ctrl-C goes to the parent, which tells the children
        )
        os.close(ready)
        os.set_blocking(self._ready_pipe, False)

    def poll(self) -> bool:
        """Update whether it is ready; return False once it has ended. A worker that never gets ready is killed."""
        if not self.ready:
            with suppress(BlockingIOError):
                self.ready = os.read(self._ready_pipe, 1) == b"1"
            if not self.ready and time.monotonic() > self._deadline:
                self.process.kill()
        if self.process.poll() is None:
            return True
        self.close()
        return False

    @property
    def exit_reason(self) -> str:
        """How it ended."""
        code = self.process.returncode
        return f"status {code}" if code >= 0 else f"signal {-code}"

    def close(self) -> None:
        """Close its pipe."""
        if self._ready_pipe >= 0:
            os.close(self._ready_pipe)
            self._ready_pipe = -1


@dataclass
class Slot:
    """One worker, or when its successor starts."""

    worker: Worker | None = None
    begins_at: float = 0.0
    pause: float = PAUSE


@dataclass
class Workers:
    """The children of one parent."""

    command: Sequence[str]
    count: int
    listeners: Sequence[socket.socket]
    url: str
    slots: list[Slot] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    asked_at: float | None = None

    def run(self, ready: Callable[[], None]) -> None:
        """Start all workers, call `ready`, and keep them running until SIGTERM or Ctrl-C."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        alive_read, alive_write = os.pipe()
        try:
            for _ in range(self.count):
                self.slots.append(Slot(self._start(alive_read)))
            if self._wait_until_ready():
                ready()
            while not self.stopping.wait(TICK):
                for slot in self.slots:
                    self._keep(slot, alive_read)
        finally:
            self._end()
            os.close(alive_write)
            os.close(alive_read)

    def _start(self, alive_read: int) -> Worker:
        descriptors = [listener.fileno() for listener in self.listeners]
        handover = {SOCKETS: ",".join(map(str, descriptors)), PARENT: str(alive_read), URL: self.url}
        return Worker(self.command, handover, (*descriptors, alive_read))

    def _wait_until_ready(self) -> bool:
        """Wait until all are ready; return False where the server is to stop before.

        Raises:
            CannotStart: a worker ended.
        """
        workers = [slot.worker for slot in self.slots if slot.worker]
        while not all(worker.ready for worker in workers):
            for worker in workers:
                if not worker.poll():
                    raise CannotStart(f"a worker ended with {worker.exit_reason} before it served")
            if self.stopping.wait(TICK / 10):
                return False
        return True

    def _keep(self, slot: Slot, alive_read: int) -> None:
        """Start a new worker some time after the former one has ended."""
        worker, now = slot.worker, time.monotonic()
        if worker is None:
            if now >= slot.begins_at:
                slot.worker = self._start(alive_read)
        elif not worker.poll():
            slot.pause = PAUSE if worker.ready else min(2 * slot.pause, LONGEST_PAUSE)
            slot.worker, slot.begins_at = None, now + slot.pause
            LOG.warning("a worker ended with %s; another begins in %d s", worker.exit_reason, slot.pause)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        now = time.monotonic()
        if self.asked_at is not None and now - self.asked_at > IMPATIENT:
            for worker in self._running():
                worker.process.kill()
            os._exit(130)
        self.asked_at = now
        self.stopping.set()

    def _running(self) -> list[Worker]:
        return [slot.worker for slot in self.slots if slot.worker and slot.worker.process.poll() is None]

    def _end(self) -> None:
        running, deadline = self._running(), time.monotonic() + PATIENCE
        for worker in running:
            worker.process.terminate()
        for worker in running:
            try:
                worker.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
        for slot in self.slots:
            if slot.worker:
                slot.worker.close()


@dataclass(frozen=True)
class Handover:
    """What a worker gets from its parent."""

    listeners: list[socket.socket]
    parent: int
    ready: int
    url: str

    def announce(self) -> None:
        """Report to the parent that requests are served."""
        with suppress(BrokenPipeError):  # it has just ended
            os.write(self.ready, b"1")
        os.close(self.ready)

    def end_with_parent(self) -> None:
        """Stop when the parent ends."""
        os.read(self.parent, 1)  # returns when the parent's end of the pipe is closed, with it or without its doing
        os.kill(os.getpid(), signal.SIGTERM)


def handover(environment: Mapping[str, str]) -> Handover | None:
    """Return what the parent handed over; None where this process is not a worker."""
    if SOCKETS not in environment:
        return None
    listeners = [socket.socket(fileno=int(number)) for number in environment[SOCKETS].split(",")]
    for listener in listeners:
        listener.setblocking(False)
    handed = Handover(listeners, int(environment[PARENT]), int(environment[READY]), environment[URL])
    threading.Thread(target=handed.end_with_parent, daemon=True).start()
    return handed


def own_command() -> list[str]:
    """Return the command that started this process; it imports nothing from the working directory."""
    return [sys.executable, "-P", "-m", "pacsimile", *sys.argv[1:]]
