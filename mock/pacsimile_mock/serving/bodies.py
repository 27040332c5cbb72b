"""Reads bodies of requests, within limits of size, time, and memory for all together."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from io import BytesIO
from typing import Any

from pacsimile_mock.errors import UntypedProblem
from pacsimile_mock.wsgi_calls import BODY_REFUSED, CUT_OFF, TOO_LARGE

SECONDS = 60.0
"""Seconds that a body may take to arrive."""

MOST_BYTES_IN_ALL = 128 * 1024 * 1024
"""Bytes that all bodies together may hold at a time."""

Environ = MutableMapping[str, Any]


class Body:
    """One body; what it holds is counted until `release`."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._held = 0

    async def read(self, environ: Environ, proto: Any, cap: int) -> None:
        """Read into `wsgi.input`, or note in the environment why there is no whole body.

        Args:
            environ: the request, in whose headers a body is announced.
            proto: granian's, which gives the body in chunks.
            cap: bytes that the call may send; 0 where nothing of it is to be read.
        """
        length = environ.get("CONTENT_LENGTH")
        if cap == 0 or (length is not None and int(length) > cap):
            environ[TOO_LARGE] = cap
            return
        content = bytearray()
        try:
            async with asyncio.timeout(self._bodies.seconds):
                cut_off = await self._collect(proto, content, cap)
        except TimeoutError:
            environ[BODY_REFUSED] = too_slow(self._bodies.seconds)
        except _TooLarge:
            environ[TOO_LARGE] = cap
        except _TooMany:
            environ[BODY_REFUSED] = too_many()
        else:
            environ[CUT_OFF] = cut_off if length is None else len(content) < int(length)
            environ["wsgi.input"] = BytesIO(content)

    async def discard(self, proto: Any) -> bool:
        """Read what comes in time, and keep nothing. Tell whether it came to its end."""
        try:
            async with asyncio.timeout(self._bodies.seconds):
                async for _ in proto:
                    pass
        except TimeoutError:
            return False
        return True

    async def _collect(self, proto: Any, content: bytearray, cap: int) -> bool:
        """Gather the chunks, and tell whether one of unknown length was cut off.

        granian ends a whole body with one empty chunk, one that was cut off with two. Two also follow trailers, which a
        recipient may discard (RFC 9112 section 7.1.2). They are refused: taking a part for the whole would be worse.
        """
        empty = 0
        async for chunk in proto:
            empty += not chunk
            if len(content) + len(chunk) > cap:
                raise _TooLarge
            self._hold(len(chunk))
            content += chunk
        return empty > 1

    def _hold(self, size: int) -> None:
        if self._bodies.held + size > self._bodies.most_bytes:
            raise _TooMany
        self._bodies.held += size
        self._held += size

    def release(self) -> None:
        """Drop what it holds from the count."""
        self._bodies.held -= self._held
        self._held = 0


class Bodies:
    """All bodies that a process holds."""

    def __init__(self, seconds: float = SECONDS, most_bytes: int = MOST_BYTES_IN_ALL) -> None:
        self.seconds = seconds
        self.most_bytes = most_bytes
        self.held = 0
        """Bytes, of all bodies that were not released yet."""


def too_slow(seconds: float) -> UntypedProblem:
    """Return the refusal of a body that did not arrive in time (RFC 9110 section 15.5.9)."""
    return UntypedProblem(
        f"The body did not arrive within {seconds:g} s: send it faster, or in parts. Nothing was done.",
        status=408,
        title="Request Timeout",
    )


def too_many() -> UntypedProblem:
    """Return the refusal of a body while others take all the memory for bodies."""
    return UntypedProblem(
        "Other requests are sending more than this server holds at a time: ask again after Retry-After.",
        status=503,
        title="Service Unavailable",
        headers=(("Retry-After", "1"),),
    )


class _TooLarge(Exception):
    """More arrived than the call may send."""


class _TooMany(Exception):
    """Other bodies take all the memory for bodies."""
