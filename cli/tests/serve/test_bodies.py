"""Bodies on a real socket: whole in any form, cut off, too large; nothing is taken for another: BATCH-5, BATCH-11."""

import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mock.tests.helpers.served import Served, read_all, reset, serving, statuses

TARGET = "/reports?organizationId=demo-hospital"
JSON = "Content-Type: application/json"
CHUNKED = "Transfer-Encoding: chunked"
CLOSE = b"\r\nconnection: close\r\n"


@pytest.fixture
def backlog(served: Served) -> list[str]:
    """What is listed, and now remembered as this client's most recent listing; nobody here acknowledges it."""
    listed = served.listing()
    assert len(listed) > 5
    return listed


def chunked(*parts: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """A chunked body."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + end


WHOLE = json.dumps({"report_ids": ["unknown-1", "unknown-2"]}).encode()

FORMS = {
    "with a length": (f"Content-Length: {len(WHOLE)}", WHOLE),
    "with its length twice": (f"Content-Length: {len(WHOLE)}\r\nContent-Length: {len(WHOLE)}", WHOLE),
    "in one chunk": (CHUNKED, chunked(WHOLE)),
    "byte by byte": (CHUNKED, chunked(*(WHOLE[n : n + 1] for n in range(len(WHOLE))))),
    "with chunk extensions": (CHUNKED, b"%x;name=value\r\n%s\r\n0\r\n\r\n" % (len(WHOLE), WHOLE)),
    "in capital letters": ("TRANSFER-ENCODING: Chunked", chunked(WHOLE)),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_body_is_read_in_any_form(served: Served, form: str) -> None:
    """Announced or chunked (RFC 9112 §6, §7)."""
    line, body = FORMS[form]
    received = served.raw(served.head("POST", TARGET, JSON, line) + body)
    assert statuses(received) == [200]
    assert b'"not_found":["unknown-1","unknown-2"]' in received


def test_a_body_may_come_slowly(served: Served) -> None:
    """Piece by piece, while others are served."""
    with served.connect() as connection:
        connection.sendall(served.head("POST", TARGET, JSON, f"Content-Length: {len(WHOLE)}"))
        for start in range(0, len(WHOLE), 20):
            time.sleep(0.02)
            connection.sendall(WHOLE[start : start + 20])
            assert served.get("/nowhere").status == 404
        assert b'"not_found":["unknown-1","unknown-2"]' in read_all(connection)


@pytest.mark.parametrize("line", ["Content-Length: 0", "X-None: 1", CHUNKED])
def test_no_body_in_any_form_is_none(served: Served, line: str) -> None:
    """Of a client that has listed nothing: 200, nothing acknowledged, whatever the media type (BATCH-7)."""
    headers = {"Authorization": served.basic(1)}
    token = served.call("GET", "/oauth2/token", headers).json["access_token"]
    head = served.head("POST", TARGET, "Content-Type: text/plain", line).replace(served.token.encode(), token.encode())
    received = served.raw(head + (b"0\r\n\r\n" if line == CHUNKED else b""))
    assert statuses(received) == [200]
    assert b'"count":0' in received


def test_expect_100_continue_is_answered(served: Served) -> None:
    """The interim answer comes before the body is sent, the final one after it (RFC 9110 §10.1.1)."""
    with served.connect() as connection:
        connection.sendall(served.head("POST", TARGET, JSON, f"Content-Length: {len(WHOLE)}", "Expect: 100-continue"))
        assert connection.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(WHOLE)
        assert statuses(read_all(connection)) == [200]


@pytest.mark.parametrize("length", [1 << 20 | 1, 32 << 20, (1 << 63) - 1])
def test_expect_100_continue_is_refused_before_a_body_that_is_too_large(served: Served, length: int) -> None:
    """413 at once, and the client need not send it."""
    received = served.raw(served.head("POST", TARGET, JSON, f"Content-Length: {length}", "Expect: 100-continue"))
    assert statuses(received) == [413]
    assert b"application/problem+json" in received


BROKEN_OFF = {
    "announced, nothing came": ("Content-Length: 50", b""),
    "announced, a part came": ("Content-Length: 50", b'{"report_ids": ['),
    "announced, valid JSON came": ("Content-Length: 50", b'{"report_ids": []}'),
    "chunked, nothing came": (CHUNKED, b""),
    "chunked, in the middle of a size": (CHUNKED, b"1"),
    "chunked, in the middle of a chunk": (CHUNKED, b'50\r\n{"report_ids": []}'),
    "chunked, between two": (CHUNKED, chunked(b'{"report_ids": []}', end=b"")),
    "chunked, before the last empty line": (CHUNKED, chunked(b'{"report_ids": []}', end=b"0\r\n")),
    "chunked, none, before the last empty line": (CHUNKED, b"0\r\n"),
    "chunked, a size that is none": (CHUNKED, b"zz\r\n{}\r\n0\r\n\r\n"),
    "chunked, a size below zero": (CHUNKED, b"-1\r\n{}\r\n0\r\n\r\n"),
    "chunked, a size without end": (CHUNKED, b"f" * 40 + b"\r\n{}\r\n0\r\n\r\n"),
}


@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
@pytest.mark.parametrize("how", BROKEN_OFF)
def test_a_body_that_ends_early_acknowledges_nothing(
    served: Served, backlog: list[str], how: str, media_type: str
) -> None:
    """Half-closed, the refusal can be read: 400, or 415 before it; never taken for no body, nor for a shorter one."""
    line, body = BROKEN_OFF[how]
    head = served.head("POST", TARGET, f"Content-Type: {media_type}", line)
    received = served.raw(head + body, half_close=True)
    assert statuses(received) == [400 if media_type == "application/json" else 415]
    assert served.listing() == backlog


def test_a_body_with_trailers_is_refused_for_them(served: Served, backlog: list[str]) -> None:
    """It cannot be told from one that broke off. The refusal names both, so that nobody looks for a broken line."""
    trailers = chunked(b'{"report_ids": []}', end=b"0\r\nX-Checksum: 1\r\n\r\n")
    refused = served.raw(served.head("POST", TARGET, JSON, CHUNKED) + trailers)
    assert statuses(refused) == [400]
    assert b"did not arrive whole, or has trailers" in refused
    announced = served.raw(served.head("POST", TARGET, JSON, "Content-Length: 50") + b"{", half_close=True)
    assert b"The body did not arrive whole: send it again." in announced
    assert served.listing() == backlog


@pytest.mark.parametrize("leave", [reset, lambda connection: connection.close()], ids=["reset", "closed"])
@pytest.mark.parametrize("how", BROKEN_OFF)
def test_a_client_that_goes_in_mid_body_acknowledges_nothing(
    served: Served, backlog: list[str], how: str, leave: Callable[[object], None]
) -> None:
    """Nobody is left to read the refusal: the next listing tells (BATCH-11, BATCH-14)."""
    line, body = BROKEN_OFF[how]
    with served.connect() as connection:
        connection.sendall(served.head("POST", TARGET, JSON, line, close=False) + body)
        leave(connection)
    assert served.listing() == backlog
    assert served.listing() == backlog


def test_a_client_that_does_not_wait_for_its_answer_harms_nobody(served: Served) -> None:
    """Its answer has nobody to go to; the others' go on."""
    for _ in range(30):
        connection = served.connect()
        connection.sendall(served.head("GET", TARGET, close=False))
        reset(connection)
    assert served.get(TARGET).status == 200


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "chunked"])
@pytest.mark.parametrize("size", [(1 << 20) + 1, 32 << 20])
def test_a_body_over_a_mebibyte_is_refused(served: Served, backlog: list[str], size: int, announced: bool) -> None:
    """413, or the connection is closed while the rest is still on its way; and nothing is acknowledged (PROTO-3)."""
    body = b'{"report_ids": []}'.ljust(size)
    line = f"Content-Length: {size}" if announced else CHUNKED
    received = served.raw(served.head("POST", TARGET, JSON, line) + (body if announced else chunked(body)))
    assert statuses(received) in ([413], [])
    assert served.listing() == backlog


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("line", ["Content-Length: 2097152", "Content-Length: 900000\r\nExpect: 100-continue"])
def test_an_answer_before_its_body_says_that_the_connection_ends(served: Served, method: str, line: str) -> None:
    """Else a client sends its next call there and gets no answer (RFC 9112 section 9.6)."""
    head = f"{method} {TARGET} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer nobody\r\n{line}\r\n\r\n"
    received = served.raw(head.encode())
    assert received.lower().count(CLOSE) == 1


