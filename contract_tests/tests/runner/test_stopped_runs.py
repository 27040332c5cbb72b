"""`max_time` bounds a run from outside: whatever a scenario or checker does, it ends and its report is written."""

import contextlib
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.hanging import (
    LEAVES_FILES_OPEN,
    PATIENCE,
    RELEASED,
    blocks,
    blocks_at_once,
    goes_on_generating,
    short_waits,
    spins,
    takes_it_for_a_fault,
    waits_in_a_callback,
    will_not_hear,
)
from pacsimile_contract.checkers.common import fact
from pacsimile_contract.checkers.service_model import PART
from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.errors import Ended
from pacsimile_contract.findings.part import Part, part
from pacsimile_contract.findings.registry import Checker, Scenario, checkers
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging import bench
from pacsimile_contract.reporting.report_json import ReportJson
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner import runner
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.watchdog import Watchdog
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import Limits, Target

Start = Callable[..., Any]
Tell = Callable[[Session], None]
BEFORE, HANGING, AFTER = "ORDERID-1", "ORDERID-2", "ORDERID-3"
LIMITS = Limits(max_time=60.0)
pytestmark = LEAVES_FILES_OPEN


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with short_waits(monkeypatch):
        yield


class Clock:
    """A clock that stands still until the run's time is over."""

    def __init__(self) -> None:
        self.now = 0.0

    def read(self) -> float:
        """Tell the time."""
        return self.now

    def end(self) -> None:
        """Let the run's time be over."""
        self.now = 1000.0


@pytest.fixture
def clock() -> Clock:
    """Return the clock of a run."""
    return Clock()


@pytest.fixture
def target(serve: Start) -> Target:
    """Return the real service as a target, with a minute."""
    made: Target = serve(real_service.answer).target(limits=LIMITS)
    return made


def asks(session: Session) -> None:
    """Ask one thing."""
    session.call("getStatus", "asked", order_id="nobody's")


def holds(story: Story) -> Iterator[Part]:
    """Find that it was told to its end."""
    story.last("asked")
    yield part("part", fact(True, "a story that ends", "its end"))


def scenarios(tell: Tell, clock: Clock, checks: Callable[[Story], Iterator[Part]] = holds) -> list[Scenario]:
    """Return a scenario before, the one in which the time ends, and one after it."""

    def ends(session: Session) -> None:
        clock.end()
        tell(session)

    ends.__name__ = tell.__name__
    tells = {BEFORE: (asks, holds), HANGING: (ends, checks), AFTER: (asks, holds)}
    return [
        Scenario(f"test.{tell.__name__}", tell, (Checker(requirement, "holds", ("part",), checks),))
        for requirement, (tell, checks) in tells.items()
    ]


def judged(
    target: Target, folder: Path, monkeypatch: pytest.MonkeyPatch, told: list[Scenario], clock: Clock
) -> tuple[RunFinished, dict[str, tuple[Verdict, str]]]:
    """Run these scenarios; what each requirement was judged, and that the report has it, too."""
    monkeypatch.setattr(runner, "chosen_scenarios", lambda wanted, level: told)
    monkeypatch.setattr(bench, "parts_of", lambda requirement: ("part", PART))
    folder.mkdir()
    checkers()  # what is imported is imported before
    done = run(
        target, Options(requirements=(BEFORE, HANGING, AFTER)), [ReportJson(folder)], pace=Pace(LIMITS, clock.read)
    )
    found = {one.requirement.id: (one.verdict, one.summary) for one in done.judgements}
    written = json.loads((folder / "report.json").read_text("utf-8"))["verdicts"]
    assert {one["requirement"]: one["verdict"] for one in written} == {
        name: said.value for name, (said, _) in found.items()
    }
    return done, {name: found[name] for name in (BEFORE, HANGING, AFTER)}


