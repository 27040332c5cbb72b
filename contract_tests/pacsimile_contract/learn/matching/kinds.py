"""Recognizes the kind of a value by its form: a UID, an instant, a code, a text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from pacsimile_contract.learn.service import Shape

_UID = re.compile(r"[0-2](\.(0|[1-9][0-9]*)){3,}")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?")
_COMPACT = re.compile(r"\d{8}T?\d{4}(\d\d)?(\.\d+)?([Zz]|[+-]\d{4})?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{8}|\d\d\.\d\d\.\d{4}|\d\d/\d\d/\d{4}")
_POINTED = re.compile(r"(\d\d\.\d\d\.\d{4}|\d\d/\d\d/\d{4})[ T,]+\d\d:\d\d(:\d\d)?.*")
_URI = re.compile(r"(https?://|urn:)\S+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_CODE = re.compile(r"[A-Za-z0-9._:/-]{1,80}")
_FORMATS = {"date-time": {"instant"}, "date": {"date"}, "uri": {"uri"}, "url": {"uri"}, "byte": {"base64"},
            "uuid": {"code"}, "uri-reference": {"uri"}}  # fmt: skip
SECONDS = (10**9, 5 * 10**9)
"""The seconds since 1970 that count as an instant: the years 2001 to 2128. Milliseconds are 1000 times as many."""


def kinds_of_value(value: Any) -> frozenset[str]:
    """Return the kinds that a value may have."""
    if isinstance(value, bool):
        return frozenset({"boolean"})
    if isinstance(value, (int, float)):
        instant = any(SECONDS[0] <= value / scale < SECONDS[1] for scale in (1, 1000))
        return frozenset({"number", "instant"} if instant else {"number"})
    return _kinds_of_text(value) if isinstance(value, str) and value else frozenset()


@lru_cache(10_000)  # each place of an answer is compared with many facts
def _kinds_of_text(value: str) -> frozenset[str]:
    for pattern, kind in (
        (_UID, "uid"), (_RFC3339, "instant"), (_POINTED, "instant"), (_DATE, "date"), (_COMPACT, "instant"),
        (_URI, "uri"),
    ):  # fmt: skip
        if pattern.fullmatch(value):
            return frozenset({kind, "code"} if kind == "date" and value.isdigit() else {kind})
    if len(value) > 40 and _BASE64.fullmatch(value):
        return frozenset({"base64", "code"})
    if _CODE.fullmatch(value):
        return frozenset({"code"})
    return frozenset({"text"})


def kinds_of(shape: Shape) -> frozenset[str]:
    """Return the kinds of a place, by its schema and by the values that were seen there."""
    kinds = set(_FORMATS.get(shape.format, ()))
    if shape.encoding == "base64":
        kinds.add("base64")
    if r"\.(" in shape.pattern and "0-9" in shape.pattern:
        kinds.add("uid")
    for value in shape.values:
        kinds |= kinds_of_value(value)
    if kinds:
        return frozenset(kinds)
    if shape.pattern and shape.kinds <= {"string", "null"}:
        return frozenset({"code"})
    if shape.kinds & {"integer", "number"}:
        return frozenset({"number"})
    return frozenset({"boolean"} if "boolean" in shape.kinds else ())
