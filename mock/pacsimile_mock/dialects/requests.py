"""Reads calls in a dialect: returns them in the contract's spelling.

Where the dialect has a name or a word of its own, the contract's is not understood. It is marked, so that the pipeline
refuses it as unknown. The mark is removed where a message repeats it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import quote, unquote_plus

import orjson

from pacsimile_mock.calls.token_endpoint import UNDESCRIBED_PATHS
from pacsimile_mock.dialects.routes import Route
from pacsimile_mock.errors import invalid_request
from pacsimile_mock.exchange import Call
from pacsimile_mock.oauth2.model import CREDENTIAL_OPERATIONS, Client
from pacsimile_mock.oauth2.reading import client_id_of
from pacsimile_mock.parameters import BROKEN_ESCAPE
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.identity import TOKEN_PARAMETERS
from pacsimile_spec.dialects.pointers import Pointer
from pacsimile_spec.documents import operations
from pacsimile_spec.operation_ids import OperationId

NOT_UNDERSTOOD = "canonical:"
"""Precedes a name or a word of the contract that this dialect has another for."""
CONSTANT = "constant:"
"""Precedes the name of a constant that a call lacks, or has with another value."""

CREDENTIALS = ("client_id", "client_secret")
_SELECTORS = frozenset({"order_id", "study_uid"})
"""Parameters of which a call has one."""

Pieces = list[tuple[str, str]]
"""Parameters: the contract's name, as it is written in a query, and the value as it was sent."""


class RequestReader:
    """Reads the calls of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._names: dict[str, dict[str, str]] = {operation: _names(dialect, operation) for operation in dialect.paths}
        self._names |= {operation: _token_names(dialect) for operation in UNDESCRIBED_PATHS}
        types = dialect.values["report_type"]
        self._types = {str(word): ours for ours in dialect.report_types for word in types.theirs[ours]}
        self._scopes: dict[str, list[str]] = {}
        for ours, words in dialect.values["scope"].theirs.items():
            for word in words:
                self._scopes.setdefault(str(word), []).append(ours)
        self._scopes_differ = any(words != (ours,) for ours, words in dialect.values["scope"].theirs.items())
        by_headers = dialect.credentials == "headers"
        self.header_names = tuple(dialect.parameters[name].lower() for name in CREDENTIALS if by_headers)
        """The headers that carry credentials; none where they stand elsewhere."""

    def read(self, call: Call, route: Route | None, clients: Mapping[str, Client]) -> Call:
        """Return the call in the contract's spelling. The argument is not changed.

        Args:
            call: The call as it was sent.
            route: Where its path leads in this dialect.
            clients: The clients of the world, by id. Of scopes that share a word, a client asks for those it has.
        """
        if route is None:
            return replace(call, operation=None, mask=None)
        inner = replace(call, operation=route.operation, path=_path(route.operation), mask=None)
        pieces = self._pieces(call.query, route.operation)
        pieces = self._without_constants(pieces, inner)
        if route.operation in CREDENTIAL_OPERATIONS:
            self._read_token_request(inner, pieces, clients)
            return inner
        in_path = [(name, f"={quote(value, safe='')}") for name, value in route.parameters.items()]
        inner.query = _query((name, self._value(name, value)) for name, value in (*in_path, *pieces))
        if route.operation == "acknowledgeReports":
            self._read_body(inner)
        return inner

    def _pieces(self, text: str, operation: str) -> Pieces:
        """Split a query or a form, and name its parameters as the contract does."""
        names, pieces = self._names[operation], []
        for piece in text.split("&"):
            raw, equals, value = piece.partition("=")
            name = unquote_plus(raw)
            broken = BROKEN_ESCAPE.search(raw) or "\ufffd" in name
            if not piece or broken or name in self._dialect.constants:
                pieces.append((raw, equals + value))
            elif name in names:
                pieces.append((names[name], equals + value))
            elif self._dialect.unknown_parameters == "refused" or operation in CREDENTIAL_OPERATIONS:
                canonical = name in names.values()
                pieces.append((NOT_UNDERSTOOD + raw if canonical else raw, equals + value))
        return [(name, value) for name, value in pieces if name or value]

    def _without_constants(self, pieces: Pieces, inner: Call) -> Pieces:
        """Take out the constants that are right; mark those that are missing or wrong."""
        left, missing = list(pieces), []
        for name, value in self._dialect.constants.items():
            sent = next((piece for piece in left if unquote_plus(piece[0]) == name), None)
            if sent is not None:
                left.remove(sent)
            if sent is None or unquote_plus(sent[1].removeprefix("=")) != value:
                missing.append((CONSTANT + quote(name), ""))
                if inner.operation in CREDENTIAL_OPERATIONS:
                    inner.refused_early = inner.refused_early or invalid_request(constant_complaint(name, value))
        return [*missing, *left]

    def _value(self, name: str, value: str) -> str:
        """Return a value as the contract spells it; only a report type is a word of a vocabulary."""
        if name != "report_type":
            return value
        text = unquote_plus(value.removeprefix("="))
        ours = self._types.get(text)
        if ours is None and text in self._dialect.values["report_type"].theirs:
            ours = NOT_UNDERSTOOD + text
        return value if ours is None else f"={quote(ours)}"

    def _read_token_request(self, inner: Call, pieces: Pieces, clients: Mapping[str, Client]) -> None:
        by, headers = self._dialect.credentials, dict(inner.headers)
        if by != "basic":
            headers.pop("authorization", None)
        form = self._pieces(inner.body.decode("ascii"), str(inner.operation)) if inner.body.isascii() else None
        if by in ("query", "headers"):
            sent = self._credential_headers(inner) if by == "headers" else _take_credentials(pieces, inner)
            if sent:
                pair = ":".join(sent.get(name, "") for name in CREDENTIALS)
                headers["authorization"] = f"Basic {b64encode(pair.encode(errors='surrogatepass')).decode()}"
            form = [(NOT_UNDERSTOOD + name if name in CREDENTIALS else name, value) for name, value in form or ()]
        inner.headers = headers
        if form is not None and not inner.incomplete:
            _replace_body(inner, _query(form).encode())
        if self._scopes_differ:
            client = clients.get(client_id_of(inner) or "")
            pieces = [(name, self._scope(name, value, client)) for name, value in pieces]
            form = form and [(name, self._scope(name, value, client)) for name, value in form]
        inner.query = _query(pieces)
        if form is not None and not inner.incomplete:
            _replace_body(inner, _query(form).encode())

    def _credential_headers(self, call: Call) -> dict[str, str]:
        """Return the credentials that stand in headers, by the contract's names."""
        named = zip(CREDENTIALS, self.header_names, strict=True)
        return {ours: call.headers[theirs] for ours, theirs in named if theirs in call.headers}

    def _scope(self, name: str, value: str, client: Client | None) -> str:
        """Return the scopes that a token request asks for, in the contract's words."""
        if name != "scope":
            return value
        result: list[str] = []
        for word in unquote_plus(value.removeprefix("=")).split(" "):
            meant = self._scopes.get(word, [])
            own = [scope for scope in meant if client is not None and scope in client.scopes]
            unknown = NOT_UNDERSTOOD + word if word in self._dialect.values["scope"].theirs else word
            result += own or meant or [unknown]
        return f"={quote(' '.join(result))}"

    def _read_body(self, call: Call) -> None:
        """Move the report ids of an acknowledgement to where the contract has them."""
        pointer = self._dialect.fields["AcknowledgementRequest"]["report_ids"]
        if pointer is None or pointer == ("report_ids",) or not call.body or call.incomplete:
            return
        try:
            content = orjson.loads(call.body)
        except orjson.JSONDecodeError:
            return
        _replace_body(call, orjson.dumps(_in_contract_shape(content, pointer)))


