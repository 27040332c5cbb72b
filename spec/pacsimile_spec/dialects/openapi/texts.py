"""Respells descriptions and summaries: names and words of the contract become those of the dialect."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pacsimile_spec.dialects.model import Dialect
from pacsimile_spec.dialects.openapi.nodes import Node
from pacsimile_spec.documents import operations

_TEXTS = ("description", "summary")
_LITERAL = frozenset({"example", "value", "enum", "const", "default"})


def respell_texts(document: Node, dialect: Dialect) -> None:
    """Respell every description and summary."""
    _walk(document, respeller_of_texts(dialect))


def respeller_of_texts(dialect: Dialect) -> Callable[[str], str]:
    """Return the function that puts the dialect's names and words into a text."""
    names = _names(dialect)
    if not names:
        return lambda text: text
    pattern = re.compile("|".join(rf"(?<![\w.-]){re.escape(name)}(?![\w-])" for name in sorted(names, key=len)[::-1]))
    return lambda text: pattern.sub(lambda match: names[match[0]], text)


def _names(dialect: Dialect) -> dict[str, str]:
    """Return what to replace in texts: parameters, members, paths, statuses and headers that differ."""
    names = {}
    for members in dialect.fields.values():
        for member, pointer in members.items():
            if pointer is not None and pointer[-1] != member and "_" in member:
                names[member] = pointer[-1]
    names |= {f"`{member}`": f"`{names[member]}`" for member in names}
    names |= {ours: theirs for ours, theirs in dialect.parameters.items() if ours != theirs and len(ours) > 5}
    for ours, theirs in dialect.values["OrderStatus.status"].theirs.items():
        if theirs[0] != ours:
            names[ours] = str(theirs[0]) if isinstance(theirs[0], str) else f"{theirs[0]} ({ours.lower()})"
    for ours, word in dialect.headers.items():
        if word is not None and word != ours:
            names[ours] = word
    for operation, templates in dialect.paths.items():
        own = operations()[operation].path
        if templates[0].text != own:
            names[own] = templates[0].text
    return names


def _walk(node: Any, respell: Callable[[str], str]) -> None:
    if isinstance(node, list):
        for item in node:
            _walk(item, respell)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in _TEXTS and isinstance(value, str):
                node[key] = respell(value)
            elif key not in _LITERAL:
                _walk(value, respell)
