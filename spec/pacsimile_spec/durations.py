"""Read durations as people write them, alike in options, scenario files, target files, bodies and test fixtures.

A number is in seconds. A text has a unit, or several from the largest down: `500ms`, `30s`, `5m`, `1h30m`, `2d`. If
status calls move an order, a number of calls replaces the duration: `3 polls`.
"""

from __future__ import annotations

import math
import re
from datetime import timedelta

Duration = float | str | timedelta
"""What can be read as a duration: a number of seconds, a text, a timedelta."""

TEN_YEARS = 10 * 365 * 86_400.0
"""In seconds. Nothing in the mock lasts longer."""

_NANOSECONDS = {"ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3_600 * 10**9, "d": 86_400 * 10**9}
_UNITS = tuple(reversed(_NANOSECONDS))
_BEYOND = 10**18
"""A number greater than all accepted ones. It can still be used in arithmetic and shown."""
_NUMBER = r"[0-9]{1,9}(\.[0-9]{1,9})?"


def _from(unit: str) -> str:
    """Return the pattern of what may follow a number: this unit, and smaller ones after it."""
    smaller = _UNITS[_UNITS.index(unit) + 1 :]
    return unit + "".join(f"({_NUMBER}{each})?" for each in smaller)


PATTERN = f"^{_NUMBER}({'|'.join(_from(unit) for unit in _UNITS)})?$"
"""The pattern of a duration as text, also for JSON schemas."""

_TEXT = re.compile(PATTERN, re.ASCII)
_PART = re.compile(r"([0-9]+)(?:\.([0-9]+))?(ms|s|m|h|d)?")
_POLLS = re.compile(r"([1-9][0-9]{0,2}) polls?")
_NAMES = {"ms": "milliseconds", "s": "seconds", "h": "hours"}


class DurationError(ValueError):
    """The value is not a duration, or is too long. The message shows the valid forms. `expected` has only these."""

    def __init__(self, given: str, expected: str) -> None:
        super().__init__(f"{given} is not {expected}")
        self.given, self.expected = given, expected


def seconds(value: object, *, most: float = TEN_YEARS, unit: str = "s") -> float:
    """Read a duration as seconds, from 0 to `most`.

    Args:
        value: a `Duration`; a text may also be a plain number.
        most: the longest accepted duration, in seconds.
        unit: the unit of a plain number: `s`, or `ms` or `h` if the value's name says so.

    Raises:
        DurationError: it is anything else.
    """
    __tracebackhide__ = True  # pytest shows the line of the test that gave it
    read = _read(value, unit)
    if read is None or not 0 <= read <= most:
        shown = "that number" if isinstance(value, int) and value > _BEYOND else repr(value)[:100]
        raise DurationError(shown, forms(most, unit))
    return read


def _read(value: object, unit: str) -> float | None:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, str) and _TEXT.fullmatch(value):
        return sum(_part(part, unit) for part in _PART.finditer(value)) / 10**9
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < math.inf:
        return None
    return min(value, _BEYOND) * _NANOSECONDS[unit] / 10**9


def _part(part: re.Match[str], unit: str) -> float:
    """Return the nanoseconds of a number and its unit. They are an integer if possible."""
    whole, fraction = part[1], part[2] or ""
    nanoseconds: float = int(whole + fraction) * _NANOSECONDS[part[3] or unit] / 10 ** len(fraction)
    return nanoseconds


def forms(most: float = TEN_YEARS, unit: str = "s") -> str:
    """Say what a duration looks like, for every refusal."""
    return f"a duration up to {text(most)}: 90 or 1.5 ({_NAMES[unit]}), 500ms, 30s, 5m, 1h30m, 2d"


def text(duration: float) -> str:
    """Write seconds as a duration: `1h30m` for 5400, to the millisecond."""
    left = round(duration * 1_000)
    parts = []
    for unit in _UNITS:
        count, left = divmod(left, _NANOSECONDS[unit] // 10**6)
        parts += [f"{count}{unit}"] if count else []
    return "".join(parts) or "0s"


def polls(value: object) -> int | None:
    """Read a number of status calls such as `3 polls`. Return None for anything else."""
    match = _POLLS.fullmatch(value) if isinstance(value, str) else None
    return int(match[1]) if match else None
