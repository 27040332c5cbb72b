"""Copied calls, read as exchanges: what of them is judged, and what may be kept of them."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.proxy.copied_call import CopiedCall, Room
from pacsimile_contract.proxy.framing import Body, Head, RequestFramer
from pacsimile_contract.proxy.reading import ExchangeReader
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.target.dialects import stored_dialect
from pacsimile_contract.target.model import Client, Limits, Target

URL = "http://api.example"
FORM = "Content-Type: application/x-www-form-urlencoded"


def answer(document: object, status: str = "200 OK", kind: str = "application/json") -> bytes:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def copied(
    line: str, *fields: str, body: bytes = b"", answered: bytes = answer({}), room: Room | None = None
) -> CopiedCall:
    """Return a call with this request, whose answer came whole."""
    lines = [f"{line} HTTP/1.1", "Host: api.example", *fields, *([f"Content-Length: {len(body)}"] if body else [])]
    head, *rest = RequestFramer().feed("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    assert isinstance(head, Head)
    call = CopiedCall(head, URL, "c1", room or Room())
    for piece in rest:
        if isinstance(piece, Body):
            call.add_sent(piece.content)
    call.add_answered(answered)
    call.end()
    return call


def reader(dialect: str = "", **limits: float) -> ExchangeReader:
    given = stored_dialect(f"name: vendor\n{dialect}\n", "vendor") if dialect else None
    clients = {"primary": Client("primary", "me", "a-secret-of-mine")}
    target = Target(URL, URL + "/oauth2", clients, dialect=given, limits=Limits(**limits))
    return ExchangeReader(target, Redactor("salt"))


def read(call: CopiedCall, dialect: str = "") -> Exchange:
    exchange = reader(dialect).read(call)
    assert exchange is not None
    return exchange


def basic(client_id: str, secret: str) -> str:
    return "Authorization: Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()


def test_who_asks_is_known_by_the_token_that_was_given() -> None:
    """A client of the target file by its name there, any other by a number; who brings another token, not."""
    one = reader()
    names = []
    for client_id, token in (("me", "T1"), ("another", "T2"), ("a-third", "T3")):
        given = answer({"access_token": token, "token_type": "Bearer", "refresh_token": f"{token}-again"})
        one.read(copied("GET /oauth2/token", basic(client_id, "another-secret"), answered=given))
    for sent in ("Bearer T1", "Bearer T2", "Bearer T3", "Bearer T4", "Bearer"):
        exchange = one.read(copied("GET /status?order_id=A", f"Authorization: {sent}"))
        assert exchange is not None
        names.append(exchange.request.client)
    assert names == ["primary", "client-2", "client-3", None, None]


def test_a_token_without_credentials_belongs_to_nobody() -> None:
    """Nor does what is asked with it."""
    one = reader()
    one.read(copied("GET /oauth2/token", answered=answer({"access_token": "T1", "token_type": "Bearer"})))
    exchange = one.read(copied("GET /status?order_id=A", "Authorization: Bearer T1"))
    assert exchange is not None
    assert exchange.request.client is None


def test_no_token_that_was_given_is_written() -> None:
    """Neither the access token nor another that came with it."""
    one = reader()
    given = answer({"access_token": "token-of-access", "refresh_token": "token-of-refresh", "token_type": "Bearer"})
    one.read(copied("GET /oauth2/token", basic("me", "a-secret-of-mine"), answered=given))
    written = one.clients._redactor.redact_own_text("token-of-access token-of-refresh a-secret-of-mine")
    assert "token-of" not in written
    assert "a-secret" not in written


@pytest.mark.parametrize(
    ("line", "fields", "body"),
    [
        ("POST /oauth2/token", ("Content-Type: application/json",), b'{"client_secret": "hide-me"}'),
        ("POST /oauth2/token", (FORM,), b"client_id=me&client_secret=hide-me"),
        ("POST /oauth2/token", (FORM,), b"client_id=me&client_secret=hid"),
        ("GET /status?order_id=A", (), b"hide-me"),
        ("POST /reports", (), b'{"report_ids": ["R"], "more": "hide-me"}'),
        ("GET /status?order_id=A&key=hide-me", ("X-Key: hide-me",), b""),
        ("GET http://api.example/status?order_id=A&key=hide-me", (), b""),
    ],
    ids=["json", "form", "short", "body of a GET", "more", "unknown names", "absolute form"],
)
def test_what_may_be_a_secret_is_not_kept(line: str, fields: tuple[str, ...], body: bytes) -> None:
    """In no spelling, but where each text is looked through for it."""
    one = reader()
    exchange = one.read(copied(line, *fields, body=body))
    assert exchange is not None
    kept = [(sent.url, sent.headers, sent.body) for sent in (exchange.request, exchange.sent)]
    text = one.clients._redactor.redact_own_text(repr(kept))
    assert "hide-me" not in text
    assert "hid&" not in text
    assert "=hid'" not in text


def test_a_dialects_call_has_both_spellings() -> None:
    """The contract's, by which it is judged, and that of the wire, which reports show."""
    dialect = "parameters: {order_id: order}\nvalues: {OrderStatus.status: {COMPLETED: 2}}"
    exchange = read(copied("GET /status?order=A", answered=answer({"status": 2})), dialect)
    assert exchange.given == {"order_id": "A"}
    assert exchange.json == {"status": "COMPLETED"}
    assert exchange.received is not None
    assert json.loads(exchange.received.body) == {"status": 2}
    assert exchange.sent.url == URL + "/status?order=A"


