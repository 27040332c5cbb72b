"""Defects of the token endpoint: who gets a token, in what way, of what scope, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import TokenError, invalid_client
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import Pairs, TokenRequest, TokenService
from pacsimile_mock.worlds.defect_registry import defect


@defect("token-outlives-its-answer", "AUTH-3")
class OutlivesAnswer(TokenService):
    """The answer says an hour, the token's `exp` ten."""

    def grant(self, client: Client, scopes: tuple[str, ...], now: Instant) -> Grant:
        """Grant ten hours."""
        return super().grant(client, scopes, now + 9 * 3600 * SECOND)


@defect("token-lives-ten-hours", "AUTH-3")
class LivesTenHours(TokenService):
    """A token lives ten hours, and says so."""

    def lifetime(self) -> int:
        """Ten hours."""
        return 36_000


@defect("expires-in-is-a-string", "AUTH-3")
class ExpiresInString(TokenService):
    """`expires_in` is a string of digits."""

    def expires_in(self) -> int:
        """Give it as a string."""
        spoiled: Any = str(super().expires_in())
        return spoiled  # type: ignore[no-any-return]  # that is the defect


@defect("expires-in-is-null", "AUTH-3")
class ExpiresInNull(TokenService):
    """`expires_in` is null."""

    def expires_in(self) -> int:
        """Give none."""
        spoiled: Any = None
        return spoiled  # type: ignore[no-any-return]  # that is the defect


@defect("wrong-secret-accepted", "AUTH-4")
class WrongSecretAccepted(TokenService):
    """A known client gets a token whatever its secret."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Look at the id alone."""
        known = self.clients.get(sent.client_id) if sent else None
        return known or super().authenticate(sent)


@defect("no-credentials-accepted", "AUTH-4")
class NoCredentialsAccepted(TokenService):
    """Who sends no credentials gets the first client's token."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Take the first client."""
        return next(iter(self.clients.values())) if sent is None else super().authenticate(sent)


@defect("unknown-client-told-apart", "AUTH-4")
class UnknownClientToldApart(TokenService):
    """An unknown client is told in other words than a wrong secret."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Say that there is no such client."""
        if sent is not None and sent.client_id not in self.clients:
            raise invalid_client("There is no such client.", challenged=sent.by_basic)
        return super().authenticate(sent)


@defect("invalid-client-is-400", "AUTH-4")
class InvalidClientIs400(TokenService):
    """A wrong secret by Basic is answered with 400 instead of 401."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Change the status."""
        try:
            return super().authenticate(sent)
        except TokenError as error:
            error.status = 400
            raise


@defect("narrower-scope-ignored", "AUTH-6")
class NarrowerScopeIgnored(TokenService):
    """A narrower scope that was asked for is ignored: all of the client's are granted."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Check what was asked, and grant all."""
        super().scopes(client, asked)
        return client.scopes


@defect("scope-beyond-client-granted", "AUTH-6")
class ScopeBeyondClient(TokenService):
    """Any scope that exists is granted to any client."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Grant what was asked."""
        return client.scopes if asked is None else tuple(asked.split())


@defect("unknown-scope-dropped", "AUTH-6")
class UnknownScopeDropped(TokenService):
    """A scope beyond the client is dropped instead of refused."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Keep what is the client's."""
        kept = [scope for scope in (asked or "").split() if scope in client.scopes]
        return tuple(kept) or client.scopes


@defect("any-grant-type-accepted", "AUTH-5")
class AnyGrantType(TokenService):
    """An invented grant type gives a token."""

    def grant_type(self, request: TokenRequest, parameters: Mapping[str, str]) -> str:
        """Take any for client credentials."""
        super().grant_type(request, parameters)
        return "client_credentials"


@defect("missing-grant-type-accepted", "AUTH-5")
class MissingGrantType(TokenService):
    """POST without `grant_type` gives a token."""

    def grant_type(self, request: TokenRequest, parameters: Mapping[str, str]) -> str:
        """Assume client credentials."""
        return parameters.get("grant_type") or "client_credentials"


@defect("repeated-token-parameter-accepted", "AUTH-5")
class RepeatedParameter(TokenService):
    """A repeated parameter is accepted: the last one wins."""

    def parameters(self, request: TokenRequest) -> Mapping[str, str]:
        """Keep the last."""
        self.check_query(request.query)
        return {name: value for name, value in (request.form or request.query) if value}


@defect("secret-in-url-accepted", "AUTH-8")
class SecretInUrl(TokenService):
    """A secret in the URL is not refused as such."""

    def check_query(self, query: Pairs) -> None:
        """Accept it."""


@defect("two-authentications-accepted", "AUTH-2")
class TwoAuthentications(TokenService):
    """Basic and body credentials together are accepted."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Prefer Basic."""
        try:
            return super().credentials(request, parameters)
        except TokenError:
            return super().credentials(request, {})


@defect("body-credentials-refused", "AUTH-2")
class BodyCredentialsRefused(TokenService):
    """Credentials in the body are not read."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Read Basic alone."""
        return super().credentials(request, {})
