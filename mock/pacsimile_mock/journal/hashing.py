"""Redacts values by hashing: synthetic identifiers stay as they are, all else becomes a salted hash."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b

from pacsimile_mock.journal.quotations import replace_quotations
from pacsimile_spec.identifiers import is_synthetic_uid

SYNTHETIC = re.compile(r"(ORD|REP|GRP)-[0-9A-Z]{4,8}-[0-9-]+|[0-9]{1,5}")
PLAIN_PARAMETERS = frozenset({"report_type", "limit"})


def redacted(values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
    """Return the values with all but synthetic ones hashed."""
    return {name: value if may_be_shown(name, value) else hashed(value, salt) for name, value in values.items()}


def may_be_shown(name: str, value: str) -> bool:
    """Whether a parameter's value is one that no person can be known by."""
    return name in PLAIN_PARAMETERS or is_synthetic_uid(value) or SYNTHETIC.fullmatch(value) is not None


def hashed(value: str, salt: bytes) -> str:
    """Return a salted hash, which begins with `#`."""
    return "#" + blake2b(value.encode(errors="surrogatepass"), key=salt, digest_size=6).hexdigest()


def redacted_sentence(text: str, salt: bytes) -> str:
    """Return a sentence with what it quotes of a call hashed like a parameter."""
    return replace_quotations(text, lambda value: value if may_be_shown("", value) else hashed(value, salt))
