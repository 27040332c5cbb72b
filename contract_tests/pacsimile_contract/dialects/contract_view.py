"""The description of what is left of the contract once a dialect's answers are read: without what the service lacks."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pacsimile_spec import description
from pacsimile_spec.dialects import Dialect, identity
from pacsimile_spec.dialects.model import frozen
from pacsimile_spec.dialects.openapi import describe


@cache
def contract_view(dialect: Dialect | None) -> Mapping[str, Any]:
    """Return the OpenAPI document by which canonical answers are judged; do not change it.

    It is the contract's own, without the members and headers that the dialect leaves out, and with the report types
    that it offers. Operations stay: of one that the service lacks nothing is asked.
    """
    if dialect is None:
        return description()
    own = identity()
    fields = {
        table: frozen({name: own.fields[table][name] if members[name] is not None else None for name in members})
        for table, members in dialect.fields.items()
    }
    headers = {name: name if theirs is not None else None for name, theirs in dialect.headers.items()}
    return describe(
        replace(
            own, name=dialect.name, fields=frozen(fields), headers=frozen(headers),
            report_types=dialect.report_types,
            acknowledgements=replace(own.acknowledgements, answered=dialect.acknowledges_with_answer),
        )
    )  # fmt: skip
