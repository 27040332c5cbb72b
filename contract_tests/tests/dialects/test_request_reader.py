"""Requests that a client sent in a dialect, read as the contract spells them."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from pacsimile_contract.dialects.request_reader import HIDDEN, Reading, RequestReader
from pacsimile_contract.evidence.exchange import Request
from pacsimile_spec.dialects import parse_dialect

URL = "https://api.example/base"
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
BASIC = ("Authorization", "Basic " + b64encode(b"me:a-secret").decode())


def read(dialect: str, method: str, path: str, *headers: tuple[str, str], body: bytes | None = None) -> Reading:
    """Read a request to a service that speaks `dialect`, the lines of a dialect file."""
    reader = RequestReader(parse_dialect(f"name: vendor\n{dialect}"), URL, URL + "/auth", URL + "/auth/token")
    reading = reader.read(Request(method, URL + path, headers, body))
    assert reading is not None
    return reading


@pytest.mark.parametrize(
    ("dialect", "path", "headers", "body"),
    [
        ("token: {credentials: headers}\nparameters: {client_id: X-Id, client_secret: X-Secret}", "",
         (("X-Id", "me"), ("X-Secret", "a-secret")), None),
        ("token: {credentials: query}\nparameters: {client_id: id, client_secret: key}", "?id=me&key=a-secret",
         (), None),
    ],
    ids=["headers", "query"],
)  # fmt: skip
def test_credentials_in_a_dialects_place_are_those_of_basic(
    dialect: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes | None
) -> None:
    """The contract knows them there; the address has them no more."""
    reading = read(dialect, "GET", "/auth/token" + path, *headers, body=body)
    assert (reading.client_id, reading.client_secret) == ("me", "a-secret")
    assert reading.request.headers[-1] == BASIC
    assert reading.request.url == URL + "/auth/token"
    assert reading.request.given == {}


def test_half_of_the_credentials_is_none() -> None:
    """Nothing is made up for the other half."""
    dialect = "token: {credentials: query}\nparameters: {client_id: id, client_secret: key}"
    reading = read(dialect, "GET", "/auth/token?id=me")
    assert (reading.client_id, reading.client_secret) == ("me", None)
    assert reading.request.headers == ()


@pytest.mark.parametrize(
    ("dialect", "sent", "meant"),
    [
        ("values: {report_type: {pdf: P}}", "report_type=P", "pdf"),
        ("values: {report_type: {pdf: P}}", "report_type=unheard", "unheard"),
        ("parameters: {report_type: format}", "format=pdf", "pdf"),
        ("constants: {v: '2'}", "v=2&report_type=pdf", "pdf"),
    ],
)
def test_a_word_has_the_contracts_meaning(dialect: str, sent: str, meant: str) -> None:
    """One that the dialect does not have stays; what each request has by the dialect is no parameter."""
    assert read(dialect, "GET", f"/results?{sent}").request.given == {"report_type": meant}


def test_a_parameter_that_nobody_knows_is_hidden() -> None:
    """It may hold a secret; the secret of a client has no place outside a token request."""
    given = read("", "GET", "/status?order_id=A&key=a-secret&client_secret=other").request.given
    assert given == {"order_id": "A", "key": HIDDEN, "client_secret": HIDDEN}


@pytest.mark.parametrize(
    ("words", "given"), [("s.read+s.write", "status.read reports.ack"), ("other", "other"), ("a+b", "a b")]
)
def test_scopes_of_a_token_request(words: str, given: str) -> None:
    """Each word is read by itself, in the address and in a form."""
    dialect = "values: {scope: {status.read: s.read, reports.ack: s.write}}"
    assert read(dialect, "GET", f"/auth/token?scope={words}").request.given == {"scope": given}
    body = read(dialect, "POST", "/auth/token", *FORM, body=f"scope={words}".encode()).request.body
    assert body is not None
    assert body.replace(b"%20", b"+") == b"scope=" + given.replace(" ", "+").encode()


IDS = "acknowledgement: {body: {report_ids: %s}}"


@pytest.mark.parametrize(
    ("place", "body", "kept"),
    [
        ("/report_ids", {"report_ids": ["a"]}, {"report_ids": ["a"]}),
        ("/done/ids", {"done": {"ids": ["a", "b"]}}, {"report_ids": ["a", "b"]}),
        ("/done/ids", {"done": {"ids": ["a"], "more": 1}}, None),
        ("/done/ids", {"done": {"ids": ["a"]}, "more": 1}, None),
        ("/report_ids", {"report_ids": "a"}, None),
        ("/report_ids", {"report_ids": ["a", 1]}, None),
        ("/report_ids", {}, None),
        ("/report_ids", "text", None),
    ],
)
def test_an_acknowledgement_keeps_report_ids_alone(place: str, body: object, kept: object) -> None:
    """They stand where the contract has them; a body with anything else is hidden."""
    read_body = read(IDS % place, "POST", "/reports", body=json.dumps(body).encode()).request.body
    assert read_body == HIDDEN.encode() if kept is None else json.loads(read_body or b"") == kept


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff"])
def test_an_acknowledgement_that_is_no_json_is_hidden(body: bytes) -> None:
    """However it is broken."""
    assert read("", "POST", "/reports", body=body).request.body == HIDDEN.encode()


def test_an_acknowledgement_of_all_has_no_body() -> None:
    """It stays without one."""
    assert read("", "POST", "/reports").request.body is None


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/orders/ORD%2F1/status", {"order_id": "ORD/1"}),
        ("/orders//status", {"order_id": ""}),
        ("/orders/status/status", {"order_id": "status"}),
    ],
)
def test_a_value_in_the_path(path: str, given: dict[str, str]) -> None:
    """It is no part of what is the operator's own in the address."""
    reading = read("paths: {getStatus: '/orders/{order_id}/status'}", "GET", path)
    assert reading.request.given == given
    assert reading.request.url.startswith(URL + "/status?order_id=")
    assert (URL + path)[: reading.own_length] in (URL + "/orders/", URL + path)


def test_what_is_no_call_of_the_api() -> None:
    """By its path, or by its method."""
    reader = RequestReader(parse_dialect("name: vendor"), URL, URL + "/auth", URL + "/auth/token")
    for method, path in (("GET", "/other"), ("DELETE", "/status"), ("PUT", "/auth/token")):
        assert reader.read(Request(method, URL + path, ())) is None
