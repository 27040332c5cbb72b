"""What does not fit a schema, in a reader's words: one phrase for each keyword of JSON Schema 2020-12."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pacsimile_contract.english import with_article
from pacsimile_contract.provenance import from_wire
from pacsimile_contract.unreadable import as_unreadable

if TYPE_CHECKING:
    from jsonschema import ValidationError

LARGE = 10**6
"""A number from here on may be a patient's."""
_MOST = 60
"""Signs of a pattern, of a list of values, or of what an answer had."""
_REQUIRED = re.compile(r"""(['"])(.*)\1 is a required property""", re.DOTALL)
_JSON = {
    dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number",
    type(None): "null",
}  # fmt: skip
_TYPES = {
    "object": "an object", "array": "a list", "string": "a text", "boolean": "true or false", "integer": "an integer",
    "number": "a number", "null": "null",
}  # fmt: skip
_FORMATS = {
    "date-time": "a date-time with its offset (RFC 3339 section 5.6)", "date": "a full date (RFC 3339 section 5.6)",
    "uri": "a URI", "uri-reference": "a URI reference (RFC 3986 section 4.1)",
}  # fmt: skip


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def _listed(values: Any) -> str:
    return _cut(", ".join(json.dumps(one) for one in values))


def _types(wanted: Any) -> str:
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    return " or ".join(_TYPES.get(one, str(one)) for one in names)


def _lacks(error: ValidationError) -> str:
    found = _REQUIRED.fullmatch(error.message)
    return f"lacks the member `{found[2]}`" if found else "lacks a member"


_WORDS: Mapping[str, Callable[[ValidationError], str]] = {
    "required": _lacks,
    "type": lambda error: (
        f"is {_JSON.get(type(error.instance), 'something else')}, not {_types(error.validator_value)}"
    ),
    "enum": lambda error: f"is none of {_listed(error.validator_value)}",
    "const": lambda error: f"is not {_listed([error.validator_value])}",
    "pattern": lambda error: f"does not match the pattern {_cut(str(error.validator_value))}",
    "format": lambda error: (
        f"is not {_FORMATS.get(str(error.validator_value), with_article(str(error.validator_value)))}"
    ),
    "minimum": lambda error: f"is less than {error.validator_value}",
    "maximum": lambda error: f"is more than {error.validator_value}",
    "exclusiveMinimum": lambda error: f"is not more than {error.validator_value}",
    "exclusiveMaximum": lambda error: f"is not less than {error.validator_value}",
    "multipleOf": lambda error: f"is no multiple of {error.validator_value}",
    "minLength": lambda error: f"is shorter than {error.validator_value} characters",
    "maxLength": lambda error: f"is longer than {error.validator_value} characters",
    "minItems": lambda error: f"has fewer than {error.validator_value} entries",
    "maxItems": lambda error: f"has more than {error.validator_value} entries",
    "uniqueItems": lambda error: "has an entry twice",
    "contains": lambda error: "lacks an entry that it must have",
    "minProperties": lambda error: f"has fewer than {error.validator_value} members",
    "maxProperties": lambda error: f"has more than {error.validator_value} members",
    "additionalProperties": lambda error: "has a member that the description does not have",
    "anyOf": lambda error: "fits none of the forms that the description allows",
    "oneOf": lambda error: "does not fit exactly one of the forms that the description allows",
    "not": lambda error: "has a form that the description rules out",
}
"""By keyword. Names of members, types, patterns and limits are the description's own; values are told by `value_of`."""


def missing_member(error: ValidationError) -> str | None:
    """Return the name of the member that is lacking, where that is what is wrong."""
    found = _REQUIRED.fullmatch(error.message) if error.validator == "required" else None
    return found[2] if found else None


def words_of(error: ValidationError) -> str:
    """Return what is wrong, in words of ours alone: `lacks the member `impression``, `is a text, not a number`."""
    if (misspelled := as_unreadable(error.instance)) is not None:
        return f"is not how the dialect {misspelled[0]} spells it"
    told = _WORDS.get(str(error.validator))
    return told(error) if told is not None else f"breaks the rule `{error.validator}` of its schema"


def value_of(error: ValidationError) -> str:
    """Return the value that is wrong, marked as from the wire, where it is one; empty for an object or a list."""
    if (misspelled := as_unreadable(error.instance)) is not None:
        return from_wire(_cut(json.dumps(misspelled[1], ensure_ascii=False)))
    if isinstance(error.instance, dict | list):
        return ""
    if isinstance(error.instance, int | float):
        return as_number(error.instance)
    return from_wire(_cut(json.dumps(error.instance, ensure_ascii=False)))


def as_number(value: float) -> str:
    """Return a number, or true or false, as it is; a large one, which may be a patient's, marked as from the wire."""
    text = json.dumps(value)
    return text if abs(value) < LARGE else from_wire(text)
