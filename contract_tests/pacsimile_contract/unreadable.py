"""What stands in an answer for a value that its dialect does not have, such as a word of the contract's own."""

from typing import Any

_UNREADABLE = "not as spelled by "


def unreadable(dialect: str, value: Any) -> dict[str, Any]:
    """Return what stands for a value that the dialect of that name does not have.

    No schema has such an object, and no fact is read from it.
    """
    return {_UNREADABLE + dialect: value}


def as_unreadable(value: Any) -> tuple[str, Any] | None:
    """Return (name of the dialect, value on the wire) of an unreadable value; None for any other."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    name, inside = next(iter(value.items()))
    return (name.removeprefix(_UNREADABLE), inside) if name.startswith(_UNREADABLE) else None
