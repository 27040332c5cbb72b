"""The key that access tokens are signed with: ES256, made at start."""

from __future__ import annotations

from typing import Any

from joserfc.jwk import ECKey, KeySet


class SigningKeys:
    """The key in use, and those that tokens may still be signed with."""

    def __init__(self) -> None:
        self.current = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": "ES256"}, auto_kid=True)
        self.all = [self.current]

    def find(self, kid: object) -> ECKey | None:
        """Find the key that a token's header names."""
        return next((key for key in self.all if key.kid == kid), None)

    def public(self) -> dict[str, Any]:
        """The public keys as a JWK set (RFC 7517)."""
        return dict(KeySet(list(self.all)).as_dict(private=False))
