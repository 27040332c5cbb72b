"""Targets that are no results API: a first line says what is the matter, soon, and a report is written."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.conftest import recording_servers
from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.certificates import Authority
from contract_tests.tests.helpers.raw_server import dripping, saying, silent, talking
from contract_tests.tests.runs.test_pace_and_patience import Clock
from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.client.wire import NO_CONNECTION, Wire, WireError
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.reporting.history_file import HistoryJsonl
from pacsimile_contract.reporting.html.report_html import ReportHtml
from pacsimile_contract.reporting.junit import JunitXml
from pacsimile_contract.reporting.report_json import ReportJson
from pacsimile_contract.reporting.summary_md import SummaryMd
from pacsimile_contract.run.events import Diagnosed, Event
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner import diagnosis
from pacsimile_contract.runner.first_line import silent as silent_line
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Client, Limits, Target
from pacsimile_contract.target.reading import load_target

JSON, PAGE, TEXT = ({"Content-Type": kind} for kind in ("application/json", "text/html", "text/plain"))
FILES = {"history.jsonl", "junit.xml", "report.html", "report.json", "summary.md"}
TOKEN = {"access_token": "t0ken-t0ken", "token_type": "Bearer", "expires_in": 3600, "scope": "status.read reports.read"}
SECRETS = {"ID": "client-1", "SECRET": "the-secret-of-client-1"}
IS_A_TOKEN_ENDPOINT = "is this a token endpoint? If it spells that otherwise, `pacsimile learn` proposes a dialect."
IS_BASE_URL_RIGHT = "to each path of the API, as to a path that does not exist: is base_url right?"


def judged(
    target: Target, folder: Path, wire: Wire | None = None, clock: Clock | None = None
) -> tuple[int, str, float, int]:
    """Return exit status, first line, seconds of the run's clock until it was there, and requests until then."""
    clock = clock or Clock()
    pace, lines = Pace(target.limits, clock.read, clock.sleep), list[tuple[str, float, int]]()

    def listen(event: Event) -> None:
        if isinstance(event, Diagnosed):
            lines.append((event.line, clock.now - 1000.0, pace.requests))

    folder.mkdir()
    reports = [ReportJson(folder), JunitXml(folder), HistoryJsonl(folder), SummaryMd(folder), ReportHtml(folder)]
    done = run(target, Options(level="smoke"), [listen, *reports], wire=wire, pace=pace)
    assert {file.name for file in folder.iterdir()} >= FILES
    line, seconds, requests = lines[0]
    assert json.loads((folder / "report.json").read_text("utf-8"))["diagnosis"] == line
    return done.exit_status, line, seconds, requests


def target_of(address: str, folder: Path, more: str = "") -> Target:
    """Return the target of a file that an operator would write; calls wait for a short time."""
    file = folder / "staging.yaml"
    text = f"base_url: {address}\noauth2_endpoint: {address}/oauth2\norganization_id: org-a\n"
    limits = "limits: {timeout: 300ms, rate: 100/s, token_rate: 100/s}\n"
    file.write_text(f"{text}clients: {{primary: {{id: ID, secret: SECRET}}}}\n{limits}{more}", "utf-8")
    return load_target(file, SECRETS)


def always(status: int, headers: dict[str, str], content: bytes = b"") -> Any:
    """Answer so to everything."""
    return lambda method, path, body: (status, headers, content)


def behind_a_token(status: int, headers: dict[str, str], content: bytes = b"") -> Any:
    """Give a token, and answer so to everything else."""
    given = 200, JSON, json.dumps(TOKEN).encode()
    return lambda method, path, body: given if "/token" in path else (status, headers, content)


