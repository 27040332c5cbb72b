"""The keys that access tokens are signed with: ES256, made at the first start."""

from __future__ import annotations

from typing import Any

import orjson
from joserfc.jwk import ECKey, KeySet

from pacsimile_mock.oauth2.registry import SharedTexts

KEYS = "signing-keys"
"""The name that they are kept under."""


class SigningKeys:
    """The key in use, and those that tokens may still be signed with."""

    def __init__(self, saved: str) -> None:
        self._saved = ""
        self.restore(saved)

    def restore(self, saved: str) -> bool:
        """Take over the keys that are saved: a JSON array of private JWKs, the one in use last. Tell if any is new."""
        if saved == self._saved:
            return False
        self.all = [ECKey.import_key(key) for key in orjson.loads(saved)]
        self.current = self.all[-1]
        self._saved = saved
        return True

    @staticmethod
    def make(beside: str = "[]") -> str:
        """Make a key beside those that are saved, and give all as they are saved."""
        key = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": "ES256"}, auto_kid=True)
        return orjson.dumps([*orjson.loads(beside), key.as_dict(private=True)]).decode()

    def rotate(self, registry: SharedTexts, *, forget: bool) -> None:
        """Sign with a new key from now on; `forget` takes the former ones away."""
        with registry.transaction():
            saved = self.make("[]" if forget else registry.recall(KEYS, self.make))
            registry.replace(KEYS, saved)
        self.restore(saved)

    def find(self, kid: object) -> ECKey | None:
        """Find the key that a token's header names."""
        return next((key for key in self.all if key.kid == kid), None)

    def public(self, withdrawn: frozenset[str] = frozenset()) -> dict[str, Any]:
        """The public keys as a JWK set (RFC 7517), without those that a world has withdrawn."""
        shown: list[Any] = [key for key in self.all if key.kid not in withdrawn]
        return dict(KeySet(shown).as_dict(private=False))
