"""Decode the query, and check each value before anything is looked up (STATUS-3)."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from urllib.parse import unquote_to_bytes

from small_server.problems import bad_parameters

REPORT_TYPES = ("json", "txt", "pdf", "fhir", "hl7v2", "dicom_sr", "dicom_pdf", "csv")
Rule = Callable[[str], bool]


def decode_pairs(encoded: str) -> list[tuple[str, str]]:
    """Return names and values of a query or a form, without empty pieces. Raise ValueError if it is not UTF-8."""
    pairs = []
    for piece in filter(None, encoded.split("&")):
        name, _, value = piece.partition("=")
        pairs.append((_decode(name), _decode(value)))
    return pairs


def _decode(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ").encode("iso-8859-1")).decode("utf-8")


def is_identifier(value: str) -> bool:
    """Tell whether a value can be an order's or a report's id: 1 to 64 letters, digits and hyphens."""
    return re.fullmatch("[A-Za-z0-9-]{1,64}", value) is not None


def is_uid(value: str) -> bool:
    """Tell whether the whole value is a DICOM UID (PS3.5 section 9)."""
    return len(value) <= 64 and re.fullmatch(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+", value) is not None


def is_organization(value: str) -> bool:
    """Tell whether a value has 1 to 64 letters, digits, dots, underscores and hyphens."""
    return re.fullmatch("[A-Za-z0-9._-]{1,64}", value) is not None


def is_group(value: str) -> bool:
    """Tell whether a value has 1 to 128 code points: no control, format, surrogate or separator but the space."""
    forbidden = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
    return 1 <= len(value) <= 128 and not any(c != " " and unicodedata.category(c) in forbidden for c in value)


def is_limit(value: str) -> bool:
    """Tell whether a value is 1 to 10000 in plain digits, without sign or leading zero (BATCH-13)."""
    return re.fullmatch("[1-9][0-9]{0,3}|10000", value) is not None


def is_report_type(value: str) -> bool:
    """Tell whether a value is one of the eight report types, offered or not (RESULTS-5)."""
    return value in REPORT_TYPES


RULES: Mapping[str, Rule] = {
    "order_id": is_identifier,
    "study_uid": is_uid,
    "study_group": is_group,
    "report_type": is_report_type,
    "organizationId": is_organization,
    "limit": is_limit,
}


def read_query(
    query: str, required: tuple[str, ...], one_of: tuple[str, ...] = (), optional: tuple[str, ...] = ()
) -> dict[str, str]:
    """Return an operation's parameters: each required one, exactly one of `one_of`. Raise a 400 for others."""
    try:
        pairs = decode_pairs(query)
    except ValueError:
        raise bad_parameters([("query", "is not percent-encoded UTF-8")]) from None
    values: dict[str, str] = {}
    errors = []
    for name, value in pairs:
        if name not in (*required, *one_of, *optional):
            errors.append((name, "is not a parameter of this operation"))
        elif name in values:
            errors.append((name, "is given more than once"))
        elif not RULES[name](value):
            errors.append((name, "has a value that is not allowed"))
        values[name] = value
    errors += [(name, "is required") for name in required if name not in values]
    if one_of and sum(name in values for name in one_of) != 1:
        errors += [(name, "exactly one selector is needed") for name in one_of]
    if errors:
        raise bad_parameters(errors)
    return values
