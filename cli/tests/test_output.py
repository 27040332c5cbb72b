"""A reader that goes away, as of `pacsimile verify --list | head -1`, ends every command alike: quietly, with 141."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click import Context

from cli.tests.helpers.commands import COMMANDS, NAMES, Words
from mock.tests.helpers.served import PATIENCE, Served, command, environment
from pacsimile.main import main

GONE = 141


@contextmanager
def unread(monkeypatch: pytest.MonkeyPatch, *names: str) -> Iterator[None]:
    """Put a pipe that nobody reads in the place of standard streams."""
    with monkeypatch.context() as patched, os.fdopen(_pipe(), "w") as pipe:
        for name in names:
            patched.setattr(sys, name, pipe)
        yield


def _pipe() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def status(words: Words) -> object:
    """Run a command line in this process, and return its exit status."""
    with pytest.raises(SystemExit) as ended:
        main(list(words), prog_name="pacsimile")
    return ended.value.code


@pytest.fixture
def made(served: Served) -> dict[str, str]:
    """A world of the test's own, and two orders in it: one under way, one completed."""
    bearer = {"Authorization": f"Bearer {served.line['control_token']}", "Content-Type": "application/json"}

    def post(path: str, content: object) -> dict[str, str]:
        asked = urllib.request.Request(served.line["control_url"] + path, json.dumps(content).encode(), bearer)
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            return dict(json.loads(answer.read()))

    world = post("/worlds", {"scenario": "empty", "pace": "manual"})["world"]
    owner = {"organization_id": served.organization_id}
    orders = [
        post(f"/worlds/{world}/orders", {**owner, "status": status})["order_id"] for status in ("RECEIVED", "COMPLETED")
    ]
    return {"world": world, "under way": orders[0], "completed": orders[1]}


