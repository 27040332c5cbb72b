"""A scenario that ends by a fault of ours: no requirement that it judges passes, and every report says why."""

import json
import xml.etree.ElementTree as Xml
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from pacsimile_contract.checkers.service_model import PART
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import Checker, Scenario, checkers
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging import bench
from pacsimile_contract.reporting.console import console_on
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.reporting.terminal import Terminal
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner import runner, scenario_player
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_contract.session import Session

Start = Callable[..., Any]
REQUIREMENT = "ORDERID-1"


def _run(
    serve: Start, monkeypatch: pytest.MonkeyPatch, folder: Path, play: Callable[[Session], None]
) -> tuple[RunFinished, str]:
    """Play one scenario in which every finding holds. Return the run, and what the terminal shows."""

    def holds(story: Story) -> Iterator[Part]:
        yield from (part("part", fact(True, "an answer", "an answer"), on=asked) for asked in story.exchanges)

    checker = Checker(REQUIREMENT, "holds", ("part",), holds)
    monkeypatch.setattr(runner, "chosen_scenarios", lambda wanted, level: [Scenario("test.play", play, (checker,))])
    monkeypatch.setattr(bench, "parts_of", lambda requirement: ("part", PART))
    known = {**checkers(), (REQUIREMENT, "holds"): checker}
    monkeypatch.setattr("pacsimile_contract.runner.replay.checkers", lambda: known)
    shown = StringIO()
    terminal = Terminal(console_on(shown))
    done = run(
        serve(real_service.answer).target(), Options(requirements=(REQUIREMENT,)), [terminal, ReportFolder(folder)]
    )
    return done, shown.getvalue()


def _asks(session: Session) -> None:
    session.call("getStatus", "asked", order_id=next(iter(real_service.ORDERS)))


def test_a_scenario_of_which_all_that_was_asked_holds_is_an_error(
    serve: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On the terminal, in each report and by the exit status; so it is when the run is judged again."""

    def play(session: Session) -> None:
        _asks(session)
        raise KeyError("what the service said")

    done, shown = _run(serve, monkeypatch, tmp_path, play)
    why = "the scenario test.play failed: KeyError (test_faults_of_ours.py:"
    assert done.exit_status == 4
    assert why in shown
    (row,) = [
        one for one in json.loads((tmp_path / "report.json").read_text())["verdicts"] if one["verdict"] == "ERROR"
    ]
    assert row["requirement"] == REQUIREMENT
    assert why in row["summary"]
    errors = Xml.parse(tmp_path / "junit.xml").findall(".//error")
    assert [why in error.attrib["message"] for error in errors] == [True]
    for name in ("report.html", "summary.md"):
        assert why in (tmp_path / name).read_text("utf-8")
    assert replay(load_run(tmp_path)).exit_status == 4


def test_a_fault_while_calls_are_asked_again_is_an_error_too(
    serve: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is asked aside of a scenario belongs to it."""

    def fails(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr(scenario_player, "repeat_failed_calls", fails)
    done, _ = _run(serve, monkeypatch, tmp_path, _asks)
    assert done.exit_status == 4
    (judged,) = [one for one in done.judgements if one.requirement.id == REQUIREMENT]
    assert judged.verdict is Verdict.ERROR
    assert "failed: IndexError" in judged.summary
