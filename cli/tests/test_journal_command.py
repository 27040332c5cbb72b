"""`pacsimile journal`: what it shows of calls, in which order, how it follows them, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock.tests.helpers.fork_server import prepared
from mock.tests.helpers.served import PATIENCE, Served, serving
from pacsimile.main import main

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journal-command")


@pytest.fixture(scope="module")
def running(place: Path) -> Iterator[Served]:
    """A mock with three calls: a token, an unknown order, a report list without a token."""
    with serving(place, "--pace", "manual") as served:
        assert served.get("/status?order_id=NO-SUCH").status == 404
        assert served.call("GET", "/reports", {}).status == 401
        yield served


@pytest.fixture
def run(place: Path, running: Served, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(place / "runtime"))
    return lambda *words: CliRunner().invoke(main, ["journal", *words])


def test_the_newest_call_is_last_and_says_why_it_was_refused(run: Run) -> None:
    lines = run().output.splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2", "3"]
    assert " 404 GET  /status?order_id=NO-SUCH " in lines[1]
    assert lines[1].endswith("Identifiers match exactly: check case and spelling.")
    assert " demo-hospital  STATUS-4: Your organization has no order 'NO-SUCH'." in lines[1]
    assert " 401 GET  /reports " in lines[2] and " -  AUTH-9: " in lines[2]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("--status", "4xx"), [2, 3]),
        (("--status", "404"), [2]),
        (("--operation", "listReports"), [3]),
        (("--client", "demo-hospital"), [1, 2]),
        (("--client-id", "demo-hospital"), [1, 2]),
        (("--requirement", "STATUS-4"), [2]),
        (("-n", "1"), [3]),
        (("-n", "0"), []),
    ],
)
def test_calls_are_filtered(run: Run, words: tuple[str, ...], numbers: list[int]) -> None:
    shown = run(*words, "--json").output.splitlines()
    assert [json.loads(line)["number"] for line in shown] == numbers


def test_a_call_is_shown_in_full_by_its_number_or_request_id(run: Run, running: Served) -> None:
    call = json.loads(run("--status", "404", "--json").output)
    shown = run("show", "2")
    assert shown.output == run("show", call["request_id"]).output
    assert "\nrefused by  STATUS-4\n" in shown.output and "\n  order_id  NO-SUCH\n" in shown.output
    assert f"curl -i -H \"Authorization: Bearer $TOKEN\" '{running.url}/status?order_id=NO-SUCH'" in shown.output
    assert json.loads(run("show", "2", "--json").output) == call


@pytest.mark.parametrize("call", ["", ".", "..", "../..", "a/b"])
def test_what_cannot_name_a_call_is_refused(run: Run, call: str) -> None:
    refused = run("show", call)
    assert refused.exit_code == 2 and "X-Request-Id" in refused.stderr


def test_a_client_that_has_called_is_named_once_among_the_possible(run: Run) -> None:
    """The refusal names the option as it is spelt."""
    line = run("--client-id", "nobody").stderr
    assert line.count("demo-hospital,") == 1 and line.startswith("pacsimile: 'client_id' must be one of ")


def test_no_call_is_said_to_be_none(run: Run) -> None:
    told = run("--status", "5xx")
    assert (told.exit_code, told.stdout, told.stderr) == (0, "", "no such call was made\n")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("show", "99"), "the journal keeps no call '99'"),
        (("--status", "4x"), "or a class such as 4xx"),
        (("--client", "demo-hosptal"), "did you mean 'demo-hospital'?"),
        (("--operation", "getstatus"), "did you mean 'getStatus'?"),
        (("--requirement", "STATSU-4"), "did you mean 'STATUS-4'?"),
        (("--world", "nowhere"), "`pacsimile worlds` lists those that there are"),
        (("--follow", "--world", "nowhere"), "`pacsimile worlds` lists those that there are"),
    ],
)
def test_what_cannot_be_shown_is_said_in_a_line(run: Run, words: tuple[str, ...], line: str) -> None:
    refused = run(*words)
    assert refused.exit_code == 2 and line in refused.output
    assert refused.output.count("\n") == 1


def test_calls_are_followed_until_ctrl_c(place: Path, running: Served) -> None:
    """Those that were made before it began stand first; a reader gets each line when the call is made."""
    command = [*prepared(), "journal", "--follow", "--status", "404"]
    environment = {**os.environ, "PACSIMILE_RUNTIME_DIR": str(place / "runtime"), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        assert "/status?order_id=NO-SUCH" in process.stdout.readline()
        running.get("/status?order_id=ANOTHER")
        assert "/status?order_id=ANOTHER" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert process.stderr is not None and process.stderr.read() == ""
