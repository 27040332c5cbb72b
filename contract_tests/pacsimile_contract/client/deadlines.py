"""Reading an answer in time, by what `http.client` keeps private: it has no public place for a deadline in the head.

Each wait has an end, and so has the whole, however slowly the bytes come. `wire.py` says why this is not h11.
"""

import http.client
import io
import socket
import time
from functools import partial
from http import HTTPStatus
from typing import Any

from pacsimile_contract.evidence.bounds import LONGEST_FIELD, LONGEST_HEAD, MOST_FIELDS, MOST_INTERIM, PastBound

SWITCHING_PROTOCOLS, OK = HTTPStatus.SWITCHING_PROTOCOLS, HTTPStatus.OK


DRIPS_AFTER = 15.0
"""Seconds from its first byte after which an answer that comes more slowly than `SLOWEST` is waited for no more."""
SLOWEST = 1024
"""Bytes a second of an answer that does not drip."""
LONGEST = 30.0
"""Seconds from its first byte in which an answer has to end; as many as its timeout, where that is longer."""


class Unfinished(TimeoutError):
    """An answer began and did not end in time: the text says how, beginning with `it`."""


class HeadPastBound(PastBound):
    """A head that passes a bound, of an answer of that status."""

    def __init__(self, status: int, bound: str) -> None:
        super().__init__(bound)
        self.status = status


class DeadlineReader(io.RawIOBase):
    """Reads a socket: TimeoutError after `timeout` seconds without a byte, or at `deadline` (monotonic seconds).

    Unfinished, a TimeoutError, if some bytes had arrived: the answer stops, drips, or never ends.
    """

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, timeout: float, deadline: float) -> None:
        self._raw, self._sock, self._timeout, self._deadline = raw, sock, timeout, deadline
        self._began: float | None = None
        self._count = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read some bytes."""
        now = time.monotonic()
        self._check(now)
        remaining = min(self._timeout, self._deadline - now)
        self._sock.settimeout(remaining)
        try:
            count = self._raw.readinto(buffer)
        except TimeoutError:
            if self._began is None:
                raise
            self._check(time.monotonic())
            raise Unfinished(f"it stops after {self._count} bytes, for {remaining:.3g} s") from None
        self._began = time.monotonic() if self._began is None else self._began
        self._count += count or 0
        return count

    def _check(self, now: float) -> None:
        """Raise where the time for the answer is over."""
        if self._began is None:
            if now >= self._deadline:
                raise TimeoutError
            return
        seconds = now - self._began
        late = now >= self._deadline or seconds >= max(LONGEST, self._timeout)
        if self._count < seconds * SLOWEST and (late or seconds >= DRIPS_AFTER):
            raise Unfinished(f"it drips: {self._count} bytes in {seconds:.3g} s, and no end")
        if late:
            raise Unfinished(f"it does not end: {self._count} bytes in {seconds:.3g} s")

    def close(self) -> None:
        """Give the socket back: it is closed once nobody holds it."""
        self._raw.close()
        super().close()


class HeadReader(io.BufferedReader):
    """A reader whose lines end without the white space that may stand behind a field's value (RFC 9112 section 5.1)."""

    def readline(self, size: int | None = -1) -> bytes:
        """Read a line of the head, or of what frames a body: bodies are not read by lines."""
        line = super().readline(-1 if size is None else size)
        end = b"\r\n" if line.endswith(b"\r\n") else line[-1:] if line.endswith(b"\n") else b""
        return line[: len(line) - len(end)].rstrip(b" \t") + end


class TimedResponse(http.client.HTTPResponse):
    """A response that is read before its deadline, its head included."""

    def __init__(self, sock: socket.socket, *args: Any, timeout: float, deadline: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._interim, self._last_status = 0, 0
        raw: Any = self.fp
        self.fp = HeadReader(DeadlineReader(raw.detach(), sock, timeout, deadline))

    def begin(self) -> None:
        """Read the head; HeadPastBound where it is too large."""
        try:
            super().begin()
        except http.client.LineTooLong:
            if not self._last_status:
                raise
            raise HeadPastBound(self._last_status, f"a header field longer than {LONGEST_FIELD // 1024} KiB") from None
        except http.client.HTTPException as error:
            if type(error) is not http.client.HTTPException:
                raise
            raise HeadPastBound(self._last_status, f"more than {MOST_FIELDS} header fields") from None
        if sum(len(name) + len(value) for name, value in self.getheaders()) > LONGEST_HEAD:
            raise HeadPastBound(self.status, f"header fields longer than {LONGEST_HEAD // 1024} KiB together")

    def _read_status(self) -> tuple[str, int, str]:
        """Pass over 102, 103 and their like: more answers may come before the last (RFC 9110 section 15.2)."""
        status_line = self._next_status()
        while SWITCHING_PROTOCOLS < status_line[1] < OK:
            http.client.parse_headers(self.fp)
            status_line = self._next_status()
        return status_line

    def _next_status(self) -> tuple[str, int, str]:
        status_line: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
        self._last_status = status_line[1]
        if status_line[1] < OK:
            self._interim += 1
        if self._interim > MOST_INTERIM:
            raise HeadPastBound(status_line[1], f"more than {MOST_INTERIM} interim answers")
        return status_line


def timed_response(timeout: float, deadline: float) -> Any:
    """Return a response class that waits `timeout` seconds for each byte, and until `deadline` for the last."""
    return partial(TimedResponse, timeout=timeout, deadline=deadline)
