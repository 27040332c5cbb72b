"""Writes requests in a dialect, piece by piece, because a test may send what is not well-formed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import quote, unquote_plus, unquote_to_bytes

from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import Request
from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.model import PathTemplate
from pacsimile_spec.operation_ids import OPERATION_IDS, TOKEN_OPERATIONS, OperationId

_TOKEN_PATH = "/token"  # noqa: S105 (a path)
_FORM = "application/x-www-form-urlencoded"


class RequestWriter:
    """Writes the requests of a run in a dialect. `base_url` and `oauth2_endpoint` are the target's."""

    def __init__(self, dialect: Dialect, base_url: str, oauth2_endpoint: str) -> None:
        self._dialect, self._base, self._oauth2 = dialect, base_url, oauth2_endpoint
        self._names = _permute(dict(dialect.parameters))
        self._operations: dict[tuple[str, str], OperationId] = {}
        for name in OPERATION_IDS:
            address = self._own_address(name)
            self._operations[(operations()[name].method, address)] = name
            self._operations.setdefault(("", address), name)

    def _own_address(self, operation: OperationId) -> str:
        path = operations()[operation].path
        return self._oauth2 + _TOKEN_PATH if path.startswith("/oauth2/") else self._base + path

    def write(self, request: Request) -> Request:
        """Return the request as it is sent. One that consists of raw bytes stays as it is."""
        if request.raw is not None:
            return request
        address, mark, query = request.url.partition("?")
        operation = self._operations.get((request.method, address)) or self._operations.get(("", address))
        if operation is None:
            return request
        pieces = [self._piece(operation, piece) for piece in query.split("&")] if mark else []
        if operation in TOKEN_OPERATIONS and self._dialect.credentials != "basic":
            request, added = self._with_credentials(request)
            pieces += [self._piece(operation, piece) for piece in added]
        template = self._template(operation, pieces)
        place, kept = self._fill_path(operation, template, pieces)
        kept += [f"{quote(name)}={quote(value, safe='')}" for name, value in self._dialect.constants.items()]
        url = place + ("?" + "&".join(kept) if kept else mark)
        return replace(
            request, url=url, body=self._body(operation, request), own_length=min(len(place), len(url)),
        )  # fmt: skip

    def _with_credentials(self, request: Request) -> tuple[Request, list[str]]:
        """Return a token request with its credentials where the dialect has them, and the pieces to add to its query.

        An `Authorization` header that is not well-formed HTTP Basic stays. A GET has no body to carry credentials.
        """
        by, sent = self._dialect.credentials, request.header("Authorization")
        basic = None if sent is None else authorization.read(sent).basic
        if basic is None:
            return request, []
        pairs = {"client_id": basic.client_id, "client_secret": basic.secret}
        headers = tuple(header for header in request.headers if header[0].lower() != "authorization")
        if by == "headers":
            headers += tuple((self._dialect.parameters[name], value) for name, value in pairs.items())
            return replace(request, headers=headers), []
        added = [f"{name}={quote(value, safe='')}" for name, value in pairs.items()]
        if by == "query":
            return replace(request, headers=headers), added
        body = request.body if request.method == "GET" else b"&".join((request.body or b"", "&".join(added).encode()))
        return replace(request, headers=headers, body=body), []

    def _piece(self, operation: str, piece: str) -> tuple[str, str, str]:
        """Return (contract's name, piece in the dialect's spelling, its value as it stands)."""
        raw_name, mark, value = piece.partition("=")
        name = unquote_plus(raw_name)
        theirs = self._names.get(name, name)
        value = self._value(operation, name, value)
        spelled = raw_name if theirs == name else quote(theirs, safe="")
        return name, f"{spelled}{mark}{value}", value

    def _value(self, operation: str, name: str, value: str) -> str:
        """Return a value: a word of a vocabulary in the dialect's, anything else to the byte as it was."""
        text = unquote_plus(value)
        if name == "report_type" and text in self._dialect.values["report_type"].theirs:
            return _requoted(value, text, str(self._dialect.values["report_type"].written(text)))
        if name == "scope" and operation in ("getToken", "postToken"):
            words = [str(self._dialect.values["scope"].written(word)) for word in text.split(" ")]
            return _requoted(value, text, " ".join(dict.fromkeys(words) if all(words) else words))
        return value

    def _template(self, operation: OperationId, pieces: list[tuple[str, str, str]]) -> PathTemplate:
        """Return the path with the most parameters that the query has."""
        names = {name for name, _, _ in pieces}
        templates = self._dialect.paths.get(operation, (PathTemplate(operations()[operation].path),))
        fitting = [template for template in templates if names.issuperset(template.parameters)]
        return max(fitting, key=lambda template: len(template.parameters)) if fitting else templates[0]

    def _fill_path(
        self, operation: OperationId, template: PathTemplate, pieces: list[tuple[str, str, str]]
    ) -> tuple[str, list[str]]:
        """Return the address with its parameters, and the pieces that stay in the query."""
        path, left = template.text, list(pieces)
        for name in template.parameters:
            piece = next((piece for piece in left if piece[0] == name), None)
            if piece is not None:
                left.remove(piece)
            value = "" if piece is None else quote(unquote_to_bytes(piece[2].replace("+", " ")), safe="")
            path = path.replace("{" + name + "}", value)
        return self._address(operation, path), [spelled for _, spelled, _ in left]

    def _address(self, operation: OperationId, path: str) -> str:
        own = operations()[operation].path
        if not own.startswith("/oauth2/"):
            return self._base + path
        head, tail, _ = path.rpartition(_TOKEN_PATH)
        if path == own or (head and tail and path.endswith(_TOKEN_PATH) and self._oauth2.endswith(head)):
            return self._oauth2 + _TOKEN_PATH
        return self._oauth2.removesuffix("/oauth2") + path

    def _body(self, operation: str, request: Request) -> bytes | None:
        if not request.body:
            return request.body
        if operation == "acknowledgeReports":
            return _move_report_ids(self._dialect, request.body)
        form = (request.header("Content-Type") or "").startswith(_FORM)
        if operation == "postToken" and form:
            pieces = request.body.decode("latin-1").split("&")
            return "&".join(self._piece(operation, piece)[1] for piece in pieces).encode("latin-1")
        return request.body


