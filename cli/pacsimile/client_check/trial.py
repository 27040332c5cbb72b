"""Runs the user's program in one world, until it has done its work, has ended, or its time is up."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event

from pacsimile.client_check.conditions import CONDITIONS, Condition
from pacsimile.client_check.director import Director
from pacsimile.client_check.program import Program, ended_with
from pacsimile.client_check.program_output import ProgramOutput, forms
from pacsimile.client_check.record import Entry, Orders, Record
from pacsimile.client_check.service import Service, new_world
from pacsimile_advice.judge import begins_at_first, seen_without_gap
from pacsimile_advice.score import Ending, Score, score
from pacsimile_mock.testing.world import TestWorld
from pacsimile_spec.control_client import ControlRefused

POLL_INTERVAL = 0.05
"""Seconds between two readings of the journal."""
QUIET = 1.0
"""Seconds without work after which a program that goes on is done, if nothing waits."""
UNACKNOWLEDGED = 5.0
"""The same where all was fetched and something was not acknowledged."""
MOST_NAMED = 100
"""Orders that are named to the program."""
VARIABLES = ("API_URL", "TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET", "ORGANIZATION_ID", "ORDER_IDS")
"""Variables by which the program finds the service."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is the same under all conditions.

    Attributes:
        command: The words of the program.
        scenario: What each world starts from; None for a few reports.
        dialect: The text of the dialect that each world speaks; None for the mock's.
        seed: The seed from which the seed of each world follows. No two worlds have the same ids: a program that
            remembers reports must not take those of another world for them.
        timeout: Seconds without another report fetched or acknowledged after which the program is ended.
        renamed: The names of variables that are called otherwise.
        cancelled: Set when the run is to end.
    """

    command: Sequence[str]
    scenario: str | None
    dialect: str | None
    seed: int
    timeout: float
    renamed: Mapping[str, str]
    cancelled: Event


@dataclass(frozen=True, slots=True)
class Trial:
    """What a program did under a condition.

    Attributes:
        condition: The condition.
        score: Its score.
        seconds: How long it took.
        end: How it ended, in words.
        notes: What else is to be known.
        output: What the program wrote, without secrets.
        entries: The entries of the journal.
        complete: Whether the journal has all calls.
    """

    condition: Condition
    score: Score
    seconds: float
    end: str
    notes: tuple[str, ...]
    output: str
    entries: tuple[Entry, ...]
    complete: bool


class Cancelled(Exception):
    """The run was ended from outside."""


class WorldChanged(Exception):
    """The program ended or changed its world, so that it cannot be scored. The message says under which condition."""


def try_condition(
    condition: Condition, service: Service, settings: Settings, report_progress: Callable[[int, int], None]
) -> Trial:
    """Run the program under a condition.

    Args:
        condition: the condition.
        service: the mock.
        settings: how to run the program.
        report_progress: called with the numbers of fetched and ready reports after each read of the journal.

    Raises:
        CannotStart: there is no such program.
        Cancelled: the run was ended from outside.
        ControlRefused: the scenario cannot be used.
        WorldChanged: the program ended or changed its world.
    """
    options = {"dialect": settings.dialect} if settings.dialect else {}
    seed = _seed(condition, settings)
    world = new_world(service, settings.scenario, seed, ahead=condition.ahead, defects=condition.defects, **options)
    try:
        run = _Run(condition, service, world, settings, report_progress)
        try:
            return run.watch()
        except ControlRefused as error:
            raise WorldChanged(f"your program changed its world under {condition.name}: {error}") from None
    finally:
        with suppress(ControlRefused):  # the program may have ended it
            world.delete()


def _seed(condition: Condition, settings: Settings) -> int:
    return (settings.seed * len(CONDITIONS) + CONDITIONS.index(condition)) % 2**63


class _Run:
    def __init__(
        self, condition: Condition, service: Service, world: TestWorld, settings: Settings,
        report_progress: Callable[[int, int], None],
    ) -> None:  # fmt: skip
        self._condition, self._service, self._world, self._settings = condition, service, world, settings
        self._record, self._report_progress = Record(service.client, world), report_progress
        self._director = Director(condition, service, world, self._record)
        self._director.prepare(own_orders=settings.scenario is not None)
        self._orders, self._confirmed = self._record.orders(), False
        self._unattributed = self._without_credentials()
        self._output, self._notes, self._runs = ProgramOutput(), list[str](), 0
        self._limit = settings.timeout
        self._crashed, self._time_up, self._end = "", False, ""

    def watch(self) -> Trial:
        """Run the program as often as it does something, and score what it did."""
        began = self._progressed_at = time.monotonic()
        while self._once():
            pass
        seconds = time.monotonic() - began
        self._record.finish()
        return self._trial(seconds)

    def _once(self) -> bool:
        """Run the program once; return whether it is to be run again, as a scheduler would."""
        self._runs += 1
        mark, progress = self._mark(), self._progress()
        program = Program(self._settings.command, self._environment(), self._output)
        worked = time.monotonic()
        try:
            while True:
                running = program.status is None  # asked first: what it did last is read below
                came = self._read_on()
                self._report_progress(len(self._record.fetched), len(self._orders.ready))
                if not running:
                    return self._is_run_again(program, mark)
                now = time.monotonic()
                worked = now if any(map(_is_work, came)) else worked
                if self._progress() != progress:
                    progress, self._progressed_at = self._progress(), now
                if self._is_done(now - worked):
                    self._stop(program, "went on when its work was done, and was ended")
                    return False
                if now - self._progressed_at > self._limit:
                    self._time_up = True
                    self._stop(
                        program, f"was ended {self._limit:g} s after its last step{self._last_heard(now - worked)}"
                    )
                    return False
                if self._settings.cancelled.wait(POLL_INTERVAL):
                    raise Cancelled
        finally:
            program.clear()
            if program.escaped:
                self._note("it started a process in a session of its own, which still runs: run it in the foreground")

    def _read_on(self) -> list[Entry]:
        came = self._record.read_on()
        if self._director.react(came):
            self._look_again()
        return came

    def _look_again(self) -> None:
        self._orders, self._confirmed = self._record.orders(), False

    def _mark(self) -> tuple[int, int]:
        """Return what tells whether a run of the program changed anything."""
        return len(self._record.acknowledged), self._director.happened

    def _progress(self) -> tuple[int, int, int]:
        """Return what tells whether the program gets on."""
        return len(self._record.fetched), *self._mark()

    def _is_run_again(self, program: Program, mark: tuple[int, int]) -> bool:
        self._crashed = ended_with(program.status or 0)
        if program.clear():
            self._note("it left processes behind, which were ended")
        self._end = f"ended with {self._crashed}" if self._crashed else "ended by itself"
        if self._crashed or (self._is_drained() and not self._goes_on()):
            return False
        return self._mark() != mark

    def _is_done(self, quiet: float) -> bool:
        """Tell whether a program that has been quiet for so many seconds has nothing left to do."""
        if self._is_drained():
            return not self._goes_on() and quiet > QUIET
        fetched = set(self._orders.ready.values()) <= self._record.fetched
        return fetched and not self._orders.coming and quiet > UNACKNOWLEDGED

    def _is_drained(self) -> bool:
        if not self._waits() and (not self._confirmed or self._orders.coming):
            self._orders, self._confirmed = self._record.orders(), True
        return not self._waits() and not self._orders.coming

    def _waits(self) -> bool:
        return not set(self._orders.ready.values()) <= self._record.acknowledged

    def _goes_on(self) -> bool:
        """Let happen what happens when nothing waits; return whether anything did."""
        if not self._director.go_on():
            return False
        self._look_again()
        return True

    def _stop(self, program: Program, end: str) -> None:
        self._end = end
        if not program.stop():
            self._note("it did not end when it was asked to (SIGTERM), and was killed")

    def _last_heard(self, quiet: float) -> str:
        if not self._record.entries:
            return ": it made no call"
        return ", though it went on calling" if quiet < self._limit / 2 else ""

    def _without_credentials(self) -> int:
        """Count the calls that belong to no world by their credentials, which the default world gets."""
        return int(self._service.client.call("GET", "/worlds/default/journal/counters")["total"])

    def _note(self, words: str) -> None:
        if words not in self._notes:
            self._notes.append(words)

    def _environment(self) -> dict[str, str]:
        world, kept = (
            self._world,
            {name: text for name, text in os.environ.items() if not name.startswith("PACSIMILE_")},
        )
        values = (
            world.url, world.token_endpoint, world.client_id, world.client_secret, world.organization_id,
            ",".join(self._orders.order_ids[:MOST_NAMED]),
        )  # fmt: skip
        given = {self._settings.renamed.get(name, name): value for name, value in zip(VARIABLES, values, strict=True)}
        without = {
            name: ",".join(filter(None, (kept.get(name), "127.0.0.1,localhost"))) for name in ("NO_PROXY", "no_proxy")
        }
        control = {
            "PACSIMILE_URL": world.url,
            "PACSIMILE_CONTROL_TOKEN": self._service.client.token,
            "PACSIMILE_WORLD": world.name,
        }
        return {**kept, **without, **control, **given}

    def _trial(self, seconds: float) -> Trial:
        record = self._record
        calls = record.calls()
        seen = seen_without_gap(calls)
        complete = begins_at_first(seen)
        tried = self._director.happened > 0 or any(entry["fault"] for entry in record.entries.values())
        tried = tried or not (self._condition.faults or self._condition.acts)
        ending = Ending(crashed=self._crashed, time_up=self._time_up, tried=tried, runs=self._runs)
        ready: Orders = record.orders()
        if not calls and self._without_credentials() > self._unattributed:
            self._note("it called the service without the credentials of this world: use CLIENT_ID and CLIENT_SECRET")
        if self._runs > 1:
            self._note(f"it was run {self._runs} times, as a scheduler runs a program that ends")
        secrets = [*forms(self._world.client_id, self._world.client_secret), self._service.client.token]
        return Trial(
            self._condition,
            score(seen, list(ready.ready.values()), ending, complete=complete),
            seconds,
            self._end,
            tuple(self._notes),
            self._output.text(secrets),
            tuple(record.entries[number] for number in sorted(record.entries)),
            complete,
        )


def _is_work(entry: Entry) -> bool:
    """Tell whether a call does anything: a listing of nothing does not."""
    return entry["operation"] != "listReports" or entry["status"] != 200 or bool(entry["observed"]["reports"])
