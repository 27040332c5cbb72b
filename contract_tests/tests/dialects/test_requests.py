"""Requests in the contract's spelling, as they leave for a service of another dialect."""

import pytest

from pacsimile_contract.client.requests import basic
from pacsimile_contract.dialects.requests import RequestWriter
from pacsimile_contract.evidence.exchange import Request
from pacsimile_spec.dialects import load_dialect, parse_dialect

BASE = "http://127.0.0.1:8000"
VENDOR = """
name: vendor
paths: {getStatus: ["/v2/orders/{order_id}", /v2/status], getToken: /auth/token, postToken: /auth/token}
constants: {api-version: "2025-06"}
parameters: {order_id: orderId, study_uid: study, organizationId: org, grant_type: grant}
values:
  report_type: {dicom_sr: sr}
  scope: {status.read: api/status, reports.read: api/reports, reports.ack: api/reports}
acknowledgement: {body: {report_ids: /data/ids}}
"""


def left(request: Request, text: str = VENDOR, oauth2: str = BASE + "/oauth2") -> Request:
    """Return a request as it leaves."""
    return RequestWriter(parse_dialect(text), BASE, oauth2).write(request)


def url(path: str, method: str = "GET", **more: str) -> str:
    """Return the path and query of a call as it leaves, without the constant."""
    spelled = left(Request(method, BASE + path), **more).url.removeprefix(BASE)
    return spelled.replace("&api-version=2025-06", "").replace("?api-version=2025-06", "")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/status?order_id=ORD-1", "/v2/orders/ORD-1"), ("/status?study_uid=1.2", "/v2/status?study=1.2"),
        ("/status?order_id=a%2Fb+c", "/v2/orders/a%2Fb%20c"), ("/status?order_id=", "/v2/orders/"),
        ("/status?order_id=a&order_id=b", "/v2/orders/a?orderId=b"), ("/status?%6frder_id=a", "/v2/orders/a"),
        ("/status?study_uid=%ff&&=x&y", "/v2/status?study=%ff&&=x&y"), ("/status", "/v2/status"),
        ("/status?study_uid=1&orderId=2", "/v2/status?study=1&order_id=2"),
        ("/status?ORDER_ID=1", "/v2/status?ORDER_ID=1"), ("/nowhere?order_id=1", "/nowhere?order_id=1"),
        ("/results?order_id=1&report_type=dicom_sr", "/results?orderId=1&report_type=sr"),
        ("/results?order_id=1&report_type=DICOM", "/results?orderId=1&report_type=DICOM"),
        ("/reports?organizationId=org%2Da&limit=1", "/reports?org=org%2Da&limit=1"),
        ("/oauth2/token?grant_type=client_credentials&scope=status.read%20reports.read%20reports.ack",
         "/auth/token?grant=client_credentials&scope=api%2Fstatus%20api%2Freports"),
        ("/oauth2/token?scope=nonsense%20", "/auth/token?scope=nonsense%20"),
    ],
)  # fmt: skip
def test_a_query_is_respelled_piece_by_piece(path: str, expected: str) -> None:
    """Names and words of the contract become the dialect's; a name that only the dialect has becomes an unknown one."""
    assert url(path) == expected


def test_every_call_carries_the_constants() -> None:
    """Of an operation; nothing is added to a path that the contract does not have."""
    assert left(Request("GET", BASE + "/status?study_uid=1")).url.endswith("?study=1&api-version=2025-06")
    assert left(Request("DELETE", BASE + "/reports")).url == BASE + "/reports?api-version=2025-06"
    assert left(Request("GET", BASE + "/nowhere")).url == BASE + "/nowhere"


@pytest.mark.parametrize(
    ("oauth2", "expected"),
    [
        (BASE + "/oauth2", BASE + "/auth/token"), ("https://login.example", "https://login.example/auth/token"),
        (BASE + "/auth", BASE + "/auth/token"), ("https://login.example/auth", "https://login.example/auth/token"),
    ],
)  # fmt: skip
def test_the_token_path_stands_where_the_endpoint_is(oauth2: str, expected: str) -> None:
    """The endpoint of the target file may end as the contract's does, or as the dialect's does."""
    assert left(Request("GET", oauth2 + "/token?grant_type=x"), oauth2=oauth2).url.partition("?")[0] == expected


