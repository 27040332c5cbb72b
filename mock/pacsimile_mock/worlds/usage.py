"""When worlds were used last, kept coarsely: not with each call, and to the minute where it matters by the hour."""

from __future__ import annotations

from contextlib import suppress

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.storage.registry import Registry

COARSE = 300 * SECOND
"""A use that follows another within this time is not kept, unless worlds live for less than a few times as long."""


class Usage:
    """Tells which worlds nobody has used for a lifetime, by the machine's time and not by the worlds' own."""

    def __init__(self, registry: Registry, lifetime: float) -> None:
        self._registry = registry
        self._lifetime = int(lifetime * SECOND)
        self._coarse = min(COARSE, self._lifetime // 4)
        self._noted: dict[str, Instant] = {}

    def note(self, world: str) -> None:
        """Take note that a world is used."""
        now = self._registry.time()
        if now - self._noted.get(world, 0) > self._coarse:
            self._noted[world] = now
            with suppress(Unavailable):  # no reason to refuse what can be answered; the next use is kept again
                self._registry.touch(world)

    def unused(self) -> list[str]:
        """The worlds whose time is over."""
        return self._registry.unused(self._registry.time() - self._lifetime - self._coarse)

    def forget(self, world: str) -> None:
        """A world has ended."""
        self._noted.pop(world, None)
