"""Whether a value fits a schema of the description: a fast yes, and words for each way in which it does not."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from pacsimile_contract.instants import instant
from pacsimile_spec import description

Formats = Mapping[str, Callable[[str], bool]]


def is_date(text: str) -> bool:
    """Tell whether a text is a full-date (RFC 3339 section 5.6)."""
    return len(text) == 10 and instant(f"{text}T00:00:00Z") is not None


def is_date_time(text: str) -> bool:
    """Tell whether a text is a date-time (RFC 3339 section 5.6)."""
    return instant(text) is not None


class Schema:
    """A schema (JSON Schema 2020-12) that may refer to the description's components; the given formats alone count.

    Two libraries look: one that is compiled says yes at once, which is most answers; where it does not, or cannot read
    the value, the other one judges and words what is wrong.
    """

    def __init__(self, schema: Mapping[str, Any], formats: Formats) -> None:
        rules = {**schema, "components": description()["components"]}
        checker = FormatChecker(formats=())
        for name, holds in formats.items():
            checker.checks(name)(_of_texts(holds))
        self._told = Draft202012Validator(rules, format_checker=checker)
        self._fast = jsonschema_rs.Draft202012Validator(rules, formats=dict(formats), validate_formats=True)

    def fits(self, value: Any) -> bool:
        """Tell whether a JSON value fits."""
        return self._fits_surely(value) or self._told.is_valid(value)

    def errors(self, value: Any) -> Iterator[ValidationError]:
        """Yield each way in which a JSON value does not fit."""
        if not self._fits_surely(value):
            yield from self._told.iter_errors(value)

    def _fits_surely(self, value: Any) -> bool:
        try:
            return self._fast.is_valid(value)
        except (ValueError, TypeError):  # half a surrogate pair, an integer or a depth beyond what it holds
            return False


def _of_texts(holds: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or holds(value)
