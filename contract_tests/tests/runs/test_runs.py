"""Whole runs: against the small example server, and against targets that are not what they should be."""

import contextlib
import json
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from contract_tests.tests.helpers import real_service
from pacsimile_contract.errors import UsageError
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.history_file import HistoryJsonl
from pacsimile_contract.reporting.junit import JunitXml
from pacsimile_contract.reporting.report_json import ReportJson
from pacsimile_contract.run.events import Diagnosed, Event, RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_contract.target.model import Limits, Target
from pacsimile_spec import requirements

Start = Callable[[Callable[[str, str, bytes], Any]], Any]
EXEMPLARS = ("AUTH-1", "AUTH-4", "STATUS-1", "STATUS-2", "BATCH-5", "SEC-1")
QUICK = Limits(timeout=0.3, max_time=20.0)
OURS = ("User-Agent", "Authorization")
"""Headers that differ between two runs: the run's id, and credentials."""


def reported(target: Target, folder: Path, *wanted: str) -> RunFinished:
    """Run some requirements and write every report."""
    return run(target, Options(requirements=wanted), [ReportJson(folder), JunitXml(folder), HistoryJsonl(folder)])


def test_a_correct_server_passes(small_target: Target) -> None:
    """The small example server: every part of the exemplars holds."""
    done = run(small_target, Options(requirements=EXEMPLARS))
    verdicts = {one.requirement.id: one.verdict for one in done.judgements if one.requirement.id in EXEMPLARS}
    assert verdicts == dict.fromkeys(EXEMPLARS, Verdict.PASS)
    assert done.exit_status == 0


def test_the_reports_of_a_run(small_target: Target, tmp_path: Path) -> None:
    """report.json has a row for each clause, junit.xml a testcase for each part, and no secret is in either."""
    done = reported(small_target, tmp_path, *EXEMPLARS)
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert [one["requirement"] for one in report["verdicts"]] == list(requirements())
    assert report["requests"] == done.requests == len(done.exchanges)
    suite = Xml.parse(tmp_path / "junit.xml").getroot()[0]
    assert "AUTH-4/wrong-secret" in {case.get("name") for case in suite}
    written = "".join(path.read_text("utf-8") for path in tmp_path.iterdir())
    secrets = [small_target.primary.client_secret, str(small_target.states.token)]
    secrets += [
        str(one.json["access_token"]) for one in done.exchanges if one.operation == "getToken" and one.succeeded
    ]
    assert secrets
    assert not [one for one in secrets if one in written]


def test_a_stored_run_is_judged_again(small_target: Target, tmp_path: Path) -> None:
    """Replay comes to the same verdicts without a server."""
    done = reported(small_target, tmp_path, *EXEMPLARS)
    again = replay(load_run(tmp_path))
    assert [one.verdict for one in again.judgements] == [one.verdict for one in done.judgements]


def test_no_run_is_stored_where_there_is_none(tmp_path: Path) -> None:
    """A folder without a history, and a line that is no record: one line that says so."""
    with pytest.raises(UsageError, match="cannot be read"):
        load_run(tmp_path)
    (tmp_path / "history.jsonl").write_text("{}\n", "utf-8")
    with pytest.raises(UsageError, match=r"history\.jsonl:1: is no record"):
        load_run(tmp_path)


def diagnosed(target: Target) -> tuple[int, str]:
    """Run everything and return exit status and first line."""
    lines: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, Diagnosed):
            lines.append(event.line)

    return run(target, Options(), [listen]).exit_status, lines[0] if lines else ""


def test_examples_for_every_request_are_recognised(serve: Start) -> None:
    """A static mock of the description: a token, then the same order for any id."""

    def example(method: str, path: str, body: bytes) -> Any:
        said = {"access_token": "example-token", "token_type": "Bearer", "expires_in": 3600, "scope": "status.read"}
        document = said if "token" in path else {"order_id": "ORD-1"}
        return 200, {"Content-Type": "application/json"}, json.dumps(document).encode()

    status, line = diagnosed(serve(example).target(limits=QUICK))
    assert (status, "for an order that nobody has" in line) == (1, True)


def test_a_target_that_never_answers_ends_the_run() -> None:
    """ERROR for everything after two calls."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        primary = {"primary": _client()}
        status, line = diagnosed(Target(url, url + "/oauth2", primary, limits=QUICK))
    assert (status, "never answers" in line) == (4, True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "it stops after 40 bytes"),
        (b"HTTP/1.1 ", "it stops after 9 bytes"),
    ],
)
def test_a_target_whose_answer_does_not_end_is_not_called_silent(content: bytes, words: str) -> None:
    """What came of it, and why no more is waited for."""

    def begin(listening: socket.socket) -> None:
        with contextlib.ExitStack() as kept, contextlib.suppress(OSError):
            while True:
                kept.enter_context(listening.accept()[0]).sendall(content)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        beginning = Thread(target=begin, args=(listening,))
        beginning.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        status, line = diagnosed(Target(url, url + "/oauth2", {"primary": _client()}, limits=QUICK))
        listening.shutdown(socket.SHUT_RDWR)
        beginning.join()
    assert (status, "begins an answer, but " + words in line) == (4, True), line
    assert "never answers" not in line


def test_a_target_that_does_not_listen_ends_the_run() -> None:
    """Nothing there: said at once."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    status, line = diagnosed(Target(url, url + "/oauth2", {"primary": _client()}, limits=QUICK))
    assert (status, "nothing listens there" in line) == (4, True)


