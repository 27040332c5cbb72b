"""Bodies as they arrive: within a time, and not more of all of them together than there is room for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

from pacsimile_mock.errors import UntypedProblem
from pacsimile_mock.serving.bodies import Bodies, Body
from pacsimile_mock.wsgi_calls import BODY_REFUSED, CUT_OFF, TOO_LARGE


class Arriving:
    """A body in chunks, as granian gives it; one that stalls never ends."""

    def __init__(self, *chunks: bytes, stalls: bool = False) -> None:
        self.chunks = chunks
        self.stalls = stalls
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the chunks."""
        for chunk in self.chunks:
            self.taken += 1
            yield chunk
        if self.stalls:
            await asyncio.Event().wait()
        yield b""


def environ(length: int | None) -> dict[str, Any]:
    """A request whose body has this length, or none that is announced."""
    return {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {"CONTENT_LENGTH": str(length)}


def read(bodies: Bodies, arriving: Arriving, length: int | None, cap: int = 100) -> tuple[Body, dict[str, Any]]:
    """Read one body."""
    body, request = Body(bodies), environ(length)
    asyncio.run(body.read(request, arriving, cap))
    return body, request


def refusal(request: dict[str, Any]) -> int | None:
    """The status that a body was refused with."""
    found = request.get(BODY_REFUSED)
    return found.status if isinstance(found, UntypedProblem) else None


def test_a_whole_body_is_held_until_it_is_released() -> None:
    """Announced or not."""
    bodies = Bodies()
    for length in (10, None):
        body, request = read(bodies, Arriving(b"0123", b"456789"), length)
        assert request["wsgi.input"].read() == b"0123456789"
        assert not request[CUT_OFF]
        assert bodies.held == 10
        body.release()
        assert bodies.held == 0


def test_a_body_that_ends_early_is_cut_off() -> None:
    """Not none, and not whole."""
    _, request = read(Bodies(), Arriving(b"0123"), 10)
    assert request[CUT_OFF]


def test_a_body_that_stalls_is_refused_in_time() -> None:
    """With what came of it let go."""
    bodies = Bodies(seconds=0.01)
    body, request = read(bodies, Arriving(b"0123", stalls=True), 10)
    assert refusal(request) == 408
    assert "wsgi.input" not in request
    body.release()
    assert bodies.held == 0


def test_all_bodies_together_have_a_bound() -> None:
    """The one that would pass it is refused; when others have gone there is room again."""
    bodies = Bodies(most_bytes=15)
    first, _ = read(bodies, Arriving(b"0123456789"), 10)
    second, request = read(bodies, Arriving(b"0123", b"4567"), 8)
    assert refusal(request) == 503
    assert bodies.held <= 15
    second.release()
    first.release()
    assert refusal(read(bodies, Arriving(b"0123", b"4567"), 8)[1]) is None


def test_nothing_is_read_of_what_may_not_be_sent() -> None:
    """Announced, it is not begun; not announced, it ends with the chunk that passes the cap."""
    for length, cap, chunks in ((1_000, 100, 0), (1, 0, 0), (None, 100, 2)):
        arriving = Arriving(*_chunks())
        _, request = read(Bodies(), arriving, length, cap)
        assert request[TOO_LARGE] == cap
        assert arriving.taken == chunks


def _chunks() -> Iterable[bytes]:
    return (b"x" * 60 for _ in range(100))
