"""Queries and forms: literal names and values, each once, each of the shape that the description gives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, unquote_to_bytes

from starlette_server.problems import Problem

REPORT_TYPES = ("json", "txt", "pdf", "fhir", "hl7v2", "dicom_sr", "dicom_pdf", "csv")
PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
LONGEST_NAME = 20
"""Characters of an unknown parameter's name that a refusal repeats: every token and secret has more."""
SEPARATORS = {"Cc", "Cf", "Zl", "Zp", "Zs"}


def pairs(raw: bytes) -> list[tuple[str, str]]:
    """The names and values of a query or form, in their order.

    Raises:
        ValueError: an escape that is none, or bytes that are not UTF-8.
    """
    return [
        (decoded(name), decoded(value))
        for name, _, value in (piece.partition(b"=") for piece in raw.split(b"&"))
        if name or value
    ]


def decoded(raw: bytes) -> str:
    """A name or value as text, with `+` for a space."""
    if PERCENT.search(raw):
        raise ValueError("a per cent sign without two digits")
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode()


def is_uid(value: str) -> bool:
    """Whether this is a UID by PS3.5 section 9."""
    return len(value) <= 64 and bool(re.fullmatch(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+", value))


def is_group(value: str) -> bool:
    """Whether this can name a study group."""
    return len(value) <= 128 and all(char == " " or unicodedata.category(char) not in SEPARATORS for char in value)


def is_limit(value: str) -> bool:
    """Whether this is a limit: plain digits, from 1 to 10000."""
    return bool(re.fullmatch(r"[1-9][0-9]{0,4}", value)) and int(value) <= 10_000


SHAPES: dict[str, Callable[[str], object]] = {
    "order_id": re.compile(r"[A-Za-z0-9-]{1,64}").fullmatch,
    "study_uid": is_uid,
    "study_group": is_group,
    "organizationId": re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch,
    "report_type": REPORT_TYPES.__contains__,
    "limit": is_limit,
}


def read_query(raw: bytes, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, str]:
    """The parameters of a call.

    Raises:
        Problem: `invalid-parameter`, with each parameter at fault.
    """
    try:
        given = pairs(raw)
    except ValueError:
        raise refusal({"query": "is not percent-encoded UTF-8"}) from None
    errors: dict[str, str] = {}
    values: dict[str, str] = {}
    for name, value in given:
        if name not in required + optional:
            # a long name may be a token, which no answer repeats (SEC-5)
            errors[quote(name) if len(name) <= LONGEST_NAME else "a long name"] = "not known to this operation"
        elif name in values:
            errors[name] = "given more than once"
        elif not value:
            errors[name] = "empty"
        elif not SHAPES[name](value):
            errors[name] = "malformed"
        values.setdefault(name, value)
    errors.update({name: "missing" for name in required if name not in values})
    if errors:
        raise refusal(errors)
    return values


def read_selector(raw: bytes, *required: str) -> dict[str, str]:
    """The parameters of a call that names either an order or a study, never both."""
    values = read_query(raw, required, ("order_id", "study_uid"))
    if ("order_id" in values) == ("study_uid" in values):
        raise refusal(dict.fromkeys(("order_id", "study_uid"), "give exactly one of order_id and study_uid"))
    return values


def refusal(errors: dict[str, str]) -> Problem:
    """The problem of parameters at fault."""
    told = "; ".join(f"{name}: {reason}" for name, reason in errors.items())
    return Problem("invalid-parameter", f"Correct the query. {told}", errors=errors)
