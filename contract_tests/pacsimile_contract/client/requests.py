"""Building requests: operations to addresses, parameters to queries, credentials to headers."""

import base64
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from pacsimile_contract.evidence.exchange import Headers, Request
from pacsimile_contract.target.model import Client, Target
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

FORM: Headers = (("Content-Type", "application/x-www-form-urlencoded"),)
"""The header of a body that is a form."""


def query_of(parameters: Mapping[str, object] | Sequence[tuple[str, object]]) -> str:
    """Encode parameters for a query: UTF-8, percent-encoded, a space as `%20`, in the given order."""
    pairs = parameters.items() if isinstance(parameters, Mapping) else parameters
    return "&".join(f"{quote(name, safe='')}={quote(str(value), safe='')}" for name, value in pairs)


def basic(client_id: str, secret: str) -> str:
    """Return the Authorization value of HTTP Basic (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def address(target: Target, operation: str | None, path: str | None = None) -> str:
    """Return the URL of an operation, or of a path below the base URL."""
    if path is not None:
        return target.base_url + path
    if operation in TOKEN_OPERATIONS:
        return target.oauth2_endpoint + "/token"
    return target.base_url + operations()[str(operation)].path


def build(
    target: Target,
    operation: str | None,
    parameters: Mapping[str, object],
    *,
    method: str | None = None,
    path: str | None = None,
    query: str | None = None,
    headers: Headers = (),
    body: bytes | None = None,
    client: Client | None = None,
    organizations: frozenset[str] = frozenset(),
) -> Request:
    """Return the request of an operation. `query` is sent as it is, in the place of the parameters."""
    text, place = query_of(parameters) if query is None else query, address(target, operation, path)
    return Request(
        method=method or operations()[str(operation)].method,
        url=place + (f"?{text}" if text else ""),
        headers=headers,
        body=body,
        operation=operation,
        client=client.name if client else None,
        given={name: str(value) for name, value in parameters.items()},
        organizations=organizations,
        own_length=len(place),
    )
