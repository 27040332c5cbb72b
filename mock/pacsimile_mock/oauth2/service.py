"""The token endpoint (RFC 6749 §3.2): checks a token request, step by step, and grants a token.

Written here so that defects can override single steps: libraries offer the whole flow only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import invalid_request, invalid_scope, unsupported_grant_type
from pacsimile_mock.oauth2 import credentials as sent_credentials
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import LIFETIME_SECONDS, Client, Grant
from pacsimile_mock.oauth2.tokens import JwtTokens

Pairs = Sequence[tuple[str, str]]


class TokenRequest(NamedTuple):
    """A token request as it was sent: the query's pairs, and the form's where there is one."""

    authorization: str | None
    query: Pairs
    form: Pairs | None
    """None for GET."""
    issuer: str = ""
    """The issuer that was asked; empty for the server's own."""


class Issued(NamedTuple):
    """A token, and what it grants."""

    access_token: str
    grant: Grant
    expires_in: int


class TokenService:
    """Issues tokens to the clients of one world."""

    def __init__(self, world: str, clients: Mapping[str, Client], tokens: JwtTokens) -> None:
        self.world = world
        self.clients = clients
        self.tokens = tokens

    def issue(self, request: TokenRequest, now: Instant, ends_after: int | None = None) -> Issued:
        """Grant a token, or refuse: syntax → client → grant type → scope.

        Args:
            request: the token request.
            now: the world's time.
            ends_after: seconds after which a fault ends the token; None for its usual lifetime.
        """
        parameters = self.parameters(request)
        sent = self.credentials(request, parameters)
        grant_type = self.grant_type(request, parameters)
        client = self.authenticate(sent)
        if grant_type != "client_credentials":
            raise unsupported_grant_type(f"{grant_type[:100]!r} is not supported: use client_credentials.")
        scopes = self.scopes(client, parameters.get("scope"))
        grant = replace(self.grant(client, scopes, now), issuer=request.issuer)
        if ends_after is not None:
            grant = replace(grant, expires_at=(now // SECOND + ends_after) * SECOND)
        return Issued(self.tokens.make(grant, now), grant, self.expires_in())

    def parameters(self, request: TokenRequest) -> Mapping[str, str]:
        """Read the request's parameters; repeats and a secret in the URL are refused (AUTH-5, AUTH-8)."""
        self.check_query(request.query)
        sent = request.query if request.form is None else request.form
        names = [name for name, _ in sent]
        repeated = next((name for name in names if names.count(name) > 1), None)
        if repeated is not None:
            raise invalid_request(f"The parameter {repeated[:100]!r} is given more than once.")
        return {name: value for name, value in sent if value}  # without a value it counts as omitted (§3.2)

    def check_query(self, query: Pairs) -> None:
        """Refuse a secret in the URL, where logs keep it (AUTH-8)."""
        if any(name in ("client_secret", "client_assertion") for name, _ in query):
            raise invalid_request(
                "A secret in the URL ends up in logs: send it by HTTP Basic or in a POST body, and change it.", "AUTH-8"
            )

    def grant_type(self, request: TokenRequest, parameters: Mapping[str, str]) -> str:
        """Read the grant type; GET may leave it out."""
        grant_type = parameters.get("grant_type")
        if grant_type is None and request.form is not None:
            raise invalid_request("grant_type is missing: send grant_type=client_credentials in the form body.")
        return grant_type or "client_credentials"

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Read the client's credentials: of the body in a form only (AUTH-2)."""
        return sent_credentials.read(request.authorization, parameters if request.form is not None else {})

    def authenticate(self, sent: Credentials | None) -> Client:
        """Find the client whose credentials were sent."""
        return sent_credentials.authenticate(sent, self.clients)

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Grant the scopes asked for, or the client's own where none are (AUTH-6)."""
        if asked is None:
            return client.scopes
        wanted = tuple(dict.fromkeys(asked.split(" ")))
        beyond = [scope for scope in wanted if scope not in client.scopes]
        if beyond:
            raise invalid_scope(f"{beyond[0][:100]!r} is unknown or beyond this client: {' '.join(client.scopes)}.")
        return wanted

    def grant(self, client: Client, scopes: tuple[str, ...], now: Instant) -> Grant:
        """Make the grant; it ends on a whole second, as `exp` is one."""
        expires_at = (now // SECOND + self.lifetime()) * SECOND
        return Grant(self.world, client.client_id, client.organization_id, scopes, expires_at)

    def lifetime(self) -> int:
        """Return how many seconds a token is valid (AUTH-3)."""
        return LIFETIME_SECONDS

    def expires_in(self) -> int:
        """Return the lifetime that the answer states, in seconds."""
        return self.lifetime()
