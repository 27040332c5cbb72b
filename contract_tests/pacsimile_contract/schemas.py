"""Whether a value fits a schema of the description: a fast yes, and words for each way in which it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from pacsimile_contract.instants import instant
from pacsimile_spec import description

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

Formats = Mapping[str, Callable[[str], bool]]


def is_date(text: str) -> bool:
    """Tell whether a text is a full-date (RFC 3339 section 5.6)."""
    return len(text) == 10 and instant(f"{text}T00:00:00Z") is not None


def is_date_time(text: str) -> bool:
    """Tell whether a text is a date-time (RFC 3339 section 5.6)."""
    return instant(text) is not None


def is_surely_valid(value: Any, validator: jsonschema_rs.Draft202012Validator) -> bool:
    """Tell whether the compiled library says that a JSON value is valid; False also where it cannot read the value."""
    try:
        return validator.is_valid(value)
    except (ValueError, TypeError):  # half a surrogate pair, an integer or a depth beyond what it holds
        return False


def by_message(error: ValidationError) -> tuple[str, str, list[str], list[str]]:
    """Return what errors are sorted by: `str(error)` would also write out the schema and the value of each."""
    path, place = error.relative_schema_path, error.absolute_path
    return error.message, str(error.validator), list(map(str, path)), list(map(str, place))


class Schema:
    """A schema (JSON Schema 2020-12) that may refer to the components of a description; the given formats alone count.

    `document` is the description, by default the contract's.

    Two libraries look: one that is compiled says yes at once, which is most answers; where it does not, or cannot read
    the value, the other one judges and words what is wrong. That one takes long to import: it is first imported then.
    """

    def __init__(self, schema: Mapping[str, Any], formats: Formats, document: Mapping[str, Any] | None = None) -> None:
        self._rules = dict(schema)
        if "$ref" in str(schema):  # the library would compile all components each time
            self._rules["components"] = (document or description())["components"]
        self._formats = dict(formats)
        self._fast = jsonschema_rs.Draft202012Validator(self._rules, formats=self._formats, validate_formats=True)

    def fits(self, value: Any) -> bool:
        """Tell whether a JSON value fits."""
        return is_surely_valid(value, self._fast) or self._wording.is_valid(value)

    def errors(self, value: Any) -> Iterator[ValidationError]:
        """Yield each way in which a JSON value does not fit."""
        if not is_surely_valid(value, self._fast):
            yield from self._wording.iter_errors(value)

    @cached_property
    def _wording(self) -> Draft202012Validator:
        from jsonschema import Draft202012Validator, FormatChecker

        checker = FormatChecker(formats=())
        for name, holds in self._formats.items():
            checker.checks(name)(_of_texts(holds))
        return Draft202012Validator(self._rules, format_checker=checker)


def _of_texts(holds: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or holds(value)
