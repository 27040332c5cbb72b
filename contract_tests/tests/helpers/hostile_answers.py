"""The small example with answers that no client should have to read: what is sent, and where."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import repeat
from secrets import token_hex
from typing import Any

from contract_tests.tests.helpers.hostile_documents import deflated_dicom, pdf, pdf_of_forms, words
from contract_tests.tests.helpers.varied_server import Answering, Handler, Request, Response

MEBIBYTE = 1024 * 1024
PLACES: Mapping[str, tuple[str, str]] = {
    "token": ("", "/oauth2/token"), "status": ("GET", "/status"), "order-ids": ("GET", "/orderId"),
    "listing": ("GET", "/reports"), "acknowledgement": ("POST", "/reports"), "report": ("GET", "/results"),
    "group-report": ("GET", "/report"), "state": ("", "/states"),
}  # fmt: skip
"""Method (any, where it is empty) and path of each place."""


@dataclass(slots=True)
class Raw(Response):
    """An answer sent as these bytes, after which the connection closes."""

    pieces: Callable[[], Iterator[bytes]] = lambda: iter(())


class RawHandler(Handler):
    """Sends `Raw` as its bytes, and any other answer as ever."""

    def _write(self, response: Response, request_id: str) -> None:
        if not isinstance(response, Raw):
            super()._write(response, request_id)
            return
        self.close_connection = True
        self.connection.settimeout(5.0)
        try:
            for piece in response.pieces():
                self.connection.sendall(piece)
        except OSError:
            pass


Kind = Callable[[Response], Response]


def _json(change: Callable[[Any], Any]) -> Kind:
    """Change an answer's JSON; what is none becomes an object."""

    def changed(own: Response) -> Response:
        said = json.loads(own.body) if "json" in own.media_type else {"said": ""}
        return replace(own, body=change(said))

    return changed


def _each(change: Callable[[Any], str | None]) -> Kind:
    """Write each value of an answer's JSON another way, where `change` gives one."""

    def written(value: Any) -> str:
        own = change(value)
        if own is not None:
            return own
        if isinstance(value, dict):
            return "{" + ",".join(f"{json.dumps(name)}:{written(one)}" for name, one in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ",".join(map(written, value)) + "]"
        return json.dumps(value)

    return _json(lambda said: written(said).encode("utf-8", "surrogatepass"))


def _number(text: str) -> Kind:
    return _each(lambda value: text if isinstance(value, int) and not isinstance(value, bool) else None)


def _text(change: Callable[[str], str]) -> Kind:
    return _each(lambda value: change(json.dumps(value)[1:-1]).join('""') if isinstance(value, str) else None)


def _more(text: bytes) -> Kind:
    """Give an object one more member."""
    return _json(lambda said: json.dumps(said).encode()[:-1] + b', "more": ' + text + b"}")


def _long(value: Any) -> str | None:
    return "[" + ",".join(repeat(json.dumps(value[0]), 300_000)) + "]" if isinstance(value, list) and value else None


@cache  # made at the start, since a call would not wait for it
def _bomb(nested: bool) -> bytes:
    packed = zlib.compressobj(wbits=31)
    packed_bytes = b"".join(packed.compress(b" " * MEBIBYTE) for _ in range(60)) + packed.flush()
    return gzip.compress(packed_bytes) if nested else packed_bytes


def _coded(coding: str, nested: bool) -> Kind:
    return lambda own: replace(own, body=_bomb(nested), headers={**own.headers, "Content-Encoding": coding})


def _with(**headers: str) -> Kind:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda own: replace(own, headers={**own.headers, **named})


_DOCUMENTS: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "a-pdf-of-many-words": ("application/pdf", lambda: pdf(words(3_000_000))),
    "a-pdf-of-many-pages": ("application/pdf", lambda: pdf(words(50_000), pages=200)),
    "a-pdf-of-forms": ("application/pdf", pdf_of_forms),
    "a-deflated-dicom-file": ("application/dicom", lambda: deflated_dicom(60 * MEBIBYTE)),
}
"""Media type and bytes of documents that take long to make."""


@cache  # likewise
def _made(kind: str) -> bytes:
    return _DOCUMENTS[kind][1]()


def _document(kind: str) -> Kind:
    """Answer with this document, of whatever type it was asked for."""
    return lambda own: replace(own, body=_made(kind), media_type=_DOCUMENTS[kind][0])


