"""What may be shown of a parameter's value: synthetic identifiers as they are, all else as a salted hash."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b

from pacsimile_spec.identifiers import is_synthetic_uid

SYNTHETIC = re.compile(r"(ORD|REP|GRP)-[0-9A-Z]{4,8}-[0-9-]+|[0-9]{1,5}")
PLAIN = frozenset({"report_type", "limit"})


def redacted(values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
    """Give the values as they may be kept."""
    return {name: value if _may_be_shown(name, value) else _hashed(value, salt) for name, value in values.items()}


def _may_be_shown(name: str, value: str) -> bool:
    return name in PLAIN or is_synthetic_uid(value) or SYNTHETIC.fullmatch(value) is not None


def _hashed(value: str, salt: bytes) -> str:
    return "#" + blake2b(value.encode(errors="surrogatepass"), key=salt, digest_size=6).hexdigest()
