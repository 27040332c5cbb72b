"""Reads the JSON of answers in a dialect: each fact from its place, with its value in the contract's spelling."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pacsimile_contract.dialects.values import Read, reader_of_value
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.pointers import Pointer
from pacsimile_spec.dialects.tables import Member, tables

_ABSENT = object()


@cache
def reader_of_table(dialect: Dialect, name: str) -> Read:
    """Return the function that reads an object of a table.

    A fact that is missing from its place is missing from the result. Other members stay where they are. If one has a
    name of the contract it gets another, so that it does not pass for the fact.
    """
    members = tables()[name]
    reads = [
        (member.name, pointer, _reader_of_member(dialect, member))
        for member in members.values()
        if (pointer := dialect.fields[name][member.name]) is not None
    ]

    names = {pointer[0] for _, pointer, _ in reads if len(pointer) == 1}

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        rest, result = {name: inside for name, inside in value.items() if name not in names}, {}
        for member, pointer, read_member in reads:
            inside = _at(value, pointer)
            if inside is not _ABSENT:
                result[member] = inside if read_member is None else read_member(inside)
                rest = rest if len(pointer) == 1 else _without(rest, pointer)
        for other, left in rest.items():
            name_left = f"{other} (elsewhere in {dialect.name})" if other in members else other
            result.setdefault(name_left, left)
        return result

    return read


def _reader_of_member(dialect: Dialect, member: Member) -> Read | None:
    if member.table is None:
        return reader_of_value(dialect, member)
    read = reader_of_table(dialect, member.table)
    if member.kind == "object":
        return read
    return lambda values: [read(value) for value in values] if isinstance(values, list) else values


def _at(document: Any, pointer: Pointer) -> Any:
    for step in pointer:
        if not isinstance(document, dict) or step not in document:
            return _ABSENT
        document = document[step]
    return document


def _without(document: Mapping[str, Any], pointer: Pointer) -> dict[str, Any]:
    """Return an object without the member at a pointer, and without the objects around it that become empty."""
    step, *way = pointer
    rest = {name: value for name, value in document.items() if name != step}
    if way:
        inside = _without(document[step], tuple(way))
        if inside:
            rest[step] = inside
    return rest
