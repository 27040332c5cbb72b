"""Shows a check on a terminal, or in a log: a line for each condition as it is tried, then what is wrong."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from threading import Lock

from pacsimile.client_check.check import Check, Listener
from pacsimile.client_check.conditions import Condition
from pacsimile.client_check.document import NOT_RUN
from pacsimile.client_check.trial import Trial
from pacsimile_advice.judge import Advice
from pacsimile_advice.presentation import as_data
from pacsimile_advice.score import CLEAN, FAILED, UNTRIED, WARNED, Score, as_words
from pacsimile_contract.english import counted
from pacsimile_contract.reporting.console import Console, Styled

COLOURS = {FAILED: "bold red", WARNED: "yellow", UNTRIED: "cyan", CLEAN: "green", NOT_RUN: "cyan"}
WIDEST_NAME = 22
MANY = 1_000
"""From this many reports on, progress shows how many were fetched."""
SILENCE = 15.0
"""Seconds after which a log hears what is being tried."""


class Progress(Listener):
    """Writes a line for each condition that was tried; on a terminal, shows what is being tried below.

    Elsewhere it says what is being tried after some seconds without a line.
    """

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total, self._done = console, total, 0
        self._running, self._lock = dict[str, str](), Lock()
        self._began = self._last_line = time.monotonic()

    def started(self, condition: Condition) -> None:
        """Note that a condition is being tried."""
        with self._lock:
            self._running[condition.name] = condition.name

    def ended(self, trial: Trial) -> None:
        """Write the line of a condition."""
        self._done += 1
        self._last_line = time.monotonic()
        with self._lock:
            del self._running[trial.condition.name]
        verdict = Styled(f"{trial.score.verdict:<10}", COLOURS[trial.score.verdict])
        line = f"{trial.condition.name:<{WIDEST_NAME}}{_card(trial.score):<42}{trial.seconds:6.1f} s"
        self._console.line(verdict, line)

    def dropped(self, condition: Condition) -> None:
        """Forget a condition that could not be tried."""
        with self._lock:
            del self._running[condition.name]

    def progressed(self, condition: Condition, fetched: int, ready: int) -> None:
        """Note how far a program is, where that takes long."""
        if ready >= MANY:
            with self._lock:
                self._running[condition.name] = f"{condition.name} ({fetched:,} of {ready:,} fetched)"

    def passed(self) -> None:
        """Show what is being tried."""
        with self._lock:
            running = ", ".join(self._running.values())
        if not self._console.interactive and time.monotonic() - self._last_line > SILENCE:
            self._last_line = time.monotonic()
            self._console.line(
                f"{self._done} of {self._total} after {self._last_line - self._began:.0f} s, under way: {running}"
            )
        full = 20 * self._done // max(self._total, 1)
        seconds = f"{time.monotonic() - self._began:.0f} s"
        self._console.bar(f"{'█' * full}{'·' * (20 - full)} {self._done}/{self._total}, {seconds}: {running}")


def _card(scored: Score) -> str:
    """Return the score of a condition in a few words."""
    if not scored.calls:
        return "no call"
    counts = [("lost", len(scored.lost)), ("doubled", len(scored.doubled)), ("hammered", scored.hammered)]
    words = [f"{word} {number:,}" for word, number in counts if number]
    words += [word for word, holds in (("hung", scored.hung), ("crashed", scored.crashed)) if holds]
    return ", ".join([f"delivered {len(scored.delivered):,} of {scored.ready:,}", *words])


def show(check: Check, console: Console, folder: str | None) -> None:
    """Write what is wrong, what to do, and the sum; `folder` has the reports, if any."""
    for trial in check.trials:
        if trial.score.verdict in (FAILED, WARNED) and as_words(trial.score):
            console.line()
            _problem(trial, console)
    for advice, names in advice_by_condition(check.trials):
        console.line()
        _advice(advice, names, console)
    console.line()
    show_sum(check, console, folder)


def show_sum(check: Check, console: Console, folder: str | None) -> None:
    """Write how many conditions had which verdict, and where the reports are."""
    reasons = Counter(check.left_out.values())
    for reason, number in reasons.items():
        console.line(f"{counted(number, 'condition')} not run: {reason}")
    console.line(*_sum(check))
    if folder is not None:
        console.line(f"report: {folder}")


def _problem(trial: Trial, console: Console) -> None:
    scored = trial.score
    head = f"{trial.condition.name}: {'; '.join(as_words(scored))}"
    console.paragraph(head, hang="  ", colour=COLOURS[scored.verdict])
    if not scored.calls:
        where = "it finds the service in API_URL and TOKEN_URL; --rename gives these variables other names"
        console.paragraph(where, indent="  ", hang="  ")
    else:
        console.paragraph(f"condition: {trial.condition.summary}", indent="  ", hang="    ")
        console.paragraph(f"a good client: {trial.condition.good}", indent="  ", hang="    ")
    console.paragraph(f"the program {'; '.join([trial.end, *trial.notes])}", indent="  ", hang="    ")
    for line in last_lines(trial.output):
        console.paragraph(f"| {line}", indent="  ", hang="    ")


def last_lines(output: str, most: int = 3, longest: int = 100) -> list[str]:
    """Return the last lines that a program wrote, each cut to a length."""
    lines = [line for line in output.splitlines() if line.strip()][-most:]
    return [line if len(line) <= longest else f"{line[:longest]}…" for line in lines]


def advice_by_condition(trials: Sequence[Trial]) -> list[tuple[Advice, list[str]]]:
    """Return each mistake once, as it was first seen, with the names of the conditions under which it was made."""
    first, names = dict[str, Advice](), dict[str, list[str]]()
    for trial in trials:
        for advice in trial.score.advice:
            first.setdefault(advice.mistake.id, advice)
            names.setdefault(advice.mistake.id, []).append(trial.condition.name)
    return [(advice, list(dict.fromkeys(names[name]))) for name, advice in first.items()]


def _advice(advice: Advice, names: Sequence[str], console: Console) -> None:
    data = as_data([advice])[0]
    console.line(Styled(f"{data['id']}: {data['title']}", "bold"))
    seen = f"seen: {data['occurrences'][0]['words']}"
    for line in (seen, f"under: {', '.join(names)}", f"why: {data['why']}", f"do: {data['remedy']}"):
        console.paragraph(line, indent="  ", hang="    ")
    console.line(f"  rule: {data['rule']}")


def _sum(check: Check) -> list[str | Styled]:
    counts = Counter(trial.score.verdict for trial in check.trials)
    pieces: list[str | Styled] = [f"{counted(len(check.trials), 'condition')} in {check.seconds:.0f} s:"]
    for verdict in [verdict for verdict in (CLEAN, UNTRIED, WARNED, FAILED) if counts[verdict]]:
        pieces += [", " if len(pieces) > 1 else " ", Styled(f"{counts[verdict]} {verdict}", COLOURS[verdict])]
    lost = sum(len(trial.score.lost) for trial in check.trials)
    return [*pieces, f"; {counted(lost, 'report')} lost" if lost else "; no report was lost"]
