"""Stores the state that all workers share: the interface, and the registry of a single process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pacsimile_mock.clock import Clock, ClockSetting, Instant, system_time
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.journal.store import JournalStore, MemoryJournalStore
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.orders.store import Store
from pacsimile_mock.storage.memory_store import MemoryStore

if TYPE_CHECKING:
    from pacsimile_mock.faults.store import FaultStore, SavedFault

MOST_TOKENS = 100_000
"""The most opaque tokens of all worlds in memory."""


class SavedWorld(NamedTuple):
    """A stored world, without its orders."""

    options: WorldOptions
    clock: ClockSetting
    clients: tuple[Client, ...]
    throttled: dict[str, int]
    """The status that the next call of a client is refused with."""
    revoked: frozenset[str]
    """Digests of the ids (`jti`) of tokens that were revoked, and ids of keys that were withdrawn."""
    faults: tuple[SavedFault, ...] = ()
    """In the order in which they were set."""
    changed: int = 0
    """The generation of its last change."""
    resets: int = 0
    """How often it was reset."""


class Changes(NamedTuple):
    """The changes of worlds since a generation."""

    generation: int
    names: frozenset[str]
    """All worlds."""
    changed: dict[str, SavedWorld]
    """The worlds that are new or changed."""


class Registry(Protocol):
    """Stores the state that all workers share."""

    def generation(self) -> int:
        """Return a number that grows with each change; always 0 in a single process.

        It falls where the database has lost its last changes, as a replica may that takes the place of its primary.
        """

    def time(self) -> Instant:
        """Return the time that all workers use."""

    def transaction(self) -> AbstractContextManager[object]:
        """Let all changes inside take effect together, while no other worker changes anything."""

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Return the text stored under a name; `make` makes it the first time."""

    def changes(self, since: int) -> Changes:
        """Return the worlds that were made, changed or ended since a generation."""

    def add(self, world: str, options: WorldOptions) -> None:
        """Store a new world."""

    def replace_options(self, world: str, options: WorldOptions) -> None:
        """Store the new options of a world."""

    def remove(self, world: str) -> None:
        """Delete a world with everything in it."""

    def store(self, world: str) -> Store:
        """Return the store of a world's orders."""

    def faults(self, world: str) -> FaultStore:
        """Return the store of a world's faults."""

    def clients(self, world: str) -> tuple[Client, ...] | None:
        """Return a world's clients as they are now; None where no other process adds any."""

    def add_clients(self, world: str, clients: Iterable[Client]) -> None:
        """Store new clients."""

    def move_clock(self, world: str, clock: Clock, move: Callable[[Clock], object]) -> None:
        """Move a world's clock, from where other workers have moved it meanwhile."""

    def reset(self, world: str) -> int:
        """Record that a world was reset, and return how often it was."""

    def touch(self, world: str) -> None:
        """Record that a world is used now."""

    def unused(self, since: Instant) -> list[str]:
        """Return the worlds that were not used since."""

    def throttle(self, world: str, client_id: str, status: int) -> None:
        """Record that a client's next call is refused."""

    def take_throttle(self, world: str, client_id: str) -> bool:
        """Remove that record; return False where another worker was faster."""

    def journal(self, world: str) -> JournalStore:
        """Return the store of a world's journal."""

    def replace(self, name: str, text: str) -> None:
        """Replace the text stored under a name."""

    def save_token(self, world: str, digest: str, content: str) -> None:
        """Store the content of an opaque token, by the token's digest."""

    def token(self, world: str, digest: str) -> str | None:
        """Return the content of an opaque token; None for an unknown one."""

    def revoke(self, world: str, digest: str) -> None:
        """Record that a token was revoked."""

    def probe(self) -> None:
        """Check that the state can be read and changed.

        Raises:
            Unavailable: It cannot be at the moment.
        """

    def files(self) -> list[Path]:
        """Return the paths of the files with the state, whether they exist or not."""

    def close(self) -> None:
        """Close all connections."""


class MemoryRegistry:
    """Stores keys and opaque tokens in memory; worlds store everything else themselves."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, str], str] = {}
        self._texts: dict[str, str] = {}
        self._used: dict[str, Instant] = {}
        self._resets = Counter[str]()
        self._lock = RLock()

    def generation(self) -> int:
        """Return 0: no other process changes anything."""
        return 0

    def time(self) -> Instant:
        """Return the machine's time."""
        return system_time()

    def transaction(self) -> AbstractContextManager[object]:
        """Let in one thread at a time."""
        return self._lock

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Return the text stored under a name; `make` makes it the first time."""
        if name not in self._texts:
            self._texts[name] = make()
        return self._texts[name]

    def changes(self, since: int) -> Changes:
        """Return no changes."""
        return Changes(since, frozenset(), {})

    def add(self, world: str, options: WorldOptions) -> None:
        """Record that a world is used from now on."""
        self._used[world] = self.time()

    def replace_options(self, world: str, options: WorldOptions) -> None:
        """Do nothing: the world stores it."""

    def remove(self, world: str) -> None:
        """Drop a world's tokens, the time of its last use, and the number of its resets."""
        self._used.pop(world, None)
        self._resets.pop(world, None)
        self._tokens = {key: content for key, content in tuple(self._tokens.items()) if key[0] != world}

    def store(self, world: str) -> Store:
        """Return a store in memory."""
        del world
        return MemoryStore()

    def faults(self, world: str) -> FaultStore:
        """Return a store in memory."""
        from pacsimile_mock.faults.store import MemoryFaults

        del world
        return MemoryFaults()

    def clients(self, world: str) -> tuple[Client, ...] | None:
        """Return None: the world stores its clients."""
        del world
        return None

    def add_clients(self, world: str, clients: Iterable[Client]) -> None:
        """Do nothing: the world stores it."""

    def move_clock(self, world: str, clock: Clock, move: Callable[[Clock], object]) -> None:
        """Move the clock; there is no other worker."""
        del world
        move(clock)

    def reset(self, world: str) -> int:
        """Count the resets of a world."""
        self._resets[world] += 1
        return self._resets[world]

    def touch(self, world: str) -> None:
        """Record that a world is used now, unless it has just ended."""
        if world in self._used:
            self._used[world] = self.time()

    def unused(self, since: Instant) -> list[str]:
        """Return the worlds that were not used since."""
        return [world for world, at in tuple(self._used.items()) if at < since]

    def throttle(self, world: str, client_id: str, status: int) -> None:
        """Do nothing: the world stores it."""

    def take_throttle(self, world: str, client_id: str) -> bool:
        """Return True: there is no other worker."""
        del world, client_id
        return True

    def journal(self, world: str) -> JournalStore:
        """Return a store in memory."""
        del world
        return MemoryJournalStore()

    def replace(self, name: str, text: str) -> None:
        """Replace the text stored under a name."""
        self._texts[name] = text

    def save_token(self, world: str, digest: str, content: str) -> None:
        """Store the content of an opaque token; drop the oldest tokens beyond the limit."""
        while len(self._tokens) >= MOST_TOKENS:
            self._tokens.pop(next(iter(self._tokens)), None)
        self._tokens[world, digest] = content

    def token(self, world: str, digest: str) -> str | None:
        """Return the content of an opaque token; None for an unknown one."""
        return self._tokens.get((world, digest))

    def revoke(self, world: str, digest: str) -> None:
        """Do nothing: the world stores it."""

    def probe(self) -> None:
        """Do nothing: memory is always available."""

    def files(self) -> list[Path]:
        """Return no files."""
        return []

    def close(self) -> None:
        """Do nothing: nothing is open."""