def described_path(template: PathTemplate, dialect: Dialect) -> str:
    """Return a path with the dialect's names of its parameters, as in the service's description."""
    return re.sub(r"\{([^{}]*)\}", lambda match: "{" + dialect.parameters[match[1]] + "}", template.text)


def parameters_in_contract(dialect: Dialect, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the contract's spelling of parameters that are in the dialect's. Constants are left out."""
    names = {theirs: ours for ours, theirs in _permute(dict(dialect.parameters)).items()}
    words = dialect.values["report_type"]
    return tuple(
        (names.get(name, name), (words.meanings(value) or (value,))[0] if names.get(name) == "report_type" else value)
        for name, value in pairs
        if name not in dialect.constants
    )


def _permute(names: dict[str, str]) -> dict[str, str]:
    """Return the dialect's name of each parameter; a name that only the dialect knows becomes one that it does not.

    So what a test sends as an unknown parameter stays unknown.
    """
    taken = {theirs: ours for ours, theirs in names.items() if theirs != ours}
    return {**{theirs: ours for theirs, ours in taken.items() if theirs not in names}, **names}


def _requoted(value: str, text: str, theirs: str) -> str:
    return value if theirs == text else quote(theirs, safe="")


def _move_report_ids(dialect: Dialect, body: bytes) -> bytes:
    """Return the body of an acknowledgement with the report ids where the dialect has them. Other bytes stay."""
    pointer = dialect.fields["AcknowledgementRequest"]["report_ids"]
    if pointer is None or pointer == ("report_ids",):
        return body
    *way, last = (step.encode() for step in pointer)
    swapped = {b"report_ids": last, last: b"report_ids"}
    pattern = re.compile(b'"(' + b"|".join(map(re.escape, swapped)) + rb')"(\s*:)')
    rename: Callable[[re.Match[bytes]], bytes] = lambda match: b'"' + swapped[match[1]] + b'"' + match[2]  # noqa: E731
    named = pattern.sub(rename, body)
    if not way or not named.lstrip().startswith(b"{") or named == body:
        return named
    return b"".join(b'{"' + step + b'": ' for step in way) + named + b"}" * len(way)
