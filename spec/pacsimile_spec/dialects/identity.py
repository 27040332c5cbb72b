"""The identity: the dialect that spells like `openapi.yaml`. Every other dialect says where it differs from it."""

from __future__ import annotations

from functools import cache
from typing import Any

from pacsimile_spec.dialects.model import (
    Acknowledgements,
    Carried,
    Codes,
    Dialect,
    PathTemplate,
    Times,
    Words,
    frozen,
)
from pacsimile_spec.dialects.tables import VOCABULARIES, tables
from pacsimile_spec.documents import operations
from pacsimile_spec.report_types import REPORT_TYPES

HEADERS = (
    "X-Request-Id",
    "X-Order-Id",
    "X-Report-Id",
    "Retry-After",
    "Content-Digest",
    "Content-Disposition",
    "Cache-Control",
    "X-Content-Type-Options",
    "WWW-Authenticate",
)
"""Headers of answers that a dialect may rename or leave out."""

TOKEN_PARAMETERS = ("grant_type", "scope", "client_id", "client_secret")
"""The members of a token request (RFC 6749 sections 2.3.1 and 4.4.2)."""


def parameter_names() -> tuple[str, ...]:
    """Return the contract's names of all parameters, those of the query first, in the order of `openapi.yaml`."""
    of_queries = (parameter.name for operation in operations().values() for parameter in operation.parameters)
    return tuple(dict.fromkeys((*of_queries, *TOKEN_PARAMETERS)))


@cache
def identity() -> Dialect:
    """Return the contract's own spelling."""
    own: dict[str, Any] = {
        "name": "identity",
        "paths": frozen({name: (PathTemplate(operation.path),) for name, operation in operations().items()}),
        "constants": frozen({}),
        "parameters": frozen({name: name for name in parameter_names()}),
        "fields": frozen({table: frozen({name: (name,) for name in members}) for table, members in tables().items()}),
        "values": frozen(
            {name: Words(frozen({word: (word,) for word in words})) for name, words in VOCABULARIES.items()}
        ),
        "times": Times("rfc3339"),
        "codes": Codes(),
        "headers": frozen({name: name for name in HEADERS}),
        "media_types": frozen({name: kind.media_type for name, kind in REPORT_TYPES.items()}),
        "report_types": tuple(REPORT_TYPES),
        "carried": Carried(),
        "error_media_type": "application/problem+json",
        "credentials": "basic",
        "unknown_parameters": "refused",
        "acknowledgements": Acknowledgements(),
    }
    return Dialect(**own)
