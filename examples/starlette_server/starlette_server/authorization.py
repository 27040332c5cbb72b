"""Who calls, and whether its token opens the operation."""

from __future__ import annotations

from sqlalchemy import delete
from starlette.requests import Request

from starlette_server.database import Client, Throttle
from starlette_server.problems import REALM, Problem
from starlette_server.service import Service
from starlette_server.tokens import InvalidToken


def bearer_token(request: Request) -> str | None:
    """The token of the Authorization header; None if none was sent. Another scheme counts as none.

    Raises:
        Problem: `invalid-token`, for two headers.
    """
    headers = request.headers.getlist("authorization")
    if len(headers) > 1:
        raise invalid_token("Send one Authorization header.")
    scheme, _, token = (headers[0] if headers else "").partition(" ")
    return token.strip(" ") or None if scheme.lower() == "bearer" else None


def authorize(service: Service, request: Request, scope: str) -> Client:
    """The client that calls.

    Raises:
        Problem: `invalid-token`; what a throttled client meets; `insufficient-scope`.
    """
    token = bearer_token(request)
    if token is None:
        headers = {"WWW-Authenticate": f"Bearer {REALM}"}
        raise Problem("invalid-token", "Send a token as Authorization: Bearer.", headers)
    try:
        client_id, scopes = service.tokens.verify(token)
    except InvalidToken:
        raise invalid_token("Get a new token from the token endpoint.") from None
    with service.sessions() as session:
        client = session.get(Client, client_id)
    if client is None:
        raise invalid_token("Get a new token from the token endpoint.")
    request.scope["client_id"] = client_id
    meet_throttle(service, client_id)
    if scope not in scopes:
        challenge = f'Bearer {REALM}, error="insufficient_scope", scope="{scope}"'
        raise Problem("insufficient-scope", f"Get a token with {scope}.", {"WWW-Authenticate": challenge})
    return client


def invalid_token(detail: str) -> Problem:
    """The refusal of a token that opens nothing."""
    return Problem("invalid-token", detail, {"WWW-Authenticate": f'Bearer {REALM}, error="invalid_token"'})


def meet_throttle(service: Service, client_id: str) -> None:
    """Refuse one call of a client that the state `throttled` named."""
    with service.sessions.begin() as session:
        query = delete(Throttle).where(Throttle.client_id == client_id).returning(Throttle.status)
        status = session.execute(query).scalar()
    if status is not None:
        reason = "too-many-requests" if status == 429 else "service-unavailable"
        raise Problem(reason, "Wait as long as Retry-After says.", {"Retry-After": "1"})
