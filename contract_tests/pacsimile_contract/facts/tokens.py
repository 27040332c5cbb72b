"""Answers of the token endpoint (RFC 6749 sections 5.1 and 5.2)."""

import re
from dataclasses import dataclass

from pacsimile_contract.evidence.bounds import LONGEST_FIELD
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts.members import as_integer, as_object, as_text

_SENDABLE = re.compile(r"[\x20-\x7e]+")
"""The characters of an access token (RFC 6749 appendix A.12). No others fit into a header."""
LONGEST_TOKEN = LONGEST_FIELD - len("Authorization: Bearer ")
"""Characters of an access token that a header field has room for, within the bound of those of an answer."""


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """A 200 of the token endpoint.

    `access_token` is None also where no header can carry it. `scopes` is None where the answer has no `scope`.
    `refresh` says whether a refresh token came.
    """

    access_token: str | None
    token_type: str | None
    expires_in: int | None
    scopes: frozenset[str] | None
    refresh: bool


def token(exchange: Exchange) -> TokenAnswer:
    """Read a token answer (RFC 6749 section 5.1)."""
    body = as_object(exchange.json)
    access_token, scope = as_text(body.get("access_token")), as_text(body.get("scope"))
    return TokenAnswer(
        access_token=access_token if access_token and is_sendable(access_token) else None,
        token_type=as_text(body.get("token_type")),
        expires_in=as_integer(body.get("expires_in")),
        scopes=None if scope is None else frozenset(scope.split()),
        refresh="refresh_token" in body,
    )


def is_sendable(access_token: str) -> bool:
    """Tell whether a header can carry an access token: it has few visible ASCII characters and spaces alone."""
    return len(access_token) <= LONGEST_TOKEN and _SENDABLE.fullmatch(access_token) is not None


def gives_token(exchange: Exchange) -> bool:
    """Tell whether the answer holds an access token, whatever its status."""
    return bool(token(exchange).access_token)


def token_error(exchange: Exchange) -> str | None:
    """Read the `error` of a TokenError (RFC 6749 section 5.2)."""
    return as_text(as_object(exchange.json).get("error"))
