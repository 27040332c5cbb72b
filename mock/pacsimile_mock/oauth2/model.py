"""Clients, and what a token grants."""

from __future__ import annotations

from dataclasses import dataclass

from pacsimile_mock.clock import Instant
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

CREDENTIAL_OPERATIONS = frozenset({*TOKEN_OPERATIONS, "introspectToken", "revokeToken"})
"""The operations that take a client's credentials instead of a token."""

LIFETIME_SECONDS = 3600
"""Seconds that a token is valid (AUTH-3)."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client of one organization; `scopes` is all that it may ask for, and its default set (AUTH-6)."""

    client_id: str
    client_secret: str
    organization_id: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token says: who may do what, and until when."""

    world: str
    client_id: str
    organization_id: str
    scopes: tuple[str, ...]
    expires_at: Instant
    issuer: str = ""
    """The name under which the client asked for it; empty for the server's own."""
    token_id: str = ""
    """The `jti` of the token; empty before there is one."""
