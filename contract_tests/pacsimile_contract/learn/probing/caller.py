"""Sends the calls of learning, and keeps the answers. It sends only GETs and token requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from pacsimile_contract.client.requests import basic, query_of
from pacsimile_contract.client.transport import Transport
from pacsimile_contract.errors import BudgetSpent, CannotTell, Forbidden
from pacsimile_contract.evidence.exchange import Request
from pacsimile_contract.evidence.history import History
from pacsimile_contract.learn.service import NOTHING, Shape, leaves
from pacsimile_contract.learn.sources.recorded_calls import RecordedCall, read_json
from pacsimile_contract.learn.words import likeness
from pacsimile_contract.target.model import Target

MOST_REQUESTS = 200
_SHORTEST_TOKEN = 12
Way = tuple[str, str]
"""How a token is requested: (method, place of the credentials)."""


class Caller:
    """Calls a service as the primary client of a target file."""

    def __init__(self, target: Target, constants: Mapping[str, str] = NOTHING) -> None:
        """Open nothing yet.

        Args:
            target: where the service is, and who asks.
            constants: the parameters that every call carries, with their values.
        """
        limits = replace(target.limits, max_requests=min(target.limits.max_requests, MOST_REQUESTS))
        self.target = replace(target, dialect=None, absent=frozenset(), limits=limits)
        self._transport = Transport(self.target, History(), "learn")
        self._constants = dict(constants)
        self.calls: list[RecordedCall] = []
        self.token_refusals: dict[tuple[str, str, str], int] = {}
        """The status by which a token was refused, by method, place of the credentials and URL."""
        self.spent = False
        """Whether no request is left."""
        self._tokens: dict[str | None, tuple[str, frozenset[str]]] = {}

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def invent(self, organization: str) -> None:
        """Note that an organization was made up."""
        self._transport.safety.invent(organization)

    def allow_token_requests(self, url: str) -> None:
        """Let token requests go to an address that a source names; secrets are posted nowhere else."""
        self._transport.safety.note_token_url(url)

    @property
    def has_token(self) -> bool:
        """Whether a token was issued."""
        return None in self._tokens

    @property
    def granted(self) -> frozenset[str]:
        """The scopes of the default token, as the service calls them."""
        return self._tokens[None][1] if None in self._tokens else frozenset()

    def get(
        self,
        path: str,
        given: Mapping[str, str] | None = None,
        *,
        scope: str | None = None,
        operation: str | None = None,
        silent: bool = False,
    ) -> RecordedCall | None:
        """Get a path below the base URL with a token. None if the safety rules, the budget or the network prevent it.

        Args:
            path: the path, encoded.
            given: parameters of the query.
            scope: whose token is used: of this scope alone, or the default one.
            operation: what it is meant as, for the safety rules.
            silent: whether the call is left out of what is learned from.
        """
        token, scopes = self._tokens.get(scope, ("", frozenset[str]()))
        headers = (("Authorization", f"Bearer {token}"),) if token else ()
        query = query_of({**self._constants, **(given or {})})
        url = self.target.base_url + path + (f"?{query}" if query else "")
        call = self._send(Request("GET", url, headers, operation=operation, client="primary"), scopes)
        if call is not None and not silent:
            self.calls.append(call)
        return call

    def follow(self, link: str) -> None:
        """Follow a link that an answer gave, without a token; the safety rules keep it to the target's addresses."""
        url = self.target.base_url + link if link.startswith("/") else link
        call = self._send(Request("GET", url), frozenset())
        if call is not None:
            self.calls.append(call)

    def keep(self, call: RecordedCall) -> None:
        """Learn from a silent call after all."""
        self.calls.append(call)

    def ask_token(self, url: str, way: Way, names: Mapping[str, str], scope: str | None = None) -> bool:
        """Ask for a token; whether one was issued.

        Args:
            url: the token endpoint.
            way: the method, and where the credentials stand: `basic`, `body` or `headers`.
            names: the service's names of parameters, by the contract's.
            scope: the one scope that is asked for, in the service's words; None for the client's default set.
        """
        method, credentials = way
        client = self.target.primary
        asked = {names["grant_type"]: "client_credentials"} | ({names["scope"]: scope} if scope else {})
        own = {names["client_id"]: client.client_id, names["client_secret"]: client.client_secret}
        headers: tuple[tuple[str, str], ...] = ()
        if credentials == "basic":
            headers = (("Authorization", basic(client.client_id, client.client_secret)),)
        elif credentials == "headers":
            headers = tuple(own.items())
        else:
            asked |= own
        body, in_url = None, dict(self._constants)
        if method == "POST":
            headers += (("Content-Type", "application/x-www-form-urlencoded"),)
            body = query_of(asked).encode()
        else:
            in_url |= asked
        url += f"?{query_of(in_url)}" if in_url else ""
        operation = "getToken" if method == "GET" else "postToken"
        call = self._send(Request(method, url, headers, body, operation, "primary"), frozenset())
        found = token_in(call) if call is not None and call.status == 200 else None
        if call is None or found is None:
            if call is not None:
                self.token_refusals[method, credentials, call.url.partition("?")[0]] = call.status
            return False
        token, scopes = found
        self._transport.safety.note_token(token, client)
        self._tokens[scope] = token, scopes
        self.calls.append(call)
        return True

    def _send(self, request: Request, scopes: frozenset[str]) -> RecordedCall | None:
        try:
            exchange = self._transport.send(request)
        except Forbidden:
            return None
        except (BudgetSpent, CannotTell):
            self.spent = True
            return None
        answer = exchange.answer
        if answer is None:
            return None
        sent = {name.lower(): value for name, value in request.headers}
        received = {name: value for name, value in answer.headers if name.lower() != "user-agent"}
        return RecordedCall(
            request.method, request.url, sent, request.body, answer.status, received, answer.body, scopes
        )


def token_in(call: RecordedCall) -> tuple[str, frozenset[str]] | None:
    """Return (token, scopes) of an answer; None if it has no token."""
    shape = Shape()
    document = document_of(call)
    if document is None:
        return None
    shape.observe(document)
    texts = [(leaf.name, leaf.shape.samples[0]) for leaf in leaves(shape) if leaf.shape.samples]
    tokens = [
        (likeness("access_token", name), str(value)) for name, value in texts
        if isinstance(value, str) and len(value) >= _SHORTEST_TOKEN and " " not in value
    ]  # fmt: skip
    best = max(tokens, default=(0.0, ""))
    scope = next((str(value) for name, value in texts if likeness("scope", name) > 0.8), "")
    return (best[1], frozenset(scope.split())) if best[0] > 0.5 else None


def document_of(call: RecordedCall) -> Any:
    """Return the JSON of an answer, None where it has none."""
    media_type = next((value for name, value in call.received.items() if name.lower() == "content-type"), "")
    return read_json(call.content, media_type)


def texts_of(document: Any) -> list[str]:
    """Return every text in a JSON value."""
    if isinstance(document, dict):
        return [text for inside in document.values() for text in texts_of(inside)]
    if isinstance(document, list):
        return [text for inside in document[:50] for text in texts_of(inside)]
    return [document] if isinstance(document, str) else []


def same_refusal(call: RecordedCall, other: RecordedCall) -> bool:
    """Tell whether two answers have the same status and the same words, apart from the paths that they repeat."""

    def plain(answered: RecordedCall) -> str:
        text = (
            json.dumps(document_of(answered), sort_keys=True)
            if document_of(answered) is not None
            else str(answered.content)[:300]
        )
        return text.replace(urlsplit(answered.url).path, "")

    return call.status == other.status and plain(call) == plain(other)
