"""Where HTTP/1.1 messages begin and end in a stream of bytes (RFC 9112). Nothing is changed, and nothing is kept back.

The pieces that a framer gives hold, one after another, exactly the bytes that it was fed. What it cannot frame it gives
as `Opaque` from then on: whoever passes bytes on passes these on too, and nobody judges them.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

MOST_HEAD = 256 * 1024
"""Bytes of a head, or of a line that frames a body: a longer one is not framed."""

_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~]+) HTTP/1\.([01])")
_STATUS_LINE = re.compile(rb"HTTP/1\.([0-9]) ([0-9]{3})(?: .*)?")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)", re.DOTALL)
_END_OF_HEAD = re.compile(rb"\n\r?\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?", re.DOTALL)
_LENGTH = re.compile(rb"[0-9]{1,15}")

Fields = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a message: `line` is its first line in words, as (method, target, minor version) or (minor, status).

    `raw` holds it to its last byte, with empty lines that stand before it.
    """

    raw: bytes
    line: tuple[bytes, ...]
    fields: Fields

    def values(self, name: bytes) -> list[bytes]:
        """Return the values of every field of that name, given in lower case."""
        return [value for key, value in self.fields if key.lower() == name]


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes of a body: `raw` as they are on the wire, `content` without what frames chunks."""

    raw: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class End:
    """A message is over."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """Bytes of which nobody knows where a message ends."""

    raw: bytes


Piece = Head | Body | End | Opaque


class _Framer(ABC):
    """What requests and answers share: the buffer, and bodies."""

    def __init__(self) -> None:
        self._buffer = b""
        self._state = "head"
        self._left = 0
        self._scanned = 0

    @property
    def is_opaque(self) -> bool:
        """Whether what follows is not framed any more."""
        return self._state == "opaque"

    def make_opaque(self) -> bytes:
        """Frame nothing any more; returns bytes of a head that has not ended yet."""
        self._state, rest, self._buffer = "opaque", self._buffer, b""
        return rest

    def feed(self, data: bytes) -> Iterator[Piece]:
        """Take bytes, and yield what they hold. A head is given once it is whole; all else at once."""
        data, self._buffer = self._buffer + data, b""
        while data:
            if self._state == "opaque":
                yield Opaque(data)
                return
            if self._state == "head":
                piece, data = self._take_head(data)
                if piece is None:
                    return
                yield piece
                if isinstance(piece, Head) and self._state == "head":
                    yield from self._over()
            elif self._state == "until-close":
                yield Body(data, data)
                return
            else:
                piece, data = self._take_body(data)
                if piece is None:
                    return
                yield piece
                if self._state == "over":
                    self._state = "head"
                    yield End()

    def _over(self) -> Iterator[Piece]:
        yield End()

    def _take_head(self, data: bytes) -> tuple[Piece | None, bytes]:
        start = len(data) - len(data.lstrip(b"\r\n"))
        found = _END_OF_HEAD.search(data, max(start, self._scanned - 3))
        if found is None:
            self._scanned = len(data)
            if len(data) > MOST_HEAD or not self._may_begin(data[start:]):
                return self._unframed(data)
            self._buffer = data
            return None, b""
        self._scanned = 0
        head = self._parsed(data[: found.end()], data[start : found.start()])
        if head is None:
            return self._unframed(data)
        self._begin_body(head)
        return head, data[found.end() :]

    @abstractmethod
    def _may_begin(self, beginning: bytes) -> bool:
        """Tell whether a head of this direction may begin so; each direction has its own form."""

    @abstractmethod
    def _line(self, line: bytes) -> tuple[bytes, ...] | None:
        """Return the pieces of this direction's first line; None where it is malformed."""

    @abstractmethod
    def _begin_body(self, head: Head) -> None:
        """Begin the body that follows a head, as this direction frames it."""

    def _parsed(self, raw: bytes, text: bytes) -> Head | None:
        """Return the head; None where it is malformed, a folded field included."""
        first, *lines = text.split(b"\n")
        words = self._line(first.removesuffix(b"\r"))
        matches = [_FIELD.fullmatch(line.removesuffix(b"\r")) for line in lines]
        if words is None or any(match is None for match in matches):
            return None
        return Head(raw, words, tuple((match[1], match[2].rstrip(b" \t")) for match in matches if match))

    def _take_body(self, data: bytes) -> tuple[Piece | None, bytes]:
        if self._state == "length":
            piece, data = data[: self._left], data[self._left :]
            self._left -= len(piece)
            self._state = "length" if self._left else "over"
            return Body(piece, piece), data
        if self._state == "chunk":
            piece, data = data[: self._left], data[self._left :]
            self._left -= len(piece)
            self._state = "chunk" if self._left else "chunk-end"
            return Body(piece, piece), data
        return self._take_line(data)

    def _take_line(self, data: bytes) -> tuple[Piece | None, bytes]:
        """Take a line that frames chunks: a size, the end of a chunk, or a trailer field."""
        place = data.find(b"\n", max(0, self._scanned - 1))
        if place < 0:
            self._scanned = len(data)
            if len(data) > MOST_HEAD:
                return self._unframed(data)
            self._buffer = data
            return None, b""
        self._scanned = 0
        raw, rest = data[: place + 1], data[place + 1 :]
        line = raw.rstrip(b"\r\n") if raw != b"\n" else b""
        if self._state == "size":
            match = _CHUNK.fullmatch(line)
            if match is None:
                return self._unframed(data)
            self._left = int(match[1], 16)
            self._state = "chunk" if self._left else "trailers"
        elif self._state == "chunk-end":
            if line:
                return self._unframed(data)
            self._state = "size"
        elif not line:
            self._state = "over"
        return Body(raw, b""), rest

    def _unframed(self, data: bytes) -> tuple[Piece, bytes]:
        self._state = "opaque"
        return Opaque(data), b""

    def _frame(self, head: Head, *, default: str) -> None:
        """Decide by the fields where the body ends (RFC 9112 section 6.3)."""
        codings, lengths = head.values(b"transfer-encoding"), head.values(b"content-length")
        if codings:
            chunked = [value.strip().lower() for value in codings] == [b"chunked"] and not lengths
            self._state = "size" if chunked else self._ambiguous
        elif lengths:
            same = len(set(lengths)) == 1 and _LENGTH.fullmatch(lengths[0]) is not None
            self._left = int(lengths[0]) if same else 0
            self._state = ("length" if self._left else "head") if same else self._ambiguous
        else:
            self._state = default

    _ambiguous = "opaque"


