"""Conducts of what stands before a service: versions and forms of HTTP, limits, and slowness."""

from __future__ import annotations

import gzip
import socket
import time
from base64 import b64encode
from hashlib import sha256
from itertools import count

from scripts.panels.permitted.conduct import NODE, SMALL, STARLETTE, conduct
from scripts.panels.permitted.gateway import Asked, Gateway, Reply, written

REFUSES = (
    "openapi.yaml, info, Errors: “A gateway or an HTTP parser may refuse a request before it reaches the application (400, 403, 408, 413, "
    "414, 421, 431, 501 or 505) because it is not valid HTTP, exceeds a limit or is hostile. Such an answer may have any body and none "
    "of the headers below.”"
)
SLOW = "docs/verify.md, Reading a verdict: “A slow but complete answer is never a FAIL.”"


@conduct(
    "http-1-0",
    "RFC 9112 section 2.3: a response may have a lower minor version, and then ends with the connection",
    server=SMALL,
)
class Http10(Gateway):
    """Answers are HTTP/1.0, and each ends its connection; some have no length."""

    def send(self, client: socket.socket, reply: Reply, asked: Asked) -> bool:
        """Write the old version."""
        reply.without("Connection", *(["Content-Length"] if asked.method == "GET" else []))
        client.sendall(written(reply, "1.0"))
        return False


@conduct(
    "chunked",
    "openapi.yaml, Content-Length: “Absent if the transfer does not need it (HTTP/2, chunked).”; RFC 9112 section 7.1",
    server=NODE,
)
class Chunked(Gateway):
    """Bodies come in chunks of odd sizes with extensions, and a trailer follows."""

    def send(self, client: socket.socket, reply: Reply, asked: Asked) -> bool:
        """Cut the body."""
        if asked.method == "HEAD" or reply.status == 204:
            return super().send(client, reply, asked)
        close = (reply.header("Connection") or "").lower() == "close"
        reply.without("Content-Length")
        reply.headers += [("transfer-encoding", "Chunked"), ("Trailer", "Server-Timing")]
        body, out, size = reply.body, b"", 7
        while body:
            piece, body = body[:size], body[size:]
            out += f'{len(piece):X};name="a;b"\r\n'.encode() + piece + b"\r\n"
            size = size * 3 % 5003
        client.sendall(written(reply, body=out + b"0\r\nServer-Timing: total;dur=1\r\n\r\n"))
        return not close


@conduct(
    "gzip-where-asked",
    "openapi.yaml, Content-Digest: “The SHA-256 of the content as sent, after any content coding (RFC 9530).”",
    server=STARLETTE,
)
class Gzip(Gateway):
    """Bodies are compressed where the request allows it, and the digest is that of what is sent."""

    def send(self, client: socket.socket, reply: Reply, asked: Asked) -> bool:
        """Compress."""
        allowed = "gzip" in asked.headers.get("accept-encoding", "") and reply.body
        if allowed and "gzip;q=0" not in asked.headers["accept-encoding"]:
            reply.body = gzip.compress(reply.body, mtime=0)
            digest = reply.header("Content-Digest")
            reply.without("Content-Length", "Content-Digest")
            reply.headers += [
                ("Content-Encoding", "gzip"),
                ("Vary", "Accept-Encoding"),
                ("Content-Length", str(len(reply.body))),
            ]
            if digest is not None:
                reply.headers.append(("Content-Digest", f"sha-256=:{b64encode(sha256(reply.body).digest()).decode()}:"))
        return super().send(client, reply, asked)


@conduct(
    "names-in-capitals-and-no-reasons",
    "RFC 9110 section 5.1: “Field names are case-insensitive”; RFC 9112 section 4: the reason phrase may be absent; section 5: white space "
    "around a value is optional",
    server=NODE,
)
class Capitals(Gateway):
    """Names of headers are in capitals, values have tabs around them or nothing, status lines have no reason."""

    def send(self, client: socket.socket, reply: Reply, asked: Asked) -> bool:
        """Write by hand."""
        del asked
        lines = [f"HTTP/1.1 {reply.status} "]
        lines += [
            f"{name.upper()}:{value}" if len(name) % 2 else f"{name.lower()}:\t {value} \t"
            for name, value in reply.headers
        ]
        client.sendall("\r\n".join([*lines, "\r\n"]).encode("latin-1") + reply.body)
        return (reply.header("Connection") or "").lower() != "close"


