"""Runs the user's program under all chosen conditions, several at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial

from pacsimile.client_check.conditions import CONDITIONS, Condition
from pacsimile.client_check.director import CannotHappen
from pacsimile.client_check.service import OwnService, Service
from pacsimile.client_check.trial import Settings, Trial, try_condition
from pacsimile_advice.score import FAILED

CONTROL = CONDITIONS[0]
NO_CALL = "your program made no call when nothing went wrong"
INTERRUPTED = "the check was interrupted"


@dataclass
class Check:
    """What a program did under all conditions.

    Attributes:
        settings: How it was run.
        trials: What it did, in the order of the conditions.
        left_out: Why a condition was not tried, by its name.
        seconds: How long all took.
        interrupted: Whether it was ended before all were tried.
    """

    settings: Settings
    trials: list[Trial] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def failed(self) -> list[Trial]:
        """The trials that the program failed."""
        return [trial for trial in self.trials if trial.score.verdict == FAILED]

    @property
    def exit_status(self) -> int:
        """The exit status: 130 if interrupted, 1 if it failed a condition, else 0."""
        return 130 if self.interrupted else int(bool(self.failed))


class Listener:
    """Is told what happens; the methods here do nothing."""

    def started(self, condition: Condition) -> None:
        """A condition begins."""

    def ended(self, trial: Trial) -> None:
        """A condition was tried."""

    def dropped(self, condition: Condition) -> None:
        """A condition could not be tried."""

    def progressed(self, condition: Condition, fetched: int, ready: int) -> None:
        """A program has fetched this many of the ready reports. Called often."""

    def passed(self) -> None:
        """Some time passed."""


def run(conditions: Sequence[Condition], service: Service, settings: Settings, jobs: int, listener: Listener) -> Check:
    """Run the program under each condition, at first alone under the control, if that was chosen.

    Args:
        conditions: what to try.
        service: the mock.
        settings: how to run the program.
        jobs: how many conditions are tried at the same time.
        listener: is told what happens: in this thread, except `started` and `progressed`.

    Raises:
        CannotStart: there is no such program.
        ControlRefused: the scenario cannot be used.
    """
    check, began = Check(settings), time.monotonic()
    try:
        _run(conditions, service, jobs, check, listener)
    except KeyboardInterrupt:
        check.interrupted = True
    tried = {trial.condition.name for trial in check.trials}
    for condition in conditions:
        if condition.name not in tried:
            check.left_out.setdefault(condition.name, INTERRUPTED)
    places = {condition.name: place for place, condition in enumerate(CONDITIONS)}
    check.trials.sort(key=lambda trial: places[trial.condition.name])
    check.seconds = time.monotonic() - began
    return check


def _run(conditions: Sequence[Condition], service: Service, jobs: int, check: Check, listener: Listener) -> None:
    def attempt(condition: Condition) -> Trial | None:
        listener.started(condition)
        progressed = partial(listener.progressed, condition)
        try:
            if not condition.own_server:
                return try_condition(condition, service, check.settings, progressed)
            with OwnService(kept=True) as own:
                return try_condition(condition, own, check.settings, progressed)
        except CannotHappen as error:
            check.left_out[condition.name] = str(error)
            listener.dropped(condition)
            return None

    def take(trial: Trial | None) -> None:
        if trial is not None:
            check.trials.append(trial)
            listener.ended(trial)

    rest = [condition for condition in conditions if condition is not CONTROL]
    with ThreadPoolExecutor(jobs) as pool:
        try:
            if len(rest) < len(conditions):
                _collect([pool.submit(attempt, CONTROL)], take, listener)
                if not check.trials[0].score.calls:
                    check.left_out.update({condition.name: NO_CALL for condition in rest})
                    return
            rest.sort(key=lambda condition: (-(condition.ready or 0), not condition.own_server))  # long ones first
            _collect([pool.submit(attempt, condition) for condition in rest], take, listener)
        except BaseException:
            check.settings.cancelled.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


PROGRESS_INTERVAL = 0.25
"""Seconds between two times that the listener hears of time."""


def _collect(futures: Sequence[Future[Trial | None]], take: Callable[[Trial | None], None], listener: Listener) -> None:
    left = set(futures)
    while left:
        listener.passed()
        try:
            for future in as_completed(left, timeout=PROGRESS_INTERVAL):
                left.discard(future)
                take(future.result())
        except TimeoutError:
            continue
