"""How much an answer may hold. What passes these bounds is not read, so that no answer exhausts memory.

PROTO-3 judges such an answer. The bounds are above what a service has reason to send: a listing of 100,000 reports,
which PROTO-6 asks for, has 31 MiB, 200,000 arrays and objects, and a million and a half members and elements.
"""

import json
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

MEBIBYTE = 1024 * 1024
LONGEST_BODY = 48 * MEBIBYTE
"""Bytes of a body, and of what its content coding decodes to: of a listing, an acknowledgement, a report."""
LONG_BODY = 4 * MEBIBYTE
"""The same of a token answer, a status and a study's order IDs."""
LONGEST_STATE = 8 * MEBIBYTE
"""Bytes of an answer of the state URL. The state of 100,000 reports, which PROTO-6 asks for, has 5 MiB."""
SHORT_ANSWERS = frozenset({"getToken", "postToken", "getStatus", "getOrderIds"})
MOST_AT_ONCE = 64 * MEBIBYTE
"""Bytes of all the bodies that are being read at one time."""
MOST_KEPT = 96 * MEBIBYTE
"""Bytes of bodies that a run keeps; then it asks nothing any more."""
LONGEST_STORED = 2 * MEBIBYTE
"""Bytes of a body that is written: of a longer one the reports have a digest."""
MOST_STORED = 32 * MEBIBYTE
"""What writing all bodies of a run may cost (`cost_of_writing`): nothing could stop it at the end of the run's time."""
_COST_OF_A_VALUE = 16
MOST_CODINGS = 2
"""Content codings of one body, one over the other."""
MOST_FIELDS = 100
"""Header fields of an answer; `http.client` refuses more."""
LONGEST_FIELD = 65_536
"""Bytes of a header field, likewise."""
LONGEST_HEAD = 128 * 1024
"""Bytes of all header fields together."""
MOST_INTERIM = 20
"""Interim answers (1xx) before the last."""

DEEPEST = 64
"""Arrays and objects of JSON within each other."""
MOST_CONTAINERS = 500_000
"""Arrays and objects of a JSON document: five for each of 100,000 reports in a listing."""
MOST_VALUES = 2_000_000
"""Members and elements of a JSON document, all together."""
FEW_VALUES = 100_000
"""The same of a token answer, a status and a study's order IDs."""
MOST_DIGITS = 100
"""Characters of a number in JSON."""
MOST_IDENTIFIERS = 500_000
"""Identifiers that an answer names: each is known to the end of the run. A run in which answers name more ends."""


class PastBound(ValueError):
    """What an answer holds passes a bound; the text says which, as `JSON nested more than 64 deep`."""


def longest_body(operation: str | None) -> int:
    """Return how many bytes the answer of an operation may have, before and after its content coding is undone."""
    return LONG_BODY if operation in SHORT_ANSWERS else LONGEST_BODY


def most_values(operation: str | None) -> int:
    """Return how many members and elements the answer of an operation may have, if it is JSON."""
    return FEW_VALUES if operation in SHORT_ANSWERS else MOST_VALUES


def cost_of_writing(body: bytes) -> int:
    """Return what it costs to redact and write a body, in bytes: each of many values takes as long as several bytes."""
    return len(body) + _COST_OF_A_VALUE * body.count(b",")


def too_long(most: int) -> str:
    """Return what is said of a body that is longer than `most` bytes."""
    return f"a body longer than {most // MEBIBYTE} MiB"


def estimate_memory(body: bytes, most: int = MOST_VALUES) -> int:
    """Estimate how many bytes of memory a JSON document takes once it is read.

    Raises:
        PastBound: it is nested too deeply, has too many arrays and objects, or more than `most` members and elements.
    """
    structure = _structural_bytes(body)
    values = structure.count(b",")
    brackets = structure.replace(b",", b"")
    if values > most:
        raise PastBound(f"JSON of more than {most:,} members and elements")
    if len(brackets) > 2 * MOST_CONTAINERS:
        raise PastBound(f"JSON of more than {MOST_CONTAINERS:,} arrays and objects")
    _check_depth(brackets)
    return len(body) + 60 * values + 50 * len(brackets)


_NOT_STRUCTURAL = bytes(set(range(256)) - set(b'[]{},"'))
_STRING = re.compile(rb'"[^"]*+"?+')


def _structural_bytes(body: bytes) -> bytes:
    """Return the brackets and commas of a document that stand in no string, by few passes in C.

    Escapes go first. Two quotation marks side by side may then go whichever strings they belong to: whether what
    stands around them is in a string stays as it was.
    """
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    return _STRING.sub(b"", body.translate(None, delete=_NOT_STRUCTURAL).replace(b'""', b""))


def _check_depth(brackets: bytes) -> None:
    depth = 0
    for sign in brackets:
        depth += 1 if sign in b"[{" else -1
        if depth > DEEPEST:
            raise PastBound(f"JSON nested more than {DEEPEST} deep")


def read_json(
    text: bytes | str,
    *,
    estimated: bool = False,
    exact: bool = False,
    object_pairs_hook: Callable[..., Any] | None = None,
) -> Any:
    """Read a JSON document from the wire.

    Args:
        text: the document.
        estimated: whether its memory was estimated already, and so its structure is within the bounds.
        exact: return fractions as `Decimal`, and not as `float`.
        object_pairs_hook: as of `json.loads`.

    Raises:
        PastBound: it passes a bound.
        ValueError: it is no JSON (RFC 8259): `NaN` and `Infinity` are none.
    """
    if not estimated:
        estimate_memory(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    try:
        return json.loads(
            text,
            parse_int=_integer,
            parse_float=_decimal if exact else _float,
            parse_constant=_constant,
            object_pairs_hook=object_pairs_hook,
        )
    except RecursionError:  # brackets that no string holds, in what is no JSON
        raise ValueError("no JSON") from None


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise PastBound(f"a number in JSON of more than {MOST_DIGITS} digits")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if len(text) > MOST_DIGITS or math.isinf(number):
        raise PastBound(f"a number in JSON of more than {MOST_DIGITS} digits, or beyond a double's range")
    return number


def _decimal(text: str) -> Decimal:
    _float(text)
    number = Decimal(text)
    if number.adjusted() < -400:
        raise PastBound("a number in JSON below a double's range")
    return number


def _constant(name: str) -> Any:
    raise ValueError(f"{name}, which is no number")