@conduct(
    "connection-closed-early",
    "RFC 9112 section 9.5: “A client, server, or proxy MAY close the transport connection at any time.”",
    server=SMALL,
)
class ClosesEarly(Gateway):
    """Every third connection is closed behind an answer, without a word before."""

    counter = count(1)

    def send(self, client: socket.socket, reply: Reply, asked: Asked) -> bool:
        """Close behind some."""
        return super().send(client, reply, asked) and next(self.counter) % 3 != 0


@conduct(
    "interim-answers",
    "docs/verify.md, Limits of an answer: “interim answers (1xx) | 20”; RFC 9110 section 15.2: “A client MUST be able to parse one or more 1xx responses”",
)
class Interim(Gateway):
    """Before each answer come 103 Early Hints and 102 Processing."""

    def send(self, client: socket.socket, reply: Reply, asked: Asked) -> bool:
        """Send them first."""
        if asked.method:
            client.sendall(
                b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
            )
        return super().send(client, reply, asked)


@conduct("slow-by-300-ms", SLOW)
class SlowEach(Gateway):
    """Each answer takes 300 ms more."""

    def send(self, client: socket.socket, reply: Reply, asked: Asked) -> bool:
        """Wait."""
        time.sleep(0.3)
        return super().send(client, reply, asked)


@conduct("slow-at-first", SLOW, server=STARLETTE)
class SlowAtFirst(Gateway):
    """The first answer takes five seconds."""

    counter = count()

    def send(self, client: socket.socket, reply: Reply, asked: Asked) -> bool:
        """Wait once."""
        if next(self.counter) == 0:
            time.sleep(5)
        return super().send(client, reply, asked)


PAGE = b"<html><head><title>Request refused</title></head><body><h1>Refused</h1><hr>nginx</body></html>"
LIMIT = 8 * 1024


def page(status: int, reason: str) -> bytes:
    """Return a gateway's page."""
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/html\r\nContent-Length: {len(PAGE)}\r\nConnection: close\r\n\r\n"
    return head.encode() + PAGE


def over_limits(asked: Asked) -> tuple[int, str] | None:
    """Return why a request is too large."""
    length = asked.headers.get("content-length", "0")
    if len(asked.target) > LIMIT:
        return 414, "URI Too Long"
    if asked.size - len(asked.target) > LIMIT:
        return 431, "Request Header Fields Too Large"
    if length.isdecimal() and int(length) > 1024 * 1024:
        return 413, "Content Too Large"
    return None


@conduct("limits-refused-by-a-page", REFUSES)
class RefusedByPage(Gateway):
    """Heads over 8 KiB and bodies over 1 MiB get a page in HTML, with none of the API's headers."""

    def refusal(self, asked: Asked) -> bytes | None:
        """Refuse what is too large."""
        over = over_limits(asked)
        return None if over is None else page(*over)


@conduct(
    "limits-close-the-connection",
    "requirements.yaml, PROTO-3: “Closing the connection is a refusal for invalid HTTP, for headers or a URI over 8 KiB, and for a body over 1 MiB.”",
    server=NODE,
)
class ClosedByLimits(Gateway):
    """Heads over 8 KiB and bodies over 1 MiB close the connection."""

    def refusal(self, asked: Asked) -> bytes | None:
        """Close on what is too large."""
        return None if over_limits(asked) is None else b""


HOSTILE = ("%00", "%0a", "%0d", "<", "%3c", "..", "%2e%2e", "%c0", "%252", "%ff", "'", "%27")


@conduct("firewall", REFUSES)
class Firewall(Gateway):
    """A target that looks like an attack gets 403 with a page in HTML."""

    def refusal(self, asked: Asked) -> bytes | None:
        """Refuse what looks hostile."""
        target = asked.target.lower()
        return page(403, "Forbidden") if any(piece in target for piece in HOSTILE) else None


@conduct(
    "no-metadata",
    "docs/verify.md, The target file: `jwks_url` “from the metadata”; openapi.yaml describes no metadata and no keys",
)
class NoMetadata(Gateway):
    """Metadata of the authorization server and its keys are not served."""

    def forwarded(self, head: bytes) -> bytes:
        """Lead such paths to nowhere."""
        line, end, rest = head.partition(b"\r\n")
        if b".well-known" in line or b"/jwks" in line:
            method, _, tail = line.partition(b" ")
            return method + b" /nowhere " + tail.rpartition(b" ")[2] + end + rest
        return head
