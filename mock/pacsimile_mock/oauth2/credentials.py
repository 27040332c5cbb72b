"""Client authentication at the token endpoint: HTTP Basic, or id and secret in the body (RFC 6749 §2.3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from hmac import compare_digest
from typing import NamedTuple
from urllib.parse import unquote_plus

from pacsimile_mock import authorization
from pacsimile_mock.errors import TokenError, invalid_client, invalid_request
from pacsimile_mock.oauth2.model import Client


class Credentials(NamedTuple):
    """An id and a secret as a client sent them, in each reading: percent-decoded or not."""

    readings: tuple[tuple[str, str], ...]
    names_another: bool = False
    """Whether the form has a `client_id` that is not that of HTTP Basic."""

    @property
    def client_id(self) -> str:
        """The id, as sent."""
        return self.readings[0][0]


def read(header: str | None, form: Mapping[str, str]) -> Credentials | None:
    """Read the credentials of a token request; None where there are none (AUTH-2).

    Raises:
        TokenError: there are two, or they cannot be read.
    """
    basic = _basic(header)
    if "client_secret" not in form:
        another = basic and "client_id" in form and all(form["client_id"] != name for name, _ in basic.readings)
        return basic._replace(names_another=True) if basic and another else basic
    if basic:
        raise invalid_request(
            "The client authenticates twice: send id and secret either by HTTP Basic or in the body.", "AUTH-2"
        )
    return Credentials(((form.get("client_id", ""), form["client_secret"]),))


def _basic(header: str | None) -> Credentials | None:
    sent = authorization.read(header)
    if sent.scheme != "basic":
        return None
    try:
        raw = sent.basic()
    except ValueError:
        raise _malformed() from None
    if raw is None:
        raise _malformed()
    unquoted = (unquote_plus(raw[0]), unquote_plus(raw[1]))
    return Credentials((raw,) if raw == unquoted else (raw, unquoted))


def _malformed() -> TokenError:
    return invalid_client("The Basic credentials cannot be read: send base64 of client_id, a colon and client_secret.")


def authenticate(credentials: Credentials | None, clients: Mapping[str, Client]) -> Client:
    """Find the client whose secret was given.

    Raises:
        TokenError: unknown client or wrong secret, which are answered alike (AUTH-4), or a form that names another
            client (AUTH-2): who does not know the secret is not told.
    """
    if credentials is None:
        raise invalid_client(
            "No client credentials: send client_id and client_secret by HTTP Basic or in the form body.",
        )
    for client_id, secret in credentials.readings:
        client = clients.get(client_id)
        expected = client.client_secret if client else ""
        if compare_digest(secret.encode(), expected.encode()) and client is not None:
            _check_names_one(credentials)
            return client
    raise invalid_client("Unknown client, or wrong secret.")


def _check_names_one(credentials: Credentials) -> None:
    if credentials.names_another:
        raise invalid_request("client_id in the body and in the Authorization header name two clients.", "AUTH-2")
