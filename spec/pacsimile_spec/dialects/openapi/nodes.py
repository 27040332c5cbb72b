"""Walks through an OpenAPI document that is being respelled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pacsimile_spec.documents import resolve

Node = dict[str, Any]
METHODS = ("get", "post")


def operations_of(document: Node) -> Iterator[Node]:
    """Yield the operations."""
    for item in document["paths"].values():
        yield from (item[method] for method in METHODS if method in item)


def is_token_operation(operation: Node) -> bool:
    """Tell whether it is a token operation, or a variant of one with another path."""
    return str(operation["operationId"]).startswith(("getToken", "postToken"))


def follow(node: Node, document: Node) -> Node:
    """Return the target of a reference, to be changed in place."""
    target: Any = resolve(node, document)
    return target  # type: ignore[no-any-return]


def contents(document: Node) -> Iterator[Node]:
    """Yield each `content` of bodies and answers once."""
    places = [document["components"].get("responses", {}), *(o["responses"] for o in operations_of(document))]
    for responses in places:
        yield from (node["content"] for node in responses.values() if "content" in node)
    yield from (o["requestBody"]["content"] for o in operations_of(document) if "requestBody" in o)


def schema_name(media: Node) -> str | None:
    """Return the name of the component that a media type's schema refers to."""
    reference = media.get("schema", {}).get("$ref", "")
    return reference.rsplit("/", 1)[-1] or None
