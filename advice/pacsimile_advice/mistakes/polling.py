"""Mistakes with waiting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pacsimile_advice.calls import BUSY, ClientCall
from pacsimile_advice.mistake import Mistake, Occurrence, occurrence
from pacsimile_advice.mistakes.acknowledgements import after_lost_listing, broken_body

SLACK = 0.05
"""Seconds that a call may come before the end of `Retry-After`: clocks are no finer."""
MANY = 5
"""Polls of one order from which on their pauses have to grow."""
LONG_PAUSE = 60.0
"""Seconds of a pause that need not grow."""
GROWTH = 1.5
"""The ratio of the last pause to the first from which on pauses grow."""
AT_ONCE = 0.1
"""Seconds within which a call is repeated at once."""
OPEN = ("RECEIVED", "PROCESSING")


def before_retry_after(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find calls that came again before the time that the service had asked to wait."""
    waiting: dict[object, ClientCall] = {}
    early: list[tuple[ClientCall, ClientCall]] = []
    for call in calls:
        refusal = waiting.pop(call.subject, None) if waiting else None
        if refusal is not None and refusal.elapsed(call) < (refusal.retry_after or 0) - SLACK:
            early.append((refusal, call))
        if call.retry_after is not None and (call.status == 409 or call.status in BUSY):
            waiting[call.subject] = call
    if early:
        refusal, call = early[0]
        words = (
            f"{len(early)} {'call' if len(early) == 1 else 'calls'} came too early: the first one "
            f"{refusal.elapsed(call):.1f} s after a {refusal.status} with Retry-After {refusal.retry_after:.0f}"
        )
        yield occurrence(words, *(one for pair in early for one in pair))


def steady_polling(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find orders whose status was asked for again and again at the same pauses while it did not change."""
    series = defaultdict[object, list[ClientCall]](list)
    ended: list[list[ClientCall]] = []
    for call in calls:
        if call.operation != "getStatus" or not call.succeeded:
            continue
        polls = series[call.subject]
        if polls and polls[-1].order_status != call.order_status:
            ended.append(polls)
            polls = series[call.subject] = []
        if call.order_status in OPEN:
            polls.append(call)
    steady = [polls for polls in (*ended, *series.values()) if _is_steady(polls)]
    if steady:
        polls = max(steady, key=len)
        words = f"{len(polls)} status calls came {polls[0].elapsed(polls[1]):.1f} s apart while nothing changed"
        yield occurrence(words, *polls)


def _is_steady(polls: Sequence[ClientCall]) -> bool:
    if len(polls) < MANY:
        return False
    pauses = [earlier.elapsed(later) for earlier, later in pairwise(polls)]
    return max(pauses) < LONG_PAUSE and pauses[-1] < GROWTH * pauses[0]


def final_409(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find orders whose report was not ready, and was never asked for again although the client went on."""
    given_up: dict[str, ClientCall] = {}
    after: dict[str, int] = {}
    for place, call in enumerate(calls):
        if call.operation == "listReports":
            given_up.clear()
        if given_up:
            given_up.pop(call.subject[1], None)
        if call.status == 409 and call.operation in ("getResult", "getGroupReport") and call.retry_after is not None:
            given_up[call.subject[1]] = call
            after[call.subject[1]] = place
    left = [call for order, call in given_up.items() if len(calls) > after[order] + 1]
    if left:
        words = f"{len(left)} {'report was' if len(left) == 1 else 'reports were'} not ready, and never asked for again"
        yield occurrence(words, *left)


def not_retried(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find calls that failed temporarily, and were never repeated although the client went on.

    What a client did with a broken answer instead is a mistake of its own.
    """
    failed: dict[object, ClientCall] = {}
    last = calls[-1] if calls else None
    for call in calls:
        if failed:
            failed.pop(call.subject, None)
        if call.failed_for_now and (call.is_api_call or call.asks_for_token):
            failed[call.subject] = call
    if not failed:
        return
    explained = {
        number
        for find in (broken_body, after_lost_listing)
        for explanation in find(calls)
        for number in explanation.calls
    }
    left = [call for call in failed.values() if call is not last and call.number not in explained]
    if left:
        words = f"{len(left)} {'call' if len(left) == 1 else 'calls'} failed temporarily, and never came again"
        yield occurrence(words, *left)


def retried_at_once(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find calls that failed temporarily without `Retry-After`, and came again at once, twice or more."""
    series: dict[object, list[ClientCall]] = {}
    worst: list[ClientCall] = []
    for call in calls:
        failed = _failed_without_word(call)
        tries = series.pop(call.subject, []) if series else []
        if tries and tries[-1].elapsed(call) >= AT_ONCE:
            tries = []
        if tries or failed:
            tries.append(call)
        if failed:
            series[call.subject] = tries
        if len(tries) > len(worst):
            worst = tries
    if len(worst) > 2:
        yield occurrence(f"a call that failed was repeated {len(worst) - 1} times without a pause", *worst)


def _failed_without_word(call: ClientCall) -> bool:
    return call.failed_for_now and call.retry_after is None


MISTAKES = (
    Mistake(
        "ADVICE-RETRY-AFTER",
        "asking again before Retry-After has passed",
        "RESULTS-4, PROTO-4, RFC 9110 section 10.2.3",
        "The answer cannot have changed. Impatient clients are throttled, and then wait longer.",
        "Wait the seconds of `Retry-After`, or until its date, before the same call.",
        before_retry_after,
    ),
    Mistake(
        "ADVICE-STEADY-POLLING",
        "polling without growing pauses",
        "STATUS-5",
        "Reading a study takes minutes to days. Short, equal pauses are thousands of calls for one report.",
        "Begin with a few seconds and double the pause up to some minutes, or list the queue instead.",
        steady_polling,
    ),
    Mistake(
        "ADVICE-409-FINAL",
        "a 409 taken as final",
        "RESULTS-4",
        "409 with `Retry-After` means that the report is not ready yet. A client that gives up never gets it.",
        "Ask again after `Retry-After`, or wait until the queue lists the report.",
        final_409,
    ),
    Mistake(
        "ADVICE-NOT-RETRIED",
        "not repeating a call after a temporary failure",
        "PROTO-4, RFC 9110 section 9.2.2",
        "A service that restarts, or a line that breaks, costs a report although the next attempt would have worked.",
        "Repeat the call after `Retry-After`, or after a pause that grows. GET and acknowledgements may be repeated.",
        not_retried,
    ),
    Mistake(
        "ADVICE-RETRIED-AT-ONCE",
        "repeating a failed call without a pause",
        "PROTO-4, RFC 9110 section 15.6.4",
        "All clients do so at the same moment, and keep the service down.",
        "Pause before the second attempt, and double the pause each time, with some chance in it.",
        retried_at_once,
    ),
)
