"""Writes JSON answers and bodies in a dialect's spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pacsimile_spec.dialects.model import Dialect, Times, Words
from pacsimile_spec.dialects.pointers import Pointer
from pacsimile_spec.dialects.tables import Member, tables
from pacsimile_spec.problems import PREFIX

Write = Callable[[Any], Any]
"""Takes a JSON value in the contract's spelling, and returns it in the dialect's. The argument is not changed."""


def writer_of_table(dialect: Dialect, name: str) -> Write:
    """Return the function that writes an object of a table. A member that is not in the table keeps its place."""
    writes = [
        (member.name, pointer, writer_of_member(dialect, member))
        for member in tables()[name].values()
        if (pointer := dialect.fields[name][member.name]) is not None
    ]
    known = frozenset(tables()[name])

    def write(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        result: dict[str, Any] = {}
        for member, pointer, write_member in writes:
            if member in value:
                put(result, pointer, write_member(value[member]))
        for member, other in value.items():
            if member not in known:
                result.setdefault(member, other)
        return result

    return write


def writer_of_member(dialect: Dialect, member: Member) -> Write:
    """Return the function that writes the value of a member. Null stays null."""
    if member.kind == "time":
        return _or_null(writer_of_times(dialect.times))
    if member.vocabulary == "problem":
        return _or_null(_writer_of_reason(dialect.values["problem"]))
    if member.kind == "word":
        return _or_null(_writer_of_word(dialect.values[str(member.vocabulary)]))
    if member.kind == "words":
        return _of_each(_writer_of_word(dialect.values[str(member.vocabulary)]))
    if member.kind == "scopes":
        return _or_null(writer_of_scopes(dialect.values["scope"]))
    if member.kind == "parameter":
        return lambda name: dialect.parameters.get(name, name)
    if member.kind == "object":
        return writer_of_table(dialect, str(member.table))
    if member.kind == "objects":
        return _of_each(writer_of_table(dialect, str(member.table)))
    return _as_it_is


def put(document: dict[str, Any], pointer: Pointer, value: Any) -> None:
    """Set the value at a pointer, and create the objects on the way."""
    *way, last = pointer
    for step in way:
        document = document.setdefault(step, {})
    document[last] = value


def writer_of_times(times: Times) -> Write:
    """Return the function that writes an RFC 3339 instant in the dialect: as text, or as an integer since 1970.

    A value that is not an instant with an offset stays as it is.
    """
    if times.kind == "rfc3339":
        return _as_it_is
    unit = timedelta(seconds=1) if times.kind == "epoch_s" else timedelta(milliseconds=1)

    def write(text: Any) -> Any:
        instant = _instant(text)
        if instant is None:
            return text
        return instant.strftime(str(times.pattern)) if times.kind == "pattern" else (instant - _EPOCH) // unit

    return write


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _instant(text: Any) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return instant if instant.tzinfo is not None else None


def _writer_of_word(words: Words) -> Write:
    def write(value: Any) -> Any:
        return words.written(value) if isinstance(value, str) else value

    return write


def _writer_of_reason(words: Words) -> Write:
    """Write the `type` of a problem: the dialect's word, or the URI if it has no word."""

    def write(uri: Any) -> Any:
        if not isinstance(uri, str):
            return uri
        reason = uri.removeprefix(PREFIX)
        word = words.written(reason)
        return uri if word == reason else word

    return write


def writer_of_scopes(words: Words) -> Write:
    """Return the function that writes scopes separated by spaces, each once, because two scopes may share a word."""

    def write(text: Any) -> Any:
        if not isinstance(text, str):
            return text
        return " ".join(dict.fromkeys(str(words.written(scope)) for scope in text.split()))

    return write


def _or_null(write: Write) -> Write:
    return lambda value: None if value is None else write(value)


def _of_each(write: Write) -> Write:
    return lambda values: [write(value) for value in values] if isinstance(values, list) else values


def _as_it_is(value: Any) -> Any:
    return value
