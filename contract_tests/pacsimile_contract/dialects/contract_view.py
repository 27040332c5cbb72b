"""The description by which translated answers are judged: the contract's, without what the dialect leaves out."""

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
    """Return the OpenAPI document by which translated answers are judged. It must not be changed.

    It is the contract's, without the members, headers and report types that the dialect leaves out. Absent operations
    stay, because they are never asked.
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
