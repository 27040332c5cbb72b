"""What is told while a check runs."""

from __future__ import annotations

import io
import sys
from threading import Event

import pytest

from cli.tests.client_check.test_command import PROGRAM
from pacsimile.client_check import terminal
from pacsimile.client_check.check import Listener, run
from pacsimile.client_check.conditions import CONDITIONS, Condition
from pacsimile.client_check.service import OwnService
from pacsimile.client_check.terminal import Progress
from pacsimile.client_check.trial import Settings
from pacsimile_contract.reporting.console import console_on

BY_NAME = {condition.name: condition for condition in CONDITIONS}


def test_a_log_hears_how_many_of_many_reports_were_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A condition with few reports is named alone."""
    monkeypatch.setattr(terminal, "SILENCE", -1.0)
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    progress = Progress(console_on(sys.stdout), 20)
    for name, ready in (("backlog", 10_000), ("ties", 60)):
        progress.started(BY_NAME[name])
        progress.progressed(BY_NAME[name], 50, ready)
    progress.passed()
    assert out.getvalue().endswith(", under way: backlog (50 of 10,000 fetched), ties\n")


class Told(Listener):
    """Keeps how far a program was."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self.steps = list[tuple[str, int, int]]()

    def progressed(self, condition: Condition, fetched: int, ready: int) -> None:
        """Keep it."""
        self.steps.append((condition.name, fetched, ready))


def test_a_program_that_gets_on_is_counted() -> None:
    """Up to the last of its reports."""
    told = Told()
    with OwnService() as service:
        run([BY_NAME["calm"]], service, Settings(PROGRAM, None, None, 1, 30.0, {}, Event()), 1, told)
    assert told.steps[-1] == ("calm", 3, 3)