LINKED = "reports_carried: {url: /link}"


def test_a_report_behind_a_link_is_judged_when_it_was_fetched() -> None:
    """As the body of the answer that named it."""
    one, appended = reader(LINKED), list[Exchange]()
    one.append = appended.append
    asked = copied("GET /results?order_id=A&report_type=pdf", answered=answer({"link": URL + "/files/1"}))
    assert one.read(asked) is None
    assert one.read(copied("GET /files/2")) is None
    exchange = one.read(copied("GET /files/1", answered=answer(b"%PDF-1.7", kind="application/pdf")))
    assert exchange is not None
    assert (exchange.operation, exchange.body, exchange.media_type) == ("getResult", b"%PDF-1.7", "application/pdf")
    assert [carried.request.url for carried in appended] == [URL + "/files/1"]
    assert one.read(copied("GET /files/1")) is None


def test_a_client_that_waited_long_enough_shows_a_timeout() -> None:
    """One that left sooner shows nothing of the service."""
    for waited, failure, cut in ((6.0, "timeout", None), (1.0, "left by the client", "left")):
        call = copied("GET /status?order_id=A", answered=b"")
        call.cut, call.ended = "left", call.began + waited
        exchange = reader(timeout=5.0, listing_timeout=5.0).read(call)
        assert exchange is not None
        assert (exchange.failure, exchange.request.cut) == (failure, cut)


@pytest.mark.parametrize(("room", "status", "failure"), [(60, 200, None), (10, None, "cut off")])
def test_an_answer_that_was_not_copied_whole(room: int, status: int | None, failure: str | None) -> None:
    """Its head is known where that was copied; the body is not judged."""
    head, body = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x" * 1000
    call = copied("GET /status?order_id=A", answered=b"", room=Room(most=room))
    for piece in (head, body) if room > len(head) else (head[:10], head[10:], body):
        call.add_answered(piece)
    exchange = read(call)
    assert exchange.status == status
    assert (exchange.failure is None) == (failure is None)
    assert exchange.body == b""
    assert not exchange.body_was_stored


def test_an_answer_past_every_bound_says_so() -> None:
    """It has its status, and no body."""
    call = copied("GET /status?order_id=A", answered=b"HTTP/1.0 200 OK\r\nContent-Length: 9999999999\r\n\r\n")
    call.is_overlong = True
    exchange = read(call)
    assert exchange.status == 200
    assert exchange.exceeded_bound is not None


@pytest.mark.parametrize(
    ("body", "known"),
    [
        (b'{"report_ids": ["REP-1", 2]}', False),
        (b'{"report_ids": ["REP-1"]}', True),
        (b'{"report_ids": "REP-1"}', False),
    ],
)
def test_the_reports_that_a_client_acknowledges_are_identifiers(body: bytes, *, known: bool) -> None:
    """They are not written as they are, since a service may name reports after people."""
    one = reader()
    one.read(copied("POST /reports", body=body))
    assert ("REP-1" not in one.clients._redactor.redact_own_text("of REP-1")) == known
