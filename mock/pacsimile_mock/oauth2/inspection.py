"""Introspection (RFC 7662) and revocation (RFC 7009), for clients of the token's own world."""

from __future__ import annotations

from typing import Any, Protocol

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import UntypedProblem, invalid_request
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.reading import read
from pacsimile_mock.oauth2.service import TokenService
from pacsimile_mock.oauth2.tokens import AUDIENCE, InvalidToken
from pacsimile_mock.oauth2.verifier import Verifier

MOST_REVOKED = 100_000
"""Revoked tokens of one world: some 20 MB. None is dropped: it would be valid again."""


class InspectedWorld(Protocol):
    """A world whose tokens can be introspected and revoked."""

    tokens: TokenService
    verifier: Verifier

    def revoke(self, token_id: str) -> None:
        """Refuse the token with this `jti` from now on."""


def introspect(world: InspectedWorld, call: Call, now: Instant) -> Answer:
    """Answer whether a token is active, and what it grants."""
    client, token = _read_request(world, call)
    call.client_id = client.client_id
    return Answer.of_json(200, _introspection(_granted(world, token, now)))


def revoke(world: InspectedWorld, call: Call, now: Instant) -> Answer:
    """Revoke a token of the client's own; an unknown one is no error (RFC 7009 §2.2)."""
    client, token = _read_request(world, call)
    call.client_id = client.client_id
    grant = _granted(world, token, now)
    if grant is not None and grant.client_id == client.client_id:
        if len(world.verifier.tokens.revoked_ids) >= MOST_REVOKED:
            raise _too_many_revoked()
        world.revoke(grant.token_id)
    return Answer(200, b"", None)


def _too_many_revoked() -> UntypedProblem:
    """Return the refusal of a revocation beyond the limit (RFC 7009 section 2.2.1)."""
    return UntypedProblem(
        f"This world keeps {MOST_REVOKED} revoked tokens, and no more: this token was not revoked. Make another world.",
        status=503,
        title="Service Unavailable",
    )


def _read_request(world: InspectedWorld, call: Call) -> tuple[Client, str]:
    """Return the client, authenticated as at the token endpoint, and the token that it asks about."""
    request = read(call)
    parameters = world.tokens.parameters(request)
    client = world.tokens.authenticate(world.tokens.credentials(request, parameters))
    if "token" not in parameters:
        raise invalid_request("token is missing: send it in the form body.", "AUTH-17")
    return client, parameters["token"]


def _granted(world: InspectedWorld, token: str, now: Instant) -> Grant | None:
    try:
        return world.verifier.verify(token, now)
    except InvalidToken:
        return None


def _introspection(grant: Grant | None) -> dict[str, Any]:
    if grant is None:
        return {"active": False}
    return {
        "active": True,
        "scope": " ".join(grant.scopes),
        "client_id": grant.client_id,
        "sub": grant.client_id,
        "token_type": "Bearer",
        "exp": grant.expires_at // SECOND,
        "iss": grant.issuer,
        "aud": AUDIENCE,
    }
