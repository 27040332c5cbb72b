"""What a terminal shows, and what is written, at the end of a proxy's run."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from contract_tests.tests.helpers.small_run import finished, judged
from pacsimile_advice.presentation import of_calls
from pacsimile_contract.errors import UsageError
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.proxy.events import (
    FindingMade,
    JudgingStopped,
    MistakeMade,
    PassedUnjudged,
    ProxyEnded,
    ProxyStarted,
)
from pacsimile_contract.proxy.live_lines import LiveLines
from pacsimile_contract.proxy.report_files import ReportFiles
from pacsimile_contract.reporting.console import Console
from pacsimile_spec import requirements


@pytest.mark.parametrize("is_written", [True, False])
def test_only_a_report_that_is_there_is_named(*, is_written: bool, tmp_path: Path) -> None:
    """It may have been impossible to write: then the error alone says so."""
    if is_written:
        (tmp_path / "report.html").touch()
    out, run = io.StringIO(), finished()
    LiveLines(Console(out, colour=False), tmp_path)(ProxyEnded(run, of_calls([], complete=True), 0))
    assert ("report: " in out.getvalue()) == is_written
    noun = "call" if len(run.exchanges) == 1 else "calls"
    assert f"{len(run.exchanges)} {noun} in " in out.getvalue()


@pytest.mark.parametrize(
    ("seen", "line"),
    [
        (("AUTH-1",), "nothing broken was seen"),
        (("AUTH-1", "RESULTS-9"), "1 warning, nothing else broken was seen"),
        (("STATUS-2", "RESULTS-1", "RESULTS-9"), "2 requirements broken"),
        (("AUTH-1", "BATCH-1"), "nothing broken was seen; 1 requirement without a verdict"),
    ],
    ids=["all right", "warned", "failed", "error"],
)
def test_the_line_at_the_end_agrees_with_what_is_shown(seen: tuple[str, ...], line: str) -> None:
    """A warning that was shown is told, and so is a requirement that could not be judged."""
    out, run = io.StringIO(), finished([one for one in judged() if one.requirement.id in seen])
    LiveLines(Console(out, colour=False), None)(ProxyEnded(run, of_calls([], complete=True), 0))
    assert out.getvalue().splitlines()[1] == f"{line}  {run.target.base_url}"


def test_the_advice_is_written_though_a_report_cannot_be(tmp_path: Path) -> None:
    """Each file that can be written is."""
    files = ReportFiles(tmp_path)
    (tmp_path / "report.html").mkdir()
    with pytest.raises(UsageError, match=r"report\.html"):
        files(ProxyEnded(finished(), of_calls([], complete=True), 0))
    assert (tmp_path / "advice.json").is_file()
    assert (tmp_path / "report.json").is_file()


def test_each_event_is_a_line() -> None:
    """What is passed unjudged is told once for each reason; a service's words are redacted."""
    run = finished()
    out = io.StringIO()
    lines = LiveLines(Console(out, colour=False), None)
    run.redactor.add_secret("a-secret-of-mine")
    lines(ProxyStarted(run.target, "http://127.0.0.1:1", run.redactor))
    requirement = requirements()["STATUS-1"]
    for exchanges in (run.exchanges[:2], ()):
        lines(FindingMade(requirement, "STATUS-1", Verdict.FAIL, tuple(exchanges), "a status", "a-secret-of-mine"))
    for client, calls in (("primary", (3,)), (None, (1, 2))):
        lines(MistakeMade("ADVICE-1", "Ask less", client, "it asks often", calls, "Wait"))
    for why in ("no HTTP", "no HTTP", "an upgrade"):
        lines(PassedUnjudged(why))
    lines(JudgingStopped("the bound is reached"))
    shown = [line.strip() for line in out.getvalue().splitlines() if line.strip()]
    assert [line for line in shown if line in ("no HTTP", "an upgrade")] == ["no HTTP", "an upgrade"]
    assert f"FAIL {requirement.named} (call 2)" in shown
    assert f"FAIL {requirement.named} (call -)" in shown
    assert "CLIENT ADVICE-1: Ask less (primary) (call 3)" in shown
    assert "CLIENT ADVICE-1: Ask less (calls 1, 2)" in shown
    assert "!! the bound is reached" in shown
    assert "it asks often. Wait" in shown
    assert "a-secret" not in out.getvalue()


def test_advice_that_cannot_be_written_says_which_file(tmp_path: Path) -> None:
    """Where its place is taken."""
    (tmp_path / "advice.json").mkdir()
    with pytest.raises(UsageError, match=r"advice\.json: cannot be written: "):
        ReportFiles(tmp_path)(ProxyEnded(finished(), of_calls([], complete=True), 0))