GATEWAY = "answers an HTML page (502), as a gateway does that does not reach the service behind it."
ANSWERS: dict[str, tuple[Any, str, int]] = {
    "a web page": (always(200, PAGE, b"<html>"), "/oauth2/token: answers an HTML page (200): is oauth2_endpoint", 2),
    "a login page": (always(302, {"Location": "/login"}), "answers 302 and sends elsewhere: is oauth2_endpoint", 2),
    "a redirect loop": (
        lambda method, path, body: (307, {"Location": path}, b""),
        "answers 307 and sends elsewhere: is oauth2_endpoint right, or is a login page before it?",
        2,
    ),
    "404": (always(404, TEXT), "/oauth2/token: answers 404: is oauth2_endpoint right?", 2),
    "401": (always(401, JSON, b"{}"), "/oauth2/token: refuses the primary client (401): check its id and secret", 2),
    "400, as to plain HTTP on a port of https": (
        always(400, TEXT), "answers 400 and gives no token: is this a token endpoint, or does this port want https?", 1,
    ),
    "403 for this address": (
        always(403, PAGE), "answers an HTML page (403): does something before it refuse this machine's address", 2,
    ),
    "405": (always(405, TEXT), "/oauth2/token: answers 405 and gives no token: is this a token endpoint?", 1),
    "500": (always(500, JSON, b"{}"), "answers 500 to a right request: the service, or what it needs, is down", 1),
    "502 of a gateway": (always(502, PAGE, b"<html>"), f"/oauth2/token: {GATEWAY} It gives no token", 1),
    "429": (always(429, {"Retry-After": "3600"}), "answers 429, and asks to wait 3600 s: it takes no more calls", 4),
    "503": (always(503, {"Retry-After": "3600"}), "answers 503, and asks to wait 3600 s: it, or what stands", 4),
    "no token": (always(200, JSON, b"{}"), f"answers 200 without an access_token: {IS_A_TOKEN_ENDPOINT}", 1),
    "another API": (behind_a_token(200, JSON, b"{}"), f"answers 200 {IS_BASE_URL_RIGHT}", 2),
    "an API of lists": (behind_a_token(200, JSON, b"[]"), f"answers 200 {IS_BASE_URL_RIGHT}", 2),
    "nothing at each path": (behind_a_token(204, {}), f"answers 204 {IS_BASE_URL_RIGHT}", 2),
    "400 at each path": (behind_a_token(400, TEXT), f"answers 400 {IS_BASE_URL_RIGHT}", 2),
    "405 at each path": (behind_a_token(405, TEXT), f"answers 405 {IS_BASE_URL_RIGHT}", 2),
    "a page at each path": (behind_a_token(200, PAGE, b"<html>"), f"an HTML page 200 {IS_BASE_URL_RIGHT}", 2),
    "500 behind a token": (behind_a_token(500, {}), "/status: answers 500 to a right request: the service, or", 1),
    "502 behind a token": (behind_a_token(502, PAGE, b"<html>"), f"/status: {GATEWAY}", 1),
    "503 behind a token": (behind_a_token(503, {"Retry-After": "3600"}), "/status: answers 503, and asks to wait", 1),
}  # fmt: skip
"""What one answer for everything is told as, and the exit status."""


@pytest.mark.parametrize("name", ANSWERS)
def test_one_answer_for_everything_is_named(serve: Callable[..., Any], tmp_path: Path, name: str) -> None:
    """By an HTTP server; each in few requests, of which the rates let none come late."""
    say, words, expected = ANSWERS[name]
    status, line, seconds, requests = judged(target_of(serve(say).url, tmp_path), tmp_path / "report")
    assert words in line
    assert status == expected
    assert requests <= 12
    assert seconds <= 30


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
PORTS: dict[str, tuple[str, Any, str]] = {
    "silent": ("http", silent, "it takes the connection and never answers."),
    "silent under TLS": ("https", silent, "it takes the connection and never answers."),
    "no HTTP": ("http", saying(b"\0\1\2 hello\r\n"), "it says is not HTTP (BadStatusLine); is this the right"),
    "SSH": ("http", saying(b"SSH-2.0-OpenSSH_9.6\r\n", unasked=True), "what it says is not HTTP (SSH); is this the"),
    "SMTP": ("http", saying(b"220 mail.example ESMTP\r\n", unasked=True), "it says is not HTTP (SMTP or FTP); is this"),
    "TLS": ("http", saying(b"\x15\x03\x01\0\2\2\x46"), "this port speaks TLS; write https:// in the target file."),
    "closes": ("http", saying(b""), "it closes each connection without an answer; is something else listening there"),
    "SSH under TLS": (
        "https", saying(b"SSH-2.0-OpenSSH_9.6\r\n", unasked=True),
        "TLS: this port does not speak TLS; if it speaks plain HTTP, write http:// in the target file; if not,",
    ),
    "an endless body": ("http", dripping(HEAD, b"[" * 2**20, 0.001), "answers 200 with a body longer than 4 MiB"),
    "a drip": ("http", dripping(HEAD, b"[", 0.05), "begins an answer, but it drips: "),
    "a drip in the head": ("http", dripping(HEAD[:20], b"x", 0.05), "begins an answer, but it drips: "),
}  # fmt: skip
"""Scheme, what is said, and what it is told as."""


