"""The clock of the world that `verify` makes of a mock."""

from contextlib import contextmanager
from types import SimpleNamespace

from click.testing import CliRunner

from pacsimile import verify


def test_the_clock_runs_while_a_mock_is_judged(monkeypatch):
    """`serve --time` stops the clock of every world, and an amendment would have the time of what it amends."""
    happened = []

    @contextmanager
    def world(*_, **__):
        yield "its world"

    mock = SimpleNamespace(
        world=world, run_clock=lambda target: happened.append(f"{target} runs"), close=lambda: happened.append("closed")
    )
    monkeypatch.setattr(verify, "mock_at", lambda *_: mock)
    monkeypatch.setattr(verify, "_judged", lambda target, *_: happened.append(f"{target} is judged") or 0)
    assert CliRunner().invoke(verify.command, ["http://127.0.0.1:1"]).exit_code == 0
    assert happened == ["its world runs", "its world is judged", "closed"]
