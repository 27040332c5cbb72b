"""Defects in what few clients send: empty values, credentials in other forms, a token in other places."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from urllib.parse import parse_qs

from joserfc import jws
from joserfc.jwk import ECKey

from pacsimile_mock import authorization
from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.defects.auth_tokens import Opened, unverified
from pacsimile_mock.errors import Problem, TokenError, invalid_request, invalid_scope, invalid_token
from pacsimile_mock.exchange import Call
from pacsimile_mock.oauth2 import canonical_jws
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import Issued, TokenRequest, TokenService
from pacsimile_mock.oauth2.tokens import InvalidToken, JwtTokens
from pacsimile_mock.worlds.defect_registry import defect

MOST_OF_A_VALUE = 140
"""Characters of the longest value that is not a token."""


@defect("empty-scope-is-unknown", "AUTH-6")
class EmptyScope(TokenService):
    """A `scope` without a value is refused as an unknown one, instead of counting as omitted."""

    def issue(self, request: TokenRequest, now: Instant, ends_after: int | None = None) -> Issued:
        """Refuse it."""
        if ("scope", "") in (request.query if request.form is None else request.form):
            raise invalid_scope("The scope is empty.")
        return super().issue(request, now, ends_after)


@defect("default-scopes-are-those-of-the-last-token", "AUTH-6")
class ScopesOfTheLast(TokenService):
    """Without a scope, a client gets the scopes that it asked for last, instead of its default set."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Keep the last scopes by client."""
        last: dict[str, tuple[str, ...]] = self.__dict__.setdefault("last", {})
        if asked is not None:
            last[client.client_id] = super().scopes(client, asked)
        return last.get(client.client_id) or super().scopes(client, asked)


@defect("credentials-are-not-form-decoded", "AUTH-2")
class NotFormDecoded(TokenService):
    """HTTP Basic is read as it is written, although clients may form-urlencode both of its parts."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Take the first reading alone, which is not decoded."""
        return super().authenticate(sent and sent._replace(readings=sent.readings[:1]))


@defect("client-id-beside-basic-is-a-second-way", "AUTH-2")
class SecondWay(TokenService):
    """A form with `client_id` beside HTTP Basic is refused as a second authentication, though it names that client."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Refuse it."""
        if request.authorization and "client_id" in parameters:
            raise invalid_request("The client authenticates twice.", "AUTH-2")
        return super().credentials(request, parameters)


@defect("empty-assertion-beside-basic-is-a-second-way", "AUTH-2")
class EmptyAssertion(TokenService):
    """A form with `client_assertion` beside HTTP Basic is refused as a second way, even if it has no value."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Refuse it."""
        if request.authorization and "client_assertion" in dict(request.form or ()):
            raise invalid_request("The client authenticates twice.", "AUTH-2")
        return super().credentials(request, parameters)


@defect("client-id-of-the-form-counts-beside-basic", "AUTH-2")
class FormNamesTheClient(TokenService):
    """With right credentials by HTTP Basic, the token is for the client that the form names."""

    def issue(self, request: TokenRequest, now: Instant, ends_after: int | None = None) -> Issued:
        """Keep the id in the form."""
        self.__dict__["named"] = dict(request.form or ()).get("client_id") if request.authorization else None
        return super().issue(request, now, ends_after)

    def authenticate(self, sent: Credentials | None) -> Client:
        """Authenticate by Basic, and return the other client."""
        client = super().authenticate(sent and sent._replace(names_another=False))
        return self.clients.get(self.__dict__.pop("named", None) or "", client)


@defect("secret-of-the-named-client-counts-with-basic", "AUTH-4")
class SecretOfTheNamed(TokenService):
    """The secret by HTTP Basic is compared with that of the client whose `client_id` is in the form."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Put that client in the place of the other."""
        sent = super().credentials(request, parameters)
        if sent is None or not sent.names_another:
            return sent
        return Credentials(tuple((parameters["client_id"], secret) for _, secret in sent.readings))


@defect("wrong-secret-in-a-form-gets-no-challenge", "AUTH-10")
class FormGetsNoChallenge(TokenService):
    """A wrong secret in a form gets a 401 without `WWW-Authenticate`: only HTTP Basic is challenged."""

    def issue(self, request: TokenRequest, now: Instant, ends_after: int | None = None) -> Issued:
        """Leave the challenge out."""
        try:
            return super().issue(request, now, ends_after)
        except TokenError as error:
            if request.form is not None and not request.authorization:
                error.headers = ()
            raise


