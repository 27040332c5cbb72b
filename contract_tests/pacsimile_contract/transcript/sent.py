"""A request in words: its address, its path and the names in it are ours; the values are marked as values.

A value may be a secret, a token, or an identifier that an answer named: `redaction` decides. A value that the contract
itself lists, such as `client_credentials`, is ours.
"""

import json
from typing import Any
from urllib.parse import unquote_plus

from pacsimile_contract.evidence.exchange import Request
from pacsimile_contract.provenance import as_value
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import API_OPERATIONS
from pacsimile_spec.scopes import SCOPES

_OURS = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host", "transfer-encoding",
     "user-agent"}
)  # fmt: skip
"""Headers whose values we make."""

_PARAMETERS = tuple(parameter for name in API_OPERATIONS for parameter in operations()[name].parameters)

_NAMES = frozenset(
    {"grant_type", "scope", "client_id", "client_secret", "access_token", "report_ids"}
    | {parameter.name for parameter in _PARAMETERS}
)
"""Names of parameters and members that we send."""

_LISTED = {
    "grant_type": frozenset({"client_credentials"}),
    "scope": frozenset(SCOPES),
    **{parameter.name: frozenset(parameter.schema.get("enum", ())) for parameter in _PARAMETERS},
}
"""By parameter, the values that the contract lists. They are never redacted, even if a secret is one of their words."""

MOST_SENT = 2000
"""Bytes of a request's body that are shown and kept: our own words, some of them a million long."""


def url_of(request: Request) -> str:
    """Return the URL, its values marked."""
    address, (rest, mark, query) = request.url[: request.own_length], request.url[request.own_length :].partition("?")
    return f"{address}{as_value(rest)}{mark}{_pairs(query)}"


def header_of(name: str, value: str) -> str:
    """Return a header's value, marked unless it is of those that we make."""
    return value if name.lower() in _OURS else as_value(value)


def value_of(name: str, value: str) -> str:
    """Return a parameter's value, marked unless it consists of values that the contract lists for it."""
    listed = _LISTED.get(name, frozenset())
    return value if listed.issuperset(unquote_plus(value).split(" ")) else as_value(value)


def body_of(request: Request) -> str:
    """Return the beginning of the body, its values marked."""
    text = (request.body or b"")[:MOST_SENT].decode("utf-8", "replace")
    if (request.header("Content-Type") or "").startswith("application/x-www-form-urlencoded"):
        return _pairs(text)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return as_value(text)
    return _json(document) if json.dumps(document) == text else as_value(text)


def _pairs(text: str) -> str:
    """Return pairs of ours with their values marked; others, which may hold `=` and `&` in one value, marked whole."""
    pairs = [one.partition("=") for one in text.split("&")]
    if not all(name in _NAMES for name, _, _ in pairs):
        return as_value(text)
    return "&".join(f"{name}{mark}{value_of(name, value)}" for name, mark, value in pairs)


def _json(value: Any) -> str:
    if isinstance(value, dict):
        members = (f"{_name(name)}: {_json(member)}" for name, member in value.items())
        return f"{{{', '.join(members)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    return as_value(json.dumps(value))


def _name(name: str) -> str:
    return json.dumps(name) if name in _NAMES else as_value(json.dumps(name))
