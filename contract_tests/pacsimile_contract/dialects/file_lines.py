"""Finds lines of a dialect file, for messages that name them."""

from __future__ import annotations

from pacsimile_spec.given_documents import Node


def line_of_key(node: Node | None, place: tuple[str, ...]) -> int | None:
    """Return the line of a key in the file, counted from 1; None if the file does not have it.

    Args:
        node: the file, as `given_documents.compose` read it.
        place: the names of the mappings that lead to the key, and its own last.
    """
    line = None
    for step in place:
        members = node.members if node is not None else None
        entry = next(((key, value) for key, value in members or () if key.text == step), None)
        if entry is None:
            return None
        line, node = entry[0].line, entry[1]
    return line
