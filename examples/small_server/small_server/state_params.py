"""The params of a provider state. Each is read by its kind and checked before anything is created."""

import re
from typing import Any

from small_server.clock import SECOND
from small_server.orders import OFFERED_TYPES
from small_server.parameters import RULES
from small_server.problems import Refusal, problem
from small_server.tokens import SCOPES

STATUSES = ("RECEIVED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED")
TEN_YEARS = 10 * 365 * 24 * 3600
_MISSING = object()


def refused(detail: str) -> Refusal:
    """Return a 400: the params are wrong."""
    return problem(400, "bad-state", detail)


def not_with_these(detail: str) -> Refusal:
    """Return a 422: the params make sense, but not here."""
    return problem(422, "not-with-these-params", detail)


class Params:
    """The params of one call, read by kind. A param without a default is required."""

    def __init__(self, values: dict[str, Any], known: tuple[str, ...]) -> None:
        unknown = [name for name in values if name not in (*known, "organization_id")]
        if unknown:
            raise refused(f"this state knows only the params {', '.join(('organization_id', *known))}")
        self._values = values

    def has(self, name: str) -> bool:
        """Tell whether the param was given and is not null."""
        return self._values.get(name) is not None

    def _get(self, name: str, default: Any) -> Any:
        if self.has(name):
            return self._values[name]
        if default is _MISSING:
            raise refused(f"the param {name} is required")
        return default

    def text(self, name: str, default: Any = _MISSING) -> Any:
        """Return a string. One of the API's parameters follows that parameter's rule."""
        value = self._get(name, default)
        if value is default:
            return default
        if not isinstance(value, str) or not RULES.get(name, bool)(value):
            raise refused(f"{name} is not a value that is allowed")
        return value

    def word(self, name: str, words: tuple[str, ...], default: Any = _MISSING) -> Any:
        """Return one of the given words."""
        value = self._get(name, default)
        if value is not default and value not in words:
            raise refused(f"{name} is one of {', '.join(words)}")
        return value

    def whole(self, name: str, lowest: int, highest: int, default: Any = _MISSING) -> Any:
        """Return an integer within bounds."""
        value = self._get(name, default)
        if value is not default and (type(value) is not int or not lowest <= value <= highest):
            raise refused(f"{name} is a whole number from {lowest} to {highest}")
        return value

    def milliseconds(self, name: str, default: Any = _MISSING) -> Any:
        """Return seconds, not negative, as whole milliseconds."""
        value = self._get(name, default)
        return default if value is default else _milliseconds(name, value, 0)

    def flag(self, name: str) -> bool:
        """Return true or false, false if left out."""
        value = self._get(name, False)
        if not isinstance(value, bool):
            raise refused(f"{name} is true or false")
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        """Return an object, empty if left out."""
        value = self._get(name, {})
        if not isinstance(value, dict):
            raise refused(f"{name} is an object")
        return value

    def words(self, name: str, words: tuple[str, ...], most: int, default: Any = _MISSING) -> Any:
        """Return a list of 1 to `most` of the given words."""
        value = self._get(name, default)
        if value is default:
            return default
        if not isinstance(value, list) or not 1 <= len(value) <= most or any(word not in words for word in value):
            raise refused(f"{name} is a list of 1 to {most} of {', '.join(words)}")
        return value

    def statuses(self, name: str, most: int, default: Any = _MISSING) -> list[str]:
        """Return a list of statuses."""
        value: list[str] = self.words(name, STATUSES, most, default)
        return value

    def scopes(self, name: str) -> tuple[str, ...]:
        """Return a list of scopes, each once."""
        return tuple(dict.fromkeys(self.words(name, SCOPES, len(SCOPES))))

    def report_types(self, name: str) -> tuple[str, ...]:
        """Return a list of types that this server can make of an order. Raise 422 for others."""
        value = self._get(name, list(OFFERED_TYPES))
        if not isinstance(value, list) or not value:
            raise refused(f"{name} is a list of report types")
        if any(report_type not in OFFERED_TYPES for report_type in value):
            raise not_with_these(f"an order's report is offered as {', '.join(OFFERED_TYPES)}")
        return tuple(dict.fromkeys(value))

    def instants(self, name: str, default: list[int]) -> list[int]:
        """Return seconds as milliseconds, as many as `default` has."""
        return [_milliseconds(name, second, -TEN_YEARS) for second in self._one_each(name, len(default))] or default

    def offsets(self, name: str, count: int) -> list[str]:
        """Return offsets, `Z` or `+hh:mm`, as many as `count`."""
        offsets = self._one_each(name, count) or ["Z"] * count
        rule = r"Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]"
        if any(not isinstance(offset, str) or not re.fullmatch(rule, offset) for offset in offsets):
            raise refused(f"{name} are offsets such as Z or +09:00")
        return offsets

    def ranks(self, name: str, count: int) -> list[int]:
        """Return an integer each, without duplicates."""
        ranks = self._one_each(name, count) or list(range(count))
        if any(type(rank) is not int for rank in ranks) or len(set(ranks)) < count:
            raise refused(f"{name} are different whole numbers")
        return ranks

    def _one_each(self, name: str, count: int) -> list[Any]:
        value = self._get(name, None)
        if value is not None and (not isinstance(value, list) or len(value) != count):
            raise refused(f"{name} is a list with one entry each, {count} here")
        return value or []


def _milliseconds(name: str, value: Any, lowest: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not lowest <= value <= TEN_YEARS:
        raise refused(f"{name} counts seconds from {lowest} to {TEN_YEARS}")
    exact = value * SECOND
    if abs(exact - round(exact)) > 1e-6 * max(1, abs(exact)):
        raise not_with_these("time has whole milliseconds here")
    return round(exact)
