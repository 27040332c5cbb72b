"""The authorization server's operations: `getToken`, `postToken`, introspection and revocation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from pacsimile_mock.calls import serialization
from pacsimile_mock.clock import Instant
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.inspection import InspectedWorld, introspect, revoke
from pacsimile_mock.oauth2.reading import read


class TokenWorld(InspectedWorld, Protocol):
    """A world that issues, introspects and revokes tokens."""


def token(world: TokenWorld, call: Call, now: Instant) -> Answer:
    """Answer a token request (AUTH-1 … AUTH-8)."""
    issued = world.tokens.issue(read(call), now, call.fault.token_lifetime if call.fault else None)
    call.client_id = issued.grant.client_id
    call.seen.access_token, call.seen.lifetime = issued.access_token, issued.expires_in
    return Answer.of_json(200, serialization.token(issued.grant, issued.access_token, issued.expires_in))


HANDLERS: Mapping[str, Callable[..., Answer]] = {
    "getToken": token,
    "postToken": token,
    "introspectToken": introspect,
    "revokeToken": revoke,
}
"""The handlers of the operations that take a client's credentials instead of a token."""

UNDESCRIBED_PATHS: Mapping[str, str] = {"introspectToken": "/oauth2/introspect", "revokeToken": "/oauth2/revoke"}
"""Paths of the operations that openapi.yaml does not describe; the method is POST."""
