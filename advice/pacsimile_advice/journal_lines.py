"""Reads a stored journal: a line of JSON for each entry, as `GET .../journal/lines` of the mock gives it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import orjson

from pacsimile_advice.calls import ClientCall, ReportMention
from pacsimile_advice.entry_types import NotAnEntry, check_entry, has_right_types
from pacsimile_advice.retry_after import seconds_to_wait

MICROSECONDS = 1_000_000
LONGEST_SHOWN = 60
MOST_TEXTS = 4096
"""Texts that are known again."""
NONE: Mapping[str, str] = MappingProxyType({})
WHAT_TO_GIVE = "give what `GET .../journal/lines` of a mock answers, or an HTTP archive (HAR 1.2)"


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
    calls: list[ClientCall] = []
    reader = EntryReader()
    for number, line in enumerate(lines, 1):
        if line.strip():
            calls.append(_call(line, f"{name}:{number}", reader))
    if any(later.number <= earlier.number for earlier, later in pairwise(calls)):
        return _each_once(calls, name)
    return calls


def _each_once(calls: Sequence[ClientCall], name: str) -> list[ClientCall]:
    """Return calls in the order of their numbers, of those with one number the last."""
    latest: dict[int, ClientCall] = {}
    for call in calls:
        if latest.setdefault(call.number, call).at != call.at:
            raise UnreadableRecord(f"{name}: two calls have the number {call.number}: give the journal of one world")
        latest[call.number] = call
    return [latest[number] for number in sorted(latest)]


def _call(line: str, place: str, reader: EntryReader) -> ClientCall:
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError:
        entry = None
    return reader.call(entry if has_right_types(entry) else _checked(line, place))


def _checked(line: str, place: str) -> Any:
    """Return the entry of a line that is odd, or say what is wrong with it."""
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
    return entry


class EntryReader:
    """Makes calls of a journal's entries. Texts that come again are kept once, as far as they come soon."""

    def __init__(self) -> None:
        self._texts: dict[Any, Any] = {}

    def call(self, entry: Mapping[str, Any]) -> ClientCall:
        """Return the call of an entry.

        Args:
            entry: its members by name, with times in microseconds since 1970. `check_entry` tells beforehand whether
                an entry from outside has all of them.
        """
        observed, delivered = entry["observed"], entry["delivered"]
        if len(self._texts) > MOST_TEXTS:
            self._texts.clear()
        once = self._texts.setdefault
        at, values, reports = entry["at"] / MICROSECONDS, observed["values"], observed["reports"]
        waits = observed["retry_after"] if delivered else None  # what never arrived asked for nothing
        client, operation, method = entry["client_id"], observed["operation"], entry["method"]
        token, connection, status = observed["token"], observed["connection"], observed["order_status"]
        return ClientCall(  # by position, which takes half the time
            entry["number"],
            at,
            observed["real_at"] / MICROSECONDS,
            once(client, client),
            once(operation, operation),
            once(method, method),
            {once(name, name): once(value, value) for name, value in values.items()} if values else NONE,
            entry["status"],
            delivered and not observed["damaged"],
            entry["requirement"],
            None if waits is None else seconds_to_wait(waits, at),
            once(token, token),
            observed["lifetime"],
            once(connection, connection),
            observed["secret_in_url"],
            False,
            observed["with_body"],
            tuple([self._mention(*mention) for mention in reports]) if reports else (),
            tuple(observed["order_ids"]),
            once(status, status),
            observed["has_more"],
            observed.get("resets"),
        )

    def _mention(self, report_id: str, order_id: str, study_uid: str, supersedes: str | None) -> ReportMention:
        key = report_id, order_id, study_uid, supersedes
        mention: ReportMention | None = self._texts.get(key)
        if mention is None:
            once = self._texts.setdefault
            mention = self._texts[key] = ReportMention(
                once(report_id, report_id), once(order_id, order_id), once(study_uid, study_uid), supersedes
            )
        return mention