def test_a_large_body_that_is_sent_all_the_same_ends_its_connection_with_a_word(served: Served) -> None:
    """Whatever of it has arrived when the server closes; 20 tries, since that differs from call to call."""
    head = served.head("POST", TARGET, JSON, f"Content-Length: {2 << 20}", close=False)
    answers = [served.raw(head + bytes(2 << 20)) for _ in range(20)]
    answered = [answer for answer in answers if statuses(answer)]
    assert answered
    assert [CLOSE in answer.lower() for answer in answered] == [True] * len(answered)


def test_a_mebibyte_is_read(served: Served) -> None:
    """It is the cap itself, announced or chunked."""
    body = WHOLE.ljust(1 << 20)
    half = len(body) // 2
    for line, sent in ((f"Content-Length: {len(body)}", body), (CHUNKED, chunked(body[:half], body[half:]))):
        assert statuses(served.raw(served.head("POST", TARGET, JSON, line) + sent)) == [200]


@pytest.mark.parametrize("size", [1, 5_000, 2 << 20])
def test_a_body_beside_get_changes_nothing(served: Served, size: int) -> None:
    """It is read past, or the connection ends with the answer; the next request is not taken from it."""
    received = served.raw(served.head("GET", TARGET, JSON, f"Content-Length: {size}") + b"x" * size)
    assert statuses(received) in ([200], [])
    smuggled = b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    received = served.raw(
        served.head("GET", TARGET, f"Content-Length: {len(smuggled)}", close=False)
        + smuggled
        + served.head("GET", TARGET)
    )
    assert statuses(received) == [200, 200]


