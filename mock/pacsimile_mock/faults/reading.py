"""Reads the members of a fault strictly: every name is known, every value has its type and range."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pacsimile_mock.members import Members
from pacsimile_spec.suggestions import did_you_mean


class FaultError(ValueError):
    """A fault that cannot be set; the message says why, and `where` is the path to the wrong member."""

    def __init__(self, where: tuple[str, ...], reason: str) -> None:
        super().__init__(f"{'.'.join(where)} {reason}" if where else reason)
        self.where = where


PARTS = {
    "match": ("operation", "client_id", "order_id", "study_uid", "nth", "every", "probability", "seed"),
    "limit": ("count", "seconds"),
}
"""The members of each part of a fault but its effect; a misplaced one is told its part by them."""


def _belongs(name: str, where: tuple[str, ...]) -> str:
    """Return a hint at the part of a fault that a misplaced member belongs to; empty for none."""
    if name == "limit" and where:
        return "; 'limit' stands beside 'match' and 'effect'"
    others = (part for part, members in PARTS.items() if name in members and where[:1] != (part,))
    part = next(others, None)
    return f"; {name!r} is a member of {part!r}" if part else ""


class Reader(Members):
    """The members of a mapping, each None where it is missing or null."""

    def __init__(self, content: object, where: tuple[str, ...], known: Iterable[str]) -> None:
        self._where = where
        if not isinstance(content, Mapping):
            raise FaultError(where, "must be an object" if where else "a fault must be an object")
        for name in content:
            if name not in known:
                unknown = str(name)[:100]
                hint = _belongs(unknown, where) or did_you_mean(unknown, known)
                raise FaultError((*where, unknown), f"is not known: known here are {', '.join(known)}{hint}")
        super().__init__(content)

    def error(self, name: str, reason: str) -> FaultError:
        """Return the error for one member, with its path."""
        return FaultError((*self._where, name), reason)

    def number(self, name: str, low: float, high: float) -> float | None:
        """Read a number from `low` to `high`."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.error(name, f"must be a number from {low:g} to {high:g}")
        return value

    def whole_seconds(self, name: str, most: int) -> int | None:
        """Read a duration of 0 to `most` whole seconds, the unit of HTTP and OAuth."""
        seconds = self.duration(name, most)
        if seconds is not None and seconds != int(seconds):
            raise self.error(name, f"must be whole seconds, not {self.raw(name)!r}")
        return None if seconds is None else int(seconds)

    def text(self, name: str, pattern: re.Pattern[str], expected: str) -> str | None:
        """Read a string that matches the whole pattern; `expected` describes the pattern in the error."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise self.error(name, f"must be {expected}")
        return value
