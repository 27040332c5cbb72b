"""How far a run is: on a terminal one line that is written over, elsewhere one every half minute."""

import io
from collections.abc import Sequence

import pytest

from pacsimile_contract.findings.registry import scenarios
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.console import Console
from pacsimile_contract.reporting.progress import Progress

STEPS = 20
SECONDS = 10.0


def written(*, interactive: bool, seconds: Sequence[float]) -> str:
    """Return what is written while scenarios begin at these seconds."""
    out, now = io.StringIO(), [0.0]
    progress = Progress(Console(out, colour=False, interactive=interactive), clock=lambda: now[0])
    progress.begin(scenarios())
    progress.counts[Verdict.FAIL] += 2
    for done, second in enumerate(seconds):
        now[0] = second
        progress.step(scenarios()[done].name, done, STEPS)
    progress.end()
    progress.show()
    return out.getvalue()


def test_elsewhere_than_on_a_terminal_a_line_comes_every_half_minute() -> None:
    """Ten seconds a step: a line for each third one, with what is done and how much is left."""
    lines = written(interactive=False, seconds=[SECONDS * step for step in range(STEPS)]).splitlines()
    assert len(lines) == STEPS // 3
    assert lines[-1].startswith("18 of 20, 3 min, about 20 s left, FAIL 2  ")
    assert "left" not in lines[0]


def test_on_a_terminal_one_line_is_written_over() -> None:
    """No line ends, and each is cut to the width; the requirement is named with its title."""
    text = written(interactive=True, seconds=[SECONDS * step for step in range(STEPS)])
    assert "\n" not in text
    assert text.count("\r\x1b[2K") == STEPS
    first = scenarios()[0].requirements[0]
    assert f"0 of {STEPS}, 0 s, FAIL 2  {first} " in text


@pytest.mark.parametrize("interactive", [True, False])
def test_a_short_run_says_nothing_elsewhere(interactive: bool) -> None:
    """A run of seconds needs no line in a log."""
    assert bool(written(interactive=interactive, seconds=[0.0, 1.0, 2.0])) is interactive


def test_what_fails_in_the_other_thread_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end raises it."""

    def failing() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pacsimile_contract.reporting.progress.TICK", 0.0)
    progress = Progress(Console(io.StringIO(), colour=False))
    monkeypatch.setattr(progress, "show", failing)
    progress.watch()
    assert progress._watching is not None
    progress._watching.wait()
    with pytest.raises(ZeroDivisionError):
        progress.end()


def test_it_is_written_while_nothing_happens() -> None:
    """A scenario that takes long begins once; another thread writes, until the end."""
    out, now = io.StringIO(), [0.0]
    progress = Progress(Console(out, colour=False, interactive=False), clock=lambda: now[0])
    progress.begin(scenarios())
    progress.step(scenarios()[0].name, 0, STEPS)
    for now[0] in (10.0, 31.0, 40.0, 62.0):
        progress.show()
    progress.end()
    now[0] = 1000.0
    progress.show()
    assert [line.split("  ")[0] for line in out.getvalue().splitlines()] == ["0 of 20, 31 s", "0 of 20, 62 s"]
