"""Params of provider states: known, complete, and each of a kind that a state can be made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from starlette_server.documents import ORDER_TYPES
from starlette_server.orders import FINAL, UNFINISHED
from starlette_server.query import is_group, is_uid
from starlette_server.service import SCOPES


class UnusableParams(Exception):
    """Params that no state can be made of, with the reason."""


def is_number(value: Any) -> bool:
    """Whether this is a number that is not negative."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**10


def is_count(value: Any) -> bool:
    """Whether this is a whole number that is not negative."""
    return is_number(value) and isinstance(value, int)


def is_offset(value: Any) -> bool:
    """Whether this is an offset as times have it."""
    return value == "Z" or (isinstance(value, str) and bool(re.fullmatch(r"[+-](0\d|1[0-4]):[0-5]\d", value)))


def minutes(offset: str) -> int:
    """An offset as minutes."""
    if offset == "Z":
        return 0
    return int(f"{offset[0]}1") * (int(offset[1:3]) * 60 + int(offset[4:]))


def every(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A check of a list, each member of which passes another check."""
    return lambda value: isinstance(value, list) and all(check(member) for member in value)


def some_of(known: tuple[str, ...]) -> Callable[[Any], bool]:
    """A check of a list that is not empty, and each member of which is known."""
    return lambda value: isinstance(value, list) and bool(value) and all(member in known for member in value)


STATUSES = (*UNFINISHED, *FINAL)
CHECKS: dict[str, Callable[[Any], bool]] = {
    "ready_reports": lambda value: is_count(value) and value <= 100_000,
    "completed_seconds": every(is_number),
    "seconds": lambda value: is_number(value) or every(is_number)(value),
    "offsets": every(is_offset),
    "scopes": some_of(SCOPES),
    "status": lambda value: value in STATUSES,
    "statuses": some_of(STATUSES),
    "other_statuses": some_of(STATUSES),
    "submitted": every(is_count),
    "study_uid": lambda value: isinstance(value, str) and is_uid(value),
    "study_group": lambda value: isinstance(value, str) and bool(value) and is_group(value),
    "report_types": some_of(ORDER_TYPES),
    "newer": lambda value: value in ("mine", "other"),
    "completed_seconds_ago": is_number,
    "unready": lambda value: isinstance(value, bool),
    "progress": lambda value: is_count(value) and value < 100,
    "throttle": lambda value: value in (429, 503),
    "claims": lambda value: isinstance(value, dict),
    "header": lambda value: isinstance(value, dict),
}


def checked(known: str, params: Any) -> dict[str, Any]:
    """The params of a state, by name.

    Args:
        known: the names that the state knows, an optional one with a question mark.
        params: what was sent.

    Raises:
        UnusableParams: a param that is unknown, missing or of a wrong kind.
    """
    if not isinstance(params, dict):
        raise UnusableParams("params is not an object")
    names = {name.rstrip("?"): name for name in known.split()} | {"organization_id": "organization_id?"}
    if "throttle" in names and "status" in params:  # the status of a refusal, not of an order
        params = {**params, "throttle": params["status"]}
        del params["status"]
    for name, value in params.items():
        if name not in names:
            raise UnusableParams(f"{name[:40]} is not a param of this state")
        if not CHECKS.get(name, lambda value: isinstance(value, str))(value):
            raise UnusableParams(f"{name} has a value that no state can be made of")
    for name, spelled in names.items():
        if name not in params and not spelled.endswith("?"):
            raise UnusableParams(f"{name} is missing")
    return dict(params)
