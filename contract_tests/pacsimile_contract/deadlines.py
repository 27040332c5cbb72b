"""Reading an answer in time: each wait has an end, and so has the whole, however slowly the bytes come."""

import http.client
import io
import socket
import time
from functools import partial
from http import HTTPStatus
from typing import Any

SWITCHING_PROTOCOLS, OK = HTTPStatus.SWITCHING_PROTOCOLS, HTTPStatus.OK


class InTime(io.RawIOBase):
    """A socket's bytes: TimeoutError after `timeout` seconds without one, or at the second `end` (monotonic)."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, timeout: float, end: float) -> None:
        self._raw, self._sock, self._timeout, self._end = raw, sock, timeout, end

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read some bytes."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(min(self._timeout, left))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Give the socket back: it is closed once nobody holds it."""
        self._raw.close()
        super().close()


class Lines(io.BufferedReader):
    """A reader whose lines end without the white space that may stand behind a field's value (RFC 9112 section 5.1)."""

    def readline(self, size: int | None = -1) -> bytes:
        """Read a line of the head, or of what frames a body: bodies are not read by lines."""
        line = super().readline(-1 if size is None else size)
        end = b"\r\n" if line.endswith(b"\r\n") else line[-1:] if line.endswith(b"\n") else b""
        return line[: len(line) - len(end)].rstrip(b" \t") + end


class ResponseInTime(http.client.HTTPResponse):
    """An answer that is read in time, its head included."""

    def __init__(self, sock: socket.socket, *words: Any, timeout: float, end: float, **named: Any) -> None:
        super().__init__(sock, *words, **named)
        found: Any = self.fp
        self.fp = Lines(InTime(found.detach(), sock, timeout, end))

    def _read_status(self) -> tuple[str, int, str]:
        """Pass over 102, 103 and their like: more answers may come before the last (RFC 9110 section 15.2)."""
        said: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
        while SWITCHING_PROTOCOLS < said[1] < OK:
            http.client.parse_headers(self.fp)
            said = super()._read_status()  # type: ignore[misc]
        return said


def within(timeout: float, end: float) -> Any:
    """Return what makes an answer that waits `timeout` seconds for each byte, and until `end` for the last."""
    return partial(ResponseInTime, timeout=timeout, end=end)
