"""Where worlds are known: in this process alone, or in a database that workers and restarts share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pacsimile_mock.clock import ClockSetting
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.journal.keeper import Keeper, MemoryKeeper
from pacsimile_mock.memory_store import MemoryStore
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.store import Store

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
    """Digests of the tokens that were revoked."""
    faults: tuple[SavedFault, ...] = ()
    """In the order in which they were set."""


class Registry(Protocol):
    """Keeps what all workers must agree on."""

    def generation(self) -> int:
        """A number that changes with everything kept here; 0 for ever where nobody else can change it."""

    def transaction(self) -> AbstractContextManager[None]:
        """Make what happens inside take effect together."""

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Give the text kept under a name; made the first time."""

    def worlds(self) -> dict[str, SavedWorld]:
        """All worlds that are kept."""

    def add(self, world: str, options: WorldOptions) -> None:
        """Keep a new world."""

    def remove(self, world: str) -> None:
        """Forget a world and all that is in it."""

    def store(self, world: str) -> Store:
        """The store of a world's orders."""

    def faults(self, world: str) -> FaultStore:
        """The store of a world's faults."""

    def add_clients(self, world: str, clients: Iterable[Client]) -> None:
        """Keep new clients."""

    def save_clock(self, world: str, setting: ClockSetting) -> None:
        """Keep how a world's clock is set."""

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


class MemoryRegistry:
    """Keeps keys and what opaque tokens stand for: the worlds themselves are all else there is."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, str], str] = {}
        self._texts: dict[str, str] = {}

    def generation(self) -> int:
        """Nobody else changes anything."""
        return 0

    def transaction(self) -> AbstractContextManager[None]:
        """There is nothing to hold together."""
        return nullcontext()

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Give the text kept under a name; made the first time."""
        if name not in self._texts:
            self._texts[name] = make()
        return self._texts[name]

    def worlds(self) -> dict[str, SavedWorld]:
        """None from before."""
        return {}

    def add(self, world: str, options: WorldOptions) -> None:
        """Nothing to keep."""

    def remove(self, world: str) -> None:
        """Forget its tokens."""
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

    def add_clients(self, world: str, clients: Iterable[Client]) -> None:
        """Nothing to keep."""

    def save_clock(self, world: str, setting: ClockSetting) -> None:
        """Nothing to keep."""

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
