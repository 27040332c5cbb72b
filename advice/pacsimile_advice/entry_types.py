"""Checks that a line of a stored journal has what advice reads, each of its type."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from operator import itemgetter
from types import NoneType
from typing import Any

LARGEST = 2**63
"""No number of a journal is as large as this, either way."""
KINDS = {
    dict: "an object",
    list: "a list",
    str: "text",
    int: "a whole number",
    float: "a number that is not whole",
    bool: "true or false",
    NoneType: "null",
}
TEXT, NUMBER, FLAG, TEXT_OR_NULL, NUMBER_OR_NULL = (str,), (int,), (bool,), (str, NoneType), (int, NoneType)
MEMBERS: Mapping[str, tuple[type, ...]] = {
    "number": NUMBER,
    "at": NUMBER,
    "method": TEXT,
    "client_id": TEXT_OR_NULL,
    "status": NUMBER,
    "requirement": TEXT_OR_NULL,
    "delivered": FLAG,
    "observed": (dict,),
}
OBSERVED: Mapping[str, tuple[type, ...]] = {
    "real_at": NUMBER,
    "operation": TEXT_OR_NULL,
    "values": (dict,),
    "token": TEXT_OR_NULL,
    "lifetime": NUMBER_OR_NULL,
    "retry_after": TEXT_OR_NULL,
    "connection": TEXT_OR_NULL,
    "secret_in_url": FLAG,
    "with_body": FLAG,
    "reports": (list,),
    "order_ids": (list,),
    "order_status": TEXT_OR_NULL,
    "has_more": FLAG,
    "damaged": FLAG,
}
RESETS = "resets"
"""A number beside those, which entries of an older version do not have: it is missing there, or null."""
MENTION = (TEXT, TEXT, TEXT, TEXT_OR_NULL)


_members, _observed = itemgetter(*MEMBERS), itemgetter(*OBSERVED)
_MEMBER_TYPES, _OBSERVED_TYPES = tuple(MEMBERS.values()), tuple(OBSERVED.values())
_TEXT = {str}


def has_right_types(entry: Any) -> bool:
    """Tell whether a value has what advice reads, each of its type: the same as `check_entry`, and fast.

    Most entries of a journal have the same types in the same places, so each combination is looked at once.
    """
    try:
        members = _members(entry)
        observed = members[-1]
        seen = _observed(observed)
    except (KeyError, TypeError):
        return False
    return (
        _fit(_MEMBER_TYPES, tuple(map(type, members)))
        and _fit(_OBSERVED_TYPES, tuple(map(type, seen)))
        and set(map(type, observed["values"].values())) <= _TEXT
        and set(map(type, observed["order_ids"])) <= _TEXT
        and all(type(mention) is list and _fit(MENTION, tuple(map(type, mention))) for mention in observed["reports"])
        and type(observed.get(RESETS)) in NUMBER_OR_NULL
        and max(entry["number"], entry["at"], entry["status"], observed["real_at"], observed["lifetime"] or 0) < LARGEST
    )


@cache
def _fit(wanted: tuple[tuple[type, ...], ...], types: tuple[type, ...]) -> bool:
    return len(wanted) == len(types) and all(kind in kinds for kind, kinds in zip(types, wanted, strict=True))


class NotAnEntry(ValueError):
    """A value is no entry of a journal. The message says what is wrong with it."""


def check_entry(entry: object) -> None:
    """Check a value that stands in a line of a stored journal.

    Raises:
        NotAnEntry: a member is missing, or has another type.
    """
    members = _object(entry, MEMBERS, "")
    observed = _object(members["observed"], OBSERVED, "observed.")
    _check(observed.get(RESETS), NUMBER_OR_NULL, f"observed.{RESETS}")
    for name, value in observed["values"].items():
        _check(value, TEXT, f"observed.values.{name}")
    for order_id in observed["order_ids"]:
        _check(order_id, TEXT, "an item of observed.order_ids")
    for mention in observed["reports"]:
        _check(mention, (list,), "an item of observed.reports")
        if len(mention) != len(MENTION):
            raise NotAnEntry(f"an item of observed.reports has {len(mention)} items, not {len(MENTION)}")
        for value, kinds in zip(mention, MENTION, strict=True):
            _check(value, kinds, "an item of observed.reports")


def _object(value: object, kinds: Mapping[str, tuple[type, ...]], prefix: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise NotAnEntry(f"it is {KINDS[type(value)]}, not an object")
    for name, wanted in kinds.items():
        if name not in value:
            raise NotAnEntry(f"it has no {prefix}{name}")
        _check(value[name], wanted, prefix + name)
    return value


def _check(value: object, kinds: tuple[type, ...], name: str) -> None:
    if type(value) not in kinds:
        raise NotAnEntry(f"{name} is {KINDS[type(value)]}, not {' or '.join(KINDS[kind] for kind in kinds)}")
    if isinstance(value, int) and abs(value) >= LARGEST:
        raise NotAnEntry(f"{name} is too large a number")
