"""What `serve` says on standard error: text for people, a line of JSON each for machines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mock.tests.helpers.fork_server import prepared
from mock.tests.helpers.processes import children, wait_until, working
from mock.tests.helpers.served import PATIENCE, Served, environment, serving
from pacsimile_spec.version import __version__


def lines(errors: Path) -> list[dict[str, Any]]:
    """The lines of a log, each of which must be an object with a time, a level, a process and a message."""
    told = [json.loads(line) for line in errors.read_text().splitlines()]
    for one in told:
        assert datetime.fromisoformat(one["time"]).tzinfo is not None
        assert one["level"] in ("info", "warning", "error")
        assert isinstance(one["pid"], int)
    return told


def started(folder: Path, *options: str, **more: str) -> tuple[Served, subprocess.Popen[bytes]]:
    """A server that writes its log to a file."""
    errors = folder / "stderr.txt"
    with errors.open("wb") as stderr:
        process = subprocess.Popen(
            [*prepared(), "serve", "--port", "0", "--json", *options],
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment(folder, **more),
        )
    assert process.stdout is not None
    return Served(process, json.loads(process.stdout.readline()), errors), process


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("options", [(), ("--quiet",), ("--no-control",), ("--audit-log", "-")])
def test_a_terminal_gets_a_line_for_each_call(tmp_path: Path, options: tuple[str, ...]) -> None:
    """In colour, without token and secret, once a call; none with `--quiet`."""
    import pty

    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [*prepared(), "serve", "--port", "0", "--json", *options],
        stdout=subprocess.PIPE,
        stderr=terminal,
        env=environment(tmp_path),
    )
    os.close(terminal)
    with process:
        assert process.stdout is not None
        served = Served(process, json.loads(process.stdout.readline()), tmp_path / "none")
        assert served.get("/status?order_id=NO-SUCH&token=Planted-4711-Secret").status == 400
        assert served.stop() == 0
    shown = ""
    with suppress(OSError):  # Linux says EIO at the end of a terminal that nobody holds
        while piece := os.read(master, 65536):
            shown += piece.decode()
    os.close(master)
    assert served.tokens[0] not in shown and "Planted-4711-Secret" not in shown
    if options == ("--quiet",):
        assert shown == ""
    elif options == ("--audit-log", "-"):
        assert [json.loads(line)["status"] for line in shown.splitlines()] == [200, 400]
    else:
        assert [line.count("\x1b[33m\x1b[1m400\x1b[0m GET  /status?") for line in shown.splitlines()] == [0, 1]
        assert "demo-hospital" in shown and "STATUS-3: " in shown


def test_calls_are_logged_to_a_file_when_asked_for(tmp_path: Path) -> None:
    """As text without colours, or as JSON with the other lines of the log."""
    for options in ((), ("--log-format", "json")):
        served, process = started(tmp_path, "--log-calls", *options)
        with process:
            served.call("GET", "/nowhere")
            assert served.stop() == 0
        log = served.errors.read_text()
        if options:
            assert [line.get("status") for line in map(json.loads, log.splitlines())] == [None, 404, None]
        else:
            assert " 404 GET  /nowhere " in log and "\x1b" not in log and log.count("\n") == 1


@pytest.mark.parametrize("by_environment", [False, True])
def test_start_and_end_are_told_as_json(tmp_path: Path, by_environment: bool) -> None:
    """With what an operator asks first, and no secret: calls are the journal's and the audit log's."""
    given = ({"PACSIMILE_LOG_FORMAT": "json"}, ()) if by_environment else ({}, ("--log-format", "json"))
    served, process = started(tmp_path, *given[1], **given[0])
    with process:
        token = served.token
        served.call("GET", f"/nowhere?access_token={token}", {"Authorization": f"Bearer {token}"})
        assert served.stop() == 0
    first, last = lines(served.errors)
    assert (first["message"], first["url"], first["version"]) == ("serving", served.url, __version__)
    assert (last["message"], last["level"], last["pid"]) == ("ended", "info", served.line["pid"])
    said = served.errors.read_text()
    secrets = (token, str(served.line["control_token"]), str(served.line["clients"][0]["client_secret"]))
    assert not any(secret in said for secret in secrets)


def test_the_audit_log_can_go_where_the_log_goes(tmp_path: Path) -> None:
    """A container's collector then gets calls too, a line of JSON each."""
    served, process = started(tmp_path, "--log-format", "json", "--audit-log", "-")
    with process:
        served.call("GET", "/nowhere")
        assert served.stop() == 0
    told = [json.loads(line) for line in served.errors.read_text().splitlines()]
    assert [one.get("message", one.get("status")) for one in told] == ["serving", 404, "ended"]


def test_text_says_nothing_of_a_start_that_went_well(tmp_path: Path) -> None:
    """Standard output has said it."""
    with serving(tmp_path, "--log-format", "text"):
        pass


def test_a_worker_that_died_is_told_as_json(tmp_path: Path) -> None:
    """Whatever is said is a line that a machine can read, the workers' own too."""
    url = f"sqlite:///{tmp_path / 'state.db'}"
    with working(tmp_path, url, 2, "--log-format", "json") as served:
        os.kill(children(served.process.pid)[0], signal.SIGKILL)
        wait_until(lambda: "a worker ended" in served.errors.read_text())
    told = [(one["level"], one["message"]) for one in lines(served.errors)]
    assert ("warning", "a worker ended with signal 9; another begins in 1 s") in told


def test_what_cannot_be_used_is_told_as_json(tmp_path: Path) -> None:
    """One line, exit status 2."""
    done = subprocess.run(
        [*prepared(), "serve", "--port", "0", "--log-format", "json", "--scenario", "nowhere.yaml"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert json.loads(line)["level"] == "error"
    assert "nowhere.yaml" in json.loads(line)["message"]


def test_files_that_others_can_read_are_told_of(tmp_path: Path) -> None:
    """A database that an older version left open to all: one line says which file it is, and what to do."""
    options = ("--database", f"sqlite:///{tmp_path / 'state.db'}")
    path = tmp_path / "state.db"
    assert said_at_start(tmp_path, *options) == ""
    path.chmod(0o644)
    made = f"{path} {path}-wal {path}-shm"  # SQLite gives what it makes beside a file the mode of the file
    assert said_at_start(tmp_path, *options) == (
        "pacsimile: others on this machine can read files that hold keys or secrets: "
        f"own them, and run chmod 600 {made}\n"
    )


def test_another_control_token_than_the_database_has(tmp_path: Path) -> None:
    """It is refused: commands and scripts that go by the token that is kept would be shut out."""
    options = ("--database", f"sqlite:///{tmp_path / 'state.db'}", "--control-token")
    assert said_at_start(tmp_path, *options, "the-first") == ""
    assert said_at_start(tmp_path, *options, "the-first") == ""
    refused = subprocess.run(
        [*prepared(), "serve", "--port", "0", *options, "another"],
        capture_output=True,
        text=True,
        env=environment(tmp_path),
        timeout=PATIENCE,
        check=False,
    )
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "pacsimile: the database keeps another control token than the one given: leave --control-token out, "
        "give the one that the database was made with, or begin with a new database\n"
    )


def said_at_start(folder: Path, *options: str) -> str:
    """What a server writes to standard error before it is ended again."""
    served, process = started(folder, *options)
    with process:
        process.terminate()
        assert process.wait(PATIENCE) == 0
    return served.errors.read_text()
