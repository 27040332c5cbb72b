"""Scores what a client did in one world: what it delivered, lost and fetched twice, and how its program ended.

It is pure: the same calls, reports and ending always get the same score.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pacsimile_advice.calls import ClientCall
from pacsimile_advice.judge import Advice, judge
from pacsimile_advice.mistakes.acknowledgements import ReportsKnown

HAMMERING = frozenset(
    {
        "ADVICE-TOKEN-EACH-CALL",
        "ADVICE-401-STORM",
        "ADVICE-RETRY-AFTER",
        "ADVICE-STEADY-POLLING",
        "ADVICE-RETRIED-AT-ONCE",
    }
)
"""Mistakes by which a client calls more often than the service asks it to."""
OF_TOKENS = frozenset({"ADVICE-TOKEN-EACH-CALL", "ADVICE-TOKEN-EARLY"})
"""Mistakes with tokens that are replaced too soon."""

FAILED, WARNED, UNTRIED, CLEAN = "failed", "warned", "not tried", "clean"
"""Verdicts, the worst first."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a program ended.

    Attributes:
        crashed: What it crashed with, such as `exit status 1`; empty if it did not.
        time_up: Whether it was ended because it did nothing more for too long.
        tried: Whether it met what makes the condition hard.
        runs: How many times it ran: a program that ends by itself gets a token each time.
    """

    crashed: str = ""
    time_up: bool = False
    tried: bool = True
    runs: int = 1


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a client in one world.

    Attributes:
        calls: The number of its calls.
        ready: The number of reports that were ready.
        delivered: Reports that were ready and came whole.
        lost: Reports that were acknowledged and never came whole.
        doubled: Reports that came whole more than once in one type.
        waiting: Reports that were ready and are still not acknowledged.
        hung: Whether it did nothing more before it had delivered all.
        crashed: What it crashed with; empty if it did not.
        advice: What it did wrong.
        verdict: `failed`, `warned`, `not tried` or `clean`.
    """

    calls: int
    ready: int
    delivered: tuple[str, ...]
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    waiting: tuple[str, ...]
    hung: bool
    crashed: str
    advice: tuple[Advice, ...]
    verdict: str

    @property
    def hammered(self) -> int:
        """The number of mistakes by which it called too often."""
        return sum(advice.mistake.id in HAMMERING for advice in self.advice)


def score(calls: Sequence[ClientCall], ready: Collection[str], ending: Ending, *, complete: bool = True) -> Score:
    """Score a client.

    Args:
        calls: The calls of the world in the order of their numbers, without a gap.
        ready: The ids of the reports that were ready at the end: of each order the latest version.
        ending: How the program ended.
        complete: Whether no call came before these.
    """
    known, acknowledged, times = ReportsKnown(), dict[str, None](), dict[tuple[str, str], int]()
    for call in calls:
        known.take(call)
        if call.operation == "acknowledgeReports" and call.accepted:
            acknowledged.update(dict.fromkeys(mention.report_id for mention in call.reports))
        if call.operation == "getResult" and call.succeeded:
            for mention in call.reports:
                key = mention.report_id, call.parameters.get("report_type", "")
                times[key] = times.get(key, 0) + 1
    delivered = tuple(report for report in ready if report in known.read)
    lost = tuple(report for report in acknowledged if not known.has_read(report)) if complete else ()
    doubled = tuple(dict.fromkeys(report for (report, _), number in times.items() if number > 1))
    advice = tuple(_advice(calls, ending.runs, complete=complete))
    hung = ending.time_up and len(delivered) < len(ready)
    if not calls or lost or hung or ending.crashed or len(delivered) < len(ready):
        verdict = FAILED
    elif advice or doubled:
        verdict = WARNED
    else:
        verdict = CLEAN if ending.tried else UNTRIED
    waiting = tuple(report for report in ready if report not in acknowledged)
    return Score(
        len(calls), len(ready), delivered, lost, doubled, waiting, hung, ending.crashed, advice, verdict
    )  # fmt: skip


def _advice(calls: Sequence[ClientCall], runs: int, *, complete: bool) -> Iterator[Advice]:
    """Yield the advice. One token for each run of the program is not too many."""
    tokens = sum(call.asks_for_token and call.succeeded for call in calls)
    for advice in judge(calls, complete=complete):
        if advice.mistake.id not in OF_TOKENS or tokens > runs:
            yield advice


def as_words(scored: Score) -> list[str]:
    """Return what is wrong in a few words each, the worst first; an empty list for nothing."""
    if not scored.calls:
        return ["your program made no call", *([f"it ended with {scored.crashed}"] if scored.crashed else [])]
    undelivered = scored.ready - len(scored.delivered)
    behind = len(set(scored.waiting) - set(scored.delivered))
    problems = [
        (len(scored.lost), f"lost {_reports(len(scored.lost))}"),
        (bool(scored.crashed), f"ended with {scored.crashed}"),
        (scored.hung, f"hung before it had fetched {_reports(undelivered)}"),
        (not scored.hung and behind, f"left {_reports(behind)} behind"),
        (len(scored.doubled), f"fetched {_reports(len(scored.doubled))} more than once"),
        (scored.hammered, "called too often"),
    ]
    return [words for holds, words in problems if holds]


def _reports(number: int) -> str:
    return f"{number:,} report{'' if number == 1 else 's'}"
