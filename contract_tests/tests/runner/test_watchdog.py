"""`max_time` bounds a run from outside: whatever a scenario or checker does, it ends and its report is written."""

import contextlib
import gc
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.tests.helpers import real_service
from pacsimile_contract.checkers.common import fact
from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.errors import Ended, OutOfTime
from pacsimile_contract.findings.part import Part, part
from pacsimile_contract.findings.registry import Checker, Scenario, checkers
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging import bench
from pacsimile_contract.reporting.report_json import ReportJson
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner import runner, watchdog
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.watchdog import Watchdog
from pacsimile_contract.session import Session
from pacsimile_contract.session.barrier import together
from pacsimile_contract.target.model import Limits, Target

Start = Callable[..., Any]
Tell = Callable[[Session], None]
PATIENCE = 20.0
BEFORE, HANGING, AFTER = "ORDERID-1", "ORDERID-2", "ORDERID-3"
RELEASED = threading.Event()
"""Set once a test is over: what it left behind ends."""
LIMITS = Limits(max_time=60.0)
pytestmark = [
    # What is stopped anywhere leaves open what it had just opened; the test that did it collects it.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    RELEASED.clear()
    monkeypatch.setattr(watchdog, "STOP_TIMEOUT", 0.3)
    monkeypatch.setattr(watchdog, "POLL_INTERVAL", 0.02)
    monkeypatch.setattr(Watchdog.watch, "__defaults__", (0.1,))
    yield
    RELEASED.set()
    for thread in threading.enumerate():
        if thread.name == "pacsimile-work":
            thread.join(PATIENCE)
    gc.collect()


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


def spins(session: Session) -> None:
    """Never come back from Python."""
    while True:
        pass


def blocks(session: Session) -> None:
    """Never come back from a call."""
    RELEASED.wait()


def blocks_at_once(session: Session) -> None:
    """Never come back from calls on several threads."""
    together([RELEASED.wait] * 2)


def goes_on_generating(session: Session) -> None:
    """Let Hypothesis try examples for ever, which takes what goes wrong in one as a finding."""

    @settings(max_examples=10**9, deadline=None, database=None)
    @given(st.lists(st.integers()))
    def attempt(drawn: list[int]) -> None:
        assert len(drawn) < 10**6

    attempt()


def will_not_hear(session: Session) -> None:
    """Take whatever is raised for a fault, and try again."""
    while not RELEASED.is_set():
        with contextlib.suppress(BaseException):
            RELEASED.wait(0.01)


def takes_it_for_a_fault(session: Session) -> None:
    """Raise an error of its own for whatever stops it, as a library may that calls a function of ours."""
    try:
        spins(session)
    except BaseException as error:
        raise ValueError("inconsistent") from error


def waits_in_a_callback(session: Session) -> None:
    """Wait where an exception can be caught by nobody, and where Python would print it."""

    class Waiting:
        def __del__(self) -> None:
            RELEASED.wait(0.2)
            sum(range(1000))

    while not RELEASED.is_set():
        Waiting()


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
    monkeypatch.setattr(bench, "parts_of", lambda requirement: ("part",))
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


def test_work_comes_back_with_what_it_made_or_raised() -> None:
    """As if it had been called."""
    dog = Watchdog(Pace(Limits()), lambda: None)
    assert dog.watch(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        dog.watch(lambda: 1 // 0)


def test_time_that_the_operator_gives_is_not_over() -> None:
    """A rest moves the end of the run, though the time was over for a moment."""
    clock = iter(range(10**6))
    pace, over = Pace(Limits(max_time=10.0), lambda: float(next(clock))), threading.Event()
    dog = Watchdog(pace, over.set)
    with pytest.raises(OutOfTime, match="max_time of 10 s"):
        dog.watch(lambda: over.wait(PATIENCE))


def test_what_is_left_behind_keeps_no_process() -> None:
    """A thread that never comes back ends with the process; so do those that it made."""
    script = (
        "import threading\n"
        "from pacsimile_contract.runner import watchdog\n"
        "from pacsimile_contract.session.barrier import together\n"
        "from pacsimile_contract.errors import OutOfTime\n"
        "from pacsimile_contract.client.pacing import Pace\n"
        "from pacsimile_contract.target.model import Limits\n"
        "watchdog.STOP_TIMEOUT = 0.1\n"
        "try:\n"
        "    watchdog.Watchdog(Pace(Limits(max_time=0.1)), lambda: None).watch("
        "lambda: together([threading.Event().wait] * 2), 0.1)\n"
        "except OutOfTime as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "not reached: max_time of 0.1 s is used up\n", "")


class _Late(SimpleQueue[None]):
    """What work signals its end by, where the end of the run's time comes first."""

    def put(self, item: None, block: bool = True, timeout: float | None = None) -> None:
        """Raise what stops work."""
        raise Ended


def test_work_that_is_stopped_as_it_ends_prints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exception is raised where nobody catches it any more: it is no fault, and nobody waits for a lock."""
    uncaught: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", uncaught.append)
    monkeypatch.setattr(watchdog, "SimpleQueue", _Late)
    dog = Watchdog(Pace(Limits(max_time=0.0)), lambda: None)
    with pytest.raises(OutOfTime):
        dog.watch(lambda: RELEASED.wait(0.2), 0.1)
    for thread in threading.enumerate():
        if thread.name == "pacsimile-work":
            thread.join(PATIENCE)
    assert uncaught == []
