"""The issuers that a server is known by: a token names the one that its client asked, and any of them is accepted.

RFC 8414 section 3.3: a client that reads the metadata under a name finds this name as the issuer there, and in the
tokens that it gets. Under which name an API call comes later says nothing about the token.
"""

from __future__ import annotations

import orjson

from pacsimile_mock.oauth2.shared_state import SharedTexts

ISSUERS = "issuers"
"""The name under which the base URLs are kept, for all workers and later starts."""
BOUND = 1_000
"""Base URLs kept; of more the oldest are dropped."""
ENDPOINT = "/oauth2"


def issuer_of(base_url: str, world: str | None = None) -> str:
    """Return the issuer at a base URL, such as `http://127.0.0.1:8080`; with a world, that at the world's path."""
    return f"{base_url}{'' if world is None else f'/w/{world}'}{ENDPOINT}"


class Issuers:
    """Knows the base URLs under which tokens were issued; `home` is the one that the server calls its own."""

    def __init__(self, registry: SharedTexts, home: str) -> None:
        self._registry = registry
        self._known: frozenset[str] = frozenset()
        self.home = issuer_of(home)
        self._add_base_url(home)

    def note_issuer(self, issuer: str, world: str) -> None:
        """Remember that a token of a world was issued under this name."""
        base = _base(issuer, world)
        if base not in self._known:
            self._add_base_url(base)

    def _add_base_url(self, base: str) -> None:
        with self._registry.transaction():
            kept = self._kept()
            if base not in kept:
                kept = [*kept, base][-BOUND:]
                self._registry.replace(ISSUERS, orjson.dumps(kept).decode())
        self._known = frozenset(kept)

    def knows(self, issuer: object, world: str) -> bool:
        """Whether a token of a world may name this issuer."""
        if not isinstance(issuer, str) or not issuer.endswith(ENDPOINT):
            return False
        base = _base(issuer, world)
        if issuer != self.home and base not in self._known:
            self._known = frozenset(self._kept())  # another worker may have issued it
        return issuer == self.home or base in self._known

    def _kept(self) -> list[str]:
        return list(orjson.loads(self._registry.recall(ISSUERS, lambda: "[]")))


def _base(issuer: str, world: str) -> str:
    return issuer.removesuffix(ENDPOINT).removesuffix(f"/w/{world}")
