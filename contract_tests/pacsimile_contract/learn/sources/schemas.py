"""Reads JSON Schemas of OpenAPI 3.0 and 3.1 as shapes."""

from __future__ import annotations

from typing import Any

from pacsimile_contract.learn.service import Shape
from pacsimile_contract.learn.sources.documents import References

MOST_LEVELS = 9
"""Most levels of nested schemas."""
MOST_SHAPES = 4000
"""Most places of one body. It bounds recursion and combinations."""


def shape_of_media(media: Any, references: References) -> Shape:
    """Return the shape of a body: its schema, and what its examples show."""
    media = references.follow(media)
    shape = _Reader(references).shape(media.get("schema"))
    for example in examples_of(media, references):
        shape.observe(example)
    return shape


def shape_of_schema(schema: Any, references: References) -> Shape:
    """Return the shape that a schema describes."""
    return _Reader(references).shape(schema)


def examples_of(node: dict[str, Any], references: References) -> list[Any]:
    """Return the examples of a media type, a parameter or a header."""
    result = [node["example"]] if "example" in node else []
    examples = node.get("examples")
    for example in examples.values() if isinstance(examples, dict) else ():
        example = references.follow(example)
        if "value" in example:
            result.append(example["value"])
    return result


class _Reader:
    """Reads one body's schema. It stops where references lead back or the body grows too large."""

    def __init__(self, references: References) -> None:
        self._references, self._left = references, MOST_SHAPES
        self._open: list[str] = []

    def shape(self, schema: Any) -> Shape:
        result = Shape()
        self._read(schema, result, 0)
        return result

    def _read(self, schema: Any, shape: Shape, depth: int) -> None:
        self._left -= 1
        if not isinstance(schema, dict) or depth > MOST_LEVELS or self._left < 0:
            return
        reference = schema.get("$ref")
        if isinstance(reference, str):
            if reference in self._open:
                return
            shape.titles.append(reference.rpartition("/")[2])
            self._open.append(reference)
            self._describe(self._references.follow(schema), shape, depth)
            self._open.pop()
        else:
            self._references.check(schema)
            self._describe(schema, shape, depth)

    def _describe(self, schema: dict[str, Any], shape: Shape, depth: int) -> None:
        self._scalars(schema, shape)
        for part in _list(schema.get("allOf")):
            self._read(part, shape, depth + 1)
        for part in (*_list(schema.get("anyOf")), *_list(schema.get("oneOf"))):
            if isinstance(part, dict) and part.get("maxProperties") == 0:
                shape.empty_allowed = True
            else:
                self._read(part, shape, depth + 1)
        required = {str(name) for name in _list(schema.get("required"))}
        properties = schema.get("properties")
        for name, inside in properties.items() if isinstance(properties, dict) else ():
            shape.kinds.add("object")
            member = shape.members.setdefault(str(name), Shape())
            member.required |= str(name) in required
            self._read(inside, member, depth + 1)
        if "items" in schema:
            shape.kinds.add("array")
            shape.items = shape.items or Shape()
            self._read(schema["items"], shape.items, depth + 1)
        examples = _list(schema.get("examples")) + ([schema["example"]] if "example" in schema else [])
        for example in examples:
            shape.observe(example)

    def _scalars(self, schema: dict[str, Any], shape: Shape) -> None:
        kinds = schema.get("type")
        shape.kinds.update(str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds] if kinds else []))
        if schema.get("nullable") is True:
            shape.kinds.add("null")
        shape.format = shape.format or _text(schema.get("format"))
        shape.pattern = shape.pattern or _text(schema.get("pattern"))
        shape.encoding = shape.encoding or _text(schema.get("contentEncoding"))
        words = _list(schema.get("enum")) + ([schema["const"]] if "const" in schema else [])
        if words:
            shape.closed = True
            shape.words += [word for word in words if word is not None and word not in shape.words]
            if None in words:
                shape.kinds.add("null")
        shape.texts += [text for key in ("title", "description") if (text := _text(schema.get(key)))]
        for key in ("x-enum-varnames", "x-enumNames", "x-enum-descriptions"):
            names = _list(schema.get(key))
            if len(names) == len(words):
                shape.texts += [f"{word} = {name}" for word, name in zip(words, names, strict=True)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
