"""What was asked and answered: append-only, in order. And stories: the part of it that one scenario tells."""

import threading
from collections.abc import Callable

from pacsimile_contract.evidence.exchange import Exchange


class History:
    """All exchanges of a run, numbered from 1."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []
        self._lock = threading.Lock()
        self.size = 0
        """Bytes of the answers that are kept, heads included."""
        self.listeners: list[Callable[[Exchange], None]] = []

    def append(self, exchange: Exchange) -> None:
        """Number an exchange and keep it."""
        with self._lock:
            exchange.number = len(self._exchanges) + 1
            self.size += 0 if exchange.answer is None else exchange.answer.size
            self._exchanges.append(exchange)
        for listener in self.listeners:
            listener(exchange)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All of them so far, in the order of their ends."""
        return tuple(self._exchanges)

    def __len__(self) -> int:
        return len(self._exchanges)
