"""Finds out where and how a service issues tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from pacsimile_contract.errors import UsageError
from pacsimile_contract.learn.probing.caller import Caller, Way, document_of
from pacsimile_contract.learn.proposal import Proposal
from pacsimile_spec.dialects import Dialect, identity
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

MOST_REFUSED = 4
"""Refusals of the credentials after which no more are risked: services lock accounts."""


class TokenEndpoint:
    """The token endpoint of a service: looked for where sources name it, then in usual places."""

    def __init__(self, caller: Caller, draft: Dialect | None, places: Mapping[str, Any], direct: Proposal) -> None:
        self._caller, self._draft, self._places, self._direct = caller, draft, places, direct
        self._names = (draft or identity()).parameters
        self._url = ""
        self._way: Way = ("GET", "basic")

    def ask(self, scope: str) -> bool:
        """Ask for a token of one scope, in the service's words; whether one was issued."""
        return self._caller.ask_token(self._url, self._way, self._names, scope)

    def find(self) -> None:
        """Find where and how a token is issued.

        Raises:
            UsageError: none is.
        """
        own = self._draft or identity()
        base = self._caller.target.base_url
        paths = [template.text for name in TOKEN_OPERATIONS for template in own.paths.get(name, ())]
        given = [root + path for root in self._roots() for path in dict.fromkeys(paths)]
        changes = {template.text for template in own.paths.get("acknowledgeReports", ())}
        metadata = list(self._named_endpoints())
        for url in (*metadata, *(given if self._draft is not None else ())):
            if not any(url.endswith(path) for path in changes):
                self._caller.allow_token_requests(url)
        given.insert(0 if self._draft is None else len(given), self._caller.target.oauth2_endpoint + "/token")
        for url in dict.fromkeys([*given, *metadata, *(base + path for path in self._places["tokens"])]):
            for way in self._ways():
                if list(self._caller.token_refusals.values()).count(401) >= MOST_REFUSED:
                    break
                if self._caller.ask_token(url, way, self._names):
                    self._url, self._way = url, way
                    self._ask_the_other_way()
                    return
        raise UsageError(
            f"{base}: no token was issued{self._refused()}; check oauth2_endpoint, id and secret in the target file. "
            "Where the path does not end in /token, give it by --openapi, or by a dialect of the target file with "
            "paths: {getToken: PATH, postToken: PATH}. Where the secret stands in a URL, learn from --openapi or --har"
        )

    def _roots(self) -> list[str]:
        """Return what a path of a token operation may be below: the service's address, or its OAuth2 endpoint's."""
        target = self._caller.target
        roots = [target.base_url, target.oauth2_endpoint.removesuffix("/oauth2")]
        return list(dict.fromkeys([*roots, *(_origin(url) for url in (target.oauth2_endpoint, target.base_url))]))

    def _refused(self) -> str:
        """Return where a token was refused otherwise than by 404, and how, for people."""
        statuses = {
            f"{method} {url}": status
            for (method, _, url), status in self._caller.token_refusals.items()
            if status != HTTPStatus.NOT_FOUND
        }
        shown = ", ".join(f"{where} answers {status}" for where, status in list(statuses.items())[:3])
        return f" ({shown})" if shown else ""

    def _ask_the_other_way(self) -> None:
        """Find out whether a token is given by the other method too: both are operations of the contract."""
        other, operation = ("POST", "postToken") if self._way[0] == "GET" else ("GET", "getToken")
        for way in self._ways():
            known = way[0] != other or (*way, self._url) in self._caller.token_refusals
            if not known and self._caller.ask_token(self._url, way, self._names):
                return
        statuses = {
            status
            for (method, _, url), status in self._caller.token_refusals.items()
            if (method, url) == (other, self._url)
        }
        if statuses and statuses <= {404, 405}:
            evidence = f"the token endpoint answers {other} with {min(statuses)}"
            self._direct.add(("operations", operation), False, sure=True, evidence=evidence)

    def _ways(self) -> list[Way]:
        """Return the ways to ask for a token. A secret never goes into a URL, nor into headers that nobody named."""
        by = self._draft.credentials if self._draft is not None else "basic"
        ways: list[Way] = [("GET", "basic"), ("POST", "basic"), ("POST", "body")]
        if by == "headers":
            ways = [("GET", "headers"), ("POST", "headers")]
        return ways

    def _named_endpoints(self) -> Iterator[str]:
        for path in self._places["metadata"]:
            call = self._caller.get(path, silent=True)
            document = document_of(call) if call is not None else None
            named = document.get("token_endpoint") if isinstance(document, dict) else None
            if isinstance(named, str) and urlsplit(named).netloc == urlsplit(self._caller.target.base_url).netloc:
                yield named


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
