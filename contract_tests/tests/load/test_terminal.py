"""What the terminal shows of a load: how far it is, and the outcome."""

import io
from dataclasses import replace

import pytest

from contract_tests.tests.load.test_reports import CROSSED, DOUBLED, made
from pacsimile_contract.load.histogram import Histogram
from pacsimile_contract.load.plan import Plan
from pacsimile_contract.load.report import report
from pacsimile_contract.load.terminal import EVERY, MOST_SHOWN, Progress, show
from pacsimile_contract.reporting.console import Console


def shown(outcome, folder=None):
    out = io.StringIO()
    show(outcome, Console(out, colour=False), folder)
    return out.getvalue()


def test_a_log_gets_a_line_now_and_then():
    """Each second is too much for it."""
    out = io.StringIO()
    progress = Progress(Console(out, colour=False), Plan(duration=300))
    for elapsed in (1.0, EVERY - 1, EVERY, EVERY + 1, 2 * EVERY):
        progress(elapsed, 5, 1, 0, Histogram())
    lines = out.getvalue().splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["60", "120"]
    assert "5 calls" in lines[0]
    assert "1 error ·" in lines[0]


def test_a_terminal_has_a_line_that_is_renewed(monkeypatch):
    console, bars = Console(io.StringIO(), colour=False), []
    monkeypatch.setattr(console, "interactive", True, raising=False)
    monkeypatch.setattr(console, "bar", bars.append)
    Progress(console, Plan(duration=300))(1.0, 5, 1, 0, Histogram())
    assert bars[0].startswith("1 s of 300 · 5 calls")


def test_errors_and_the_first_violations_are_shown():
    """The reports have more; an id that may be a person's is not shown."""
    text = shown(made(violations=[DOUBLED] * (MOST_SHOWN + 2) + [CROSSED], errors=3))
    assert "error  status: status 500, 3 times" in text
    assert text.count("BATCH-1 violated ") == MOST_SHOWN
    assert "and 2 more of BATCH-1" in text
    assert "STATUS-1 violated " in text
    assert "MEIER" not in text


@pytest.mark.parametrize("violations", [(), [DOUBLED]])
def test_an_interrupted_load_is_neither_met_nor_missed(violations):
    """What it saw until then is told."""
    last = shown(made(interrupted=True, violations=violations), "somewhere").splitlines()[-1]
    assert last.startswith("INTERRUPTED")
    assert ("1 violation" in last) == bool(violations)


def test_what_a_reader_must_know_is_noted():
    """Calls that waited here, calls without an answer, and processes that gave nothing."""
    job, result = made().job, replace(made().result, missing=1)
    result.recorder.late, result.recorder.unfinished = 2, 1
    told = report(job, result, (), None, share_identifiers=False)
    notes = " ".join(told.notes)
    assert "2 arrivals waited here" in notes
    assert "1 call had no answer" in notes
    assert "1 process gave no result" in told.failures