class RequestFramer(_Framer):
    """Frames what a client sends: one request after another."""

    def _may_begin(self, beginning: bytes) -> bool:
        """Whether this may become a request: it is not opaque merely because it comes slowly."""
        return re.match(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]*(?: |$)", beginning) is not None

    def _line(self, line: bytes) -> tuple[bytes, ...] | None:
        match = _REQUEST_LINE.fullmatch(line)
        return match.groups() if match else None

    def _begin_body(self, head: Head) -> None:
        self._frame(head, default="head")


class AnswerFramer(_Framer):
    """Frames what a service sends. Before each answer it has to know the method that is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.method = b"GET"
        self.is_interim = False
        """Whether the head that was given last is an interim answer (1xx), after which another one comes."""

    def _may_begin(self, beginning: bytes) -> bool:
        return b"HTTP/1."[: len(beginning)] == beginning[:7]

    def _line(self, line: bytes) -> tuple[bytes, ...] | None:
        match = _STATUS_LINE.fullmatch(line)
        return match.groups() if match else None

    _ambiguous = "until-close"

    def _begin_body(self, head: Head) -> None:
        status = int(head.line[1])
        self.is_interim = 100 <= status < 200 and status != 101
        if status == 101:
            self._state = "opaque"
        elif self.method == b"HEAD" or status < 200 or status in (204, 304):
            self._state = "head"
        elif head.values(b"transfer-encoding") and head.values(b"content-length"):
            self._frame_as_chunked(head)
        else:
            self._frame(head, default="until-close")

    def _frame_as_chunked(self, head: Head) -> None:
        """Frame an answer with both fields by its chunks, as RFC 9112 section 6.3 has clients do."""
        chunked = [value.strip().lower() for value in head.values(b"transfer-encoding")] == [b"chunked"]
        self._state = "size" if chunked else "until-close"

    def _over(self) -> Iterator[Piece]:
        if not self.is_interim:
            yield End()

    def _unframed(self, data: bytes) -> tuple[Piece, bytes]:
        """Let the answer last until the connection ends: it is no HTTP, or what frames its chunks is malformed."""
        self._state = "until-close"
        return Body(data, data), b""
