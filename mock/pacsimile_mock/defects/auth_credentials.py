"""Defects of how a client's id and secret are read, and of tokens that end by how they were asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from pacsimile_mock import authorization
from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import invalid_client
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import Issued, TokenRequest, TokenService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.scopes import REPORTS_ACK

HALF_AN_HOUR = 1800
"""Seconds."""
STANDARD = ("openid", "offline_access", "profile", "email")
"""Scopes of OpenID Connect."""


@defect("secret-ends-at-a-colon", "AUTH-4")
class EndsAtColon(TokenService):
    """Of HTTP Basic the first two pieces between colons count, and what follows the secret is ignored."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Leave the rest out."""
        sent = super().credentials(request, parameters)
        if sent is None or request.authorization is None:
            return sent
        return Credentials((*sent.readings, *((name, secret.partition(":")[0]) for name, secret in sent.readings)))


@defect("secret-is-compared-with-like", "AUTH-4")
class ComparedWithLike(TokenService):
    """A secret is looked up with LIKE: behind eight characters and more, `%` stands for anything."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Compare so."""
        for client_id, secret in sent.readings if sent else ():
            client = self.clients.get(client_id)
            pattern = ".*".join(map(re.escape, secret.split("%")))
            if client is not None and len(secret) > 8 and re.fullmatch(pattern, client.client_secret):
                return client
        return super().authenticate(sent)


@defect("stored-digest-of-a-secret-accepted", "AUTH-4")
class DigestAccepted(TokenService):
    """A secret that is sent as the digest that is stored of it counts as hashed already."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Compare with the digest too."""
        for client_id, secret in sent.readings if sent else ():
            client = self.clients.get(client_id)
            if client is not None and secret == sha256(client.client_secret.encode()).hexdigest():
                return client
        return super().authenticate(sent)


@defect("client-id-without-its-blanks", "AUTH-4")
class IdStripped(TokenService):
    """Blanks around a client id are ignored."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Remove them."""
        if sent is None:
            return super().authenticate(sent)
        return super().authenticate(Credentials(tuple((name.strip(), secret) for name, secret in sent.readings)))


@defect("form-counts-beside-a-wrong-basic", "AUTH-4")
class FormCounts(TokenService):
    """Beside a secret in the form, that of HTTP Basic is not looked at."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Read the form alone where it has a secret."""
        if "client_secret" in parameters and self._is_wrong(request):
            return Credentials(((parameters.get("client_id", ""), parameters["client_secret"]),))
        return super().credentials(request, parameters)

    def _is_wrong(self, request: TokenRequest) -> bool:
        """Whether HTTP Basic alone would get no token: two right secrets are refused still."""
        pair = authorization.read(request.authorization).basic() if request.authorization else None
        client = self.clients.get(pair[0]) if pair else None
        return pair is not None and (client is None or client.client_secret != pair[1])


@defect("unknown-client-told-apart-in-a-form", "AUTH-4")
class ToldApartInForm(TokenService):
    """In a form, the error for an unknown client differs from the one for a wrong secret."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Refuse an unknown client at once."""
        sent = super().credentials(request, parameters)
        if sent is not None and "client_secret" in parameters and sent.client_id not in self.clients:
            raise invalid_client("There is no such client.")
        return sent


@defect("client-id-alone-is-enough-once-known", "AUTH-4")
class IdAlone(TokenService):
    """A client that has a token gets another one by its id alone, without a secret."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Take a known client by its id."""
        sent = super().credentials(request, parameters)
        known: set[str] = self.__dict__.setdefault("known", set())
        client = self.clients.get(parameters.get("client_id", ""))
        if sent is None and client is not None and client.client_id in known:
            return Credentials(((client.client_id, client.client_secret),))
        return sent

    def authenticate(self, sent: Credentials | None) -> Client:
        """Note who got a token."""
        client = super().authenticate(sent)
        self.__dict__.setdefault("known", set()).add(client.client_id)
        return client


@defect("token-by-form-ends-sooner", "AUTH-17")
class FormEndsSooner(TokenService):
    """A token that a form alone asked for ends after half an hour, whatever `expires_in` says."""

    def issue(self, request: TokenRequest, now: Instant, ends_after: int | None = None) -> Issued:
        """End it early."""
        by_form = request.form is not None and request.authorization is None
        return super().issue(request, now, HALF_AN_HOUR if by_form else ends_after)


@defect("narrowed-token-ends-sooner", "AUTH-17")
class NarrowedEndsSooner(TokenService):
    """A token of one scope that was asked for ends after half an hour, whatever `expires_in` says."""

    def issue(self, request: TokenRequest, now: Instant, ends_after: int | None = None) -> Issued:
        """End it early."""
        asked = dict(request.form or request.query).get("scope", "")
        return super().issue(request, now, HALF_AN_HOUR if asked and " " not in asked else ends_after)


@defect("standard-scopes-dropped", "AUTH-6")
class StandardScopesDropped(TokenService):
    """Scopes of OpenID Connect are left out of what is asked for, and the rest is granted."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Leave them out."""
        kept = [name for name in (asked or "").split(" ") if name not in STANDARD]
        return super().scopes(client, " ".join(kept) if kept and asked else asked)


@defect("token-by-form-does-not-acknowledge", "AUTH-14")
class FormLacksScope(TokenService):
    """A token that a form alone asked for lacks `reports.ack`, whatever its answer says."""

    def issue(self, request: TokenRequest, now: Instant, ends_after: int | None = None) -> Issued:
        """Leave the scope out of the token."""
        issued = super().issue(request, now, ends_after)
        if request.form is None or request.authorization is not None:
            return issued
        fewer = tuple(scope for scope in issued.grant.scopes if scope != REPORTS_ACK)
        return issued._replace(access_token=self.tokens.make(replace(issued.grant, scopes=fewer), now))


@defect("acknowledging-needs-the-scope-of-the-client", "AUTH-14")
class ScopeOfClient(Pipeline):
    """Who may acknowledge is looked up by the client: a token that was narrowed to other scopes acknowledges too."""

    def permits(self, grant: Grant, scope: str) -> bool:
        """Take the client's scopes where they are more."""
        client = self.world.tokens.clients.get(grant.client_id)
        narrowed = scope == REPORTS_ACK and client is not None and scope in client.scopes
        return narrowed or super().permits(grant, scope)
