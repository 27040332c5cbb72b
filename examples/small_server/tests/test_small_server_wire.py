"""HTTP: every answer's headers, and input that is none."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SERVE = Path(__file__).resolve().parent.parent / "serve.py"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/status/", 404),
        ("GET", "/Status", 404),
        ("GET", "//status", 404),
        ("HEAD", "/status", 405),
        ("PUT", "/reports", 405),
        ("OPTIONS", "/oauth2/token", 405),
        ("BREW", "/orderId", 405),
        ("POST", "/status", 405),
        ("DELETE", "/nowhere", 404),
        ("GET", "/states", 405),
    ],
)
def test_paths_and_methods_are_told_before_tokens(small_server, method, path, status):
    """AUTH-15, PROTO-2: 404 before 405 before 401, with Allow, a problem, and every answer's headers."""
    answer = small_server.call(method, path)
    assert answer.status == status
    assert (answer.headers["Allow"] is not None) == (status == 405)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert answer.headers["X-Request-Id"]
    assert answer.headers["Set-Cookie"] is None


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\xff" * 50,
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /status\r\n\r\n",
        b"GET /status HTTP/9.9\r\n\r\n",
        b"GET /status HTTP/1.1\r\n\r\n",
        b"GET /status HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /status HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET /status HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        b"GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X-%d: a\r\n" % number for number in range(200)) + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused(small_server, data):
    """PROTO-3: a refusal or a closed connection, never 5xx but 505, and the server goes on."""
    answer = small_server.raw(data)
    assert answer[:12] in (b"", *(b"HTTP/1.1 %d" % status for status in (400, 414, 431, 505)))
    assert small_server.call("GET", "/status").status == 401


def test_a_body_over_a_mebibyte_is_refused(small_server):
    """PROTO-3: 413, whether announced or chunked."""
    head = b"POST /reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    announced = small_server.raw(head + b"Content-Length: 1048577\r\n\r\n" + b" " * 1048577)
    chunked = small_server.raw(head + b"Transfer-Encoding: chunked\r\n\r\n200000\r\n" + b" " * 0x200000)
    absurd = small_server.raw(head + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n")
    for answer in (announced, chunked, absurd):
        assert answer.startswith(b"HTTP/1.1 413")


def test_an_answer_repeats_nothing_dangerous(small_server):
    """SEC-5: short names are shown escaped; long names, values and addresses not at all."""
    caller = small_server.caller(small_server.announced["clients"][0])
    answer = caller.call("GET", "/status?%3Cscript%3E=SECRET&order_id=%0D%0ASet-Cookie:a&" + "x" * 43)
    assert answer.status == 400
    assert b"<" not in answer.body
    assert b"SECRET" not in answer.body
    assert b"xxx" not in answer.body


@pytest.mark.parametrize("status", [429, 503])
def test_a_throttled_client_is_told_when_to_come_back(small_server, status):
    """PROTO-4: once, before the scope is looked at."""
    values = small_server.state("client_with_scopes", scopes=["ingest.write"])
    caller = small_server.caller(values)
    small_server.state("throttled", client_id=values["client_id"], status=status)
    answers = [caller.get("/status"), caller.get("/status")]
    assert [answer.status for answer in answers] == [status, 403]
    assert answers[0].headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("name", "params", "status"),
    [
        ("server_restarted", {}, 404),
        ("no_such_state", {}, 404),
        ("study_group", {}, 400),
        ("study_group", {"statuses": []}, 400),
        ("study_group", {"statuses": ["DONE"]}, 400),
        ("study_group", {"statuses": ["FAILED"], "surprise": 1}, 400),
        ("order_in_status", {"status": "FAILED", "organization_id": "nobody"}, 400),
        ("order_in_status", {"status": "COMPLETED", "report_types": ["fhir"]}, 422),
        ("order_in_status", {"status": "COMPLETED", "study_uid": "1.02"}, 400),
        ("fresh_organization", {"ready_reports": 2, "completed_seconds": [1]}, 400),
        ("fresh_organization", {"ready_reports": 1, "completed_seconds": [0.0001]}, 422),
        ("report_amended", {"report_id": "unknown"}, 400),
        ("token_with", {"claims": {"iss": "x"}}, 422),
        ("time_passes", {"seconds": -1}, 400),
    ],
)
def test_a_state_that_cannot_be_had_is_refused(small_server, name, params, status):
    """Unknown states 404, wrong params 400, impossible ones 422; never ignored."""
    assert small_server.try_state(name, **params).status == status


def test_the_states_need_their_token(small_server):
    """A token of the API does not open them."""
    caller = small_server.caller(small_server.announced["clients"][0])
    assert caller.call("POST", "/states", b'{"state": "fresh_organization"}').status == 401


def test_a_busy_port_ends_with_one_line(small_server):
    """What is wrong and what to do, exit status 2."""
    ended = subprocess.run(
        [sys.executable, str(SERVE), "--port", str(small_server.address[1])],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 2
    assert "--port 0" in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr


def test_each_call_leaves_an_audit_record_without_secrets(small_server, tmp_path):
    """SEC-6: refused calls too, and no token, secret or query."""
    log = tmp_path / "audit.jsonl"
    with subprocess.Popen(
        [sys.executable, str(SERVE), "--port", "0", "--audit", str(log)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        running = type(small_server)(json.loads(process.stdout.readline()))
        client = running.announced["clients"][0]
        caller = running.caller(client)
        caller.get("/status", order_id="order-unknown")
        running.call("GET", "/secret-path?x=SECRET")
        running.connections[0].close()
        process.terminate()
    records = log.read_text().splitlines()
    assert len(records) == 3
    for secret in (caller.token, client["client_secret"], "SECRET", "secret-path", "order-unknown"):
        assert secret not in log.read_text()
