"""Which bound an answer passed is stored: a stored run is judged as the run was, whatever the bound."""

import gzip
import json
import os
import socket
import threading
from collections.abc import Iterator
from itertools import repeat

import pytest

from pacsimile_contract.checkers.hostile import never_fails
from pacsimile_contract.client.wire import Wire
from pacsimile_contract.evidence import bounds
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.findings.part import NOT_STORED, Part, fact, part
from pacsimile_contract.findings.reasons import open_because
from pacsimile_contract.findings.story import story_of_run
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.runner import stored_run
from pacsimile_contract.transcript.recorded import recorded

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MANY = bounds.FEW_VALUES + 1


def _body(content: bytes, coding: bytes = b"identity") -> list[bytes]:
    return [HEAD, b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding, len(content)), content]


KINDS: dict[str, list[bytes]] = {
    "a body longer than 4 MiB": [HEAD, b"Content-Length: 4194305\r\n\r\n"],
    "a body longer than 4 MiB once its content coding is undone": _body(gzip.compress(b" " * 4_200_000), b"gzip"),
    "more than 2 content codings": _body(b"{}", b"gzip, gzip, gzip"),
    "more than 100 header fields": [HEAD, b"X-More: x\r\n" * 101, b"\r\n"],
    "a header field longer than 64 KiB": [HEAD, b"X-More: ", b"x" * 70_000, b"\r\n\r\n"],
    "header fields longer than 128 KiB together": [HEAD, (b"X-More: " + b"x" * 60_000 + b"\r\n") * 3, b"\r\n"],
    "more than 20 interim answers": [b"HTTP/1.1 100 Continue\r\n\r\n" * 21],
    "JSON nested more than 64 deep": _body(b"[" * 65 + b"]" * 65),
    "JSON of more than 500,000 arrays and objects": _body(b"[]" * 500_001),
    "JSON of more than 100,000 members and elements": _body(b"[" + b"1," * MANY + b"1]"),
    "a number in JSON of more than 100 digits": _body(b"[" + b"9" * 101 + b"]"),
    "a number in JSON of more than 100 digits, or beyond a double's range": _body(b"[1e400]"),
}
"""Each bound in the words of a verdict, and an answer that passes it."""


@pytest.fixture
def answering() -> Iterator[list[bytes]]:
    """Yield what a server sends, once, after a URL to ask for it."""
    pieces: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            try:
                for piece in pieces[1:]:
                    connection.sendall(piece)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            except OSError:  # the client has read enough
                return

    pieces.append(b"http://127.0.0.1:%d/status" % listening.getsockname()[1])
    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield pieces
    thread.join(10)
    listening.close()


def _again(asked: Exchange, *, all_synthetic: bool = True) -> Exchange:
    """Return an exchange as it is read from a stored run."""
    line = json.dumps(recorded(asked, Redactor(all_synthetic=all_synthetic)))
    return stored_run._exchange(json.loads(line), stored_run.Stored())


def _said(asked: Exchange) -> list[tuple[bool, str]]:
    """Return what PROTO-3 says of an exchange: whether each comparison holds, and what came."""
    parts = list(never_fails(story_of_run([asked])))
    return [(one.holds, one.got) for each in parts for one in each.findings]


@pytest.mark.parametrize("all_synthetic", [True, False])
@pytest.mark.parametrize("bound", KINDS)
def test_each_bound_is_stored(answering: list[bytes], bound: str, all_synthetic: bool) -> None:
    """PROTO-3 FAILs in the run and in the replay, in the same words, whether or not the answer may be written."""
    answering.extend(KINDS[bound])
    request = Request("GET", answering[0].decode(), operation="getStatus")
    wire = Wire()
    asked = Exchange(1, request, wire.send(request, 10.0))
    wire.close()
    assert asked.exceeded_bound == bound
    assert (asked.body, asked.json) == (b"", None)
    again = _again(asked, all_synthetic=all_synthetic)
    assert again.exceeded_bound == bound
    assert _said(again) == _said(asked)
    assert (False, bound) in _said(again)


def test_bodies_at_one_time_are_a_bound_too() -> None:
    """It is met where several calls overlap."""
    asked = Exchange(
        1, Request("GET", "http://127.0.0.1/", operation="getStatus"), Answer(200, (), exceeded_bound="bodies")
    )
    assert _said(_again(asked)) == _said(asked) == [(True, "200"), (False, "bodies")]


def test_a_stored_run_of_an_earlier_version_names_no_bound() -> None:
    """What it stored of an answer is judged as it was then."""
    asked = Exchange(1, Request("GET", "http://127.0.0.1/", operation="getStatus"), Answer(200, ()))
    record = recorded(asked, Redactor(all_synthetic=True))
    assert "excess" not in record
    assert stored_run._exchange(record, stored_run.Stored()).exceeded_bound is None
    with pytest.raises(TypeError):
        stored_run._exchange({**record, "excess": 7}, stored_run.Stored())


def test_what_is_no_json_has_no_brackets_to_count() -> None:
    """A large PDF or DICOM file holds any bytes: it is no JSON, and passes no bound of JSON."""
    body = b"%PDF-" + b"[" * 5_000 + os.urandom(1 << 20)
    asked = Exchange(1, Request("GET", "http://127.0.0.1/"), Answer(200, (("Content-Type", "application/pdf"),), body))
    assert (asked.json, asked.exceeded_bound, asked.body) == (None, None, body)


@pytest.mark.parametrize("holds", [True, False])
@pytest.mark.parametrize("status", [200, 500])
def test_a_digest_is_no_ground_for_a_verdict(holds: bool, status: int) -> None:
    """Neither PASS nor FAIL: what was not stored is open. What rests on the head alone is judged: PROTO-3 by a 500."""
    body = b"".join(repeat(b"what no list knows ", 1000))
    asked = Exchange(1, Request("GET", "http://127.0.0.1/", operation="getStatus"), Answer(status, (), body, body))
    again = _again(asked, all_synthetic=False)
    assert again.body == b""
    said: Part = part("any", fact(holds, "one", "another"), on=again)
    assert said.unjudged == open_because(NOT_STORED)
    assert [one for one, _ in _said(again)] == [status < 500, True]
