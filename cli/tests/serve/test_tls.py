"""The commands trust the CA of a mock that serves over TLS, for it alone, and say when they do not."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock.tests.helpers.fork_server import prepared
from mock.tests.helpers.served import Served, serving
from pacsimile.main import main


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def mock(place: Path) -> Iterator[Served]:
    """A mock whose certificate is signed by a CA of its own."""
    folders = {"PACSIMILE_RUNTIME_DIR": str(place / "run"), "PACSIMILE_TLS_DIR": str(place / "ca folder")}
    with serving(place, "--tls", **folders) as served:
        yield served


def run(place: Path, *words: str) -> Result:
    """Run a command as its user does, who has set nothing that makes Python trust the CA."""
    return CliRunner(env={"PACSIMILE_RUNTIME_DIR": str(place / "run")}).invoke(main, words)


def test_the_printed_command_works(place: Path, mock: Served) -> None:
    """The runtime file names the CA, by which the commands trust the mock."""
    done = run(place, "order", "new", "--moves", "30s")
    assert (done.exit_code, done.output.split()[0][:4]) == (0, "ORD-")
    content = json.loads((place / "run" / f"serve-{mock.address[1]}.json").read_text())
    assert content["authority"] == str(place / "ca folder" / "ca.pem")
    assert run(place, "worlds", "--url", mock.line["url"].replace("127.0.0.1", "localhost")).exit_code == 0


def test_the_authority_is_trusted_for_that_mock_alone(mock: Served, tmp_path: Path) -> None:
    """Without its runtime file the certificate is not trusted, and the message says what to set."""
    done = run(tmp_path, "advance", "1h", "--url", mock.line["url"], "--control-token", mock.line["control_token"])
    assert done.exit_code == 2
    assert f"the certificate of {mock.line['url']} is not trusted (" in done.output
    assert "set SSL_CERT_FILE to" in done.output
    assert "no mock answers" not in done.output


@pytest.mark.parametrize("words", [("verify",), ("matrix",), ("verify", "--control-token", "x")])
def test_verify_says_that_a_certificate_is_not_trusted(place: Path, mock: Served, words: tuple[str, ...]) -> None:
    """It does not ask whether a mock is running, and names the file to trust."""
    done = judge(place, *words, mock.line["url"])
    assert done.returncode == 2
    assert f"the certificate of {mock.line['url']} is not trusted (unable to" in done.stderr
    assert done.stderr.endswith(f"set SSL_CERT_FILE to {place / 'ca folder' / 'ca.pem'}\n")


def test_verify_connects_with_the_ca_that_it_names(place: Path, mock: Served) -> None:
    """With SSL_CERT_FILE set as it says, it judges the mock."""
    trusting = {"SSL_CERT_FILE": str(place / "ca folder" / "ca.pem")}
    done = judge(place, "verify", mock.line["url"], "--requirement", "PROTO-1", **trusting)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "certificate" not in done.stderr


def judge(place: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the contract tests in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "SSL_CERT_FILE"}
    environment |= {"PACSIMILE_RUNTIME_DIR": str(place / "run"), **variables}
    command = [*prepared(), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