@defect("token-in-a-link-counts", "AUTH-13")
class TokenInALink(Pipeline):
    """Without an Authorization header, a token in the parameter `jwt` counts, as in links to reports."""

    def bearer(self, call: Call) -> str | None:
        """Read the query."""
        return super().bearer(call) or parse_qs(call.query).get("jwt", [None])[0]

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Leave out values that are long enough for a token, so that no parameter is unknown."""
        if "authorization" in call.headers or "jwt=" not in call.query:
            return super().parameters(operation_id, call)
        known = [piece for piece in call.query.split("&") if len(piece) < len("jwt=") + MOST_OF_A_VALUE]
        return super().parameters(operation_id, replace(call, query="&".join(known)))


@defect("second-of-two-tokens-counts", "AUTH-13")
class SecondOfTwo(Pipeline):
    """Of several schemes in one Authorization header, as gateways join two of them, the last one counts."""

    def bearer(self, call: Call) -> str | None:
        """Read what follows the last comma."""
        return authorization.bearer((call.headers.get("authorization") or "").rpartition(",")[2])


@defect("token-is-bound-to-a-program", "AUTH-17")
class BoundToAProgram(Pipeline):
    """A token is valid only for the `User-Agent` that used it first."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Compare the header."""
        grant, program = super().authenticate(call, now), call.headers.get("user-agent")
        if self.__dict__.setdefault("programs", {}).setdefault(grant.token_id, program) != program:
            raise invalid_token("The token is another program's.", token_sent=True, requirement="AUTH-17")
        return grant


@defect("challenge-names-the-scopes-of-the-token", "AUTH-14")
class NamesItsScopes(Pipeline):
    """The challenge for a token without the scope names the scopes that it has, not the one that is needed."""

    def authorize(self, grant: Grant, operation_id: str) -> None:
        """Replace the scope in the challenge."""
        try:
            super().authorize(grant, operation_id)
        except Problem as problem:
            challenge = f'Bearer realm="pacsimile", error="insufficient_scope", scope="{" ".join(grant.scopes)}"'
            problem.headers = (("WWW-Authenticate", challenge),)
            raise


@defect("credentials-open-the-api", "AUTH-9")
class CredentialsOpen(Pipeline):
    """A client may call the API with its credentials by HTTP Basic, as it does the token endpoint."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Take them for a token."""
        sent, pair = authorization.read(call.headers.get("authorization")), None
        with suppress(ValueError):
            pair = sent.basic() if sent.scheme == "basic" else None
        client = self.world.clients.get(pair[0]) if pair else None
        if client is None or pair is None or client.client_secret != pair[1]:
            return super().authenticate(call, now)
        call.client_id = client.client_id
        return Grant(self.world.name, client.client_id, client.organization_id, client.scopes, now + SECOND)


@defect("key-of-a-certificate-in-the-header-counts", "AUTH-12")
class CertificateCounts(JwtTokens):
    """A token is verified with the certificate in its own header (`x5c`), whoever made that."""

    def _opened(self, text: str) -> Opened:
        header, claims = unverified(text)
        if "x5c" not in header:
            return super()._opened(text)
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
        from cryptography.x509 import load_der_x509_certificate

        public = load_der_x509_certificate(b64decode(header["x5c"][0])).public_key()
        key = ECKey.import_key(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        signed, _, signature = text.rpartition(".")
        algorithm = jws.JWSRegistry.algorithms["ES256"]
        if not algorithm.verify(signed.encode(), canonical_jws.decoded(signature), key):
            raise InvalidToken("The access token was altered.")
        return header, claims


MOST_WRONG = 3


@defect("third-wrong-secret-ends-the-tokens", "AUTH-17")
class ThirdWrongSecret(TokenService):
    """The third wrong secret in a row for a client ends the tokens that it holds."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Count them."""
        counts: Counter[str] = self.__dict__.setdefault("counts", Counter())
        name = sent.client_id if sent else ""
        try:
            client = super().authenticate(sent)
        except TokenError:
            counts[name] += 1
            if counts[name] == MOST_WRONG and name in self.clients:
                self.tokens.end(name)
            raise
        counts.pop(name, None)
        return client
