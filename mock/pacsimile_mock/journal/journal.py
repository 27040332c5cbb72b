"""A world's journal: bounded, with counters that never drop."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from itertools import count
from secrets import token_bytes
from time import perf_counter_ns

from pacsimile_mock.clock import Clock
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.redaction import redacted

BOUND = 10_000
"""Entries kept, of one world."""


class Journal:
    """Keeps the latest calls of a world, and counts all of them by operation, status and client."""

    def __init__(self, clock: Clock, bound: int = BOUND) -> None:
        self.clock = clock
        self.counters: Counter[tuple[str | None, int, str | None]] = Counter()
        self._kept: deque[Entry] = deque(maxlen=bound)
        self._numbers = count(1)
        self._salt = token_bytes(16)

    def write(self, call: Call, answer: Answer, values: Mapping[str, str], began_ns: int) -> Entry:
        """Write a call's entry, before its answer leaves."""
        entry = Entry(
            number=next(self._numbers),
            at=self.clock.now(),
            request_id=call.request_id,
            method=call.method[:16],
            operation=call.operation,
            client_id=call.client_id,
            parameters=redacted(values, self._salt) if values else values,
            status=answer.status,
            requirement=answer.requirement,
            duration_us=(perf_counter_ns() - began_ns) // 1_000,
            bytes_sent=len(answer.body),
            fault=call.fault.name if call.fault else None,
        )
        self._kept.append(entry)
        self.counters[entry.operation, entry.status, entry.client_id] += 1
        return entry

    def close(self, entry: Entry, began_ns: int, bytes_sent: int, delivered: bool) -> None:
        """Tell in an entry what the client really got, once its answer has left or was lost."""
        entry.duration_us = (perf_counter_ns() - began_ns) // 1_000
        entry.bytes_sent, entry.delivered = bytes_sent, delivered

    def entries(self) -> Iterator[Entry]:
        """The entries kept, oldest first."""
        return iter(tuple(self._kept))

    @property
    def total(self) -> int:
        """Calls ever journalled, dropped entries included."""
        return sum(self.counters.values())
