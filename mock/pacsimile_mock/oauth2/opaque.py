"""Opaque access tokens: the token is a random name, and the server keeps what it grants."""

from __future__ import annotations

from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

import orjson

from pacsimile_mock.oauth2.issuers import Issuers
from pacsimile_mock.oauth2.keys import SigningKeys
from pacsimile_mock.oauth2.shared_state import TokenStore
from pacsimile_mock.oauth2.tokens import InvalidToken, JwtTokens

PREFIX = "pac_"
"""What each token begins with; the world's name follows."""


class OpaqueTokens(JwtTokens):
    """Tokens that carry nothing: header and claims are kept under the digest, and checked like those of a JWT."""

    def __init__(self, keys: SigningKeys, issuers: Issuers, world: str, registry: TokenStore) -> None:
        super().__init__(keys, issuers)
        self.world = world
        self.registry = registry

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """Keep any header and claims, and return a token for them."""
        text = f"{PREFIX}{self.world}_{token_urlsafe(24)}"
        self.registry.save_token(self.world, digest(text), orjson.dumps([header, claims]).decode())
        return text

    def _opened(self, text: str) -> tuple[dict[str, Any], dict[str, Any]]:
        kept = self.registry.token(self.world, digest(text))
        if kept is None:
            raise InvalidToken("The access token is not one that this service made.")
        header, claims = orjson.loads(kept)
        self.key(header)
        return header, claims


def digest(text: str) -> str:
    """Return the SHA-256 of a token, to keep in its place."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def claimed_world(text: str) -> str | None:
    """Return the world that an opaque token claims to be of; None for another token."""
    return text.removeprefix(PREFIX).partition("_")[0] if text.startswith(PREFIX) else None