@pytest.mark.parametrize(
    "tell",
    [spins, blocks, blocks_at_once, goes_on_generating, will_not_hear, takes_it_for_a_fault, waits_in_a_callback],
)
def test_whatever_a_scenario_does_the_run_ends(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock, tell: Tell
) -> None:
    """What was judged stays, the rest is NOT-EXERCISED for want of time, and the report says which did not end."""
    done, found = judged(target, tmp_path / "report", monkeypatch, scenarios(tell, clock), clock)
    assert found[BEFORE][0] is Verdict.PASS
    assert {found[name] for name in (HANGING, AFTER)} == {
        (Verdict.NOT_EXERCISED, "not reached: max_time of 60 s is used up")
    }
    assert f"test.{tell.__name__} was stopped: max_time of 60 s is used up" in done.notes
    assert done.exit_status == 3
    assert done.seconds < PATIENCE


def test_what_is_raised_in_a_callback_is_not_printed(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """The operator sees why the run ended, and no traceback of ours; what others raise there is printed as before."""
    printed: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: printed.append(unraisable.exc_type))

    def plays(session: Session) -> None:
        Raising()
        waits_in_a_callback(session)

    class Raising:
        def __del__(self) -> None:
            raise KeyError

    done, _ = judged(target, tmp_path / "report", monkeypatch, scenarios(plays, clock), clock)
    assert done.exit_status == 3
    assert printed == [KeyError]


def test_judging_counts_too(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """A checker that does not end is stopped as a scenario is."""

    def never_judges(story: Story) -> Iterator[Part]:
        clock.end()
        while story.steps:
            pass
        yield Part("part", ())

    told = scenarios(asks, Clock(), never_judges)
    done, found = judged(target, tmp_path / "report", monkeypatch, told, clock)
    assert found[HANGING] == (Verdict.NOT_EXERCISED, "not judged: max_time of 60 s is used up")
    assert found[AFTER][0] is Verdict.NOT_EXERCISED
    assert "the checker holds was stopped: max_time of 60 s is used up" in done.notes


def test_it_works_in_any_thread(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """No signal is needed, which only the main thread could get."""
    results: list[RunFinished] = []
    other = threading.Thread(
        target=lambda: results.append(
            judged(target, tmp_path / "report", monkeypatch, scenarios(spins, clock), clock)[0]
        )
    )
    other.start()
    other.join(PATIENCE)
    assert [one.exit_status for one in results] == [3]


def test_what_is_left_behind_asks_nothing_more(
    serve: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """It comes back once the report is written, and finds that it is over."""
    released, ends = threading.Event(), []

    def comes_back(session: Session) -> None:
        with contextlib.suppress(Ended):
            released.wait()
            sum(range(1000))
        try:
            asks(session)
        except BaseException as error:
            ends.append(type(error))
            released.clear()

    server = serve(real_service.answer)
    done, _ = judged(
        server.target(limits=LIMITS), tmp_path / "report", monkeypatch, scenarios(comes_back, clock), clock
    )
    asked, known = len(server.requests), len(done.exchanges)
    released.set()
    end = time.monotonic() + PATIENCE
    while released.is_set() and time.monotonic() < end:
        time.sleep(0.01)
    assert ends == [Ended]
    assert (len(server.requests), len(done.exchanges)) == (asked, known)


def test_a_call_that_is_under_way_is_ended(
    serve: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """Ctrl-C waits for no answer: the connection is cut, and the call is no part of the story."""
    answering = threading.Event()

    def say(method: str, path: str, body: bytes) -> Any:
        if "/status" in path and "slow" in path:
            answering.set()
            RELEASED.wait(PATIENCE)
        return real_service.answer(method, path, body)

    def waits(session: Session) -> None:
        session.call("getStatus", "asked", order_id="slow")

    def look(self: Any, working: Any, began: float, grace: float) -> None:
        while not working.is_over(0.01):
            if answering.is_set():
                raise KeyboardInterrupt

    monkeypatch.setattr(Watchdog, "_await", look)
    target = serve(say).target(limits=Limits(timeout=PATIENCE))
    done, found = judged(target, tmp_path / "report", monkeypatch, scenarios(waits, Clock()), clock)
    assert done.seconds < PATIENCE / 2
    assert found[HANGING] == (Verdict.NOT_EXERCISED, "interrupted")
    assert not [one for one in done.exchanges if "slow" in one.request.url]
