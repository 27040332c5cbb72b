"""Makes states with a moved clock or a special token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from pacsimile_mock.clock import SECOND, Instant, rfc3339
from pacsimile_mock.control_errors import bad_request
from pacsimile_mock.control_params import Params
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.states.maker import Maker, Values

LONG_EXPIRED = 500
"""Seconds since an expired token expired, which is more than any leeway."""


def time_passes(maker: Maker, params: Params) -> Values:
    """Advance the world's clock, and return its time; 0 seconds only return it."""
    if "organization_id" in params:
        maker.clients(params.text("organization_id"))  # refuses an unknown organization, as all states do
    by = round(params.seconds("seconds") * SECOND)
    try:
        maker.world.move_clock(lambda clock: clock.advance(by))
    except ValueError as error:
        raise bad_request(str(error)) from None
    return {"now": rfc3339(maker.world.clock.now())}


def expired_token(maker: Maker, params: Params) -> Values:
    """Make a token that expired long enough ago for any leeway."""
    return _token(maker, params, {}, {}, maker.submitter.now() - (3600 + LONG_EXPIRED) * SECOND)


def token_with(maker: Maker, params: Params) -> Values:
    """Make a token that is signed with the real key and has some claims or headers changed; null removes one."""
    return _token(maker, params, params.mapping("claims"), params.mapping("header"), maker.submitter.now())


def _token(maker: Maker, params: Params, claims: Mapping[str, Any], header: Mapping[str, Any], at: Instant) -> Values:
    client = maker.client(params) if "client_id" in params else maker.organization(params)
    jwt, expires_at = maker.world.jwt, (at // SECOND + 3600) * SECOND
    grant = Grant(maker.world.name, client.client_id, client.organization_id, client.scopes, expires_at)
    try:
        token = jwt.sign(_merged(jwt.header(), header), _merged(jwt.claims(grant, at), claims))
    except orjson.JSONEncodeError as error:
        raise bad_request(f"'claims' and 'header' cannot be written as JSON: {error}") from None
    return maker.values(client, access_token=token)


def _merged(real: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**real, **changes}.items() if value is not None}