def test_an_api_that_does_not_listen_beside_a_token_endpoint_that_does_ends_the_run(serve: Start) -> None:
    """Two hosts, one of them wrong: named at once, and nothing is judged of a service that nobody reached."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    server = serve(real_service.answer)
    status, line = diagnosed(replace(server.target(limits=QUICK), base_url=url))
    assert (status, line.startswith(f"{url}: nothing listens there")) == (4, True), line
    assert len(server.requests) == 1


def _client() -> Any:
    from pacsimile_contract.target.model import Client

    return Client("primary", "client-1", "the-secret-of-client-1", "org-a")


UNKNOWN = (404, {"Content-Type": "application/problem+json"}, b'{"type": "urn:pacsimile:problem:order-not-found"}')
"""No order is known: a service without data."""


def token_then(answer: Any) -> Callable[[str, str, bytes], Any]:
    """Return a server that gives a token and answers everything else so."""
    said = {"access_token": "t0ken-t0ken", "token_type": "Bearer", "expires_in": 3600, "scope": "status.read"}
    given = (200, {"Content-Type": "application/json"}, json.dumps(said).encode())
    return lambda method, path, body: given if "/token" in path else answer


def test_nothing_but_get_and_the_token_post_leaves_without_word(serve: Start) -> None:
    """An existing target: no listing, no acknowledgement, no other method; and our name on each request."""
    server = serve(token_then(UNKNOWN))
    run(server.target(limits=QUICK), Options(level="full"))
    seen = {(method, path.partition("?")[0]) for method, path, _, _ in server.requests}
    assert {one for one in seen if one[0] != "GET"} <= {("POST", "/oauth2/token")}
    assert ("GET", "/reports") not in seen
    assert all("contract-test" in headers["User-Agent"] for _, _, headers, _ in server.requests)


@pytest.mark.parametrize("listing", [False, True])
def test_what_is_generated_leaves_by_the_same_door(serve: Start, listing: bool) -> None:
    """Hypothesis and Schemathesis draw, and ask nothing themselves: only GET and the token POST, under our name."""
    server = serve(real_service.answer)
    done = run(server.target(listing_allowed=listing), Options(requirements=("STATUS-3", "ORDERID-4", "AUTH-5")))
    assert done.requests == len(server.requests)
    assert done.requests > 60
    seen = {(method, path.partition("?")[0]) for method, path, _, _ in server.requests}
    assert {one for one in seen if one[0] != "GET"} <= {("POST", "/oauth2/token")}
    assert (("GET", "/reports") in seen) is listing
    assert all("contract-test" in headers["User-Agent"] for _, _, headers, _ in server.requests)


def test_a_redirect_is_not_followed(serve: Start) -> None:
    """The token goes nowhere else."""
    server = serve(token_then((302, {"Location": "/elsewhere"}, b"")))
    run(server.target(limits=QUICK), Options(requirements=("AUTH-1",)))
    assert not [path for _, path, _, _ in server.requests if "elsewhere" in path]


def test_secrets_over_plain_http_need_a_word() -> None:
    """Off this machine, the run does not even begin."""
    target = Target("http://api.staging.example", "http://api.staging.example/oauth2", {"primary": _client()})
    with pytest.raises(UsageError, match="plain_http"):
        run(target, Options())


def test_a_selection_that_matches_nothing_is_a_usage_error() -> None:
    """A requirement that does not exist."""
    with pytest.raises(UsageError, match="there is no requirement NOSUCH-1"):
        run(
            Target("http://127.0.0.1:1", "http://127.0.0.1:1", {"primary": _client()}),
            Options(requirements=("NOSUCH-1",)),
        )


def test_the_same_seed_sends_the_same_requests(serve: Start) -> None:
    """Byte for byte, but for User-Agent and Authorization, and another seed sends others.

    Two that are sent at once come in any order.
    The timeout is long: a call that a busy machine answers late would be asked again, by another method.
    """

    def requests(seed: int, *wanted: str) -> list[tuple[str, str, list[tuple[str, str]], bytes]]:
        server = serve(token_then(UNKNOWN))
        run(server.target(limits=Limits(timeout=30.0)), Options(seed=seed, requirements=wanted))
        port = server.url.rpartition(":")[2]
        return [
            (method, path, [(k, v.replace(port, "PORT")) for k, v in headers.items() if k not in OURS], body)
            for method, path, headers, body in server.requests
        ]

    first = requests(7)
    assert sorted(first) == sorted(requests(7))
    assert [one for one in requests(8, "STATUS-3") if one not in first]
