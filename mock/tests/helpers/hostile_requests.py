"""Requests that nobody sends by mistake, drawn from a seed, to be sent to a path and to the same path in a world."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mock.tests.helpers.served import Served

WORLD = b"/w/default"
METHODS = (b"GET", b"GET", b"GET", b"POST", b"POST", b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"get", b"PATCH", b"X-1")
OPERATIONS = (b"/status", b"/orderId", b"/results", b"/report", b"/reports", b"/oauth2/token")
PATHS = (*OPERATIONS, *OPERATIONS, b"/oauth2/introspect", b"/oauth2/revoke", b"/oauth2/jwks", b"/nothing", b"/")
NAMES = (
    b"order_id",
    b"study_uid",
    b"study_group",
    b"organizationId",
    b"report_type",
    b"limit",
    b"scope",
    b"grant_type",
)
VALUES = (
    *(b"ORD-1", b"1.2.3", b"json", b"demo-hospital", b"1", b"", b"0", b"-1", b"client_credentials", b"a" * 3_000),
    *(b"%", b"%zz", b"%00", b"%0A", b"%E9", b"%C3%A9", b"+", b"'--", b"../..", b"%2e%2e%2f", b";", b"=", b"1.2.3%20"),
    *("é".encode(), "Ā".encode(), "😀".encode(), b"\xe9", b"\xff\xfe", b"<script>", b"[1]", b"{}", b"\\"),
)
RIGHT = (b"?organizationId=demo-hospital", b"?organizationId=demo-hospital&limit=1", b"?order_id=ORD-1", b"")
MEDIA_TYPES = (b"application/json", b"application/x-www-form-urlencoded", b"text/plain", b"a/b;c", b"", b"\xe9")
BODIES = (
    *(b"", b"{}", b'{"report_ids": []}', b'{"report_ids": ["x"]}', b'{"report_ids": [1]}', b"[", b"\xff", b"null"),
    *(
        b"grant_type=client_credentials",
        b"token=x",
        b"a=%",
        b"a=" + b"x" * 70_000,
        b"[" * 5_000,
        b'{"report_ids": "x"}',
    ),
)
HOSTS = (*[b"127.0.0.1"] * 12, b"localhost:1", b"[::1]", b"evil.example", b"", b"a b")
EXTRA = (
    b"Cookie: a=b",
    b"X-HTTP-Method-Override: DELETE",
    b"Expect: 100-continue",
    b"Range: bytes=0-1",
    b"Accept: x/y",
)
EXTRA += (
    b"X-Forwarded-Host: evil.example",
    b"Content-Encoding: gzip",
    b"If-None-Match: *",
    b"Transfer_Encoding: chunked",
)


Values = tuple[bytes, ...]


@dataclass(frozen=True)
class Hostile:
    """A request, but for what stands before its path."""

    method: bytes
    path: bytes
    rest: bytes
    """All behind the path."""

    def to(self, prefix: bytes) -> bytes:
        """Return the bytes to send."""
        return self.method + b" " + prefix + self.path + self.rest


def hostile_requests(seed: int, count: int, reading: Values, writing: Values) -> Iterator[Hostile]:
    """Draw requests; the same for the same seed and values of `Authorization`.

    Args:
        seed: what they are drawn from.
        count: how many.
        reading: values of `Authorization` for all methods but POST.
        writing: those for POST, of a client that lists nothing, so that its acknowledgement changes nothing.
    """
    draw = random.Random(seed)
    for _ in range(count):
        method = draw.choice(METHODS)
        body = draw.choice(BODIES) if draw.random() < 0.5 else b""
        head = [b" HTTP/1.1", b"Host: " + draw.choice(HOSTS), b"Connection: close", *_framed(draw, body)]
        if draw.random() < 0.8:
            head.append(b"Authorization: " + draw.choice(writing if method == b"POST" else reading))
        if draw.random() < 0.6:
            head.append(b"Content-Type: " + draw.choice(MEDIA_TYPES))
        head += draw.sample(EXTRA, draw.choice((0, 0, 0, 1, 2)))
        sent = _chunked(draw, body) if b"Transfer-Encoding: chunked" in head else body
        yield Hostile(method, _path(draw), _query(draw) + b"\r\n".join((*head, b"", b"")) + sent)


def _framed(draw: random.Random, body: bytes) -> list[bytes]:
    if body and draw.random() < 0.3:
        return [b"Transfer-Encoding: chunked"]
    if draw.random() < 0.05:
        return [b"Content-Length: " + draw.choice((b"1, 2", b"-1", b"x", b"9" * 30))]
    return [b"Content-Length: %d" % len(body)] if body else []


def _chunked(draw: random.Random, body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body) + draw.choice((b"0\r\n\r\n", b"0\r\nX: y\r\n\r\n"))


def _path(draw: random.Random) -> bytes:
    path = draw.choice(PATHS)
    if draw.random() < 0.8:
        return path
    changed = (
        path + b"/",
        path.upper(),
        b"/" + path,
        path + b"%20",
        b"/%73tatus",
        path + "é".encode(),
        path + b"/x",
        path + b"%00",
    )
    return draw.choice(changed)


def _query(draw: random.Random) -> bytes:
    if draw.random() < 0.2:
        return draw.choice(RIGHT)
    pairs = [draw.choice(NAMES) + b"=" + draw.choice(VALUES) for _ in range(draw.choice((0, 1, 1, 2, 2, 3)))]
    return b"?" + b"&".join(pairs) if pairs else b""


def credentials_of(served: Served, client: int) -> Values:
    """Values of `Authorization` of a client: right ones, and such as resemble them."""
    basic = served.basic(client)
    got = served.call("GET", "/oauth2/token", {"Authorization": basic}).json["access_token"].encode()
    token = b"Bearer " + got
    wrong = (token.lower(), token + b"=", token[:-2], b"Bearer", b"Bearer \xe9", b"Basic x", b"Basic " + got)
    return token, token, token, basic.encode(), *wrong


def differences(served: Served, seed: int, count: int) -> list[tuple[Hostile, bytes, bytes]]:
    """Send each request to its path and to the same path in the default world's prefix; return those told apart."""
    told = []
    for one in hostile_requests(seed, count, credentials_of(served, 0), credentials_of(served, 1)):
        plain, prefixed = (comparable(served.raw(one.to(prefix))) for prefix in (b"", WORLD))
        if plain != prefixed:
            told.append((one, plain, prefixed))
    return told


VARYING = (
    re.compile(rb"(?i)(?<=\r\nx-request-id: )[^\r]*"),
    re.compile(rb"(?i)(?<=\r\ndate: )[^\r]*"),
    re.compile(rb"(?<=urn:pacsimile:request:)[0-9a-f]*"),
    re.compile(rb'(?<="access_token":")[^"]*'),
    re.compile(rb"(?i)(?<=\r\ncontent-length: )[^\r]*(?=(?s:.*)access_token)"),
)
"""What differs from answer to answer; the length of one with a token too, whose issuer is the world's."""


def comparable(answer: bytes) -> bytes:
    """Return an answer without what is its own alone."""
    for varying in VARYING:
        answer = varying.sub(b"", answer)
    return answer
