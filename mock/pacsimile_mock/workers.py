"""Several workers on one port: a parent that holds the sockets, and children that serve on them.

A child ends when the parent's pipe closes, so that none survives it, however it ends. One that dies is replaced.
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
from dataclasses import dataclass, field
from types import FrameType

SOCKETS = "PACSIMILE_WORKER_SOCKETS"
PARENT = "PACSIMILE_WORKER_PARENT"
READY = "PACSIMILE_WORKER_READY"
URL = "PACSIMILE_WORKER_URL"

PATIENCE = 30.0
"""Seconds that a worker may take to start."""
PAUSE = 1.0
"""Seconds before a worker that died is replaced."""


class CannotStart(Exception):
    """A worker did not start; what it said stands on standard error."""


@dataclass
class Workers:
    """The children of one parent."""

    command: Sequence[str]
    count: int
    listeners: Sequence[socket.socket]
    url: str
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, ready: Callable[[], None]) -> None:
        """Start all, say that they are ready, and keep them running until SIGTERM or Ctrl-C."""
        alive_read, alive_write = os.pipe()
        os.set_inheritable(alive_read, True)
        try:
            self.children = [self._start(alive_read) for _ in range(self.count)]
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._stop)
            ready()
            self._watch(alive_read)
        finally:
            self._end()
            os.close(alive_write)
            os.close(alive_read)

    def _start(self, alive_read: int) -> subprocess.Popen[bytes]:
        ready_read, ready_write = os.pipe()
        descriptors = [listener.fileno() for listener in self.listeners]
        environment = {
            **os.environ,
            SOCKETS: ",".join(map(str, descriptors)),
            PARENT: str(alive_read),
            READY: str(ready_write),
            URL: self.url,
        }
        child = subprocess.Popen(  # noqa: S603 - our own command again
            self.command,
            env=environment,
            pass_fds=(*descriptors, alive_read, ready_write),
            start_new_session=True,  # Ctrl-C goes to the parent, which tells the children
        )
        os.close(ready_write)
        with os.fdopen(ready_read, "rb") as told:
            if told.read(1) != b"1":
                child.wait()
                raise CannotStart(f"a worker ended with status {child.returncode} before it served")
        return child

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.stopping.set()

    def _watch(self, alive_read: int) -> None:
        while not self.stopping.wait(0.2):
            for index, child in enumerate(self.children):
                if child.poll() is not None and not self.stopping.wait(PAUSE):
                    self.children[index] = self._start(alive_read)

    def _end(self) -> None:
        for child in self.children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for child in self.children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()


@dataclass(frozen=True)
class Place:
    """What a worker gets from its parent."""

    listeners: list[socket.socket]
    parent: int
    ready: int
    url: str

    def announce(self) -> None:
        """Tell the parent that requests are served, and end when it ends."""
        os.write(self.ready, b"1")
        os.close(self.ready)
        threading.Thread(target=self._outlive_nobody, daemon=True).start()

    def _outlive_nobody(self) -> None:
        os.read(self.parent, 1)  # returns when the parent's end of the pipe is closed, with it or without its doing
        os.kill(os.getpid(), signal.SIGTERM)


def place(environment: Mapping[str, str]) -> Place | None:
    """The place that a parent prepared; None where this process is nobody's worker."""
    if SOCKETS not in environment:
        return None
    listeners = [socket.socket(fileno=int(number)) for number in environment[SOCKETS].split(",")]
    for listener in listeners:
        listener.setblocking(False)
    return Place(listeners, int(environment[PARENT]), int(environment[READY]), environment[URL])


def own_command() -> list[str]:
    """The command that this process was started with, to be run again."""
    return [sys.executable, "-m", "pacsimile", *sys.argv[1:]]
