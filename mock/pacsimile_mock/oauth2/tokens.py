"""Makes and verifies JWT access tokens (RFC 9068)."""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.oauth2 import canonical_jws
from pacsimile_mock.oauth2.issuers import Issuers
from pacsimile_mock.oauth2.keys import SigningKeys
from pacsimile_mock.oauth2.model import Grant

AUDIENCE = "urn:pacsimile:results-api"
WORLD_CLAIM = "urn:pacsimile:world"
ORGANIZATION_CLAIM = "urn:pacsimile:organization"
CREDENTIALS_GENERATION_CLAIM = "urn:pacsimile:credentials-ended"


class InvalidToken(Exception):
    """The token is not valid; the message says why, for the client's developer."""


class JwtTokens:
    """Makes and verifies tokens that carry their grant, signed with ES256."""

    def __init__(self, keys: SigningKeys, issuers: Issuers) -> None:
        self.keys = keys
        self.issuers = issuers
        self.revoked_ids: frozenset[str] = frozenset()
        """Ids of keys that this world has withdrawn, and digests of the ids (`jti`) of revoked tokens: none is both."""
        self._ended: dict[str, int] = {}
        """How often the credentials of each client have ended; a token carries the number of its time."""

    def copy_revocations(self, former: JwtTokens) -> None:
        """Copy what was withdrawn and ended from the instance that this one replaces."""
        self.revoked_ids, self._ended = former.revoked_ids, former._ended

    def end(self, client_id: str) -> None:
        """Refuse all tokens that a client has got so far."""
        self._ended[client_id] = self._ended.get(client_id, 0) + 1

    def make(self, grant: Grant, now: Instant) -> str:
        """Make a token of a grant."""
        if grant.issuer:
            self.issuers.note_issuer(grant.issuer, grant.world)
        return self.sign(self.header(), self.claims(grant, now))

    def header(self) -> dict[str, Any]:
        """Return the header of a token made now."""
        return {"alg": "ES256", "typ": "at+jwt", "kid": self.keys.current.kid}

    def claims(self, grant: Grant, now: Instant) -> dict[str, Any]:
        """Return the claims of a token made now (RFC 9068 §2.2)."""
        return {
            "iss": grant.issuer or self.issuers.home,
            "aud": AUDIENCE,
            "sub": grant.client_id,
            "client_id": grant.client_id,
            "scope": " ".join(grant.scopes),
            "iat": now // SECOND,
            "exp": grant.expires_at // SECOND,
            "jti": token_urlsafe(9),
            WORLD_CLAIM: grant.world,
            ORGANIZATION_CLAIM: grant.organization_id,
            **({CREDENTIALS_GENERATION_CLAIM: self._ended[grant.client_id]} if grant.client_id in self._ended else {}),
        }

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """Sign any header and claims with the key in use, invalid ones too."""
        signed = f"{_encoded(header)}.{_encoded(claims)}"
        signature = jws.JWSRegistry.algorithms["ES256"].sign(signed.encode(), self.keys.current)
        return f"{signed}.{canonical_jws.encoded(canonical_jws.low(signature))}"

    def verify(self, text: str, now: Instant) -> Grant:
        """Verify a token's signature and claims, or raise InvalidToken (AUTH-11, AUTH-12, AUTH-18)."""
        header, claims = self._opened(text)
        self.check_header(header)
        self.check_claims(claims)
        self.check_times(claims, now)
        return self.grant(claims)

    def _opened(self, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
        try:
            self.check_form(text)
            header = jws.extract_compact(text.encode("ascii")).headers()
            if not isinstance(header, dict):
                raise TypeError("a header is a JSON object")
            key = self.key(header)
            opened = jws.deserialize_compact(text, key, algorithms=["ES256"])
            claims = orjson.loads(opened.payload)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise InvalidToken("The access token is not one that this service made, or was altered.") from error
        if not isinstance(claims, dict):
            raise InvalidToken("The access token carries no claims.")
        return header, claims

    def check_form(self, text: str) -> None:
        """Refuse any form of a token but the one in which it was given."""
        if not canonical_jws.is_canonical(text):
            raise ValueError("the token is not in the form in which it was made")

    def key(self, header: dict[str, Any]) -> Any:
        """Return the key that a token's header names."""
        key = self.keys.find(header.get("kid"))
        if key is None or key.kid in self.revoked_ids:
            raise InvalidToken("The access token is signed with a key that this service does not know.")
        return key

    def check_header(self, header: dict[str, Any]) -> None:
        """Refuse a token of another kind (RFC 9068 §4), and extensions that are not understood (RFC 7515 §4.1.11)."""
        if str(header.get("typ", "")).lower().removeprefix("application/") != "at+jwt":
            raise InvalidToken("The token is not an access token: its typ is not at+jwt.")
        if "crit" in header:
            raise InvalidToken("The access token has critical extensions that this service does not know.")

    def check_claims(self, claims: dict[str, Any]) -> None:
        """Refuse a token of another issuer, for another audience, or of credentials that have ended."""
        self.check_issuer(claims)
        self.check_audience(claims)
        self.check_credentials(claims)

    def check_issuer(self, claims: dict[str, Any]) -> None:
        """Refuse another issuer's token; any of the server's names is accepted."""
        if not self.issuers.knows(claims.get("iss"), str(claims.get(WORLD_CLAIM))):
            raise InvalidToken("The access token is another issuer's.")

    def check_audience(self, claims: dict[str, Any]) -> None:
        """Refuse a token that is meant for another service; the audience may be a list that contains ours."""
        audience = claims.get("aud")
        if AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
            raise InvalidToken("The access token is meant for another service.")

    def check_credentials(self, claims: dict[str, Any]) -> None:
        """Refuse a token whose credentials have ended."""
        generation = claims.get(CREDENTIALS_GENERATION_CLAIM, 0)
        if self._ended and generation != self._ended.get(str(claims.get("client_id")), 0):
            raise InvalidToken("The client's credentials have changed since: request a new token.")

    def check_times(self, claims: dict[str, Any], now: Instant) -> None:
        """Refuse a token from `exp` itself on, without leeway (AUTH-18), and before `nbf`."""
        if now >= self.expiry(claims):
            raise InvalidToken("The access token has expired: request a new one.")
        if now < _instant(claims.get("nbf", 0)):
            raise InvalidToken("The access token is not valid yet.")

    def expiry(self, claims: dict[str, Any]) -> Instant:
        """Return the instant from which on the token is refused."""
        return _instant(claims.get("exp"))

    def grant(self, claims: dict[str, Any]) -> Grant:
        """Read what the token grants."""
        named = [claims.get(name) for name in (WORLD_CLAIM, "client_id", ORGANIZATION_CLAIM, "scope")]
        if not all(isinstance(value, str) for value in named):
            raise InvalidToken("The access token lacks a claim.")
        world, client_id, organization_id, scope = map(str, named)
        issuer = str(claims.get("iss", ""))
        # a token without jti is identified by its claims
        token_id = str(claims.get("jti") or orjson.dumps(claims).decode())
        return Grant(world, client_id, organization_id, tuple(scope.split()), self.expiry(claims), issuer, token_id)


def _encoded(part: dict[str, Any]) -> str:
    return canonical_jws.encoded(orjson.dumps(part))


def _instant(claim: object) -> Instant:
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        raise InvalidToken("The access token lacks a time, or has one that is not a number.")
    try:
        return int(claim * SECOND)
    except (OverflowError, ValueError):
        raise InvalidToken("The access token has a time that is out of range.") from None
