"""Reads query parameters strictly and literally (STATUS-3, ORDERID-4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import unquote_to_bytes

from pacsimile_mock.errors import Problem, invalid_parameter
from pacsimile_spec import Operation, Parameter, operations
from pacsimile_spec.identifiers import is_study_group
from pacsimile_spec.report_types import REPORT_TYPES

Values = Mapping[str, str]
Pairs = list[tuple[str, str]]

BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
INTEGER = re.compile(r"[1-9][0-9]*")

FORMS: Mapping[str, str] = {
    "order_id": "1 to 64 letters, digits and hyphens",
    "study_uid": "a DICOM UID: 3 to 64 characters, numbers without leading zeros joined by full stops",
    "study_group": "1 to 128 printable characters",
    "organizationId": "1 to 64 letters, digits, full stops, underscores and hyphens",
}
"""The form of a value, for the refusal of a malformed one."""


def pairs(query: str) -> Pairs:
    """Split a query as sent into names and values; empty pieces are ignored, `;` is data (RFC 3986 §3.4)."""
    return [(decoded := _decoded(name, name), _decoded(value, decoded)) for name, value in _pieces(query)]


def _pieces(query: str) -> Pairs:
    split = (piece.partition("=") for piece in query.split("&") if piece)
    return [(name, value) for name, _, value in split]


def _decoded(text: str, name: str) -> str:
    """Decode a name or a value; a refusal names the parameter, and never repeats a value (SEC-5)."""
    if "%" not in text and "+" not in text and text.isascii():
        return text
    if BROKEN_ESCAPE.search(text):
        raise invalid_parameter(name, "has a percent sign that no two hexadecimal digits follow: write it as %25")
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError:
        raise invalid_parameter(name, "is not percent-encoded UTF-8") from None


def read(operation_id: str, query: str) -> Values:
    """Read an operation's parameters from the query as sent, or refuse with a 400 that names the one at fault."""
    operation = operations()[operation_id]
    values: dict[str, str] = {}
    for name, value in pairs(query):
        if name not in _checks(operation_id):
            raise invalid_parameter(name, _unknown(operation))
        if name in values:
            raise invalid_parameter(name, "is given more than once: give it once")
        values[name] = value
    _require(operation, values)
    for name, value in values.items():
        complaint = _checks(operation_id)[name](value)
        if complaint:
            raise invalid_parameter(name, complaint, "ORDERID-4" if name == "study_uid" else "STATUS-3")
    return values


def _unknown(operation: Operation) -> str:
    known = ", ".join(parameter.name for parameter in operation.parameters)
    return f"is not known to {operation.operation_id}: it takes {known}"


def _require(operation: Operation, values: Values) -> None:
    if operation.exactly_one_of:
        _require_one(operation, values)
    for parameter in operation.parameters:
        if parameter.required and parameter.name not in values:
            raise invalid_parameter(parameter.name, "is missing: it is required")


def _require_one(operation: Operation, values: Values) -> None:
    given = [name for name in operation.exactly_one_of if name in values]
    if len(given) == 1:
        return
    choice = " or ".join(operation.exactly_one_of)
    reason = "is missing" if not given else "is given together with another selector"
    raise Problem(
        f"Give exactly one of {choice}; {'none' if not given else 'more than one'} was given.",
        reason="invalid-parameter",
        errors=tuple((name, f"{reason}: give exactly one of {choice}") for name in operation.exactly_one_of),
        requirement="STATUS-3",
    )


Check = Callable[[str], str | None]
"""Returns a complaint about a value; None where it is well-formed."""


@cache
def _checks(operation_id: str) -> Mapping[str, Check]:
    return {parameter.name: _check(parameter, operation_id) for parameter in operations()[operation_id].parameters}


def _check(parameter: Parameter, operation_id: str) -> Check:
    schema = parameter.schema
    if "enum" in schema:
        return _enumerated(schema["enum"], _offered(schema["enum"], operation_id))
    if schema.get("type") == "integer":
        return _integral(schema["minimum"], schema["maximum"])
    return _textual(parameter.name, schema)


def _offered(allowed: list[str], operation_id: str) -> list[str]:
    """Return the values that make sense for an operation: an order has no report of some types (RESULTS-5)."""
    if operation_id != "getResult":
        return allowed
    return [name for name in allowed if name not in REPORT_TYPES or REPORT_TYPES[name].of_order]


def _enumerated(allowed: list[str], offered: list[str]) -> Check:
    members, complaint = frozenset(allowed), f"must be one of {', '.join(offered)}, in lower case"
    return lambda value: None if value in members else complaint


def _integral(low: int, high: int) -> Check:
    complaint = f"must be a whole number from {low} to {high}, in plain digits"

    def check(value: str) -> str | None:
        fits = len(value) <= len(str(high)) and INTEGER.fullmatch(value) and low <= int(value) <= high
        return None if fits else complaint

    return check


def _textual(name: str, schema: Mapping[str, Any]) -> Check:
    pattern = re.compile(str(schema.get("pattern", "(?s).*")).removeprefix("^").removesuffix("$"), re.ASCII)
    low, high = schema.get("minLength", 0), schema.get("maxLength", 10_000)
    complaint = f"must be {FORMS.get(name, f'{low} to {high} characters')}"
    fits = is_study_group if name == "study_group" else pattern.fullmatch

    def check(value: str) -> str | None:
        if not value:
            return "is empty: give a value"
        return None if low <= len(value) <= high and fits(value) else complaint

    return check