def constant_complaint(name: str, value: str) -> str:
    """Return the complaint about a call without a constant, or with another value of it."""
    return f"The query parameter {name!r} must be {value}: every call carries it."


def _names(dialect: Dialect, operation: str) -> dict[str, str]:
    """Return the names of an operation's parameters: the contract's by the dialect's."""
    own = {dialect.parameters[name]: name for name in taken_parameters(dialect, operation)}
    return own | _token_names(dialect) if operation in CREDENTIAL_OPERATIONS else own


def taken_parameters(dialect: Dialect, operation: str) -> list[str]:
    """Return the contract's names of an operation's parameters, without a selector that none of its paths has room for.

    Where each path holds the order's id, there is no way to ask by the study, and the other way round.
    """
    inside = [
        _SELECTORS.intersection(template.parameters) for template in dialect.paths[cast("OperationId", operation)]
    ]
    excluded = [name for name in _SELECTORS if all(held - {name} for held in inside)]
    return [parameter.name for parameter in operations()[operation].parameters if parameter.name not in excluded]


def _token_names(dialect: Dialect) -> dict[str, str]:
    return {dialect.parameters[name]: name for name in TOKEN_PARAMETERS}


def _path(operation: str) -> str:
    return UNDESCRIBED_PATHS.get(operation) or operations()[operation].path


def _query(pieces: Iterable[tuple[str, str]]) -> str:
    return "&".join(name + value for name, value in pieces)


def _replace_body(call: Call, body: bytes) -> None:
    """Give a call that arrived whole another body."""
    call.body = body
    call.content_length = None if call.content_length is None else len(body)


def _take_credentials(pieces: Pieces, call: Call) -> dict[str, str]:
    """Take the credentials out of a query, and return them decoded."""
    sent: dict[str, str] = {}
    for piece in [piece for piece in pieces if piece[0] in CREDENTIALS]:
        pieces.remove(piece)
        if piece[0] in sent:
            call.refused_early = call.refused_early or invalid_request(
                f"The parameter {piece[0]!r} is given more than once."
            )
        sent.setdefault(piece[0], unquote_plus(piece[1].removeprefix("=")))
    return sent


def _in_contract_shape(content: Any, pointer: Pointer) -> Any:
    """Return the body in the contract's shape; an empty object if it does not have exactly the dialect's shape."""
    for step in pointer:
        if not isinstance(content, dict) or content.keys() != {step}:
            return {}
        content = content[step]
    return {"report_ids": content}
