"""`pacsimile health` tells by its exit status whether a mock is ready, without a shell and without a token."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock.tests.helpers.served import Served
from pacsimile.main import main
from pacsimile_spec.control_client import ControlClient, ControlRefused
from pacsimile_spec.version import __version__


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No mock of the user's is known here."""
    monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("PACSIMILE_URL", raising=False)


def health(*words: str) -> Result:
    return CliRunner().invoke(main, ["health", *words])


def test_a_mock_that_is_ready(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 0 by the option or the variable, though the control token is not known here."""
    asked = health("--url", served.url)
    assert (asked.exit_code, asked.output) == (0, f"the mock at {served.url} is ready, with version {__version__}\n")
    monkeypatch.setenv("PACSIMILE_URL", served.url)
    assert health().output == asked.output


def test_a_mock_whose_database_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1, with the reason that the server gives."""

    def refuse(*_: object) -> None:
        raise ControlRefused(503, "the database does not answer: database or disk is full")

    monkeypatch.setattr(ControlClient, "call", refuse)
    asked = health("--url", "http://127.0.0.1:8080")
    assert (asked.exit_code, asked.output) == (
        1,
        "pacsimile: the database does not answer: database or disk is full\n",
    )


def test_no_mock() -> None:
    """Exit 2, where none runs and where none answers."""
    assert health().exit_code == 2
    asked = health("--url", "http://127.0.0.1:1")
    assert asked.exit_code == 2
    assert "no mock answers at http://127.0.0.1:1" in asked.output