def _lines(media_type: str, line: bytes) -> Kind:
    """Go on with three mebibytes of one line behind the own document's first, which names its type."""

    def changed(own: Response) -> Response:
        start = own.body[:100].splitlines()[0] if own.body else b""
        return replace(own, body=start + line * (3 * MEBIBYTE // len(line)), media_type=media_type)

    return changed


def _sent(*pieces: bytes, then: bytes = b"", count: int = 100_000) -> Kind:
    """Send these pieces, then another one `count` times."""

    def sending() -> Iterator[bytes]:
        yield from pieces
        yield from repeat(then, count if then else 0)

    return lambda own: Raw(own.body, own.media_type, own.status, own.headers, sending)


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
KINDS: Mapping[str, Kind] = {
    "integers-of-4000-digits": _number("9" * 4000),
    "integers-of-99-digits": _number("9" * 99),
    "numbers-beyond-doubles": _number("1e999999999"),
    "numbers-next-to-nothing": _number("1e-999999999"),
    "negative-numbers": _number("-1e300"),
    "not-a-number": _number("NaN"),
    "infinity": _number("Infinity"),
    "lists-900-deep": _more(b"[" * 900 + b"]" * 900),
    "objects-900-deep": _more(b'{"a":' * 900 + b"1" + b"}" * 900),
    "lists-a-million-deep": _more(b"[" * 1_000_000 + b"]" * 1_000_000),
    "texts-of-a-mebibyte": _text(lambda text: text + "x" * MEBIBYTE),
    "texts-of-ligatures": _more(b'"' + "\ufdfa".encode() * 4 * MEBIBYTE + b'"'),
    "tokens-of-three-mebibytes": _json(
        lambda said: json.dumps({**said, "access_token": token_hex() + "x" * 3 * MEBIBYTE}).encode()
    ),
    "fractions-of-5000-digits": _text(lambda text: text.replace("Z", "." + "1" * 5000 + "Z")),
    "half-surrogates": _text(lambda text: text + "\\ud800"),
    "nul": _text(lambda text: text + "\\u0000"),
    "control-characters": _text(lambda text: text + "\\u001b[2J\\u0007\\u2028\\ufffe"),
    "invalid-utf-8": _json(lambda said: json.dumps(said).encode().replace(b'"', b'"\xff', 1)),
    "members-twice": _json(lambda said: json.dumps(said).encode()[:-1] + b", " + json.dumps(said).encode()[1:]),
    "300000-members": _more(b"{" + b",".join(b'"%d":1' % one for one in range(300_000)) + b"}"),
    "300000-identifiers": _more(b'{"order_ids":[' + b",".join(b'"O-%06d"' % one for one in range(300_000)) + b"]}"),
    "lists-of-300000": _each(_long),
    "600000-lists": _more(b"[" + b"[]," * 600_000 + b"1]"),
    "all-spaces": lambda own: replace(own, body=b" " * 3 * MEBIBYTE),
    "all-quotation-marks": lambda own: replace(own, body=b'"' * 3 * MEBIBYTE),
    "all-less-than": lambda own: replace(own, body=b"<" * 3 * MEBIBYTE),
    "a-null": lambda own: replace(own, body=b"null"),
    "a-list": lambda own: replace(own, body=b"[1]"),
    "tokens-without-a-dot": lambda own: replace(own, body=b'{"detail": "' + b"eyJ" * MEBIBYTE + b'"}'),
    **{kind: _document(kind) for kind in _DOCUMENTS},
    "a-document-of-bars": _lines("application/hl7-v2+er7", b"|"),
    "a-document-of-returns": _lines("application/hl7-v2+er7", b"\rX"),
    "a-document-of-words": _lines("text/plain", b"ab "),
    "a-table-of-lines": _lines("text/csv", b"\na,b"),
    "gzip-of-60-mebibytes": _coded("gzip", False),
    "gzip-in-gzip": _coded("gzip, gzip", True),
    "many-codings": _coded(", ".join(["gzip"] * 50), False),
    "a-gigabyte-announced": _sent(OK + b"Content-Length: 1073741824\r\n\r\n{"),
    "a-length-of-5000-digits": _sent(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}"),
    "endless-chunks": _sent(OK + b"Transfer-Encoding: chunked\r\n\r\n", then=b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "an-endless-body": _sent(OK + b"\r\n", then=b"[" * 65536),
    "endless-headers": _sent(OK, then=b"X-More: " + b"x" * 1000 + b"\r\n"),
    "a-header-of-a-mebibyte": _sent(OK + b"X-More: " + b"x" * MEBIBYTE + b"\r\n\r\n"),
    "headers-of-a-mebibyte": _sent(OK, *[b"X-%d: " % one + b"x" * 20_000 + b"\r\n" for one in range(50)], b"\r\n"),
    "endless-100": _sent(then=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "endless-103": _sent(then=b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
    "no-http": _sent(b"\x16\x03\x01\x00\x00 nothing of the kind\r\n\r\n"),
    "a-status-line-of-a-mebibyte": _sent(b"HTTP/1.1 200 " + b"x" * MEBIBYTE + b"\r\n\r\n"),
    "a-status-of-5000-digits": _sent(b"HTTP/1.1 " + b"9" * 5000 + b" OK\r\n\r\n"),
    "cut-off": _sent(OK + b"Content-Length: 100\r\n\r\n{"),
    "garbage-behind-the-answer": _sent(OK + b"Content-Length: 2\r\n\r\n{}", then=b"HTTP/1.1 200 OK\r\n", count=999),
    "a-redirect": _sent(b"HTTP/1.1 302 Found\r\nLocation: /status\r\nContent-Length: 0\r\n\r\n"),
    "dates-beyond-clocks": _with(Date="Mon, 01 Jan 99999999999999999999 00:00:00 GMT"),
    "retry-in-an-age": _sent(b"HTTP/1.1 429 x\r\nRetry-After: " + b"9" * 400 + b"\r\nContent-Length: 0\r\n\r\n"),
    "challenges-of-60-kibibytes": _sent(
        b"HTTP/1.1 401 x\r\nWWW-Authenticate: " + b"a" * 60_000 + b"\x01\r\nContent-Length: 0\r\n\r\n"
    ),
    "a-media-type-of-60-kibibytes": lambda own: replace(own, media_type="application/" + "json/" * 12_000),
    "digests-of-60-kibibytes": _with(Content_Digest="sha-256=:" + "=" * 60_000),
}  # fmt: skip


def hostile(place: str, kind: str) -> Answering:
    """Return what answers as the example does, but at one place in a hostile way."""
    if kind in _DOCUMENTS:
        _made(kind)
    elif "gzip" in kind or "codings" in kind:
        _bomb(kind == "gzip-in-gzip")
    method, path = PLACES[place]

    def answering(request: Request, answer: Callable[[Request], Response]) -> Response:
        own = answer(request)
        here = request.path == path and method in ("", request.method)
        return KINDS[kind](own) if here and own.status < 300 else own

    return answering
