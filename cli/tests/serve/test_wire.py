"""HTTP on a real socket: what is right in any form is answered, what is not HTTP is refused: PROTO-1 … PROTO-3."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from mock.tests.helpers.served import LOOPBACKS, Served, read_all, statuses

LIST = "/reports?organizationId=demo-hospital&limit=1"
JSON = "Content-Type: application/json"


def answers(served: Served) -> None:
    """The server goes on as if nothing had been."""
    assert served.get(LIST).status == 200


def test_both_loopback_addresses_are_served(served: Served) -> None:
    """Where there are both; whatever `localhost` means to a client."""
    for host in (*LOOPBACKS, "localhost"):
        assert served.call("GET", LIST, {"Authorization": f"Bearer {served.token}"}, host=host).status == 200


def test_every_answer_carries_each_header_once(served: Served) -> None:
    """Also `Date`, which the server would set as well; a HEAD has no body, and the length that GET's would have."""
    for method, target in (("GET", LIST), ("GET", "/nowhere"), ("GET", "/oauth2/token"), ("HEAD", "/status")):
        head, _, body = served.raw(served.head(method, target)).partition(b"\r\n\r\n")
        names = [line.split(b":")[0].lower() for line in head.split(b"\r\n")[1:]]
        assert len(names) == len(set(names))
        assert {b"date", b"cache-control", b"x-content-type-options", b"x-request-id", b"content-length"} <= set(names)
        assert (body == b"") == (method == "HEAD")


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "elsewhere.example:1", "a..b", "..", "x" * 300, "[", "a b", "<x>", "-", "", "127.1"]
)
def test_a_foreign_host_is_refused(served: Served, host: str) -> None:
    """With 421 and a problem, on a connection that goes on."""
    head = served.head("GET", LIST, close=False).replace(b"Host: 127.0.0.1", f"Host: {host}".encode())
    assert statuses(served.raw(head + served.head("GET", LIST))) == [421, 200]


@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: b\r\n", b"Host: \xe9\r\n", b"Host: a\r\nHost: a\r\n"])
def test_http_1_1_asks_for_one_host(served: Served, hosts: bytes) -> None:
    """None, two, and one that is not ASCII: 400 that says so (RFC 9112 §3.2)."""
    received = served.raw(served.head("GET", LIST).replace(b"Host: 127.0.0.1\r\n", hosts))
    assert statuses(received) == [400]
    assert b"one Host header" in received


def test_http_1_0_is_served(served: Served) -> None:
    """Without a Host, and the connection is closed after the answer unless it asks to keep it."""
    head = served.head("GET", LIST, close=False).replace(b" HTTP/1.1\r\nHost: 127.0.0.1", b" HTTP/1.0")
    received = served.raw(head)
    assert statuses(received) == [200]
    assert received.startswith(b"HTTP/1.0 200 ")
    assert received.endswith(b"]}")
    assert b"chunked" not in received
    kept = head.replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n")
    assert statuses(served.raw(kept + head)) == [200, 200]


def test_pipelined_requests_are_answered_in_order(served: Served) -> None:
    """Right and wrong, inline and slow ones, in one write (RFC 9112 §9.3.2)."""
    targets = [LIST, "/status", "/nowhere", LIST, "/oauth2/token", "/orderId?study_uid=1.2", LIST]
    heads = [served.head("GET", target, close=False) for target in targets]
    heads.append(served.head("GET", LIST))
    assert statuses(served.raw(b"".join(heads))) == [200, 400, 404, 200, 401, 404, 200, 200]


def test_a_connection_is_kept_over_refusals(served: Served) -> None:
    """A client that got a 4xx can ask again where it is, by hundreds (PROTO-5)."""
    with served.connect() as connection:
        for _ in range(100):
            for target, status in (("/status", 400), (LIST, 200), ("/nowhere", 404)):
                connection.sendall(served.head("GET", target, close=False))
                assert statuses(read_answer(connection)) == [status]


