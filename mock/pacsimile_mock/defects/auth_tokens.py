"""Defects of the verification of tokens: expiry, signature and claims."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode
from typing import Any

import orjson
from joserfc.jwk import ECKey

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.oauth2 import canonical_jws
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.oauth2.tokens import InvalidToken, JwtTokens
from pacsimile_mock.worlds.defect_registry import defect

Opened = tuple[dict[str, Any], dict[str, Any]]


def unverified(text: str) -> Opened:
    """Read a JWT's header and claims without verifying its signature.

    Raises:
        InvalidToken: The text is no JWT.
    """
    try:
        header, claims = (orjson.loads(urlsafe_b64decode(part + "==")) for part in text.split(".")[:2])
    except ValueError:
        raise InvalidToken("The access token is not one that this service made.") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise InvalidToken("The access token is not one that this service made.")
    return header, claims


@defect("key-in-a-token-header-trusted", "AUTH-12")
class KeyInHeader(JwtTokens):
    """A token is verified with the key that it brings in its header, where it has one."""

    def key(self, header: dict[str, Any]) -> Any:
        """Take that key."""
        brought = header.get("jwk")
        return ECKey.import_key(brought) if isinstance(brought, dict) else super().key(header)


@defect("iat-is-an-hour-early", "AUTH-3")
class IatAnHourEarly(JwtTokens):
    """The `iat` of a token lies an hour back, as that of a clock in another time zone does."""

    def claims(self, grant: Grant, now: Instant) -> dict[str, Any]:
        """Move it."""
        claims = super().claims(grant, now)
        return claims | {"iat": claims["iat"] - 3600}


@defect("expired-token-accepted", "AUTH-11")
class ExpiredTokenAccepted(JwtTokens):
    """A token never expires."""

    def expiry(self, claims: dict[str, Any]) -> Instant:
        """Return ten years later."""
        return super().expiry(claims) + 10 * 365 * 86_400 * SECOND


@defect("expired-twin-accepted", "AUTH-11")
class ExpiredTwinAccepted(JwtTokens):
    """A token never expires where its signature has the other valid form (r, n - s)."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Ignore the expiry of such a token."""
        return super().verify(text, 0 if self._is_twin(text) else now)

    def check_form(self, text: str) -> None:
        """Accept both forms of a signature."""

    def _is_twin(self, text: str) -> bool:
        signature = canonical_jws.decoded(text.rpartition(".")[2]) if text.count(".") == 2 else b""
        return canonical_jws.low(signature) != signature


@defect("expiry-leeway-60-s", "AUTH-18")
class ExpiryLeeway(JwtTokens):
    """A token is accepted for a minute after its `exp`."""

    def expiry(self, claims: dict[str, Any]) -> Instant:
        """Return a minute later."""
        return super().expiry(claims) + 60 * SECOND


@defect("token-dies-after-60-s", "AUTH-17")
class DiesEarly(JwtTokens):
    """A token is refused a minute after it was issued, before its `exp`."""

    def expiry(self, claims: dict[str, Any]) -> Instant:
        """Return a minute after `iat`."""
        return min(super().expiry(claims), (int(claims.get("iat", 0)) + 60) * SECOND)


@defect("signature-not-checked", "AUTH-12")
class SignatureNotChecked(JwtTokens):
    """The signature of a token is not verified."""

    def _opened(self, text: str) -> Opened:
        return unverified(text)


@defect("alg-none-accepted", "AUTH-12")
class AlgNoneAccepted(JwtTokens):
    """A token with `alg: none`, in upper or lower case, needs no signature."""

    def _opened(self, text: str) -> Opened:
        header, claims = unverified(text)
        return (header, claims) if str(header.get("alg")).lower() == "none" else super()._opened(text)


@defect("hs256-signed-with-public-key-accepted", "AUTH-12")
class KeyConfusion(JwtTokens):
    """A token with `alg: HS256` is verified with the public key as the shared secret."""

    def _opened(self, text: str) -> Opened:
        header, claims = unverified(text)
        if header.get("alg") != "HS256":
            return super()._opened(text)
        signed, _, signature = text.rpartition(".")
        for secret in self._public():
            if hmac.digest(secret, signed.encode(), hashlib.sha256) == urlsafe_b64decode(signature + "=="):
                return header, claims
        raise InvalidToken("The access token was altered.")

    def _public(self) -> list[bytes]:
        key = self.keys.current
        pem = key.as_pem(private=False)
        return [pem, pem.strip(), orjson.dumps(key.as_dict(private=False)), key.as_der(private=False)]


@defect("issuer-not-checked", "AUTH-12")
class IssuerNotChecked(JwtTokens):
    """A token of any issuer is accepted."""

    def check_issuer(self, claims: dict[str, Any]) -> None:
        """Accept every issuer."""


@defect("audience-not-checked", "AUTH-12")
class AudienceNotChecked(JwtTokens):
    """A token for any audience is accepted."""

    def check_audience(self, claims: dict[str, Any]) -> None:
        """Accept every audience."""


@defect("token-type-not-checked", "AUTH-12")
class TypeNotChecked(JwtTokens):
    """A signed token of another kind, such as a logout token, is accepted."""

    def check_header(self, header: dict[str, Any]) -> None:
        """Accept every type; still refuse critical extensions."""
        super().check_header({**header, "typ": "at+jwt"})


@defect("critical-extensions-ignored", "AUTH-12")
class CritIgnored(JwtTokens):
    """A token with unknown critical extensions is accepted."""

    def check_header(self, header: dict[str, Any]) -> None:
        """Check only the type."""
        super().check_header({name: value for name, value in header.items() if name != "crit"})

    def _opened(self, text: str) -> Opened:
        header, claims = unverified(text)
        return (header, claims) if header.get("crit") and header.get("alg") == "ES256" else super()._opened(text)


@defect("not-before-ignored", "AUTH-12")
class NotBeforeIgnored(JwtTokens):
    """A token is accepted before its `nbf`."""

    def check_times(self, claims: dict[str, Any], now: Instant) -> None:
        """Check only `exp`."""
        super().check_times({name: value for name, value in claims.items() if name != "nbf"}, now)


@defect("unknown-key-accepted", "AUTH-12")
class UnknownKeyAccepted(JwtTokens):
    """A token with an unknown `kid` is verified with the current key."""

    def key(self, header: dict[str, Any]) -> Any:
        """Return the current key."""
        return self.keys.current
