"""Reads requests that somebody else sent, in the spelling of a dialect: the reverse of `requests`."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from pacsimile_contract.evidence.exchange import Request
from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.model import PathTemplate
from pacsimile_spec.dialects.pointers import value_at
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

HIDDEN = "$HIDDEN"
"""What stands in the place of a value that nothing is known of: it may be a secret."""
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]+)\}")
_WITH_SLASHES = ("study_group", "organizationId")
_FORM = "application/x-www-form-urlencoded"
_CREDENTIALS = ("client_id", "client_secret")


class _Path(NamedTuple):
    method: str
    operation: str
    names: tuple[str, ...]
    pattern: re.Pattern[str]
    literal: int
    """Characters that stand in the template itself: of two that match, the one with more is meant."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A request in the contract's spelling; `operation` and `given` are those of `request`.

    `own_length` is how much of the path on the wire no value stands in. `client_id` and `client_secret` are the
    credentials that a token request carries, wherever it has them, None where it has none.
    """

    request: Request
    own_length: int
    client_id: str | None = None
    client_secret: str | None = None


class RequestReader:
    """Reads the requests to one service. `base_url` and `oauth2_endpoint` are the target's, `token_url` as on the wire.

    A request is read only if its path and method are those of an operation.
    """

    def __init__(self, dialect: Dialect, base_url: str, oauth2_endpoint: str, token_url: str) -> None:
        self._dialect, self._base, self._oauth2 = dialect, base_url, oauth2_endpoint
        self._names = {theirs: ours for ours, theirs in dialect.parameters.items()}
        self._token_path = urlsplit(token_url).path
        base_path = urlsplit(base_url).path
        paths = [
            _compiled(operation, base_path, template)
            for operation, own in dialect.paths.items()
            if operation not in TOKEN_OPERATIONS
            for template in own
        ]
        self._paths = sorted(paths, key=lambda path: -path.literal)

    def read(self, request: Request) -> Reading | None:
        """Return a request in the contract's spelling; None where it is no call of the service's API."""
        parts = urlsplit(request.url)
        if parts.path == self._token_path and request.method in ("GET", "POST"):
            return self._read_token_request(request, "getToken" if request.method == "GET" else "postToken")
        for path in self._paths:
            match = path.pattern.fullmatch(parts.path) if path.method == request.method else None
            if match is not None:
                inside = [(name, text) for name, text in zip(path.names, match.groups(), strict=True)]
                return self._read_call(request, path.operation, inside, parts.path)
        return None

    def _read_call(self, request: Request, operation: str, inside: list[tuple[str, str]], path: str) -> Reading:
        pairs = [*inside, *self._pairs(urlsplit(request.url).query)]
        pairs = [(name, HIDDEN if name == "client_secret" else value) for name, value in pairs]
        address = self._base + operations()[operation].path
        spelt = replace(
            request, url=_with_query(address, pairs), operation=operation, given=_decoded(pairs),
            body=self._body(request) if operation == "acknowledgeReports" else request.body, own_length=len(address),
        )  # fmt: skip
        before = len(path) if not inside else path.find(inside[0][1]) if inside[0][1] else len(path)
        return Reading(spelt, len(_authority(request.url)) + before)

    def _read_token_request(self, request: Request, operation: str) -> Reading:
        pairs = self._pairs(urlsplit(request.url).query, scopes=True)
        is_form = (request.header("Content-Type") or "").startswith(_FORM)
        form = self._pairs((request.body or b"").decode("latin-1"), scopes=True) if is_form else []
        given = _decoded([*pairs, *form])
        headers = request.headers
        client_id, secret = given.get("client_id"), given.get("client_secret")
        by = self._dialect.credentials
        if by == "headers":
            client_id, secret = (request.header(self._dialect.parameters[name]) for name in _CREDENTIALS)
        if by in ("headers", "query") and client_id is not None and secret is not None:
            basic = b64encode(f"{client_id}:{secret}".encode()).decode()
            headers = (*headers, ("Authorization", f"Basic {basic}"))
            pairs = [pair for pair in pairs if pair[0] not in _CREDENTIALS]
        address = self._oauth2 + "/token"
        body = _query(form).encode("latin-1", "replace") if is_form else request.body
        spelt = replace(
            request, url=_with_query(address, pairs), headers=headers, operation=operation, given=_decoded(pairs),
            body=body, own_length=len(address),
        )  # fmt: skip
        return Reading(spelt, len(_authority(request.url)) + len(self._token_path), client_id, secret)

    def _pairs(self, text: str, *, scopes: bool = False) -> list[tuple[str, str]]:
        """Return (contract's name, value as it is written) of a query or form, without the dialect's constants.

        A value of a parameter that the dialect does not have is not kept.
        """
        pairs: list[tuple[str, str]] = []
        for piece in filter(None, text.split("&")):
            raw_name, _, value = piece.partition("=")
            name = unquote_plus(raw_name)
            if name in self._dialect.constants:
                continue
            ours = self._names.get(name)
            pairs.append((raw_name, HIDDEN) if ours is None else (ours, self._value(ours, value, scopes=scopes)))
        return pairs

    def _value(self, name: str, value: str, *, scopes: bool) -> str:
        """Return a value; a word of a vocabulary as the contract has it."""
        if name == "report_type":
            meanings = self._dialect.values["report_type"].meanings(unquote_plus(value))
            return quote(meanings[0]) if meanings else value
        if name == "scope" and scopes:
            words = self._dialect.values["scope"]
            each = [(words.meanings(word) or (word,))[0] for word in unquote_plus(value).split(" ")]
            return quote(" ".join(each), safe="") if each != unquote_plus(value).split(" ") else value
        return value

    def _body(self, request: Request) -> bytes | None:
        """Return the report ids of an acknowledgement where the contract has them; what is no such body is hidden."""
        if not request.body:
            return request.body
        pointer = self._dialect.fields["AcknowledgementRequest"]["report_ids"] or ("report_ids",)
        try:
            document = json.loads(request.body)
            named = value_at(document, pointer)
        except (ValueError, RecursionError):
            return HIDDEN.encode()
        if not isinstance(named, list) or not all(isinstance(name, str) for name in named) or _more(document, pointer):
            return HIDDEN.encode()
        return request.body if pointer == ("report_ids",) else json.dumps({"report_ids": named}).encode()


def _more(document: object, pointer: tuple[str, ...]) -> bool:
    """Whether a body has members beside those that lead to the report ids."""
    for step in pointer:
        if not isinstance(document, dict) or len(document) != 1:
            return True
        document = document[step]
    return False


def _compiled(operation: str, base_path: str, template: PathTemplate) -> _Path:
    """Compile a template below a base path. Of the values in it, only two kinds may have a slash."""
    pattern, literal, names = re.escape(base_path), len(base_path), list[str]()
    for index, part in enumerate(_PLACEHOLDER.split(template.text)):
        if index % 2:
            pattern += "(.*)" if part in _WITH_SLASHES else "([^/]*)"
            names.append(part)
        else:
            pattern, literal = pattern + re.escape(part), literal + len(part)
    return _Path(operations()[operation].method, operation, tuple(names), re.compile(pattern), literal)


def _authority(url: str) -> str:
    return url[: len(url) - len(url.partition("://")[2].partition("/")[2]) - 1] if "/" in url[8:] else url


def _decoded(pairs: list[tuple[str, str]]) -> Mapping[str, str]:
    return {name: unquote_plus(value) for name, value in pairs}


def _query(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{name}={value}" for name, value in pairs)


def _with_query(address: str, pairs: list[tuple[str, str]]) -> str:
    return f"{address}?{_query(pairs)}" if pairs else address


def hidden_values(request: Request, known: Iterable[str]) -> Request:
    """Return a request as on the wire, without the values of parameters that the service does not have."""
    names = set(known)
    address, mark, query = request.url.partition("?")
    pieces = [piece if unquote(piece.partition("=")[0]) in names else _hidden(piece) for piece in query.split("&")]
    return replace(request, url=address + mark + "&".join(pieces)) if mark else request


def _hidden(piece: str) -> str:
    name, mark, _ = piece.partition("=")
    return f"{name}{mark}{HIDDEN}" if mark else HIDDEN if piece else piece
