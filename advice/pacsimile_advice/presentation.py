"""Writes advice: as plain data, and as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from pacsimile_advice.calls import ClientCall
from pacsimile_advice.judge import Advice, begins_at_first, begins_at_reset, judge, seen_without_gap, since_reset
from pacsimile_advice.rules import LINKS
from pacsimile_spec.plain import one_line

WIDTH = 100
NOTHING = "no advice: nothing in these calls goes against the contract"
NO_CALLS = "no advice: there are no calls to judge"


def of_record(calls: Sequence[ClientCall], *, complete: bool = True, resets: int | None = None) -> dict[str, Any]:
    """Judge a record, and return the advice with the number of calls that were judged and whether none is missing.

    Args:
        calls: calls in the order of their numbers. Those before a missing number or a reset are not judged.
        complete: whether all calls are there as far as whoever kept them knows.
        resets: how often the service's data was made anew; None for as often as the calls say.
    """
    seen = seen_without_gap(calls)
    judged = since_reset(seen, resets)
    whole = begins_at_reset(seen, judged) or (len(judged) == len(seen) and begins_at_first(seen))
    return of_calls(judged, complete=complete and whole)


def of_calls(calls: Sequence[ClientCall], *, complete: bool) -> dict[str, Any]:
    """Judge calls whose numbers say nothing about what is missing, and return what `of_record` returns."""
    return {"calls": len(calls), "complete": complete, "advice": as_data(judge(calls, complete=complete))}


def as_data(advice: Sequence[Advice]) -> list[dict[str, Any]]:
    """Return advice as JSON has it."""
    return [
        {
            "id": item.mistake.id,
            "title": item.mistake.title,
            "source": item.mistake.source,
            "client_id": item.client,
            "why": item.mistake.why,
            "remedy": item.mistake.remedy,
            "rule": LINKS[item.mistake.id],
            "occurrences": [
                {"words": occurrence.words, "calls": list(occurrence.calls)} for occurrence in item.occurrences
            ],
        }
        for item in advice
    ]


def as_text(advice: Sequence[Mapping[str, Any]], calls: int) -> Iterator[str]:
    """Yield the lines of advice, given as `as_data` returns it, for a record of so many calls."""
    if not advice:
        yield NOTHING if calls else NO_CALLS
    for item in advice:
        of_client = "" if item["client_id"] is None else f" ({item['client_id']})"
        yield one_line(f"{item['id']}: {item['title']}{of_client}")
        for occurrence in item["occurrences"]:
            numbers = ", ".join(map(str, occurrence["calls"]))
            noun = "call" if len(occurrence["calls"]) == 1 else "calls"
            yield from _wrapped(f"seen: {occurrence['words']}; {noun} {numbers}")
        yield from _wrapped(f"why: {item['why']}")
        yield from _wrapped(f"do: {item['remedy']}")
        yield from _wrapped(f"source: {item['source']}")
        yield f"  rule: {item['rule']}"
        yield ""


def _wrapped(text: str) -> list[str]:
    return wrap(one_line(text), WIDTH, initial_indent="  ", subsequent_indent="    ")
