"""Records when worlds were used last, at intervals of some minutes and not with each call."""

from __future__ import annotations

from contextlib import suppress

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.storage.registry import Registry

COARSE = 300 * SECOND
"""Uses within this time of the last one are not recorded; shorter where worlds have a short lifetime."""


class Usage:
    """Finds the worlds that were unused for a lifetime, by the machine's time and not the worlds' own."""

    def __init__(self, registry: Registry, lifetime: float) -> None:
        self._registry = registry
        self._lifetime = int(lifetime * SECOND)
        self._coarse = min(COARSE, self._lifetime // 4)
        self._noted: dict[str, Instant] = {}

    def note(self, world: str) -> None:
        """Record that a world is used now."""
        now = self._registry.time()
        if now - self._noted.get(world, 0) > self._coarse:
            self._noted[world] = now
            with suppress(Unavailable):  # no reason to refuse what can be answered; the next use is kept again
                self._registry.touch(world)

    def unused(self) -> list[str]:
        """Return the names of the worlds whose lifetime is over."""
        return self._registry.unused(self._registry.time() - self._lifetime - self._coarse)

    def forget(self, world: str) -> None:
        """Forget a world that has ended."""
        self._noted.pop(world, None)
