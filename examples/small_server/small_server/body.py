"""Read the body of a request completely, or refuse it. A part is never the whole (RFC 9112 section 6, BATCH-11)."""

import re
from email.message import Message
from io import BufferedIOBase
from typing import BinaryIO

from small_server.problems import Refusal, problem

MAX_BODY = 1024 * 1024
BLANK = (b"\r\n", b"\n")


def read_body(headers: Message, source: BinaryIO | BufferedIOBase, reply: BinaryIO | BufferedIOBase) -> bytes:
    """Return the announced body, at most one MiB. Send `100 Continue` to `reply` if the client waits for it."""
    codings = headers.get_all("Transfer-Encoding", [])
    lengths = headers.get_all("Content-Length", [])
    if not codings and not lengths:
        return b""
    if codings and (lengths or [coding.strip(" \t").lower() for coding in codings] != ["chunked"]):
        raise _malformed()
    length = 0 if codings else _length(lengths)
    if headers.get("Expect", "").lower() == "100-continue":
        reply.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    return _read_chunks(source) if codings else _read_exactly(source, length)


def _length(lengths: list[str]) -> int:
    digits = re.fullmatch("[ \t]*0*([0-9]+)[ \t]*", lengths[0])
    if len(lengths) > 1 or digits is None:
        raise _malformed()
    if len(digits[1]) > 9 or int(digits[1]) > MAX_BODY:
        raise _too_large()
    return int(digits[1])


def _read_exactly(source: BinaryIO | BufferedIOBase, length: int) -> bytes:
    try:
        data = source.read(length)
    except TimeoutError:
        data = b""
    if len(data) < length:
        raise _cut_short()
    return data


def _read_chunks(source: BinaryIO | BufferedIOBase) -> bytes:
    body = bytearray()
    while chunk := _read_chunk(source):
        body += chunk
        if len(body) > MAX_BODY:
            raise _too_large()
    for _ in range(100):
        if _read_line(source) in BLANK:
            return bytes(body)
    raise _malformed()


def _read_chunk(source: BinaryIO | BufferedIOBase) -> bytes:
    """Return the next chunk. The last one is empty."""
    size = re.fullmatch(rb"([0-9A-Fa-f]{1,8})[ \t]*(;[^\r\n]*)?\r?\n", _read_line(source))
    if size is None:
        raise _malformed()
    length = int(size[1], 16)
    if length > MAX_BODY:
        raise _too_large()
    chunk = _read_exactly(source, length)
    if length and _read_line(source) not in BLANK:
        raise _malformed()
    return chunk


def _read_line(source: BinaryIO | BufferedIOBase) -> bytes:
    try:
        line = source.readline(8193)
    except TimeoutError:
        line = b""
    if not line.endswith(b"\n"):
        raise _cut_short()
    return line


def _malformed() -> Refusal:
    return problem(400, "not-http", "The body is not framed as HTTP/1.1 has it.")


def _too_large() -> Refusal:
    return problem(413, "body-too-large", "A body may have one mebibyte.")


def _cut_short() -> Refusal:
    return problem(400, "invalid-body", "The announced body did not arrive.")
