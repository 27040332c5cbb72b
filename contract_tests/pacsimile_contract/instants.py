"""RFC 3339 times, read exactly: fractions of any length, lower-case `t` and `z`, `-00:00`, second 60."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache, total_ordering

_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,1000}))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_USUAL = 40
"""Characters of a date-time in a usual precision. The answers of a run have the same ones again and again."""


@total_ordering
@dataclass(frozen=True, eq=False, slots=True)
class Instant:
    """A point in time. Two are equal when they name the same instant, however written."""

    seconds: Fraction
    """Since the epoch."""
    text: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Instant) and self.seconds == other.seconds

    def __hash__(self) -> int:
        return hash(self.seconds)

    def __lt__(self, other: "Instant") -> bool:
        return self.seconds < other.seconds

    def __sub__(self, other: "Instant") -> float:
        return float(self.seconds - other.seconds)

    def __str__(self) -> str:
        return self.text

    @property
    def utc_note(self) -> str:
        """The same time in UTC, in brackets, to be written after it; empty where it is written in UTC."""
        if self.text[-1] in "Zz":
            return ""
        whole, fraction = divmod(self.seconds, 1)
        try:
            at = (_EPOCH + timedelta(seconds=int(whole))).replace(tzinfo=None)
        except OverflowError:  # before the year 1, or after 9999
            return ""
        digits = f"{int(fraction * 10**9):09}".rstrip("0")
        return f" ({at.isoformat()}{'.' if digits else ''}{digits}Z)"

    @property
    def whole_seconds(self) -> bool:
        """Whether it is written without a fraction."""
        return "." not in self.text

    @property
    def decimals(self) -> int:
        """Digits of the fraction of a second, without zeros at its end."""
        fraction = re.match(r"[0-9]*", self.text.partition(".")[2])
        return len(fraction[0].rstrip("0")) if fraction else 0

    def agrees_with(self, other: "Instant", *, exactly: bool) -> bool:
        """Tell whether both name the same instant: exactly, or as far as the one with fewer decimals says."""
        if exactly:
            return self == other
        decimals = min(each.decimals for each in (self, other))
        return abs(self.seconds - other.seconds) < Fraction(1, 10**decimals) or self == other


def instant(text: object) -> Instant | None:
    """Read an RFC 3339 date-time; None for anything else."""
    if not isinstance(text, str):
        return None
    return _recent(text) if len(text) <= _USUAL else _instant(text)


@lru_cache(maxsize=8192)
def _recent(text: str) -> Instant | None:
    return _instant(text)


def _instant(text: str) -> Instant | None:
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(one) for one in match.group(1, 2, 3, 4, 5, 6))
    sign, hours, minutes = match.group(8), int(match.group(9) or 0), int(match.group(10) or 0)
    if second > 60 or hours > 23 or minutes > 59:
        return None
    try:
        whole = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:
        return None
    offset = (hours * 3600 + minutes * 60) * (-1 if sign == "-" else 1)
    fraction = Fraction(int(match.group(7)), 10 ** len(match.group(7))) if match.group(7) else Fraction(0)
    epoch = (whole - _EPOCH) // timedelta(seconds=1)
    return Instant(Fraction(epoch + second - offset) + fraction, match.group(0))
