"""State that the authorization servers of all workers share: the interfaces of its store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol


class SharedTexts(Protocol):
    """Texts kept under names, such as the signing keys."""

    def transaction(self) -> AbstractContextManager[object]:
        """Make what happens inside take effect together, while nobody else changes anything here."""

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Return the text kept under a name; `make` gives it the first time."""

    def replace(self, name: str, text: str) -> None:
        """Keep another text under a name."""


class TokenStore(Protocol):
    """Content of opaque tokens, by world and digest."""

    def save_token(self, world: str, digest: str, content: str) -> None:
        """Keep what an opaque token stands for."""

    def token(self, world: str, digest: str) -> str | None:
        """Return what an opaque token stands for; None for an unknown one."""