def test_a_token_path_at_the_root_is_not_below_the_contracts_endpoint() -> None:
    """Though it ends as the contract's does."""
    text = "name: plain\npaths: {getToken: /token}\n"
    for oauth2 in (BASE + "/oauth2", BASE):
        assert left(Request("GET", oauth2 + "/token"), text, oauth2).url == BASE + "/token"


def test_a_token_endpoint_that_is_not_respelled_stays() -> None:
    """Wherever it is."""
    text = "name: plain\nparameters: {order_id: orderId}\n"
    assert left(Request("GET", "https://login.example/t/token"), text, "https://login.example/t").url.endswith(
        "/t/token"
    )


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("camel", b'{"report_ids": ["report_ids"]}', b'{"reportIds": ["report_ids"]}'),
        ("camel", b'{"reportIds": []}', b'{"report_ids": []}'),
        ("camel", b'{"report_ids":[],"report_ids":[]}', b'{"reportIds":[],"reportIds":[]}'),
        ("camel", b'{"report_ids', b'{"report_ids'), ("camel", b"[1]", b"[1]"), ("legacy", b"{}", b"{}"),
        (None, b'{"report_ids": []}', b'{"data": {"ids": []}}'), (None, b"{}", b"{}"),
    ],
)  # fmt: skip
def test_the_ids_of_an_acknowledgement_stand_where_the_dialect_has_them(
    name: str | None, body: bytes, expected: bytes
) -> None:
    """What is no such body stays as it is."""
    dialect = load_dialect(name) if name else parse_dialect(VENDOR)
    request = Request("POST", BASE + "/reports", body=body)
    assert RequestWriter(dialect, BASE, BASE + "/oauth2").write(request).body == expected


def test_a_token_form_is_respelled_as_a_query_is() -> None:
    """And nothing else of the body."""
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    body = b"grant_type=client_credentials&scope=status.read&x=%ff"
    request = Request("POST", BASE + "/oauth2/token", form, body)
    assert left(request).body == b"grant=client_credentials&scope=api%2Fstatus&x=%ff"


def test_bytes_that_are_no_http_are_sent_as_they_are() -> None:
    """They have no spelling."""
    request = Request("GET", BASE + "/status", raw=b"GET /status\r\n\r\n")
    assert left(request) is request


@pytest.mark.parametrize(
    ("by", "method", "query", "headers", "body"),
    [
        ("query", "GET", "?grant_type=x&id=the%20id&client_secret=s%3A1", {}, None),
        ("query", "POST", "?id=the%20id&client_secret=s%3A1", {}, b"grant_type=x"),
        ("headers", "GET", "?grant_type=x", {"id": "the id", "client_secret": "s:1"}, None),
        ("body", "POST", "", {}, b"grant_type=x&id=the%20id&client_secret=s%3A1"),
        ("body", "GET", "?grant_type=x", {}, None),
    ],
)
def test_credentials_stand_where_the_dialect_has_them(
    by: str, method: str, query: str, headers: dict[str, str], body: bytes | None
) -> None:
    """Nothing of HTTP Basic is left, and a GET has no body."""
    text = f"name: vendor\ntoken: {{credentials: {by}}}\nparameters: {{client_id: id}}\n"
    form = (("Content-Type", "application/x-www-form-urlencoded"),) if method == "POST" else ()
    address = BASE + "/oauth2/token" + ("?grant_type=x" if method == "GET" else "")
    given = None if method == "GET" else b"grant_type=x"
    request = Request(method, address, (("Authorization", basic("the id", "s:1")), *form), given)
    sent = left(request, text)
    assert sent.url == BASE + "/oauth2/token" + query
    assert dict(sent.headers) == {**dict(form), **headers}
    assert sent.body == body


def test_credentials_that_cannot_be_read_stay_where_they_are() -> None:
    """A test of malformed ones sends them so."""
    request = Request("GET", BASE + "/oauth2/token", (("Authorization", "Basic ?"),))
    assert left(request, "name: vendor\ntoken: {credentials: query}\n").headers == request.headers
