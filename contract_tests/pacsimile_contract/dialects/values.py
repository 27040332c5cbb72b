"""Reads the values of a JSON answer in a dialect: words, times, scopes, names of parameters."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pacsimile_contract.unreadable import unreadable
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.model import Times, Words
from pacsimile_spec.dialects.tables import Member
from pacsimile_spec.problems import PREFIX, PROBLEMS

Read = Callable[[Any], Any]
"""Takes a JSON value in the dialect's spelling, returns it in the contract's. The argument is left as it is."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = range(1990, 2100)
"""The years that a time of an order or a report may have: seconds read as milliseconds give 1970."""


def reader_of_value(dialect: Dialect, member: Member) -> Read | None:
    """Return the function that reads a member's value; None if it stays as it is. Null stays null.

    For objects of a table see `documents.reader_of_table`.
    """
    if member.kind == "time":
        return None if dialect.times.kind == "rfc3339" else _or_null(_reader_of_times(dialect))
    if member.vocabulary == "problem":
        return _or_null(_reader_of_reasons(dialect))
    if member.kind in ("word", "words"):
        read = _or_null(_reader_of_words(dialect, dialect.values[str(member.vocabulary)]))
        return read if member.kind == "word" else _of_each(read)
    if member.kind == "scopes":
        return _or_null(reader_of_scopes(dialect))
    return _or_null(_reader_of_parameters(dialect)) if member.kind == "parameter" else None


def _or_null(read: Read) -> Read:
    return lambda value: None if value is None else read(value)


def _of_each(read: Read) -> Read:
    return lambda values: [read(value) for value in values] if isinstance(values, list) else values


def _reader_of_words(dialect: Dialect, words: Words) -> Read:
    def read(value: Any) -> Any:
        meanings = words.meanings(value)
        if meanings:
            return meanings[0]
        return unreadable(dialect.name, value) if isinstance(value, str) and value in words.theirs else value

    return read


def _reader_of_times(dialect: Dialect) -> Read:
    """Return the function that reads times; one that is misspelled or of an impossible year names the line `times`."""
    times = dialect.times
    spelling = f"{dialect.name} (`times: {times.pattern or times.kind}`)"

    def read(value: Any) -> Any:
        instant = _instant(times, value)
        if instant is None or instant.year not in _YEARS:
            return unreadable(spelling, value)
        return instant.isoformat().replace("+00:00", "Z")

    return read


def _instant(times: Times, value: Any) -> datetime | None:
    try:
        if times.kind == "pattern":
            return datetime.strptime(value, str(times.pattern)) if isinstance(value, str) else None  # noqa: DTZ007 (%z)
        if type(value) is not int:
            return None
        return _EPOCH + (timedelta(seconds=value) if times.kind == "epoch_s" else timedelta(milliseconds=value))
    except (ValueError, OverflowError):  # what no calendar has
        return None


def reasons_of(dialect: Dialect, value: Any) -> tuple[str, ...]:
    """Return the contract's reasons that a problem's `type` may mean: none if unknown, several if they share a word."""
    meanings = dialect.values["problem"].meanings(value)
    if meanings or not isinstance(value, str):
        return meanings
    return dialect.values["problem"].meanings(re.split(r"[/:#]", value)[-1])


def _reader_of_reasons(dialect: Dialect) -> Read:
    """Read the `type` of a problem. Of a word that means several, the answer's reader chooses one beforehand."""
    words = dialect.values["problem"]

    def read(value: Any) -> Any:
        meanings = reasons_of(dialect, value)
        if meanings:
            kept = isinstance(value, str) and re.split(r"[/:#]", value)[-1] == meanings[0]
            return value if kept else PREFIX + meanings[0]
        own = re.split(r"[/:#]", value)[-1] if isinstance(value, str) else ""
        return unreadable(dialect.name, value) if own in PROBLEMS and own not in words.theirs[own] else value

    return read


def reader_of_scopes(dialect: Dialect) -> Read:
    """Return the function that reads scopes with spaces between them; one that two of ours share means both."""
    words = dialect.values["scope"]

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        scopes: dict[str, None] = {}
        for word in value.split():
            meanings = words.meanings(word)
            if not meanings and word in words.theirs:
                return unreadable(dialect.name, value)
            scopes.update(dict.fromkeys(meanings or (word,)))
        return " ".join(scopes)

    return read


def _reader_of_parameters(dialect: Dialect) -> Read:
    ours = {theirs: name for name, theirs in dialect.parameters.items()}
    own = frozenset(dialect.parameters)

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value in ours:
            return ours.get(value, value) if isinstance(value, str) else value
        return unreadable(dialect.name, value) if value in own else value

    return read