def read_answer(connection: object) -> bytes:
    """One answer, by its length, leaving the connection open."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(1 << 16)  # type: ignore[attr-defined]
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(re.findall(rb"content-length: (\d+)", head)[0])
    while len(body) < length:
        body += connection.recv(1 << 16)  # type: ignore[attr-defined]
    return head + b"\r\n\r\n" + body


def test_many_connections_at_once_are_answered(served: Served) -> None:
    """Each its own, whatever runs beside it (AUTH-17)."""
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda n: served.get(LIST if n % 2 else "/status"), range(120)))
    assert [reply.status for reply in replies] == [400, 200] * 60
    assert len({reply.headers["x-request-id"] for reply in replies}) == 120


UPGRADES = {
    "as Java's HttpClient sends it": (
        "Connection: Upgrade, HTTP2-Settings",
        "Upgrade: h2c",
        "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    ),
    "a websocket": (
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ),
    "something unheard of": ("Connection: Upgrade", "Upgrade: foo/9"),
}


@pytest.mark.parametrize("kind", UPGRADES)
def test_an_upgrade_is_declined_by_answering(served: Served, kind: str) -> None:
    """In HTTP/1.1, with what was asked for, and the connection goes on (RFC 9110 §7.8)."""
    with served.connect() as connection:
        connection.sendall(served.head("GET", LIST, *UPGRADES[kind], close=False))
        received = read_answer(connection)
        assert received.startswith(b"HTTP/1.1 200 ")
        assert b"upgrade" not in received.lower().partition(b"\r\n\r\n")[0]
        connection.sendall(served.head("GET", LIST))
        assert statuses(read_all(connection)) == [200]


def test_an_upgrade_beside_a_body_reads_the_body(served: Served) -> None:
    """The same on POST: nothing of the body is taken for a request."""
    body = b'{"report_ids": ["unknown"]}'
    lines = (*UPGRADES["as Java's HttpClient sends it"], JSON, f"Content-Length: {len(body)}")
    with served.connect() as connection:
        connection.sendall(served.head("POST", "/reports?organizationId=demo-hospital", *lines, close=False) + body)
        assert b'"not_found":["unknown"]' in read_answer(connection)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"http://other.example/status", 400),
        (b"/status#fragment", 400),
        (b"/%73tatus", 400),
        (b"//status", 404),
        (b"///reports?organizationId=demo-hospital", 404),
        (b"/a/../status", 404),
        (b"/status/", 404),
        (b"/status%2F", 404),
        (b"/Status", 404),
        (b"/status%00", 404),
        (b"/status%20", 404),
        (b"/status;a=b", 404),
        (b"/%ff%fe", 404),
        (b"/%ed%a0%80", 404),
        (b"/%zz", 404),
        (b"/%", 404),
        (b"/\xc3\xa9", 404),
        (b"/status?%ff=%fe", 400),
        (b"/status?order_id=%zz", 400),
        (b"/status?order_id=%00", 400),
        (b"/status?order_id=\xc3\xa9", 400),
        (b"/status?order_id=%C0%AF", 400),
        (b"/status?" + b"a" * 9_000, 400),
        (b"/status?" + b"&" * 9_000, 400),
        (b"/status?" + b"a=1&" * 9_000, 400),
        (b"/" + b"a" * 30_000, 404),
        (b"/" + b"%2e" * 9_000, 404),
        (b"/orderId?study_uid=" + b"1." * 20_000 + b"1", 400),
        (b"/reports?organizationId=demo-hospital&limit=" + b"9" * 30_000, 400),
    ],
)
def test_odd_targets_are_answered(served: Served, target: bytes, status: int) -> None:
    """Long, over-coded, broken, not UTF-8: a 4xx that is a problem (PROTO-3, AUTH-15)."""
    received = served.raw(served.head("GET", "TARGET").replace(b"TARGET", target))
    assert statuses(received) == [status]
    assert b"application/problem+json" in received


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\xff" * 50,
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /status\r\n\r\n",
        b"GET /status HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /sta\x00tus HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /status?\xe9 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET  /status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /status HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET /status HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00b\r\n\r\n",
        b"GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\r\n folded\r\n\r\n",
        b"GET /status HTTP/1.1\nHost: 127.0.0.1\n\n",
        b"G\xc3\x89T /status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(50),
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 600_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"".join(b"X-%d: a\r\n" % number for number in range(200)) + b"\r\n",
        b"POST /reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1, 2\r\n\r\n{}",
        b"POST /reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n{}",
        b"POST /reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: +1\r\n\r\n{}",
        b"POST /reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0x1\r\n\r\n{}",
        b"POST /reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n{}",
        b"POST /reports HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: identity\r\n\r\n{}",
    ],
    ids=lambda data: repr(data[:40]),
)
def test_what_is_not_http_is_refused(served: Served, data: bytes) -> None:
    """With a 4xx or 505, or by closing the connection; and the server goes on (PROTO-3)."""
    received = served.raw(data, half_close=True)
    assert received == b"" or set(statuses(received)) <= {400, 414, 431, 505}
    answers(served)


@pytest.mark.parametrize("method", ["get", "BREW", "M-SEARCH", "X" * 60, "OPTIONS", "TRACE", "DELETE"])
def test_other_methods_are_refused(served: Served, method: str) -> None:
    """405 with `Allow`, or what HTTP has for a method that is none (PROTO-2)."""
    received = served.raw(served.head(method, "/status"))
    assert statuses(received)[0] in (405, 400, 501)
    assert statuses(received) != [405] or b"\r\nallow: GET\r\n" in received


@pytest.mark.parametrize("line", [b"OPTIONS * HTTP/1.1", b"CONNECT other.example:443 HTTP/1.1", b"GET * HTTP/1.1"])
def test_a_target_that_is_no_path_is_refused(served: Served, line: bytes) -> None:
    """No proxy, and no server-wide options: 4xx."""
    received = served.raw(line + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert statuses(received)[0] in (400, 404, 405)
