"""Defects of how a client's secret is compared, each in one way of sending it or for some clients."""

from __future__ import annotations

from collections.abc import Mapping
from unicodedata import normalize

from pacsimile_mock.errors import TokenError
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.oauth2.service import TokenRequest, TokenService
from pacsimile_mock.worlds.defect_registry import defect


@defect("secret-cut-by-one-in-a-form", "AUTH-4")
class CutByOne(TokenService):
    """In a form, a secret may lack its last character."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Add the character."""
        sent = super().credentials(request, parameters)
        if sent is None or "client_secret" not in parameters:
            return sent
        known = self.clients.get(sent.client_id)
        cut = known is not None and sent.readings[0][1] == known.client_secret[:-1]
        return Credentials(((known.client_id, known.client_secret),)) if cut and known else sent


@defect("blank-before-a-secret-ignored-on-get", "AUTH-4")
class BlankBefore(TokenService):
    """With GET, blanks before a secret are ignored."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Remove them."""
        sent = super().credentials(request, parameters)
        if sent is None or request.form is not None:
            return sent
        return Credentials(tuple((name, secret.lstrip()) for name, secret in sent.readings))


@defect("secret-of-a-colleague-accepted", "AUTH-4")
class SecretOfColleague(TokenService):
    """The secret of another client of the same organization is accepted."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Look among the organization's secrets."""
        for client_id, secret in sent.readings if sent else ():
            client = self.clients.get(client_id)
            if client and any(
                other.client_secret == secret
                for other in list(self.clients.values())
                if other.organization_id == client.organization_id
            ):
                return client
        return super().authenticate(sent)


@defect("look-alike-secret-accepted", "AUTH-4")
class LookAlike(TokenService):
    """Secrets are compared in Unicode's compatibility form."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Normalize what was sent."""
        if sent is None:
            return super().authenticate(sent)
        return super().authenticate(
            Credentials(tuple((name, normalize("NFKC", secret)) for name, secret in sent.readings))
        )


@defect("client-id-in-the-form-needs-no-secret", "AUTH-4")
class ClientIdNeedsNone(TokenService):
    """Beside `client_id` in the form, the secret of HTTP Basic is not checked."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Take the client by its id."""
        sent = super().credentials(request, parameters)
        known = self.clients.get(parameters.get("client_id", ""))
        if known and request.authorization and request.form is not None:
            return Credentials(((known.client_id, known.client_secret),))
        return sent


@defect("secret-of-a-known-client-by-its-beginning", "AUTH-4")
class ByItsBeginning(TokenService):
    """Of a client that has a token already, a secret needs only to begin with the right one."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Compare so from the second request on."""
        known: set[str] = self.__dict__.setdefault("known", set())
        try:
            client = super().authenticate(sent)
        except TokenError:
            for client_id, secret in sent.readings if sent else ():
                if client_id in known and secret.startswith(self.clients[client_id].client_secret):
                    return self.clients[client_id]
            raise
        known.add(client.client_id)
        return client
