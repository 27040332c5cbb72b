"""The token endpoint: client credentials, by HTTP Basic or in a form."""

from __future__ import annotations

import binascii
import secrets
from base64 import b64decode
from urllib.parse import unquote_plus

from sqlalchemy.orm import Session
from starlette.requests import Request

from starlette_server.bodies import read_body
from starlette_server.database import Client
from starlette_server.problems import TokenError
from starlette_server.query import pairs
from starlette_server.service import Service
from starlette_server.tokens import LIFETIME

FORM = "application/x-www-form-urlencoded"


async def token_request(request: Request) -> dict[str, str]:
    """The parameters of a token request: of the query for GET, of the form for POST.

    Raises:
        TokenError: `invalid_request`.
    """
    query = single(request.scope["query_string"], strict=request.method != "POST")
    if query.get("client_secret"):
        raise TokenError("invalid_request", "Never put the secret into the URL. Take it for known now, and change it.")
    if request.method != "POST":
        return {"grant_type": "client_credentials", **query}
    body = await read_body(request)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != FORM or "content-encoding" in request.headers:
        raise TokenError("invalid_request", f"Send a form, {FORM}.")
    form = single(body)
    if "grant_type" not in form:
        raise TokenError("invalid_request", "Send grant_type=client_credentials.")
    return form


def single(raw: bytes, strict: bool = True) -> dict[str, str]:
    """Parameters that are there once and have a value."""
    try:
        given = pairs(raw)
    except ValueError:
        if not strict:
            return {"client_secret": "?"} if b"client_secret" in raw else {}
        raise TokenError("invalid_request", "Encode the parameters as a form of UTF-8.") from None
    names = [name for name, _ in given]
    if strict and len(names) != len(set(names)):
        raise TokenError("invalid_request", "Send each parameter once.")
    return {name: value for name, value in given if value}


def granted(service: Service, request: Request, given: dict[str, str]) -> dict[str, object]:
    """The answer to a token request.

    Raises:
        TokenError: in the order of the description.
    """
    basic = basic_credentials(request)
    if basic is None:
        basic = [(given.get("client_id", ""), given.get("client_secret", ""))]
    elif "client_secret" in given:
        raise TokenError("invalid_request", "Send the credentials by Basic or in the form, not both.")
    with service.sessions() as session:
        client = authenticated(session, basic)
    if client is None:
        raise TokenError("invalid_client", "Check the client id and its secret.")
    if given.get("client_id", client.id) not in dict(basic):
        raise TokenError("invalid_request", "Basic names another client than client_id.")
    if given["grant_type"] != "client_credentials":
        raise TokenError("unsupported_grant_type", "Send grant_type=client_credentials.")
    scopes = chosen_scopes(client, given.get("scope"))
    return {
        "access_token": service.tokens.issue(client, scopes),
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "scope": " ".join(scopes),
    }


def basic_credentials(request: Request) -> list[tuple[str, str]] | None:
    """What the Authorization header may mean, raw and form-urlencoded; None if Basic was not tried."""
    headers = request.headers.getlist("authorization")
    if len(headers) > 1:
        raise TokenError("invalid_request", "Send one Authorization header.")
    scheme, _, encoded = (headers[0] if headers else "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return []
    return [(client_id, secret), (unquote_plus(client_id), unquote_plus(secret))] if colon else []


def authenticated(session: Session, candidates: list[tuple[str, str]]) -> Client | None:
    """The client whose id and secret these are, in any of the readings."""
    for client_id, secret in candidates:
        client = session.get(Client, client_id)
        expected = client.secret if client else "nobody's secret"
        if secrets.compare_digest(expected.encode(), secret.encode()) and client:
            return client
    return None


def chosen_scopes(client: Client, wanted: str | None) -> list[str]:
    """The scopes that a token gets: those asked for, or the client's default set.

    Raises:
        TokenError: `invalid_scope`, where one is unknown or beyond what the client may have.
    """
    allowed = client.scopes.split()
    if wanted is None:
        return allowed
    asked = list(dict.fromkeys(wanted.strip(" ").split(" ")))
    if not set(asked) <= set(allowed):
        raise TokenError("invalid_scope", f"This client may have {' '.join(allowed)}.")
    return asked