def test_a_length_beside_chunks_does_not_smuggle(served: Served) -> None:
    """What both heads could disagree on is not answered as two requests (RFC 9112 §6.3)."""
    smuggled = b"GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    body = chunked(WHOLE) + smuggled
    received = served.raw(
        served.head("POST", TARGET, JSON, CHUNKED, f"Content-Length: {len(body)}") + body, half_close=True
    )
    assert 404 not in statuses(received)


@pytest.mark.parametrize("coding", ["gzip, chunked", "gzip"])
def test_a_transfer_coding_that_is_not_known_is_refused(served: Served, backlog: list[str], coding: str) -> None:
    """4xx or 501, and nothing is acknowledged."""
    received = served.raw(served.head("POST", TARGET, JSON, f"Transfer-Encoding: {coding}") + chunked(b"\x1f\x8b\x08"))
    assert statuses(received)[0] in (400, 415, 501)
    assert served.listing() == backlog


def test_ten_thousand_ids_come_over_the_wire(served: Served) -> None:
    """A body of some hundred kilobytes, answered whole (BATCH-11)."""
    ids = [f"REP-{n:030}" for n in range(10_000)]
    reply = served.call(
        "POST",
        TARGET,
        {"Authorization": f"Bearer {served.token}", "Content-Type": "application/json"},
        json.dumps({"report_ids": ids}).encode(),
    )
    assert reply.json["not_found"] == ids


UNKNOWN = "Authorization: Bearer nobody"


@pytest.mark.parametrize(
    ("method", "target", "line", "status"),
    [
        ("POST", "/reports?organizationId=demo-hospital", UNKNOWN, 401),
        ("POST", "/w/default/reports?organizationId=demo-hospital", UNKNOWN, 401),
        ("POST", "/nowhere", UNKNOWN, 404),
        ("PUT", "/reports", UNKNOWN, 405),
        ("POST", "/oauth2/token", "Content-Type: application/x-www-form-urlencoded", 400),
        ("POST", "/_mock/worlds", UNKNOWN, 401),
        ("POST", "/_mock/worlds/default/orders", "X-None: 1", 401),
    ],
)
def test_what_headers_refuse_is_refused_before_its_body(
    served: Served, method: str, target: str, line: str, status: int
) -> None:
    """Who waits for `100 Continue` before a large body gets the refusal instead."""
    head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{line}\r\nExpect: 100-continue\r\nContent-Length: 900000"
    assert statuses(served.raw(head.encode() + b"\r\n\r\n")) == [status]


@pytest.mark.parametrize("size", [50_000, 1 << 20])
def test_a_body_beside_a_refusal_keeps_the_connection(served: Served, size: int) -> None:
    """It is read and let go, so that the next request on the connection is answered, and a balancer sees no failure."""
    head = f"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n\r\n".encode()
    assert statuses(served.raw(head + b"x" * size + served.head("GET", TARGET))) == [404, 200]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_large_bodies_without_a_token_take_no_memory(tmp_path: Path) -> None:
    """Sixteen of 63 MiB each at once: under 30 MB more at the peak."""
    with serving(tmp_path, forked=False) as served:
        served.listing()
        before = peak(served)
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: pushed(served), range(16)))
        assert peak(served) - before < 30 * 1024
    assert set(answers) <= {b"", b"HTTP/1.1 401 Unauthorized"}
    assert any(answers)


def peak(served: Served) -> int:
    """The most memory that the process ever had, in KiB."""
    status = Path(f"/proc/{served.process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])


def pushed(served: Served) -> bytes:
    """The status line that comes back while a body is pushed with all might; none where a reset was faster."""
    head = b"POST /_mock/worlds/default/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % (63 << 20)
    part = b"x" * (1 << 16)
    with served.connect() as connection:
        try:
            connection.sendall(head)
            for _ in range(63 << 4):
                connection.sendall(part)
        except OSError:
            pass
        return read_all(connection).partition(b"\r\n")[0]
