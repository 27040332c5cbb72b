"""JSON Pointers (RFC 6901): the place of a fact in a vendor's answer."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

Pointer = tuple[str, ...]
"""The steps of a JSON Pointer, unescaped. The empty tuple is the whole document."""

_STEP = re.compile("(?:[^~]|~[01])+")


def parse(text: str) -> Pointer:
    """Return the steps of a pointer to a member of an object.

    Raises:
        ValueError: it does not begin with `/`, has an empty step, or a `~` without 0 or 1 after it. The message says
            what is expected.
    """
    if not text.startswith("/"):
        raise ValueError(f"expected a JSON Pointer that begins with /, such as /data/{text or 'name'}")
    steps = text[1:].split("/")
    for step in steps:
        if not _STEP.fullmatch(step):
            problem = "a step is empty" if not step else "~ is written ~0, and / within a name ~1"
            raise ValueError(f"expected a JSON Pointer, such as /data/orderId: {problem}")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def spell(pointer: Pointer) -> str:
    """Write a pointer as RFC 6901 does."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in pointer)


def value_at(document: Any, pointer: Pointer) -> Any:
    """Return the value at a pointer in a JSON value; None if there is none."""
    for step in pointer:
        document = document.get(step) if isinstance(document, dict) else None
    return document


def first_clash(pointers: dict[str, Pointer]) -> tuple[str, str] | None:
    """Return the names of two pointers that cannot both be in one answer, or None.

    Either they are the same, or the path to one leads through the value of the other.
    """
    ordered = sorted((pointer, name) for name, pointer in pointers.items())
    for (former, name), (latter, other) in pairwise(ordered):
        if latter[: len(former)] == former:
            return name, other
    return None
