"""Other ways to put a right answer on the wire: what HTTP leaves to a server, and what stands before one."""

from collections.abc import Callable
from email.utils import formatdate, parsedate_to_datetime
from itertools import count

from contract_tests.tests.helpers.varied_server import Handler, Response

Writer = Callable[["Written"], None]
"""Changes what is about to be sent."""

BARE = "X-Bare"
"""A header of an answer that some gateway gives: it is sent without it, and without those that every answer has."""
OURS = ("X-Request-Id", "Cache-Control", "X-Content-Type-Options", BARE)


class Written:
    """An answer about to be sent: its first line, its headers, its body, and how the connection goes on."""

    def __init__(self, line: str, headers: list[tuple[str, str]], body: bytes, version: str) -> None:
        self.line, self.headers, self.body, self.version = line, headers, body, version
        self.before = b""
        """Sent before it."""
        self.colon = ": "
        self.closes = False
        """Whether the connection is closed afterwards, without a word."""

    def bytes(self) -> bytes:
        """Return all of it."""
        lines = [self.line, *(f"{name}{self.colon}{value}" for name, value in self.headers), "", ""]
        return self.before + "\r\n".join(lines).encode("latin-1") + self.body

    def rename(self, change: Callable[[str], str]) -> None:
        """Change the headers' names."""
        self.headers = [(change(name), value) for name, value in self.headers]

    def get(self, name: str) -> str:
        """Return a header; empty where there is none."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), "")

    def set(self, name: str, value: str) -> None:
        """Replace a header."""
        self.headers = [one for one in self.headers if one[0].lower() != name.lower()] + [(name, value)]


class _Caught:
    """Stands for the connection while the example writes."""

    def __init__(self) -> None:
        self.data = b""

    def sendall(self, data: bytes) -> None:
        """Keep it."""
        self.data += data

    def settimeout(self, seconds: float) -> None:
        """Ignore it."""


def writing(*writers: Writer) -> type[Handler]:
    """Return a handler that lets each of these change what is sent."""

    class Writing(Handler):
        def _write(self, response: Response, request_id: str) -> None:
            caught = _Caught()
            own, self.connection = self.connection, caught  # type: ignore[assignment]
            try:
                super()._write(response, request_id)
            finally:
                self.connection = own
            head, _, body = caught.data.partition(b"\r\n\r\n")
            line, *lines = head.decode("latin-1").split("\r\n")
            pairs = [(name, value) for name, _, value in (one.partition(": ") for one in lines)]
            if BARE in response.headers:
                pairs = [one for one in pairs if one[0] not in OURS]
            written = Written(line, pairs, body, self.request_version)
            for writer in writers:
                writer(written)
            self.connection.sendall(written.bytes())
            if written.closes:
                self.close_connection = True

    return Writing


def early_hints(answer: Written) -> None:
    """RFC 9110 section 15.2: a client must be able to parse any number of 1xx answers before the last."""
    if answer.version != "HTTP/1.0":
        answer.before = (
            b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
        )


def lower_case(answer: Written) -> None:
    """RFC 9110 section 5.1: names of headers have no case."""
    answer.rename(str.lower)


def upper_case(answer: Written) -> None:
    """As before; and spaces around a value do not belong to it (section 5.5)."""
    answer.rename(str.upper)
    answer.colon = ":  \t"


def no_space(answer: Written) -> None:
    """RFC 9112 section 5: no space is needed; section 4: nor are the words of the status."""
    answer.colon = ":"
    answer.line = answer.line[: len("HTTP/1.1 200 ")]


def closes_silently(answer: Written) -> None:
    """RFC 9112 section 9.5: a server may close at any time a connection that waits for a request."""
    answer.closes = True


def chunk_extensions(answer: Written) -> None:
    """RFC 9112 section 7.1: chunks may have extensions, their lengths zeros in front, and trailers may follow."""
    if answer.version == "HTTP/1.0" or not answer.body:
        return
    answer.headers = [one for one in answer.headers if one[0] != "Content-Length"]
    answer.headers += [("Transfer-Encoding", "chunked"), ("Trailer", "Server-Timing")]
    pieces = [answer.body[at : at + 1500] for at in range(0, len(answer.body), 1500)]
    chunks = [b"%06X;part=%d\r\n%s\r\n" % (len(one), number, one) for number, one in enumerate(pieces)]
    answer.body = b"".join(chunks) + b"000\r\nServer-Timing: app;dur=1\r\n\r\n"


def two_lines(answer: Written) -> None:
    """RFC 9110 section 5.3: a list may stand in one line or in several, in any order that the list allows."""
    lines = []
    for name, value in answer.headers:
        if name == "Cache-Control":
            lines += [(name, "private, max-age=0"), (name, value)]
        elif name == "WWW-Authenticate":
            lines += [(name, "Negotiate"), (name, value)]
        elif name == "Content-Digest":
            lines += [(name, "unixsum=:AAEC:"), (name, value)]
        elif name == "Allow":
            lines += [(name, one.strip()) for one in (*value.split(","), "OPTIONS")]
        else:
            lines.append((name, value))
    answer.headers = lines


def no_digest(answer: Written) -> None:
    """Have no digest of a report: a SHOULD."""
    answer.headers = [one for one in answer.headers if one[0] != "Content-Digest"]


class Replicas:
    """Two replicas behind a gateway, which add headers of their own, now and then."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self, answer: Written) -> None:
        """Add what this answer's replica and gateway add; its clock's second may be the last one's."""
        number = next(self._numbers)
        answer.headers.append(("X-Served-By", f"replica-{number % 2}"))
        if number % 3 == 0:
            answer.headers += [("Server-Timing", "db;dur=2"), ("Vary", "Accept-Encoding"), ("RateLimit", "a;r=9;t=1")]
            answer.headers += [("X-RateLimit-Remaining", "9"), ("X-Amzn-Trace-Id", f"Root=1-{number}"), ("Age", "0")]
            answer.headers += [("CF-Ray", f"{number:x}-FRA"), ("X-Cache", "Miss from gateway"), ("Via", "1.1 gw")]
        if number % 2:
            answer.set("X-Request-Id", f"Root=1-{number:08x}-abc/{number}+{number}=")
            answer.set("Date", formatdate(parsedate_to_datetime(answer.get("Date")).timestamp() - 1, usegmt=True))
