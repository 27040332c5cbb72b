"""Readers of JSON members by type. Each returns None where the member is missing or of another type."""

from collections.abc import Mapping
from typing import Any


def as_object(value: Any) -> Mapping[str, Any]:
    """Read a JSON object; an empty one for any other value."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str | None:
    """Read a JSON string; None for any other value."""
    return value if isinstance(value, str) else None


def as_integer(value: Any) -> int | None:
    """Read a JSON integer; None for any other value. `3600.0` is an integer, `true` and `"3600"` are not."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)


def as_texts(value: Any) -> tuple[str, ...] | None:
    """Read an array of strings, in its order; None for any other value."""
    if not isinstance(value, list) or not set(map(type, value)) <= {str}:
        return None
    return tuple(value)


def as_set(value: Any) -> tuple[str, ...] | None:
    """Read an array of strings whose order has no meaning, sorted; None for any other value."""
    texts = as_texts(value)
    return None if texts is None else tuple(sorted(texts))
