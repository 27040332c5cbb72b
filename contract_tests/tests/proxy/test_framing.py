"""Where messages end: the pieces hold each byte, however the bytes arrive, and what has no end is opaque."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pacsimile_contract.proxy.framing import MOST_HEAD, AnswerFramer, Body, End, Head, Opaque, Piece, RequestFramer

GET = b"GET /status?order_id=A HTTP/1.1\r\nHost: a\r\nX-Odd:  two  \r\n\r\n"
POST = b"POST /reports HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"POST /reports HTTP/1.1\nhost: a\nTransfer-Encoding: chunked\n\n"
CHUNKED += b"3;x=y\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nT: 1\r\n\r\n"


def raw(pieces: list[Piece]) -> bytes:
    return b"".join(piece.raw for piece in pieces if not isinstance(piece, End))


def fed(framer: RequestFramer | AnswerFramer, data: bytes, size: int) -> list[Piece]:
    return list(each(framer, data, size))


def each(framer: RequestFramer | AnswerFramer, data: bytes, size: int) -> Iterator[Piece]:
    for place in range(0, len(data), size):
        yield from framer.feed(data[place : place + size])


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_requests_one_after_another(size: int) -> None:
    """Pipelined requests are told apart, chunks are undone in the copy alone, and an empty line before one passes."""
    data = GET + POST + b"\r\n" + CHUNKED + GET
    framer = RequestFramer()
    pieces = fed(framer, data, size)
    assert raw(pieces) == data
    assert [piece.line[0] for piece in pieces if isinstance(piece, Head)] == [b"GET", b"POST", b"POST", b"GET"]
    content = b"".join(piece.content for piece in pieces if isinstance(piece, Body))
    assert content == b"helloabc0123456789abcdef"
    assert sum(isinstance(piece, End) for piece in pieces) == 4
    assert framer.make_opaque() == b""


@pytest.mark.parametrize(
    "head",
    [
        b"GET  /two-blanks HTTP/1.1\r\n\r\n",
        b"GET /a HTTP/2.0\r\n\r\n",
        b"GET /a HTTP/1.1\r\nFolded: a\r\n b\r\n\r\n",
        b"GET /a HTTP/1.1\r\nNo colon\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x00",
        b"POST /a HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /a HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
        b"POST /a HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /a HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
    ],
)
def test_what_has_no_end_is_opaque(head: bytes) -> None:
    """From there on all bytes pass, and nothing is framed any more."""
    framer = RequestFramer()
    assert raw([*framer.feed(head), *framer.feed(GET)]) == head + GET
    assert framer.is_opaque


def test_a_chunk_without_its_end_is_opaque() -> None:
    """What came before it is a body."""
    pieces = list(RequestFramer().feed(CHUNKED.replace(b"3;x=y", b"zz")))
    assert isinstance(pieces[0], Head)
    assert isinstance(pieces[-1], Opaque)


def answers(data: bytes, *methods: bytes, size: int = 5) -> list[list[Piece]]:
    """Return the pieces of each answer; the framer is told the method of the next one as an answer ends."""
    framer, told = AnswerFramer(), list(methods)
    framer.method = told.pop(0)
    several: list[list[Piece]] = [[]]
    for piece in each(framer, data, size):
        if isinstance(piece, End):
            framer.method = told.pop(0) if told else b"GET"
            several.append([])
        else:
            several[-1].append(piece)
    return several


def test_answers_end_as_their_requests_say() -> None:
    """HEAD, 204 and 304 have no body, whatever the fields say; interim answers belong to the one that follows."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
    empty = b"HTTP/1.1 204 No Content\r\n\r\n"
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
    body = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
    told = answers(head + empty + interim + body + chunked, b"HEAD", b"GET", b"POST", b"GET", b"GET")
    assert [raw(pieces) for pieces in told] == [head, empty, interim + body, chunked, b""]


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    """So does one whose chunks are malformed: a client sees the same."""
    for data in (
        b"HTTP/1.0 200 OK\r\n\r\nall that comes",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nno chunk",
    ):
        told = answers(data, b"GET", size=3)
        assert [raw(pieces) for pieces in told] == [data]


def test_an_upgrade_is_opaque() -> None:
    """What follows 101 is another protocol."""
    framer = AnswerFramer()
    pieces = list(framer.feed(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\nPRI"))
    assert isinstance(pieces[-1], Opaque)
    assert framer.is_opaque


@pytest.mark.parametrize("lengths", [b"Content-Length: 99\r\n", b""])
def test_chunks_go_before_a_length(lengths: bytes) -> None:
    """RFC 9112 section 6.3: an answer with both fields is as long as its chunks, as clients take it."""
    head = b"HTTP/1.1 200 OK\r\n" + lengths + b"Transfer-Encoding: %s\r\n\r\n"
    chunked, other = head % b"chunked" + b"2\r\nhi\r\n0\r\n\r\n", head % b"gzip" + b"all that comes"
    told = answers(chunked + other, b"GET", b"GET")
    assert [raw(pieces) for pieces in told] == [chunked, other]


@pytest.mark.parametrize(
    "beginning", [b"GET /", b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;"], ids=["head", "line of a chunk"]
)
def test_what_is_longer_than_any_head_is_opaque(beginning: bytes) -> None:
    """Nothing is kept back for ever."""
    framer = RequestFramer()
    assert not any(isinstance(piece, Opaque) for piece in framer.feed(beginning + b"x" * 10))
    assert isinstance(list(framer.feed(b"x" * MOST_HEAD))[-1], Opaque)
