"""The keys that access tokens are signed with: ES256, made at the first start."""

from __future__ import annotations

from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from pacsimile_mock.database_errors import DatabaseError
from pacsimile_mock.oauth2.shared_state import SharedTexts

KEYS = "signing-keys"
"""The name under which they are kept."""


class SigningKeys:
    """The key in use, and the former keys that verify older tokens."""

    def __init__(self, saved: str) -> None:
        self._saved: str | None = None
        self.restore(saved)

    def restore(self, saved: str) -> bool:
        """Take over saved keys, a JSON array of private JWKs with the one in use last; return whether they changed.

        Raises:
            DatabaseError: They are damaged. The former ones stay.
        """
        if saved == self._saved:
            return False
        try:
            keys = [ECKey.import_key(key) for key in orjson.loads(saved)]
            current = keys[-1]
        except (JoseError, ValueError, TypeError, LookupError):
            raise DatabaseError(
                "the signing keys in the database are damaged: give a backup, or an empty database"
            ) from None
        self.all, self.current, self._saved = keys, current, saved
        return True

    @staticmethod
    def make(saved: str = "[]") -> str:
        """Append a new key to saved keys, a JSON array of private JWKs, and return the array."""
        key = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": "ES256"}, auto_kid=True)
        return orjson.dumps([*orjson.loads(saved), key.as_dict(private=True)]).decode()

    def rotate(self, registry: SharedTexts, *, forget: bool) -> None:
        """Sign with a new key from now on; `forget` drops the former ones."""
        with registry.transaction():
            saved = self.make("[]" if forget else registry.recall(KEYS, self.make))
            registry.replace(KEYS, saved)
        self.restore(saved)

    def find(self, kid: object) -> ECKey | None:
        """Return the key that a token's header names; None for an unknown one."""
        return next((key for key in self.all if key.kid == kid), None)

    def public(self, withdrawn: frozenset[str] = frozenset()) -> dict[str, Any]:
        """Return the public keys as a JWK set (RFC 7517), without those that a world has withdrawn."""
        shown: list[Any] = [key for key in self.all if key.kid not in withdrawn]
        return dict(KeySet(shown).as_dict(private=False))
