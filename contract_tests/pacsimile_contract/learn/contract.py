"""The facts of the contract, with the names, shapes and words by which they are recognized in a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pacsimile_contract.learn.service import Operation, Service, Shape
from pacsimile_contract.learn.sources.documents import References
from pacsimile_contract.learn.sources.openapi import service_of
from pacsimile_contract.learn.sources.schemas import shape_of_schema
from pacsimile_contract.learn.words import load_data
from pacsimile_spec import description
from pacsimile_spec.dialects.identity import HEADERS, TOKEN_PARAMETERS
from pacsimile_spec.dialects.tables import VOCABULARIES, Member, tables
from pacsimile_spec.documents import operations
from pacsimile_spec.operation_ids import OperationId

CONTEXTS: Mapping[str, str] = MappingProxyType(
    {
        "Token": "access token", "TokenError": "error", "OrderStatus": "order", "OrderIds": "study",
        "ReportList": "report", "ReportList.reports": "report", "Acknowledgement": "report",
        "AcknowledgementRequest": "report", "JsonReport": "report", "JsonReport.patient": "patient",
        "JsonReport.procedure": "procedure", "JsonReport.measurements": "measurement",
        "JsonReport.radiologist": "radiologist", "JsonReport.times": "time", "GroupJsonReport": "group",
        "GroupJsonReport.orders": "order", "Problem": "problem", "Problem.errors": "error",
    }
)  # fmt: skip
"""What each table is about. The name of a member may omit the word: `id` for `order_id`."""
ANSWERS: Mapping[str, tuple[OperationId, ...]] = MappingProxyType(
    {
        "Token": ("getToken", "postToken"), "OrderStatus": ("getStatus",), "OrderIds": ("getOrderIds",),
        "ReportList": ("listReports",), "Acknowledgement": ("acknowledgeReports",), "JsonReport": ("getResult",),
        "GroupJsonReport": ("getGroupReport",),
    }
)  # fmt: skip
"""The operations that answer with an object of the table."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact, and the names that services give it. `member` is None for a parameter or a header."""

    key: str
    names: tuple[str, ...]
    shape: Shape
    member: Member | None = None


@cache
def contract() -> Service:
    """Return the contract's description, read like that of a service."""
    return service_of(description(), "the contract")


@cache
def own_operation(operation: str) -> Operation:
    """Return an operation of the contract."""
    known = operations()[operation]
    return next(own for own in contract().operations if (own.method, own.path) == (known.method, known.path))


@cache
def names() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the other names of facts, by `members`, `parameters`, `headers` and `operations`."""
    given = load_data("names.yaml")
    return MappingProxyType(
        {
            key: {name: tuple(map(str, others or ())) for name, others in given[key].items()}
            for key in given
            if key != "words"
        }
    )


@cache
def word_names(vocabulary: str) -> Mapping[str, tuple[str, ...]]:
    """Return the words of services for each word of a vocabulary, the contract's own first."""
    given = load_data("names.yaml")["words"][vocabulary]
    return {word: (word, *map(str, given.get(word, ()))) for word in VOCABULARIES[vocabulary]}


@cache
def _table_shape(table: str) -> Shape:
    """Return the shape of a table's object, with the values of the contract's examples."""
    root, *steps = table.split(".")
    schema = {"$ref": f"#/components/schemas/{root}"}
    shape = shape_of_schema(schema, References(description()))
    for operation in contract().operations:
        for content in [c for answer in operation.answers.values() for c in answer.contents.values()]:
            if root in content.shape.titles:
                for name, member in shape.members.items():
                    member.samples += [v for v in content.shape.members[name].samples if v not in member.samples]
    for step in steps:
        shape = shape.members[step]
        shape = shape.items or shape
    return shape


@cache
def facts_of(table: str) -> tuple[Fact, ...]:
    """Return the facts of a table, in the contract's order."""
    others, shape = names()["members"], _table_shape(table)
    return tuple(
        Fact(
            f"{table}.{name}",
            (name, *others.get(f"{table}.{name}", others.get(name, ()))),
            shape.members[name],
            member,
        )
        for name, member in tables()[table].items()
    )


@cache
def parameter_facts() -> Mapping[str, Fact]:
    """Return the facts that parameters carry, by the contract's name."""
    shapes = {
        parameter.name: parameter.shape for operation in contract().operations for parameter in operation.parameters
    }
    form = own_operation("postToken").bodies["application/x-www-form-urlencoded"].shape
    shapes |= {name: form.members[name] for name in TOKEN_PARAMETERS}
    others = names()["parameters"]
    return {name: Fact(name, (name, *others.get(name, ())), shape) for name, shape in shapes.items()}


@cache
def header_facts() -> Mapping[str, Fact]:
    """Return the facts that headers carry, by the contract's name."""
    others = names()["headers"]
    return {name: Fact(name, (name, *others.get(name, ())), Shape()) for name in HEADERS}
