"""Reads the members of a JSON object strictly: every one known, every value of its type and in its range."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from pacsimile_spec import durations
from pacsimile_spec.durations import TEN_YEARS, DurationError
from pacsimile_spec.suggestions import did_you_mean


class Members(ABC):
    """The members of an object, each None where it is missing or null; a subclass says how an error is reported."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content

    def __contains__(self, name: str) -> bool:
        return self.raw(name) is not None

    @abstractmethod
    def error(self, name: str, reason: str) -> Exception:
        """Return the error that one member is at fault."""

    def raw(self, name: str) -> Any:
        """Return the value as it was sent."""
        return self._content.get(name)

    def given(self, names: Iterable[str]) -> list[str]:
        """Return those of the names that have a value."""
        return [name for name in names if name in self]

    def integer(self, name: str, low: int, high: int) -> int | None:
        """Read a whole number of `low` to `high`."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.error(name, f"must be a whole number from {low} to {high}")
        return value

    def one_of(self, name: str, allowed: Iterable[str]) -> str | None:
        """Read one of a few words."""
        value, known = self.raw(name), tuple(allowed)
        if value is None or value in known:
            return None if value is None else str(value)
        got = f", not {value[:100]!r}{did_you_mean(value, known)}" if isinstance(value, str) else ""
        raise self.error(name, f"must be one of {', '.join(known)}{got}")

    def duration(self, name: str, most: float = TEN_YEARS, unit: str = "s") -> float | None:
        """Read a duration of 0 to `most` seconds, as seconds; `unit` is what a bare number counts."""
        value = self.raw(name)
        try:
            return None if value is None else durations.seconds(value, most=most, unit=unit)
        except DurationError as error:
            raise self.error(name, f"must be {error.expected}, not {error.given}") from None
