"""Redacts values by hashing: synthetic identifiers stay as they are, all else becomes a salted hash."""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b

from pacsimile_spec import operations
from pacsimile_spec.identifiers import is_synthetic_uid
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.scopes import SCOPES

SYNTHETIC = re.compile(r"(ORD|REP|GRP)-[0-9A-Z]{4,8}-[0-9-]+|[0-9]{1,5}")
PLAIN = frozenset({"report_type", "limit"})
QUOTED = re.compile(r"""(?<!\w)(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""")
"""What a sentence quotes, as `repr` writes it; an apostrophe within a word opens nothing."""
HEADER = "Authorization: Bearer <token>"


def redacted(values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
    """Return the values with all but synthetic ones hashed."""
    return {name: value if _may_be_shown(name, value) else hashed(value, salt) for name, value in values.items()}


def _may_be_shown(name: str, value: str) -> bool:
    return name in PLAIN or is_synthetic_uid(value) or SYNTHETIC.fullmatch(value) is not None


def hashed(value: str, salt: bytes) -> str:
    """Return a salted hash, which begins with `#`."""
    return "#" + blake2b(value.encode(errors="surrogatepass"), key=salt, digest_size=6).hexdigest()


def redacted_sentence(text: str, salt: bytes) -> str:
    """Return a sentence with what it quotes of a call hashed like a parameter."""
    return QUOTED.sub(lambda quotation: _quoted(quotation[0], salt), text)


def _quoted(text: str, salt: bytes) -> str:
    try:
        value = str(literal_eval(text))
    except (ValueError, SyntaxError):
        value = text
    return text if value in described_words() or _may_be_shown("", value) else f"'{hashed(value, salt)}'"


@cache
def described_words() -> frozenset[str]:
    """Return the words that a message may quote as they are, since the description itself uses them."""
    named = {parameter.name for operation in operations().values() for parameter in operation.parameters}
    return frozenset({*named, *REPORT_TYPES, *SCOPES, "client_credentials", HEADER})
