"""Respells the schemas of JSON answers and bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pacsimile_spec.dialects.model import Dialect, Words
from pacsimile_spec.dialects.openapi.nodes import Node, follow
from pacsimile_spec.dialects.pointers import Pointer
from pacsimile_spec.dialects.tables import ROOTS, Member, tables

_ENUMERATIONS = {
    "OrderState": "OrderStatus.status", "ReportStatus": "report_status", "ReportType": "report_type",
    "OrderReportType": "report_type",
}  # fmt: skip
"""Component schemas that are a vocabulary."""


def respell_schemas(document: Node, dialect: Dialect) -> None:
    """Respell the component schemas: the places of members, the words and the times."""
    schemas = document["components"]["schemas"]
    located = {name: node for root in ROOTS for name, node in _schemas_of_tables(root, schemas[root], document).items()}
    for name, vocabulary in _ENUMERATIONS.items():
        offered = [word for word in schemas[name]["enum"] if word in _offered(vocabulary, dialect)]
        _enumerate(schemas[name], dialect.values[vocabulary], offered)
    for name, node in located.items():
        _rebuild(node, name, dialect)
    schemas["Problem"].pop("x-problem-types", None)


def _offered(vocabulary: str, dialect: Dialect) -> tuple[str, ...]:
    return dialect.report_types if vocabulary == "report_type" else tuple(dialect.values[vocabulary].theirs)


def _schemas_of_tables(table: str, node: Node, document: Node) -> dict[str, Node]:
    """Return the schema of a table, and of each table inside it."""
    nodes = {table: node}
    for member in tables()[table].values():
        if member.table is not None:
            inside = follow(node["properties"][member.name], document)
            inside = follow(inside.get("items", inside), document)
            nodes |= _schemas_of_tables(member.table, inside, document)
    return nodes


def _rebuild(node: Node, table: str, dialect: Dialect) -> None:
    properties, required = node.pop("properties"), set(node.pop("required", ()))
    for name, schema in properties.items():
        pointer = dialect.fields[table][name]
        if pointer is not None:
            _put(node, pointer, _member(schema, tables()[table][name], dialect), required=name in required)
    if "additionalProperties" in node:
        _close(node)


def _put(node: Node, pointer: Pointer, schema: Any, *, required: bool) -> None:
    """Describe a member at a pointer, and the objects on the way to it."""
    for step in pointer[:-1]:
        inside = node.setdefault("properties", {}).setdefault(step, {"type": "object", "description": _ENVELOPE})
        _require(node, step, required=required)
        node = inside
    node.setdefault("properties", {})[pointer[-1]] = schema
    _require(node, pointer[-1], required=required)


_ENVELOPE = "What the answer says."


def _require(node: Node, name: str, *, required: bool) -> None:
    if required and name not in node.setdefault("required", []):
        node["required"].append(name)


def _close(node: Node) -> None:
    node["additionalProperties"] = False
    for inside in node.get("properties", {}).values():
        if inside.get("description") == _ENVELOPE:
            _close(inside)


def _member(schema: Node, member: Member, dialect: Dialect) -> Node:
    if member.kind == "time":
        return _time(schema, dialect)
    if member.kind == "word" and "$ref" not in schema and member.vocabulary != "problem":
        words = dialect.values[str(member.vocabulary)]
        enumeration = schema.get("enum") or tuple(words.theirs)
        changed = {key: value for key, value in schema.items() if key not in ("enum", "pattern")}
        _enumerate(changed, words, enumeration, nullable="null" in schema["type"])
        return changed
    if member.vocabulary == "problem":
        return _reason(schema, dialect)
    if schema.get("minimum") == 400:  # the status of a problem
        return {**schema, "minimum": min(400, int(dialect.codes.not_ready))}
    return schema


def _reason(schema: Node, dialect: Dialect) -> Node:
    """Describe the `type` of a problem: a URI, or one of the dialect's words."""
    theirs = dialect.values["problem"].theirs
    changed = [words[0] for reason, words in theirs.items() if words != (reason,)]
    if not changed:
        return schema
    description = "The reason of the refusal."
    if any(isinstance(word, int) for word in changed):
        return {"description": f"{description} A word or an integer."}  # OpenAPI 3.0 has one type per schema
    return {"description": description, "type": "string", "examples": [changed[0]]}


def _enumerate(schema: Node, words: Words, ours: Any, *, nullable: bool = False) -> None:
    """Give a schema the dialect's words for these words of the contract: all that may be read."""
    theirs = [word for our in ours for word in words.theirs[our]]
    schema["enum"] = [*dict.fromkeys(theirs), *([None] if nullable else [])]
    types = [name for name, kind in (("string", str), ("integer", int)) if any(isinstance(w, kind) for w in theirs)]
    types += ["null"] if nullable else []
    if len(types) - nullable == 1:
        schema["type"] = types[0] if len(types) == 1 else types
    else:
        schema.pop("type", None)  # OpenAPI 3.0 has one type per schema; the enumeration says everything


_EPOCH: Mapping[str, str] = {
    "epoch_s": "Seconds since 1970-01-01T00:00:00Z.",
    "epoch_ms": "Milliseconds since 1970-01-01T00:00:00Z.",
}


def _time(schema: Node, dialect: Dialect) -> Node:
    """Describe an instant as the dialect writes it."""
    if dialect.times.kind == "rfc3339":
        return schema
    nullable = "null" in schema["type"]
    text = str(schema.get("description", "")).strip()
    if dialect.times.kind == "pattern":
        changed: Node = {"type": "string", "minLength": 1}
        text = f"{text} Written as {dialect.times.pattern} (strptime).".strip()
    else:
        changed = {"type": "integer", "minimum": 0}
        text = f"{text} {_EPOCH[dialect.times.kind]}".strip()
    if nullable:
        changed["type"] = [changed["type"], "null"]
    return {"description": text, **changed}
