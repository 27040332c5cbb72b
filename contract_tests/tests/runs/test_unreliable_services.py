"""A service that cuts off its answers, or is out of service for most calls: the first line says so."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contract_tests.tests.helpers.command import target_file, verify
from contract_tests.tests.helpers.real_service import Reply, answer, problem
from pacsimile.main import main
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.judging.exit_status import ExitStatus
from pacsimile_contract.runner.unreliable import adjusted_exit_status, unreliability_line

Start = Callable[..., Any]
Say = Callable[[str, str, bytes], Reply]
MORE = "listing: {allowed: true}\nlimits: {timeout: 2s, max_time: 8s, rate: 1000/s, token_rate: 1000/s}\n"
REQUIREMENTS = ("--requirement", "STATUS-1,STATUS-4,RESULTS-1,RESULTS-7")


def cutting(every: int) -> Say:
    """Cut off every so many reports: `Content-Length` is greater than what comes, and the connection ends."""
    asked = count(1)

    def say(method: str, path: str, body: bytes) -> Reply:
        said = answer(method, path, body)
        if said is None or not path.startswith("/results") or next(asked) % every:
            return said
        status, headers, content = said
        return status, {**headers, "Content-Length": str(len(content) + 100), "Connection": "close"}, content

    return say


def out_of_service(of: int, *, path: str = "/") -> Say:
    """Answer 503 to all calls below a path but for one in so many, tokens left aside."""
    asked = count(1)

    def say(method: str, called: str, body: bytes) -> Reply:
        if "/token" in called or not called.startswith(path) or next(asked) % of == 0:
            return answer(method, called, body)
        return problem(503, "service-unavailable", **{"Retry-After": "0"})

    return say


@pytest.mark.parametrize(
    ("say", "words", "statuses"),
    [
        (cutting(1), "/results: cuts off answers: ", (1, 4)),
        (cutting(4), "/results: cuts off answers: ", (1, 4)),
        (out_of_service(6), ": answers 503", (1, 4)),
        (out_of_service(2, path="/status"), "/status: answers 503: ", (1, 4)),
    ],
    ids=["every report", "each fourth report", "503 to most calls", "503 to half of the statuses"],
)
def test_what_a_service_does_to_most_calls_is_told_first(
    serve: Start, tmp_path: Path, say: Say, words: str, statuses: tuple[int, ...]
) -> None:
    """Beside the verdict, and in each report; it never passes."""
    server, folder = serve(say), tmp_path / "report"
    done = verify("--target", target_file(tmp_path, server.url, MORE), *REQUIREMENTS, "--report", str(folder))
    lines = done.stdout.splitlines()
    place = next(number for number, line in enumerate(lines) if line.endswith(f"  {server.url}"))
    assert any(line.startswith("!! ") for line in lines[place - 3 : place + 2])
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert words in report["diagnosis"]
    assert done.returncode in statuses
    assert words.strip() in (folder / "report.html").read_text("utf-8")
    says_the_same_again(folder, done.returncode, report["diagnosis"])
    if done.returncode == 4:
        assert "next: fix what the line with !! says, then run this again" in lines


def says_the_same_again(folder: Path, exit_status: int, line: str) -> None:
    """Check that a replay has the run's exit status and first line."""
    again = CliRunner().invoke(main, ["replay", str(folder)])
    assert again.exit_code == exit_status
    assert f"!! {line}" in " ".join(again.stdout.split())


def test_a_stored_run_of_an_earlier_version_says_it_too(serve: Start, tmp_path: Path) -> None:
    """Such a run did not store its line."""
    server, folder = serve(out_of_service(2, path="/status")), tmp_path / "report"
    done = verify("--target", target_file(tmp_path, server.url, MORE), *REQUIREMENTS, "--report", str(folder))
    head, *rest = (folder / "history.jsonl").read_text("utf-8").splitlines()
    record = json.loads(head)
    line = record.pop("diagnosis")
    assert "/status: answers 503: " in line
    (folder / "history.jsonl").write_text("\n".join((json.dumps(record), *rest, "")), "utf-8")
    says_the_same_again(folder, done.returncode, line)


def calls(number: int, *, cut: int = 0, out: int = 0, operation: str = "getStatus") -> list[Exchange]:
    """Return so many calls, of which some were cut off and some answered 503."""
    made = []
    for place in range(number):
        exchange = Exchange(place + 1, Request("GET", "https://h/status", (), operation=operation))
        exchange.failure = "cut off" if place < cut else None
        exchange.answer = None if place < cut else Answer(503 if place < cut + out else 200, ())
        made.append(exchange)
    return made


@pytest.mark.parametrize(
    ("asked", "is_said"),
    [
        (calls(100, cut=2), False),
        (calls(100, cut=9), False),
        (calls(20, cut=3), True),
        (calls(100, out=20), False),
        (calls(4, out=4), False),
        (calls(100, out=25), True),
        ([], False),
    ],
)
def test_a_service_that_is_busy_now_and_then_is_not_told_off(asked: list[Exchange], is_said: bool) -> None:
    """Nor is a network that loses a connection."""
    assert (unreliability_line(asked) is not None) == is_said


@pytest.mark.parametrize(
    ("asked", "status", "expected"),
    [
        (calls(10, out=5), ExitStatus.NOT_EXERCISED, ExitStatus.ERROR),
        (calls(10, out=4), ExitStatus.NOT_EXERCISED, ExitStatus.NOT_EXERCISED),
        (calls(10, out=9), ExitStatus.FAILED, ExitStatus.FAILED),
        (calls(10, out=9), ExitStatus.PASSED, ExitStatus.PASSED),
        ([], ExitStatus.NOT_EXERCISED, ExitStatus.NOT_EXERCISED),
    ],
)
def test_most_calls_without_an_answer_leave_no_verdict(
    asked: list[Exchange], status: ExitStatus, expected: ExitStatus
) -> None:
    """That data is missing would be the wrong thing to say; what failed or passed stays."""
    assert adjusted_exit_status(asked, status) is expected


def test_hostile_input_that_is_cut_off_says_nothing_of_the_service() -> None:
    """It may go unanswered: a run of little else still lacks data."""
    asked = calls(10, cut=9)
    for exchange in asked:
        exchange.request = replace(exchange.request, hostile=True)
    assert adjusted_exit_status(asked, ExitStatus.NOT_EXERCISED) is ExitStatus.NOT_EXERCISED
    assert adjusted_exit_status(calls(10, cut=9), ExitStatus.NOT_EXERCISED) is ExitStatus.ERROR
