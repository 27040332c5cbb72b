"""The exchanges of a run, in order. They are appended and never removed."""

import threading
from collections.abc import Callable

from pacsimile_contract.evidence.bounds import LONGEST_STORED, MOST_STORED, cost_of_writing
from pacsimile_contract.evidence.exchange import Exchange


class History:
    """All exchanges of a run, numbered from 1."""

    def __init__(self) -> None:
        self._exchanges: list[Exchange] = []
        self._lock = threading.Lock()
        self.size = 0
        """Bytes of the requests and answers that are kept, heads included."""
        self.identifiers = 0
        """Identifiers that the answers named, as far as somebody counts them."""
        self._left_to_store = MOST_STORED
        self.listeners: list[Callable[[Exchange], None]] = []

    def append(self, exchange: Exchange) -> None:
        """Number an exchange, keep it, and decide whether its body is stored: for all reports, and once."""
        cost = cost_of_writing(exchange.body)
        with self._lock:
            exchange.may_store_body = len(exchange.body) <= LONGEST_STORED and cost <= self._left_to_store
            self._left_to_store -= cost if exchange.may_store_body else 0
            exchange.number = len(self._exchanges) + 1
            self.size += exchange.request.size + (0 if exchange.answer is None else exchange.answer.size)
            self._exchanges.append(exchange)
        for listener in self.listeners:
            listener(exchange)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All of them so far, in the order of their ends."""
        return tuple(self._exchanges)

    def __len__(self) -> int:
        return len(self._exchanges)
