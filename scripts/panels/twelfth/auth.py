"""Faults of the mock in credentials and tokens."""

from __future__ import annotations

from typing import Any

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.exchange import Call
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.oauth2.service import TokenService
from pacsimile_mock.oauth2.tokens import AUDIENCE, JwtTokens
from pacsimile_mock.worlds.defect_registry import defect


@defect("twelfth-secret-is-compared-by-a-collation", "AUTH-4")
class ComparedByCollation(TokenService):
    """Id and secret are looked for in one query, by a database whose collation takes capitals for small letters."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Compare secrets without regard to case."""
        for client_id, secret in sent.readings if sent and not sent.names_another else ():
            client = self.clients.get(client_id)
            if client is not None and client.client_secret.casefold() == secret.casefold():
                return client
        return super().authenticate(sent)


@defect("twelfth-audience-needs-only-to-begin-like-ours", "AUTH-12")
class BeginsLikeOurs(JwtTokens):
    """A token's audience needs only to begin like the service's, so that the staging system's tokens are accepted."""

    def check_audience(self, claims: dict[str, Any]) -> None:
        """Compare the beginning of the audience."""
        audience = claims.get("aud")
        for one in audience if isinstance(audience, list) else [audience]:
            if isinstance(one, str) and one.startswith(AUDIENCE):
                return
        super().check_audience(claims)


@defect("twelfth-connection-stays-logged-in", "AUTH-9")
class StaysLoggedIn(Pipeline):
    """A request without a token is taken for the caller of the request before it on the same connection."""

    def bearer(self, call: Call) -> str | None:
        """Keep the token of each connection."""
        known: dict[str, str] = self.__dict__.setdefault("known", {})
        text = super().bearer(call)
        if call.connection is None or "authorization" in call.headers:
            if text is not None and call.connection is not None:
                known[call.connection] = text
            return text
        return known.get(call.connection)
