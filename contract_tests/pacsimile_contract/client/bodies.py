"""Bodies read from the wire within bounds (`evidence/bounds.py`), and their content codings undone."""

import contextlib
import http.client
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from pacsimile_contract.evidence.bounds import MEBIBYTE, MOST_AT_ONCE, MOST_CODINGS, PastBound, too_long

_PIECE, _LARGE_PIECE = 1 << 16, 1 << 20
_KNOWN = ("gzip", "x-gzip", "deflate")


class Room:
    """The bytes that all bodies which are being read may have together: calls at one time share it."""

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._most, self._taken = most, 0
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> "Iterator[Share]":
        """Give a body's share of it, which is given back."""
        share = Share(self)
        try:
            yield share
        finally:
            self.change(-share.taken)

    def change(self, count: int) -> None:
        """Take so many bytes, or give them back where it is negative; PastBound where there are no more."""
        with self._lock:
            self._taken += count
            if count > 0 and self._taken > self._most:
                raise PastBound(f"bodies of answers at one time longer than {self._most // MEBIBYTE} MiB")


class Share:
    """What one body takes of the room."""

    def __init__(self, room: Room) -> None:
        self._room, self.taken = room, 0

    def take(self, count: int) -> None:
        """Take so many bytes more; PastBound where there is no room."""
        self.taken += count
        self._room.change(count)


def read(response: http.client.HTTPResponse, most: int, share: Share) -> bytes | None:
    """Read a body of at most `most` bytes; None where it is cut off, PastBound where it is, or says it is, longer."""
    if response.length is not None and response.length > most:
        raise PastBound(too_long(most))
    body = bytearray()
    while piece := _piece(response):
        body += piece
        share.take(len(piece))
        if len(body) > most:
            raise PastBound(too_long(most))
    return None if response.length else bytes(body)


def _piece(response: http.client.HTTPResponse) -> bytes:
    if response.length is None:
        return response.read1(_PIECE)
    return response.read(min(_LARGE_PIECE, response.length))


def decoded(raw: bytes, coding: str, most: int, share: Share) -> bytes:
    """Undo the content codings that are known, the last one first (RFC 9110 section 8.4); other bytes stay as they are.

    Raises:
        PastBound: they decode to more than `most` bytes, or are too many.
    """
    names = [one.strip().lower() for one in coding.split(",") if one.strip().lower() not in ("", "identity")]
    if len(names) > MOST_CODINGS:
        raise PastBound(f"more than {MOST_CODINGS} content codings")
    body = raw
    for name in reversed(names):
        if name not in _KNOWN:
            break
        body = _inflated(body, most)
        share.take(len(body))
    return body


def _inflated(body: bytes, most: int) -> bytes:
    with contextlib.suppress(zlib.error):
        inflating = zlib.decompressobj(wbits=47)
        found = inflating.decompress(body, most)
        if inflating.unconsumed_tail:
            raise PastBound(f"{too_long(most)} once its content coding is undone")
        return found
    return body
