"""The provider states about clients, tokens, throttling and time."""

from typing import Any

from small_server.clock import HOUR, SECOND, rfc3339
from small_server.state_params import Params, not_with_these, refused
from small_server.state_world import World, described
from small_server.tokens import Client, Token


def client_with_scopes(world: World, params: Params) -> dict[str, Any]:
    """Create a client that has these scopes and no others."""
    scopes = params.scopes("scopes")
    organization = world.organization(params)
    return described(organization, world.service.tokens.add_client(organization.organization_id, scopes))


def throttled(world: World, params: Params) -> dict[str, Any]:
    """Answer the client's next call to the API with 429 or 503."""
    params.text("client_id")
    client = _client(world, params)
    status = params.whole("status", 429, 503)
    if status not in (429, 503):
        raise refused("status is 429 or 503")
    world.service.throttled.setdefault(client.client_id, []).append(status)
    return described(world.service.organizations[client.organization_id], client)


def time_passes(world: World, params: Params) -> dict[str, Any]:
    """Move the server's one clock. 0 seconds only asks for the time."""
    elapsed = params.milliseconds("seconds", 0)
    organization = world.organization(params)
    world.service.clock.advance(elapsed)
    return described(organization, world.client_of(organization), now=rfc3339(world.service.clock.now()))


def token_with(world: World, params: Params) -> dict[str, Any]:
    """Issue a token with other scopes or another lifetime than the client would get."""
    return _issue(world, params, {})


def expired_token(world: World, params: Params) -> dict[str, Any]:
    """Issue a token that expired 400 seconds ago."""
    return _issue(world, params, {"exp": world.service.clock.now() / SECOND - 400})


def _issue(world: World, params: Params, changes: dict[str, Any]) -> dict[str, Any]:
    """Issue a token that behaves as if it had these claims. Raise 422 for what only a JWT has."""
    claims = {**changes, **params.mapping("claims")}
    if params.mapping("header") or set(claims) - {"exp", "nbf", "iat", "scope"}:
        raise not_with_these("tokens are opaque here: they have no header, and only exp, nbf, iat and scope")
    now = world.service.clock.now()
    expires_at = _instant(claims, "exp", now + HOUR)
    not_before = _instant(claims, "nbf", 0)
    scope = claims.get("scope", "")
    if scope is not None and not isinstance(scope, str):
        raise not_with_these("scope is a string")
    client = _client(world, params)
    scopes = frozenset((scope or "").split()) if "scope" in claims else frozenset(client.scopes)
    value = world.service.tokens.issue(Token(client, scopes, expires_at, not_before), now)
    return described(world.service.organizations[client.organization_id], client, access_token=value)


def _instant(claims: dict[str, Any], name: str, default: int) -> int:
    """Return a NumericDate as milliseconds. Without `exp` a token is never valid, without `nbf` at once."""
    value = claims.get(name, default / SECOND)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e11:
        raise not_with_these(f"{name} is a number of seconds")
    return round(value * SECOND)


def _client(world: World, params: Params) -> Client:
    return world.client_named(params) or world.client_of(world.organization(params))
