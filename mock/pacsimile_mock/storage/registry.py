"""Where worlds are known: in this process alone, or in a database that workers and restarts share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pacsimile_mock.clock import Clock, ClockSetting, Instant, system_time
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.journal.keeper import Keeper, MemoryKeeper
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.orders.store import Store
from pacsimile_mock.storage.memory_store import MemoryStore

if TYPE_CHECKING:
    from pacsimile_mock.faults.store import FaultStore, SavedFault

MOST_TOKENS = 100_000
"""Opaque tokens kept in memory, of all worlds."""


class SavedWorld(NamedTuple):
    """What is kept of a world beside its orders."""

    options: WorldOptions
    clock: ClockSetting
    clients: tuple[Client, ...]
    throttled: dict[str, int]
    """The status that the next call of a client meets."""
    revoked: frozenset[str]
    """Digests of the ids (`jti`) of tokens that were revoked, and ids of keys that were withdrawn."""
    faults: tuple[SavedFault, ...] = ()
    """In the order in which they were set."""
    changed: int = 0
    """The generation of its last change."""
    resets: int = 0
    """How often it was begun anew."""


class Changes(NamedTuple):
    """What became of worlds since a generation."""

    generation: int
    names: frozenset[str]
    """All worlds that there are."""
    changed: dict[str, SavedWorld]
    """Those that are new, or not what they were."""


class Registry(Protocol):
    """Keeps what all workers must agree on."""

    def generation(self) -> int:
        """A number that changes with everything kept here; 0 for ever where nobody else can change it."""

    def time(self) -> Instant:
        """The time that all workers go by."""

    def transaction(self) -> AbstractContextManager[object]:
        """Make what happens inside take effect together, while nobody else changes anything here."""

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Give the text kept under a name; made the first time."""

    def changes(self, since: int) -> Changes:
        """The worlds that were made, changed or ended since a generation."""

    def add(self, world: str, options: WorldOptions) -> None:
        """Keep a new world."""

    def replace_options(self, world: str, options: WorldOptions) -> None:
        """Keep that a world is made of something else now."""

    def remove(self, world: str) -> None:
        """Forget a world and all that is in it."""

    def store(self, world: str) -> Store:
        """The store of a world's orders."""

    def faults(self, world: str) -> FaultStore:
        """The store of a world's faults."""

    def clients(self, world: str) -> tuple[Client, ...] | None:
        """A world's clients as they are now; None where nobody else makes any."""

    def add_clients(self, world: str, clients: Iterable[Client]) -> None:
        """Keep new clients."""

    def move_clock(self, world: str, clock: Clock, move: Callable[[Clock], object]) -> None:
        """Move a world's clock, from wherever another worker has moved it meanwhile."""

    def reset(self, world: str) -> None:
        """Keep that a world was begun anew."""

    def touch(self, world: str) -> None:
        """Keep that a world is used just now."""

    def unused(self, since: Instant) -> list[str]:
        """The worlds that were not used since."""

    def throttle(self, world: str, client_id: str, status: int) -> None:
        """Keep that a client's next call is refused."""

    def take_throttle(self, world: str, client_id: str) -> bool:
        """Forget it; False where another worker was faster."""

    def keeper(self, world: str) -> Keeper:
        """Where a world's journal is kept."""

    def replace(self, name: str, text: str) -> None:
        """Keep another text under a name that `recall` knows."""

    def save_token(self, world: str, digest: str, content: str) -> None:
        """Keep what an opaque token stands for."""

    def token(self, world: str, digest: str) -> str | None:
        """What an opaque token stands for."""

    def revoke(self, world: str, digest: str) -> None:
        """Keep that a token was revoked."""

    def probe(self) -> None:
        """Raise Unavailable where what is kept cannot be read or changed for the moment."""

    def files(self) -> list[Path]:
        """Name the files that this is kept in, whether they are there or not."""

    def close(self) -> None:
        """Let go of what is open."""


class MemoryRegistry:
    """Keeps keys and what opaque tokens stand for: the worlds themselves are all else there is."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, str], str] = {}
        self._texts: dict[str, str] = {}
        self._used: dict[str, Instant] = {}
        self._lock = RLock()

    def generation(self) -> int:
        """Nobody else changes anything."""
        return 0

    def time(self) -> Instant:
        """The machine's time."""
        return system_time()

    def transaction(self) -> AbstractContextManager[object]:
        """One thread at a time."""
        return self._lock

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Give the text kept under a name; made the first time."""
        if name not in self._texts:
            self._texts[name] = make()
        return self._texts[name]

    def changes(self, since: int) -> Changes:
        """None by others, and none from before."""
        return Changes(since, frozenset(), {})

    def add(self, world: str, options: WorldOptions) -> None:
        """Keep that it is used from now on."""
        self._used[world] = self.time()

    def replace_options(self, world: str, options: WorldOptions) -> None:
        """Nothing to keep."""

    def remove(self, world: str) -> None:
        """Forget its tokens, and its use."""
        self._used.pop(world, None)
        self._tokens = {key: content for key, content in tuple(self._tokens.items()) if key[0] != world}

    def store(self, world: str) -> Store:
        """A store in memory."""
        del world
        return MemoryStore()

    def faults(self, world: str) -> FaultStore:
        """A store in memory."""
        from pacsimile_mock.faults.store import MemoryFaults

        del world
        return MemoryFaults()

    def clients(self, world: str) -> tuple[Client, ...] | None:
        """The world knows them itself."""
        del world
        return None

    def add_clients(self, world: str, clients: Iterable[Client]) -> None:
        """Nothing to keep."""

    def move_clock(self, world: str, clock: Clock, move: Callable[[Clock], object]) -> None:
        """The clock is the only one."""
        del world
        move(clock)

    def reset(self, world: str) -> None:
        """Nothing to keep."""

    def touch(self, world: str) -> None:
        """Keep it, unless the world has just ended."""
        if world in self._used:
            self._used[world] = self.time()

    def unused(self, since: Instant) -> list[str]:
        """The worlds that were not used since."""
        return [world for world, at in tuple(self._used.items()) if at < since]

    def throttle(self, world: str, client_id: str, status: int) -> None:
        """Nothing to keep."""

    def take_throttle(self, world: str, client_id: str) -> bool:
        """Nobody is faster."""
        del world, client_id
        return True

    def keeper(self, world: str) -> Keeper:
        """A journal in memory."""
        del world
        return MemoryKeeper()

    def replace(self, name: str, text: str) -> None:
        """Keep another text under a name."""
        self._texts[name] = text

    def save_token(self, world: str, digest: str, content: str) -> None:
        """Keep it; of very many the oldest go."""
        while len(self._tokens) >= MOST_TOKENS:
            self._tokens.pop(next(iter(self._tokens)), None)
        self._tokens[world, digest] = content

    def token(self, world: str, digest: str) -> str | None:
        """What an opaque token stands for."""
        return self._tokens.get((world, digest))

    def revoke(self, world: str, digest: str) -> None:
        """Nothing to keep."""

    def probe(self) -> None:
        """The memory of the process is there."""

    def files(self) -> list[Path]:
        """Nothing is kept in files."""
        return []

    def close(self) -> None:
        """Nothing is open."""
