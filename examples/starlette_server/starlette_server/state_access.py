"""How the provider states of clients, tokens, the clock and the server itself are made, as `state_makers.py` does."""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy.orm import Session

from starlette_server.clock import SECOND, written
from starlette_server.database import Throttle
from starlette_server.making import ZONE, new_client
from starlette_server.service import Service
from starlette_server.state_answers import answer, chosen_client, known_client, token_answer, usable
from starlette_server.state_params import UnusableParams
from starlette_server.tokens import LIFETIME


def client_with_scopes(
    service: Service, session: Session, scopes: list[str], organization_id: str | None = None
) -> dict[str, Any]:
    """A client that may have these scopes alone."""
    client = new_client(session, usable(session, organization_id), scopes)
    return {"organization_id": client.organization_id, "client_id": client.id, "client_secret": client.secret}


def throttled(
    service: Service, session: Session, client_id: str, throttle: int, organization_id: str | None = None
) -> dict[str, Any]:
    """A client whose next call is refused."""
    client = known_client(session, client_id)
    session.merge(Throttle(client_id=client_id, status=throttle))
    return {"organization_id": client.organization_id, "client_id": client.id, "client_secret": client.secret}


def time_passes(
    service: Service, session: Session, seconds: float | list[float], organization_id: str | None = None
) -> dict[str, Any]:
    """The clock has moved ahead."""
    if isinstance(seconds, list):
        raise UnusableParams("seconds is a number here")
    session.commit()
    service.advance(math.ceil(seconds * SECOND))
    with service.sessions.begin() as later:
        return answer(later, usable(later, organization_id), now=written(service.clock.now(), ZONE))


def expired_token(
    service: Service, session: Session, client_id: str | None = None, organization_id: str | None = None
) -> dict[str, Any]:
    """A token that expired ten minutes ago."""
    client = chosen_client(session, client_id, organization_id)
    claims = service.tokens.claims(client.id, client.scopes.split())
    for name in ("iat", "exp"):
        claims[name] -= LIFETIME + 600
    return token_answer(client, service.tokens.sign(service.tokens.header(), claims))


def token_with(
    service: Service,
    session: Session,
    claims: dict[str, Any] | None = None,
    header: dict[str, Any] | None = None,
    client_id: str | None = None,
    organization_id: str | None = None,
) -> dict[str, Any]:
    """A token with other claims, signed by the real key; null removes a claim."""
    client = chosen_client(session, client_id, organization_id)
    merged = service.tokens.claims(client.id, client.scopes.split()) | (claims or {})
    merged_header = service.tokens.header() | (header or {})
    parts = [{name: value for name, value in part.items() if value is not None} for part in (merged_header, merged)]
    return token_answer(client, service.tokens.sign(*parts))


def server_restarted(service: Service, session: Session, organization_id: str | None = None) -> dict[str, Any]:
    """The server ends as soon as this is answered, and begins again on the same database and port."""
    service.restart()
    return answer(session, usable(session, organization_id))
