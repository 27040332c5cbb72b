"""Reads a stored journal: a line of JSON for each entry, as `GET .../journal/lines` of the mock gives it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
    reader = EntryReader()
    for number, line in enumerate(lines, 1):
        if line.strip():
            call = _call(line, f"{name}:{number}", reader)
            if calls.setdefault(call.number, call).at != call.at:
                raise UnreadableRecord(
                    f"{name}:{number}: another call has the number {call.number} too: give the journal of one world"
                )
            calls[call.number] = call
    return [calls[number] for number in sorted(calls)]


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
        observed, delivered = entry["observed"], bool(entry["delivered"])
        if len(self._texts) > MOST_TEXTS:
            self._texts.clear()
        once = self._texts.setdefault
        at, values, reports = entry["at"] / MICROSECONDS, observed["values"], observed["reports"]
        waits = observed["retry_after"] if delivered else None  # what never arrived asked for nothing
        client, operation, method = entry["client_id"], observed["operation"], entry["method"]
        token, connection = observed["token"], observed["connection"]
        return ClientCall(
            number=entry["number"],
            at=at,
            real_at=observed["real_at"] / MICROSECONDS,
            client=once(client, client),
            operation=once(operation, operation),
            method=once(method, method),
            parameters={once(name, name): once(value, value) for name, value in values.items()} if values else NONE,
            status=entry["status"],
            whole=delivered and not observed["damaged"],
            requirement=entry["requirement"],
            retry_after=None if waits is None else seconds_to_wait(waits, at),
            token=once(token, token),
            lifetime=observed["lifetime"],
            connection=once(connection, connection),
            secret_in_url=bool(observed["secret_in_url"]),
            with_body=bool(observed["with_body"]),
            reports=tuple([self._mention(*mention) for mention in reports]) if reports else (),
            order_ids=tuple(observed["order_ids"]),
            order_status=once(observed["order_status"], observed["order_status"]),
            has_more=bool(observed["has_more"]),
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
