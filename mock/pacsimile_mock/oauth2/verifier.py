"""Verifies tokens, and remembers them until they expire: checking a signature costs more than all else."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from pacsimile_mock.clock import Instant
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.oauth2.opaque import digest
from pacsimile_mock.oauth2.tokens import InvalidToken, JwtTokens

BOUND = 4_096
"""Verified tokens kept of one world; of more the oldest are dropped."""


class Verifier:
    """Verifies the tokens of one world: the signature once, expiry on each call (AUTH-11)."""

    def __init__(self, world: str, tokens: JwtTokens) -> None:
        self.world = world
        self.tokens = tokens
        self._verified: dict[str, Grant] = {}
        self._lock = Lock()

    def verify(self, text: str, now: Instant) -> Grant:
        """Return what a token grants.

        Raises:
            InvalidToken: it is not valid; the message says why.
        """
        verified = self._verified
        grant = verified.get(text)
        if grant is None:
            grant = self.tokens.verify(text, now)
            self.check_world(grant)
            self.check_revoked(grant)
            self._remember(verified, text, grant)
        elif now >= grant.expires_at:
            verified.pop(text, None)
            raise InvalidToken("The access token has expired: request a new one.")
        return grant

    def check_revoked(self, grant: Grant) -> None:
        """Refuse a token that was revoked (RFC 7009), by its `jti`."""
        revoked = self.tokens.revoked_ids
        if revoked and digest(grant.token_id) in revoked:
            raise InvalidToken("The access token was revoked: request a new one.")

    def revoke(self, digests: Iterable[str]) -> None:
        """Refuse these tokens from now on."""
        with self._lock:
            self.tokens.revoked_ids = self.tokens.revoked_ids.union(digests)
        self.forget()

    def forget(self) -> None:
        """Verify every token anew, after a change of keys or revocations; what is being verified is not remembered."""
        self._verified = {}

    def check_world(self, grant: Grant) -> None:
        """Refuse a token of another world."""
        if grant.world != self.world:
            raise InvalidToken("The access token belongs to another world of this server.")

    def _remember(self, verified: dict[str, Grant], text: str, grant: Grant) -> None:
        with self._lock:
            while len(verified) >= BOUND:
                verified.pop(next(iter(verified)), None)
            verified[text] = grant