@pytest.mark.parametrize("name", PORTS)
def test_a_port_that_is_no_web_server_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Whatever speaks there, and by what name."""
    monkeypatch.setattr(diagnosis, "FIRST_LINE_WITHIN", 0.8)
    scheme, talk, words = PORTS[name]
    with talking(talk) as address:
        target = target_of(f"{scheme}://{address}", tmp_path)
        status, line, _, requests = judged(target, tmp_path / "report")
    assert words in line
    assert status == (1 if name == "an endless body" else 4)
    assert requests == 2


def nobody() -> str:
    """Return the address of a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[str, str, str, int]]]:
    """Give by name: address, more lines of the target file, words, and exit status."""
    authority = Authority(tmp_path_factory.mktemp("authority"), "ours")
    bad = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\nbad"
    plain = 'plain_http: {allowed: true, reason: "a test"}\n'
    with ExitStack() as stack:
        serve = stack.enter_context(recording_servers())
        other = serve(real_service.answer, authority.server("api.example")).url
        proxy, tunnel = serve(always(502, PAGE, b"<html>")).url, stack.enter_context(talking(saying(bad)))
        yield {
            "nobody": (nobody(), "", "nothing listens there; is the service running, and is this its address?", 4),
            "another host's certificate": (
                other, f"tls: {{ca: {authority.file.as_posix()}}}\n",
                "is the host in the target file the one that its certificate names?", 4,
            ),
            "unknown authority": (other, "", "is the certificate the right one? See `tls: {ca, client_cert,", 2),
            "a proxy's 502": ("http://api.example", f"{plain}proxy: {proxy}\n", f"/oauth2/token: {GATEWAY}", 1),
            "a tunnel's 502": ("https://api.example", f"proxy: http://{tunnel}\n", "the proxy answers 502; is", 4),
            "no proxy": ("https://api.example", f"proxy: {nobody()}\n", "no answer through the proxy", 2),
        }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["nobody", "another host's certificate", "unknown authority", "a proxy's 502", "a tunnel's 502", "no proxy"],
)
def test_what_is_on_the_way_is_named(
    elsewhere: dict[str, tuple[str, str, str, int]], tmp_path: Path, name: str
) -> None:
    """Certificates and proxies."""
    address, more, words, expected = elsewhere[name]
    status, line, _, requests = judged(target_of(address, tmp_path, more), tmp_path / "report")
    assert words in line
    assert status == expected
    assert requests == 2


class Waiting(Wire):
    """Nothing answers: a call whose failure is a timeout takes all the time that it may."""

    def __init__(self, clock: Clock, failure: str) -> None:
        super().__init__()
        self._clock, self._failure = clock, failure

    def send(self, request: Request, timeout: float, *, total_timeout: float | None = None, **_: Any) -> Answer:
        """Wait for the last byte, or for nothing, and fail."""
        if self._failure.startswith("timeout: it"):
            self._clock.sleep(total_timeout or 6 * timeout)
        raise WireError(self._failure)


class Answering(Wire):
    """Answers all that is asked in the same way, after some seconds."""

    def __init__(self, clock: Clock, answer: Answer, seconds: float = 0.0) -> None:
        super().__init__()
        self._clock, self._answer, self._seconds = clock, answer, seconds

    def send(self, request: Request, timeout: float, *, total_timeout: float | None = None, **_: Any) -> Answer:
        """Answer."""
        self._clock.sleep(self._seconds)
        return self._answer


def test_an_address_that_takes_no_connection_is_not_said_to_take_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a firewall drops: neither accepted nor refused."""

    def dropped(*_: object) -> socket.socket:
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", dropped)
    with pytest.raises(WireError, match=f"^{NO_CONNECTION}$") as raised:
        Wire().send(Request("GET", "http://127.0.0.1:1/status"), 0.3)
    line = silent_line("http://127.0.0.1:1", None, Exchange(1, Request("GET", ""), failure=str(raised.value)))
    assert line.startswith("http://127.0.0.1:1: no connection comes about; ")


def busy(status: int, seconds: str) -> Answer:
    """Return an answer that puts a call off."""
    return Answer(status, (("Retry-After", seconds),))


LATE: dict[str, tuple[Callable[[Clock], Wire], str]] = {
    "a drip": (lambda clock: Waiting(clock, "timeout: it drips"), "begins an answer, but it drips."),
    "no such host": (
        lambda clock: Waiting(clock, "unreachable (Name or service not known)"),
        "is the host's name right, and is this machine in its network?",
    ),
    "429 for a minute": (lambda clock: Answering(clock, busy(429, "60")), "answers 429, and asks to wait 60 s"),
    "429 for a second": (lambda clock: Answering(clock, busy(429, "1")), "answers 429, and asks to wait 1 s"),
    "429 for twenty seconds": (lambda clock: Answering(clock, busy(429, "20")), "answers 429, and asks to wait 20 s"),
    "503 for ever": (lambda clock: Answering(clock, busy(503, "86400")), "answers 503, and asks to wait 86400 s"),
    "401 within the rate of tokens": (
        lambda clock: Answering(clock, Answer(401, ())), "refuses the primary client (401): check its id and secret",
    ),
    "404 within the rate of tokens": (
        lambda clock: Answering(clock, Answer(404, ())), "answers 404: is oauth2_endpoint right?",
    ),
}  # fmt: skip
"""What takes time by the limits that a target file has unless it says otherwise."""


@pytest.mark.parametrize("name", LATE)
def test_the_first_line_is_there_within_half_a_minute(tmp_path: Path, name: str) -> None:
    """By the run's own clock, which only waiting moves: at five calls a second and five tokens a minute."""
    clock, (wire, words) = Clock(), LATE[name]
    client = Client("primary", "client-1", "the-secret-of-client-1", "org-a")
    limits = Limits(rate=5.0, token_rate=5 / 60)
    target = Target("https://api.example", "https://api.example/oauth2", {"primary": client}, limits=limits)
    _, line, seconds, _ = judged(target, tmp_path / "report", wire(clock), clock)
    assert words in line
    assert seconds <= 30
