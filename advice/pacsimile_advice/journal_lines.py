"""Reads a stored journal: a line of JSON for each entry, as `GET .../journal/lines` of the mock gives it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pacsimile_advice.calls import ClientCall, ReportMention
from pacsimile_advice.retry_after import seconds_to_wait

MICROSECONDS = 1_000_000
LONGEST_SHOWN = 60


class UnreadableRecord(ValueError):
    """A record of calls that cannot be read. The message says where, and what to do."""


def calls_of_lines(lines: Iterable[str], name: str) -> list[ClientCall]:
    """Return the calls of a stored journal, in the order of their numbers.

    Args:
        lines: its lines; empty ones count for nothing.
        name: the file's name, for errors.

    Raises:
        UnreadableRecord: a line is no entry of a journal.
    """
    calls = [_call(line, f"{name}:{number}") for number, line in enumerate(lines, 1) if line.strip()]
    return sorted(calls, key=lambda call: call.number)


def _call(line: str, place: str) -> ClientCall:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        raise UnreadableRecord(
            f"{place}: {line.strip()[:LONGEST_SHOWN]!r} is no JSON: give what `GET .../journal/lines` of a mock answers"
        ) from None
    try:
        return call_of_entry(entry)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableRecord(
            f"{place}: not an entry of a journal of this version ({type(error).__name__}: {error}): "
            "give what `GET .../journal/lines` of a mock answers"
        ) from None


def call_of_entry(entry: Mapping[str, Any]) -> ClientCall:
    """Return the call of a journal's entry.

    Args:
        entry: its members by name, with times in microseconds since 1970.

    Raises:
        KeyError, TypeError, ValueError: it is no entry, or lacks what a journal keeps for advice.
    """
    observed = entry["observed"]
    at, waits = entry["at"] / MICROSECONDS, observed["retry_after"]
    return ClientCall(
        number=int(entry["number"]),
        at=at,
        real_at=observed["real_at"] / MICROSECONDS,
        client=entry["client_id"],
        operation=observed["operation"],
        parameters=dict(observed["values"]),
        status=int(entry["status"]),
        whole=bool(entry["delivered"]) and not observed["damaged"],
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
