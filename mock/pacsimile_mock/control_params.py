"""Reads the JSON of control API calls strictly: an unknown member or a wrong value is a 400 that names it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pacsimile_fixtures.reports import is_renderable
from pacsimile_mock.control_errors import ControlError, bad_request
from pacsimile_mock.members import Members
from pacsimile_spec import durations
from pacsimile_spec.durations import DurationError
from pacsimile_spec.extras import how_to_install_typst
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.suggestions import did_you_mean

OFFSET = re.compile(r"([+-])(0[0-9]|1[0-4]):([0-5][0-9])")


class Params(Members):
    """The members of a JSON object; a null counts as missing.

    All readers raise ControlError, a 400, for a wrong value.
    """

    def __init__(self, content: object, known: Iterable[str], hints: Mapping[str, str] | None = None) -> None:
        """Read an object.

        Args:
            content: The JSON value.
            known: The names of all members that it may have.
            hints: Hints for unknown members, such as their new names.

        Raises:
            ControlError: It is no object, or has an unknown member.
        """
        if not isinstance(content, dict):
            raise bad_request("expected a JSON object")
        unknown = sorted(set(content) - set(known))
        if unknown:
            known_hint = (hints or {}).get(unknown[0])
            hint = f"; {known_hint}" if known_hint else did_you_mean(unknown[0], known)
            raise bad_request(f"{unknown[0][:100]!r} is not known here; known: {', '.join(known) or 'none'}{hint}")
        super().__init__({name: value for name, value in content.items() if value is not None})

    def error(self, name: str, reason: str) -> ControlError:
        """Return the refusal of one member."""
        return bad_request(f"{name!r} {reason}")

    def text(self, name: str) -> str:
        """Read a required string."""
        value = self._content.get(name)
        if not isinstance(value, str) or not value:
            raise bad_request(f"{name!r} must be a string that is not empty")
        return value

    def text_or(self, name: str, default: str) -> str:
        """Read a string; return the default where it is missing."""
        return self.text(name) if name in self else default

    def one_of(self, name: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Read one of the allowed words; without a default it is required."""
        return super().one_of(name, allowed) or default or self.text(name)

    def integer(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Read a whole number from `low` to `high`; without a default it is required."""
        value = super().integer(name, low, high)
        if value is None:
            value = default
        if value is None:
            raise self.error(name, f"must be a whole number from {low} to {high}")
        return value

    def seconds(self, name: str) -> float:
        """Read a duration, and return it in seconds."""
        return _seconds(name, self._content.get(name))

    def polls(self, name: str) -> int | None:
        """Read a number of status calls such as `3 polls`; None for a missing or any other value."""
        return durations.polls(self._content.get(name))

    def flag(self, name: str) -> bool:
        """Read a boolean; false where it is missing."""
        value = self._content.get(name, False)
        if not isinstance(value, bool):
            raise bad_request(f"{name!r} must be true or false")
        return value

    def words(self, name: str, allowed: Iterable[str] | None = None) -> tuple[str, ...]:
        """Read a list of strings, each one of the allowed words; None allows all."""
        value = self._list(name)
        if not all(isinstance(item, str) for item in value):
            raise bad_request(f"{name!r} must be a list of strings")
        known = None if allowed is None else tuple(allowed)
        wrong = [item for item in value if known is not None and item not in known]
        if wrong:
            hint = did_you_mean(wrong[0], known or ())
            raise bad_request(f"{name!r} has {wrong[0][:100]!r}, which is none of {', '.join(known or ())}{hint}")
        return tuple(value)

    def report_types(self) -> tuple[str, ...] | None:
        """Read the `report_types` of an order or a world; None where they are missing.

        Those of which none can be set without Typst are refused: no order offers nothing.
        """
        if "report_types" not in self:
            return None
        types = self.words("report_types", REPORT_TYPES)
        if types and not any(map(is_renderable, types)):
            raise self.error("report_types", f"needs typst, which is not installed: {how_to_install_typst()}")
        return types

    def each_seconds(self, name: str, count: int) -> list[float]:
        """Read one duration for each of `count` orders, and return them in seconds."""
        return [_seconds(name, value) for value in self._each(name, count)]

    def each_integer(self, name: str, count: int) -> list[int]:
        """Read one whole number for each of `count` orders."""
        values = self._each(name, count)
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            raise bad_request(f"{name!r} must be a list of whole numbers")
        return values

    def each_offset(self, name: str, count: int) -> list[int]:
        """Read one UTC offset such as +09:00 for each of `count` orders, and return them in minutes."""
        return [_offset(name, value) for value in self._each(name, count)]

    def objects(self, name: str) -> list[object]:
        """Read a list; the caller reads its items."""
        return self._list(name)

    def mapping(self, name: str) -> dict[str, Any]:
        """Read an object; empty where it is missing."""
        value = self._content.get(name, {})
        if not isinstance(value, dict):
            raise bad_request(f"{name!r} must be an object")
        return value

    def texts(self, name: str) -> dict[str, str]:
        """Read an object whose values are strings."""
        value = self.mapping(name)
        if not all(isinstance(text, str) for text in value.values()):
            raise bad_request(f"{name!r} must have strings as values")
        return value

    def _list(self, name: str) -> list[Any]:
        value = self._content.get(name)
        if not isinstance(value, list):
            raise bad_request(f"{name!r} must be a list")
        return value

    def _each(self, name: str, count: int) -> list[Any]:
        values = self._list(name)
        if len(values) != count:
            raise bad_request(f"{name!r} must have {count} values, one for each order, not {len(values)}")
        return values


def _seconds(name: str, value: object) -> float:
    try:
        return durations.seconds(value)
    except DurationError as error:
        raise bad_request(f"{name!r} must be {error.expected}, not {error.given}") from None


def _offset(name: str, value: object) -> int:
    match = OFFSET.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise bad_request(f"{name!r} must have offsets such as +09:00 or -05:00")
    minutes = int(match[2]) * 60 + int(match[3])
    return -minutes if match[1] == "-" else minutes
