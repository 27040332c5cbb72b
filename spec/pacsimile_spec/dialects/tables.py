"""The facts that a dialect may spell: the members of JSON objects, from the schemas of `openapi.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from pacsimile_spec.documents import description, resolve
from pacsimile_spec.problems import PROBLEMS
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.scopes import SCOPES
from pacsimile_spec.statuses import STATUSES

Kind = Literal["value", "time", "word", "words", "scopes", "parameter", "object", "objects"]
"""What a member holds: a JSON value as it is, an instant, a word of a vocabulary, a list of such words, scopes
separated by spaces, the name of a parameter, an object of a table, a list of such objects."""

ROOTS = (
    "Token",
    "TokenError",
    "OrderStatus",
    "OrderIds",
    "ReportList",
    "Acknowledgement",
    "AcknowledgementRequest",
    "JsonReport",
    "GroupJsonReport",
    "Problem",
)
"""The schemas of `openapi.yaml` for JSON answers and bodies, in its order."""

VOCABULARIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "OrderStatus.status": STATUSES,
        "report_status": ("final", "amended"),
        "report_type": tuple(REPORT_TYPES),
        "scope": SCOPES,
        "problem": tuple(PROBLEMS),
    }
)
"""The contract's closed lists of words. A dialect may have other words for them."""

_VOCABULARY_OF = {"status": "OrderStatus.status", "report_status": "report_status", "report_types": "report_type"}
_SPECIAL: Mapping[str, tuple[Kind, str | None]] = MappingProxyType(
    {
        "Token.scope": ("scopes", "scope"),
        "Problem.type": ("word", "problem"),
        "Problem.status": ("value", None),
        "Problem.errors.parameter": ("parameter", None),
    }
)
"""Members whose kind does not follow from their schema."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a JSON object in the contract's own spelling.

    `vocabulary` is the name of a word's vocabulary in VOCABULARIES. `table` is the name of an object's table.
    `required` says whether each answer has it.
    """

    name: str
    kind: Kind
    required: bool
    vocabulary: str | None = None
    table: str | None = None


Table = Mapping[str, Member]


@cache
def tables() -> Mapping[str, Table]:
    """Return every table by its name: `OrderStatus`, or `ReportList.reports` for an inner table."""
    schemas = description()["components"]["schemas"]
    return MappingProxyType({name: table for root in ROOTS for name, table in _tables(root, schemas[root])})


def _tables(name: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, Table]]:
    required = schema.get("required", ())
    inner: dict[str, Mapping[str, Any]] = {}
    members = {}
    for member, node in schema["properties"].items():
        place = f"{name}.{member}"
        kind, vocabulary, inside = _kind(member, place, resolve(node))
        if inside is not None:
            inner[place] = inside
        members[member] = Member(member, kind, member in required, vocabulary, None if inside is None else place)
    yield name, MappingProxyType(members)
    for place, inside in inner.items():
        yield from _tables(place, inside)


def _kind(name: str, place: str, node: Mapping[str, Any]) -> tuple[Kind, str | None, Mapping[str, Any] | None]:
    """Return what a member holds, its vocabulary, and the schema of the objects in it."""
    if place in _SPECIAL:
        return *_SPECIAL[place], None
    if node.get("format") == "date-time":
        return "time", None, None
    many = node.get("type") == "array"
    if name in _VOCABULARY_OF:
        return ("words" if many else "word"), _VOCABULARY_OF[name], None
    if node.get("type") == "object" and "properties" in node:
        return "object", None, node
    items = resolve(node.get("items", {}))
    if many and "properties" in items:
        return "objects", None, items
    return "value", None, None
