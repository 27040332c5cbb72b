"""Members of a JSON object, each of the type that is asked for: None where it is missing or of another."""

from collections.abc import Mapping
from typing import Any


def as_object(value: Any) -> Mapping[str, Any]:
    """Read a JSON object; an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str | None:
    """Read a JSON string."""
    return value if isinstance(value, str) else None


def as_integer(value: Any) -> int | None:
    """Read a JSON integer: `3600.0` is one, `true` and `"3600"` are none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)


def as_texts(value: Any) -> tuple[str, ...] | None:
    """Read a list of texts, in its order."""
    if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
        return None
    return tuple(value)


def as_set(value: Any) -> tuple[str, ...] | None:
    """Read texts whose order says nothing."""
    found = as_texts(value)
    return None if found is None else tuple(sorted(found))
