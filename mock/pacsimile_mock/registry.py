"""Where worlds are known: in this process alone, or in a database that workers and restarts share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple, Protocol

from pacsimile_mock.clock import ClockSetting
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.memory_store import MemoryStore
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.store import Store


class SavedWorld(NamedTuple):
    """What is kept of a world beside its orders."""

    options: WorldOptions
    clock: ClockSetting
    clients: tuple[Client, ...]
    throttled: dict[str, int]
    """The status that the next call of a client meets."""


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

    def add_clients(self, world: str, clients: Iterable[Client]) -> None:
        """Keep new clients."""

    def save_clock(self, world: str, setting: ClockSetting) -> None:
        """Keep how a world's clock is set."""

    def throttle(self, world: str, client_id: str, status: int) -> None:
        """Keep that a client's next call is refused."""

    def take_throttle(self, world: str, client_id: str) -> bool:
        """Forget it; False where another worker was faster."""


class MemoryRegistry:
    """Keeps nothing: the worlds themselves are all there is."""

    def generation(self) -> int:
        """Nobody else changes anything."""
        return 0

    def transaction(self) -> AbstractContextManager[None]:
        """There is nothing to hold together."""
        return nullcontext()

    def recall(self, name: str, make: Callable[[], str]) -> str:
        """Make it: the process keeps it."""
        del name
        return make()

    def worlds(self) -> dict[str, SavedWorld]:
        """None from before."""
        return {}

    def add(self, world: str, options: WorldOptions) -> None:
        """Nothing to keep."""

    def remove(self, world: str) -> None:
        """Nothing to forget."""

    def store(self, world: str) -> Store:
        """A store in memory."""
        del world
        return MemoryStore()

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
