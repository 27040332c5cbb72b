"""What the token endpoint answers (RFC 6749 sections 5.1 and 5.2)."""

from dataclasses import dataclass

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts.members import as_integer, as_object, as_text


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """A 200 of the token endpoint; `scopes` as a set, None where not said; `refresh` whether a refresh token came."""

    access_token: str | None
    token_type: str | None
    expires_in: int | None
    scopes: frozenset[str] | None
    refresh: bool


def token(exchange: Exchange) -> TokenAnswer:
    """Read a token answer."""
    said = as_object(exchange.json)
    scope = as_text(said.get("scope"))
    return TokenAnswer(
        access_token=as_text(said.get("access_token")) or None,
        token_type=as_text(said.get("token_type")),
        expires_in=as_integer(said.get("expires_in")),
        scopes=None if scope is None else frozenset(scope.split()),
        refresh="refresh_token" in said,
    )


def gives_token(exchange: Exchange) -> bool:
    """Whether the answer hands out an access token, whatever its status."""
    return bool(token(exchange).access_token)


def token_error(exchange: Exchange) -> str | None:
    """Read the `error` of a TokenError (RFC 6749 section 5.2)."""
    return as_text(as_object(exchange.json).get("error"))
