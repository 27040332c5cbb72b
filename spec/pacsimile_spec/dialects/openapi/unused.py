"""Removes components without references, because a dialect may leave operations, answers and members out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pacsimile_spec.dialects.openapi.nodes import Node

_KINDS = ("schemas", "responses", "parameters", "headers", "examples", "requestBodies")


def drop_unused(document: Node) -> None:
    """Remove the components and tags that the paths do not lead to."""
    components = document["components"]
    used: set[str] = set()
    left = list(references(document["paths"]))
    while left:
        reference = left.pop()
        if reference not in used:
            used.add(reference)
            _, _, kind, name = reference.split("/")
            left += references(components[kind][name])
    for kind in _KINDS:
        if kind in components:
            components[kind] = {
                name: node for name, node in components[kind].items() if f"#/components/{kind}/{name}" in used
            }
    tags = {tag for item in document["paths"].values() for operation in item.values() for tag in operation["tags"]}
    document["tags"] = [tag for tag in document["tags"] if tag["name"] in tags]


def references(node: Any) -> Iterator[str]:
    """Yield every reference within a node."""
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
