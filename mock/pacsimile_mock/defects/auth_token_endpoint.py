"""Defects of the token endpoint: who gets a token, how, with which scopes, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import TokenError, invalid_client, invalid_request
from pacsimile_mock.oauth2 import credentials as sent_credentials
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import Pairs, TokenRequest, TokenService
from pacsimile_mock.worlds.defect_registry import defect


@defect("token-outlives-its-answer", "AUTH-3")
class OutlivesAnswer(TokenService):
    """The answer says that the token lives an hour; its `exp` says ten hours."""

    def grant(self, client: Client, scopes: tuple[str, ...], now: Instant) -> Grant:
        """Grant ten hours."""
        return super().grant(client, scopes, now + 9 * 3600 * SECOND)


@defect("token-lives-ten-hours", "AUTH-3")
class LivesTenHours(TokenService):
    """A token lives ten hours, and the answer says so."""

    def lifetime(self) -> int:
        """Return ten hours."""
        return 36_000


@defect("expires-in-is-a-string", "AUTH-3")
class ExpiresInString(TokenService):
    """`expires_in` is a string of digits."""

    def expires_in(self) -> int:
        """Return a string."""
        value: Any = str(super().expires_in())
        return value  # type: ignore[no-any-return]  # that is the defect


@defect("expires-in-is-null", "AUTH-3")
class ExpiresInNull(TokenService):
    """`expires_in` is null."""

    def expires_in(self) -> int:
        """Return None."""
        value: Any = None
        return value  # type: ignore[no-any-return]  # that is the defect


@defect("wrong-secret-accepted", "AUTH-4")
class WrongSecretAccepted(TokenService):
    """A known client gets a token with any secret."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Check only the client id."""
        known = self.clients.get(sent.client_id) if sent else None
        return known or super().authenticate(sent)


@defect("no-credentials-accepted", "AUTH-4")
class NoCredentialsAccepted(TokenService):
    """A request without credentials gets a token of the first client."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Return the first client."""
        return next(iter(self.clients.values())) if sent is None else super().authenticate(sent)


@defect("unknown-client-told-apart", "AUTH-4")
class UnknownClientToldApart(TokenService):
    """The error for an unknown client differs from the one for a wrong secret."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Raise another error for an unknown client."""
        if sent is not None and sent.client_id not in self.clients:
            raise invalid_client("There is no such client.")
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
    """A request for fewer scopes is ignored: all of the client's scopes are granted."""

    def scopes(self, client: Client, requested: str | None) -> tuple[str, ...]:
        """Check the requested scopes, and grant all."""
        super().scopes(client, requested)
        return client.scopes


@defect("scope-beyond-client-granted", "AUTH-6")
class ScopeBeyondClient(TokenService):
    """Every existing scope is granted to every client."""

    def scopes(self, client: Client, requested: str | None) -> tuple[str, ...]:
        """Grant the requested scopes."""
        return client.scopes if requested is None else tuple(requested.split())


@defect("unknown-scope-dropped", "AUTH-6")
class UnknownScopeDropped(TokenService):
    """A scope that the client does not have is dropped instead of refused."""

    def scopes(self, client: Client, requested: str | None) -> tuple[str, ...]:
        """Keep only the client's scopes."""
        granted = [scope for scope in (requested or "").split() if scope in client.scopes]
        return tuple(granted) or client.scopes


@defect("any-grant-type-accepted", "AUTH-5")
class AnyGrantType(TokenService):
    """An unknown grant type gets a token."""

    def grant_type(self, request: TokenRequest, parameters: Mapping[str, str]) -> str:
        """Treat every grant type as client credentials."""
        super().grant_type(request, parameters)
        return "client_credentials"


@defect("missing-grant-type-accepted", "AUTH-5")
class MissingGrantType(TokenService):
    """POST without `grant_type` gets a token."""

    def grant_type(self, request: TokenRequest, parameters: Mapping[str, str]) -> str:
        """Assume client credentials."""
        return parameters.get("grant_type") or "client_credentials"


@defect("repeated-token-parameter-accepted", "AUTH-5")
class RepeatedParameter(TokenService):
    """A repeated parameter is accepted; the last value counts."""

    def parameters(self, request: TokenRequest) -> Mapping[str, str]:
        """Keep the last value."""
        self.check_query(request.query)
        return {name: value for name, value in (request.form or request.query) if value}


@defect("secret-in-url-accepted", "AUTH-8")
class SecretInUrl(TokenService):
    """A secret in the URL is accepted."""

    def check_query(self, query: Pairs) -> None:
        """Accept it."""


@defect("two-authentications-accepted", "AUTH-2")
class TwoAuthentications(TokenService):
    """Basic and body credentials together are accepted."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Use Basic where both are sent."""
        try:
            return super().credentials(request, parameters)
        except TokenError:
            return super().credentials(request, {})


@defect("two-right-authentications-accepted", "AUTH-2")
class TwoRightAuthentications(TokenService):
    """Basic and body credentials together are accepted where both are the same client's, and right."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Use Basic where the body repeats it."""
        try:
            return super().credentials(request, parameters)
        except TokenError:
            basic, form = super().credentials(request, {}), sent_credentials.read(None, parameters)
            if basic is None or form is None or form.readings[0] not in basic.readings:
                raise
            return basic


@defect("unknown-form-parameter-refused", "AUTH-2")
class UnknownFormParameter(TokenService):
    """A form with a parameter that the token endpoint does not know is refused."""

    def grant_type(self, request: TokenRequest, parameters: Mapping[str, str]) -> str:
        """Refuse it, where the grant type is right."""
        known = {"grant_type", "scope", "client_id", "client_secret"}
        if request.form is not None and parameters.get("grant_type") and not parameters.keys() <= known:
            raise invalid_request("The form has an unknown parameter.")
        return super().grant_type(request, parameters)


@defect("body-credentials-refused", "AUTH-2")
class BodyCredentialsRefused(TokenService):
    """Credentials in the body are ignored."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Read only Basic."""
        return super().credentials(request, {})
