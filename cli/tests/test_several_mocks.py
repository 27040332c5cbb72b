"""With several mocks running, a command says which one it is about, and the servers of tests are none of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock.tests.helpers.served import serving
from pacsimile.main import main
from pacsimile_mock.testing import Server
from pacsimile_spec import runtime_file

Run = Callable[..., Result]


@dataclass
class Mocks:
    """What runs: two of the user's, and one of a test."""

    older: str
    latest: str
    of_a_test: Server


@pytest.fixture(scope="module")
def mocks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mocks]:
    """Two servers that the user started, the second some seconds later, and then one that a test started."""
    folder = tmp_path_factory.mktemp("mocks")
    runtime = folder / "runtime"
    shared = {"PACSIMILE_RUNTIME_DIR": str(runtime)}
    with ExitStack() as running, pytest.MonkeyPatch.context() as patched:
        patched.setenv("PACSIMILE_RUNTIME_DIR", str(runtime))
        urls = []
        for name in ("older", "latest"):
            folder.joinpath(name).mkdir()
            urls.append(running.enter_context(serving(folder / name, "--scenario", "empty", **shared)).url)
        port = urls[0].rpartition(":")[2]
        os.utime(runtime / f"serve-{port}.json", (1, 1))
        yield Mocks(*urls, running.enter_context(Server()))


@pytest.fixture
def run(mocks: Mocks) -> Run:
    """Run a command as its user does."""
    return lambda *words: CliRunner().invoke(main, words)


def test_a_tests_server_is_not_found(mocks: Mocks, run: Run) -> None:
    """It leaves no runtime file, so it is neither the latest nor one of several; whoever knows its token reaches it."""
    assert [mock["url"] for mock in runtime_file.running()] == [mocks.latest, mocks.older]
    world = mocks.of_a_test.world().name
    assert world not in run("worlds").stdout
    refused = run("worlds", "--url", mocks.of_a_test.url)
    assert (refused.exit_code, "give --control-token" in refused.stderr) == (2, True)
    words = ("worlds", "list", "--url", mocks.of_a_test.url, "--control-token", mocks.of_a_test.line["control_token"])
    assert world in run(*words).stdout


@pytest.mark.parametrize("words", [("worlds",), ("order", "list"), ("advance", "0"), ("fault", "--list"), ("reset",)])
def test_the_latest_answers_and_is_named(mocks: Mocks, run: Run, words: tuple[str, ...]) -> None:
    """On standard error, in one line with the others and how to choose them."""
    done = run(*words)
    assert done.exit_code == 0
    (line,) = [said for said in done.stderr.splitlines() if said != "no faults"]
    assert f"this is {mocks.latest}" in line
    assert mocks.older in line.partition("for another")[2]
    assert "--url" in line


def test_the_chosen_one_answers(mocks: Mocks, run: Run) -> None:
    """By its address, under any name of loopback; nothing needs to be said of the others."""
    made = run("worlds", "new", "--url", mocks.older)
    assert (made.exit_code, made.stderr) == (0, "")
    name = made.stdout.split('"world": "')[1].split('"')[0]
    for words in (("worlds", "list", "--url"), ("worlds", "--url")):
        there = run(*words, mocks.older.replace("127.0.0.1", "localhost") + "/")
        assert (name in there.stdout, there.stderr) == (True, "")
    assert run("worlds", "--url", mocks.older, "delete", name).exit_code == 0
    assert name not in run("worlds", "list", "--url", mocks.latest).stdout


def test_verify_takes_the_mock_of_its_url(mocks: Mocks, run: Run) -> None:
    """Each has a control token of its own, and the other's would be refused."""
    for url in (mocks.older, mocks.latest):
        done = run("verify", url, "--requirement", "STATUS-1")
        assert done.exit_code == 0, done.output
        assert f"judging {url}/w/" in done.stdout
    refused = run("verify", mocks.of_a_test.url, "--requirement", "STATUS-1")
    assert refused.exit_code == 2
    assert f"running: {mocks.latest}, {mocks.older}" in refused.stderr


def test_the_only_one_is_not_spoken_of(mocks: Mocks, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one beside it that is gone."""
    with serving(tmp_path) as alone:
        monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(tmp_path / "runtime"))
        gone = {"url": mocks.older, "control_token": "x", "pid": 2**22 + 1}
        runtime_file.write(1, gone)
        done = run("worlds")
        assert (done.exit_code, done.stderr) == (0, "")
        assert runtime_file.at(alone.url) is not None
