"""Access tokens: JWTs by RFC 9068, signed with ES256 by a key that is drawn once."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from starlette_server.clock import SECOND, Clock
from starlette_server.database import Client

LIFETIME = 3000
AUDIENCE = "urn:clinic:results"


class InvalidToken(Exception):
    """A token that opens nothing."""


class Tokens:
    """Issues access tokens and verifies them.

    Args:
        issuer: the address that tokens name as theirs.
        key: the signing key, a private JWK as `new_key` makes one.
    """

    def __init__(self, issuer: str, key: str, clock: Clock) -> None:
        self.issuer = issuer
        self.clock = clock
        self._key = ECKey.import_key(json.loads(key))
        self.key_id = self._key.thumbprint()

    def issue(self, client: Client, scopes: list[str]) -> str:
        """A token of this client, for `LIFETIME` seconds from now on."""
        return self.sign(self.header(), self.claims(client.id, scopes))

    def header(self) -> dict[str, Any]:
        """What each token says of itself."""
        return {"alg": "ES256", "typ": "at+jwt", "kid": self.key_id}

    def claims(self, client_id: str, scopes: list[str]) -> dict[str, Any]:
        """What a token says of its client."""
        now = self.clock.now() // SECOND
        return {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": client_id,
            "client_id": client_id,
            "scope": " ".join(scopes),
            "iat": now,
            "exp": now + LIFETIME,
            "jti": secrets.token_hex(12),
        }

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """Sign any header and claims: for the state `token_with`, whose are wrong on purpose, no library would."""
        signing_input = f"{part(header)}.{part(claims)}"
        private = self._key.private_key
        assert isinstance(private, EllipticCurvePrivateKey)
        r, s = decode_dss_signature(private.sign(signing_input.encode(), ECDSA(SHA256())))
        return f"{signing_input}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def verify(self, token: str) -> tuple[str, set[str]]:
        """The client of a token, and the scopes that it carries.

        Raises:
            InvalidToken: forged, foreign, expired, not valid yet, or written otherwise than it was issued.
        """
        try:
            signed = jws.deserialize_compact(token, self._key, ["ES256"])
            claims = json.loads(signed.payload or b"")
        except (JoseError, ValueError, TypeError, KeyError):
            raise InvalidToken from None
        if not canonical(token) or not isinstance(claims, dict):
            raise InvalidToken
        self.check_header(signed.protected)
        self.check_claims(claims)
        return claims["client_id"], set(claims["scope"].split(" "))

    def check_header(self, header: dict[str, Any]) -> None:
        """Refuse a token of another kind, of another key, or with extensions that nobody here understands."""
        if header.get("typ") != "at+jwt" or header.get("kid") != self.key_id or "crit" in header:
            raise InvalidToken

    def check_claims(self, claims: dict[str, Any]) -> None:
        """Refuse a token of another issuer, for another service, or of another time."""
        audience = claims.get("aud")
        if claims.get("iss") != self.issuer or AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
            raise InvalidToken
        if not all(isinstance(claims.get(name), str) for name in ("client_id", "scope")):
            raise InvalidToken
        self.check_times(claims.get("exp"), claims.get("nbf", 0))

    def check_times(self, expires: object, not_before: object) -> None:
        """Refuse a token from the second on that it expires at, and before it is valid."""
        now = self.clock.now() / SECOND
        numbers = (int, float)
        if not isinstance(expires, numbers) or not isinstance(not_before, numbers):
            raise InvalidToken
        if now >= expires or now < not_before:
            raise InvalidToken

    def public_keys(self) -> dict[str, Any]:
        """The key set by which others may verify tokens."""
        return {"keys": [{**self._key.as_dict(private=False), "kid": self.key_id, "alg": "ES256", "use": "sig"}]}


def new_key() -> str:
    """Draw a signing key."""
    return json.dumps(ECKey.generate_key("P-256").as_dict(private=True))


def canonical(token: str) -> bool:
    """Whether each part is written as base64url writes it: else one signature has several spellings."""
    return all(base64url(urlsafe_b64decode(piece + "=" * (-len(piece) % 4))) == piece for piece in token.split("."))


def part(content: dict[str, Any]) -> str:
    """A header or claims, as a token has them."""
    return base64url(json.dumps(content, separators=(",", ":")).encode())


def base64url(content: bytes) -> str:
    """Bytes as JWS writes them, without padding."""
    return urlsafe_b64encode(content).decode().rstrip("=")