@pytest.fixture(scope="module")
def run_folder(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a run whose terminal nobody read to its end."""
    folder = tmp_path_factory.mktemp("run") / "report"
    words = ("verify", served.url, "--control-token", served.line["control_token"], "--report", str(folder))
    with pytest.MonkeyPatch.context() as patched, unread(patched, "stdout"):
        assert status((*words, "--requirement", "STATUS-1")) == GONE
    return folder


Given = Callable[[Words], Words]


@pytest.fixture
def given(
    served: Served, made: dict[str, str], run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Given:
    """What each command needs to have something to print."""
    url, token = served.url, served.line["control_token"]
    file = tmp_path / "note.txt"
    file.write_text("nothing known")
    served.call("GET", f"/w/{made['world']}/nowhere")  # the journal's first
    mock = ("--url", url, "--control-token", token)
    target = tmp_path / "target.yaml"
    clients = "{primary: {id: A_CLIENT, secret: A_SECRET}}"
    target.write_text(f"base_url: {url}\noauth2_endpoint: {url}/oauth2\norganization_id: org\nclients: {clients}\n")
    monkeypatch.setenv("A_CLIENT", "a-client")
    monkeypatch.setenv("A_SECRET", "a-secret")
    world = (*mock, "--world", made["world"])
    order = {("order", name): (made["under way"], *world) for name in ("start", "finish", "fail", "cancel")}
    words: dict[Words, Words] = {
        ("serve",): ("--port", "0"),
        ("health",): ("--url", url),
        ("scenarios",): (),
        ("order", "new"): world,
        ("order", "list"): world,
        **order,
        ("order", "amend"): (made["completed"], *world),
        ("advance",): ("0", *world),
        ("fault",): ("503", *world),
        ("reset",): world,
        ("journal",): world,
        ("journal", "show"): ("1", *world),
        ("advice",): world,
        ("check-client",): ("--list",),
        ("worlds", "list"): mock,
        ("worlds", "new"): mock,
        ("worlds", "delete"): (made["world"], *mock),
        ("verify",): (url, "--control-token", token, "--requirement", "STATUS-1"),
        ("load",): (url, "--control-token", token, "--duration", "1"),
        ("matrix",): (url, "--control-token", token, "--list"),
        ("proxy",): ("--target", str(target), "--port", "0", "--for", "0"),
        ("replay",): (str(run_folder),),
        ("record",): ("--from", str(run_folder)),
        ("export",): (str(tmp_path / "out"), "--count", "1", "--type", "txt"),
        ("check-synthetic",): (str(file),),
        ("diff",): (str(run_folder), str(run_folder)),
        ("statement",): (str(run_folder), "--markdown"),
        ("describe",): (),
        ("learn",): ("--openapi", str(Path(__file__).parents[2] / "openapi.yaml")),
    }
    return lambda path: (*path, *words[path])


@pytest.mark.parametrize("path", COMMANDS, ids=NAMES)
def test_every_command(path: Words, given: Given, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What it prints, its help, and what it says of a mistake; on standard error nothing is said of the pipe."""
    monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setattr("pacsimile.learn.PATIENCE", PATIENCE)  # on a busy machine it says that it takes long
    with (tmp_path / "stderr").open("w+") as errors:
        monkeypatch.setattr(sys, "stderr", errors)
        with unread(monkeypatch, "stdout"):
            assert status((*path, "--help")) == GONE
        if path != ("serve",):  # which has a process of its own below
            with unread(monkeypatch, "stdout"):
                assert status(given(path)) == GONE
        errors.seek(0)
        assert errors.read() == ""
    with unread(monkeypatch, "stderr"):
        assert status((*path, "--no-such-option")) == GONE


@pytest.mark.parametrize(("reader", "first", "status"), [("head -1", "openapi: 3.1.0\n", "0 141"), ("true", "", "141")])
def test_the_first_line_is_all_that_is_wanted(reader: str, first: str, status: str, tmp_path: Path) -> None:
    """In a shell, as a person types it. Where a pipe holds all that is printed, nobody notices that it is not read."""
    ended = subprocess.run(
        ["bash", "-c", f'{" ".join(command("describe"))} | {reader}; echo "${{PIPESTATUS[0]}}"'],
        capture_output=True, text=True, timeout=PATIENCE, env=environment(tmp_path), check=True,
    )  # fmt: skip
    shown, number = ended.stdout.removesuffix("\n").rpartition("\n")[::2]
    assert (f"{shown}\n" if shown else "", ended.stderr) == (first, "")
    assert number in status.split()


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_server_whose_greeting_nobody_reads(form: list[str], tmp_path: Path) -> None:
    """It does not serve on unseen, and it ends in order: no runtime file is left."""
    writer = _pipe()
    ended = subprocess.run(
        command("serve", "--port", "0", *form),
        stdout=writer, stderr=subprocess.PIPE, timeout=PATIENCE, env=environment(tmp_path), check=False,
    )  # fmt: skip
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (GONE, b"")
    assert not list((tmp_path / "runtime").iterdir())


def test_a_report_is_written_although_nobody_reads_the_terminal(run_folder: Path) -> None:
    """The run goes on to its end."""
    assert {"report.json", "report.html", "junit.xml"} <= {path.name for path in run_folder.iterdir()}


def test_a_closed_stream_and_a_full_disk(tmp_path: Path) -> None:
    """Closed, it is the null device; a device without room is told in one line."""
    shell = f"{' '.join(command('scenarios'))} %s; echo $?"
    for where, said in ((">&-", ""), ("2>&- >/dev/null", ""), (">/dev/full", "No space left on device")):
        ended = subprocess.run(
            ["bash", "-c", f"({shell % where}) 2>&1"],
            capture_output=True, text=True, timeout=PATIENCE, env=environment(tmp_path), check=True,
        )  # fmt: skip
        *lines, code = ended.stdout.splitlines()
        assert (len(lines), code) == ((1, "4") if said else (0, "0"))
        assert said in "".join(lines)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (name, 4 if name in ("verify", "proxy", "matrix", "replay") else 130)
        for name in main.list_commands(Context(main))
    ],
)
def test_ctrl_c_while_a_command_is_imported_is_no_failure(
    name: str, expected: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The imports take half a second. Exit status 1 would say that a MUST failed."""

    def interrupted(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pacsimile.main.import_module", interrupted)
    assert status((name,)) == expected
    assert capsys.readouterr().err.strip() == "pacsimile: interrupted"


@pytest.mark.parametrize(
    ("words", "work", "expected"),
    [
        (("matrix", "http://127.0.0.1:1", "--list"), "pacsimile.matrix._listed", 4),
        (("check-client", "--", "python"), "pacsimile.check_client._check_program", 130),
        (("load", "http://127.0.0.1:1"), "pacsimile.load._run", 130),
        (("reset",), "pacsimile.running_mock.find", 130),
        (("diff", "before", "after"), "pacsimile.diff.load_report", 130),
        (("verify", "http://127.0.0.1:1"), "pacsimile.verify._verify", 4),
    ],
)
def test_ctrl_c_while_a_command_works_gives_the_same_status(
    words: Words, work: str, expected: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether the command catches it, or nobody does."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(work, interrupted)
    assert status(words) == expected
    assert capsys.readouterr().err.strip() == "pacsimile: interrupted"
