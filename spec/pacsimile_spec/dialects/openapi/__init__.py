"""Make the OpenAPI document of a service that uses a dialect, from `openapi.yaml`."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pacsimile_spec.dialects.identity import identity
from pacsimile_spec.dialects.model import Dialect
from pacsimile_spec.dialects.openapi.answers import respell_answers
from pacsimile_spec.dialects.openapi.examples import respell_examples
from pacsimile_spec.dialects.openapi.operations import respell_operations
from pacsimile_spec.dialects.openapi.schemas import respell_schemas
from pacsimile_spec.dialects.openapi.texts import respell_texts
from pacsimile_spec.dialects.openapi.unused import drop_unused
from pacsimile_spec.documents import description


def describe(dialect: Dialect) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the service. The caller may change it.

    Examples are respelled before schemas, because the schemas' original names tell where the examples are. Texts are
    last.
    """
    document = deepcopy(description())
    if spells_as_the_contract(dialect):
        return document
    for respell in (respell_examples, respell_answers, respell_operations, respell_schemas, respell_texts):
        respell(document, dialect)
    drop_unused(document)
    return document


def spells_as_the_contract(dialect: Dialect) -> bool:
    """Tell whether the dialect differs from the identity only by its name."""
    from dataclasses import replace

    return replace(dialect, name=identity().name) == identity()
