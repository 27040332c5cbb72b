"""Reads a stored journal: a line of JSON for each entry, as `GET .../journal/lines` of the mock gives it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pacsimile_advice.calls import ClientCall, ReportMention
from pacsimile_advice.entry_types import NotAnEntry, check_entry
from pacsimile_advice.retry_after import seconds_to_wait

MICROSECONDS = 1_000_000
LONGEST_SHOWN = 60
WHAT_TO_GIVE = "give what `GET .../journal/lines` of a mock answers"


class UnreadableRecord(ValueError):
    """A record of calls that cannot be read. The message says where, and what to do."""


def calls_of_lines(lines: Iterable[str], name: str) -> list[ClientCall]:
    """Return the calls of a stored journal, in the order of their numbers, each once.

    Args:
        lines: its lines; empty ones count for nothing. Of a call that stands there again, the last line counts.
        name: the file's name, for errors.

    Raises:
        UnreadableRecord: a line is no entry of a journal, or two calls have one number.
    """
    calls: dict[int, ClientCall] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            call = _call(line, f"{name}:{number}")
            if calls.setdefault(call.number, call).at != call.at:
                raise UnreadableRecord(
                    f"{name}:{number}: another call has the number {call.number} too: give the journal of one world"
                )
            calls[call.number] = call
    return [calls[number] for number in sorted(calls)]


def _call(line: str, place: str) -> ClientCall:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        raise UnreadableRecord(f"{place}: {line.strip()[:LONGEST_SHOWN]!r} is no JSON: {WHAT_TO_GIVE}") from None
    try:
        check_entry(entry)
    except NotAnEntry as error:
        raise UnreadableRecord(
            f"{place}: not an entry of a journal of this version ({error}): {WHAT_TO_GIVE}"
        ) from None
    return call_of_entry(entry)


def call_of_entry(entry: Mapping[str, Any]) -> ClientCall:
    """Return the call of a journal's entry.

    Args:
        entry: its members by name, with times in microseconds since 1970.

    `check_entry` tells beforehand whether an entry from outside has all of them.
    """
    observed = entry["observed"]
    at, delivered = entry["at"] / MICROSECONDS, bool(entry["delivered"])
    waits = observed["retry_after"] if delivered else None  # what never arrived asked for nothing
    return ClientCall(
        number=entry["number"],
        at=at,
        real_at=observed["real_at"] / MICROSECONDS,
        client=entry["client_id"],
        operation=observed["operation"],
        method=entry["method"],
        parameters=dict(observed["values"]),
        status=entry["status"],
        whole=delivered and not observed["damaged"],
        requirement=entry["requirement"],
        retry_after=None if waits is None else seconds_to_wait(waits, at),
        token=observed["token"],
        lifetime=observed["lifetime"],
        connection=observed["connection"],
        secret_in_url=bool(observed["secret_in_url"]),
        with_body=bool(observed["with_body"]),
        reports=tuple(ReportMention(*mention) for mention in observed["reports"]),
        order_ids=tuple(observed["order_ids"]),
        order_status=observed["order_status"],
        has_more=bool(observed["has_more"]),
    )
