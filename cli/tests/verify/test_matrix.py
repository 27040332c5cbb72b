"""`pacsimile matrix` on mocks that cannot be judged: no defect counts as survived, and the exit status says so."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mock.tests.helpers.fork_server import prepared
from pacsimile.main import main
from pacsimile_contract.provider.mock_worlds import Mock
from pacsimile_mock.testing.server import Server

ONE_DEFECT = ("--defects", "oldest-order-wins", "--level", "smoke", "--workers", "1")


@dataclass
class Mocks:
    """Two mocks, each with a control token of its own."""

    first: Server
    second: Server

    @property
    def token(self) -> str:
        """That of the first."""
        return str(self.first.line["control_token"])


@pytest.fixture(scope="module")
def mocks() -> Iterator[Mocks]:
    """Start both."""
    with Server() as first, Server() as second:
        yield Mocks(first, second)


def matrix(*words: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["matrix", *words])


def test_each_mock_is_asked_with_its_token_before_the_first_verdict(mocks: Mocks) -> None:
    """The second refuses it: nothing is judged."""
    done = matrix(mocks.first.url, mocks.second.url, "--control-token", mocks.token, *ONE_DEFECT)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{mocks.second.url}: refuses the control token (401)" in done.stderr


@pytest.mark.parametrize("again", ["{url}", "{url}/", "http://localhost:{port}"])
def test_a_mock_is_given_once(mocks: Mocks, again: str) -> None:
    """By whatever name."""
    url = mocks.first.url
    done = matrix(url, again.format(url=url, port=url.rpartition(":")[2]), "--control-token", mocks.token)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "URL 1 and URL 2 are the same mock" in done.stderr


def test_it_says_which_address_is_wrong(mocks: Mocks) -> None:
    """By its place: it is not repeated, since it may hold a password."""
    done = matrix(mocks.first.url, "notaurl", "--control-token", mocks.token)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "URL 2: expected an http or https address" in done.stderr


def test_two_reports_do_not_go_to_one_file(mocks: Mocks, tmp_path: Path) -> None:
    """Nor under another spelling of its name."""
    file = tmp_path / "matrix"
    words = ("--json", str(file), "--html", str(tmp_path / "." / "x" / ".." / "matrix"))
    done = matrix(mocks.first.url, "--control-token", mocks.token, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is given for --json and for --html" in done.stderr
    assert not file.exists()


def test_want_of_memory_is_no_verdict(mocks: Mocks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither on the undamaged mock nor on a defect: nothing is judged after it."""

    def lacking(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr("pacsimile_contract.runner.matrix.run", lacking)
    done = matrix(mocks.first.url, "--control-token", mocks.token, *ONE_DEFECT)
    assert done.exit_code == 4
    assert "no verdict on the undamaged mock: out of memory" in done.stderr
    assert "not clean" not in done.stdout
    assert "killed" not in done.stdout


def test_a_mock_that_is_gone_ends_it(mocks: Mocks, monkeypatch: pytest.MonkeyPatch) -> None:
    """No shortcomings are computed of what is left."""
    with Server() as brief:
        world = Mock.world

        def last(self: Mock, *words: Any, **given: Any) -> Any:
            brief.stop()
            return world(self, *words, **given)

        monkeypatch.setattr(Mock, "world", last)
        done = matrix(brief.url, "--control-token", brief.line["control_token"], *ONE_DEFECT)
    assert done.exit_code == 4
    assert f"the mock at {brief.url} is gone" in done.stderr
    assert "problem:" not in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a signal")
def test_a_signal_ends_it_in_order(mocks: Mocks) -> None:
    """It leaves no world behind."""
    listed = ["worlds", "list", "--url", mocks.first.url, "--control-token", mocks.token]
    before = CliRunner().invoke(main, listed).stdout
    words = ["matrix", mocks.first.url, "--control-token", mocks.token, "--level", "smoke", "--defects", "limit-*"]
    process = subprocess.Popen([*prepared(), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert first.startswith("undamaged: ")
    assert (process.returncode, "interrupted" in said) == (4, True)
    assert CliRunner().invoke(main, listed).stdout == before
