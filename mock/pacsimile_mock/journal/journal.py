"""A world's journal: one entry a call, written before its answer leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from secrets import token_bytes
from time import perf_counter_ns

from pacsimile_mock.clock import Clock
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.keeper import Keeper
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.redaction import redacted, sentence


class Journal:
    """Writes down the calls of a world, and tells who listens."""

    def __init__(self, clock: Clock, keeper: Keeper, salt: bytes | None = None) -> None:
        self.clock = clock
        self.keeper = keeper
        self.listeners: tuple[Callable[[Entry], None], ...] = ()
        """Called with each entry: the audit log, those who follow."""
        self._salt = salt or token_bytes(16)

    @classmethod
    def in_place_of(cls, former: Journal) -> Journal:
        """A journal that goes on where another one was."""
        journal = cls(former.clock, former.keeper, former._salt)
        journal.listeners = former.listeners
        return journal

    def write(self, call: Call, answer: Answer, values: Mapping[str, str], began_ns: int) -> Entry:
        """Write a call's entry, before its answer leaves."""
        entry = Entry(
            number=0,
            at=self.clock.now(),
            request_id=call.request_id,
            method=call.method[:16],
            operation=call.operation,
            client_id=call.client_id,
            parameters=self.shown(values) if values else values,
            status=answer.status,
            requirement=answer.requirement,
            duration_us=(perf_counter_ns() - began_ns) // 1_000,
            bytes_sent=len(answer.body),
            fault=call.fault.name if call.fault else None,
            got=sentence(answer.refusal, self._salt) if answer.refusal else None,
        )
        self.keeper.keep(entry)
        for listener in self.listeners:
            listener(entry)
        return entry

    def shown(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Parameters as they stand in entries."""
        return redacted(values, self._salt)

    def close(self, entry: Entry, began_ns: int, bytes_sent: int, delivered: bool) -> None:
        """Tell in an entry what the client really got, once its answer has left or was lost."""
        entry.duration_us = (perf_counter_ns() - began_ns) // 1_000
        entry.bytes_sent, entry.delivered = bytes_sent, delivered
        self.keeper.amend(entry)

    def entries(self) -> Iterator[Entry]:
        """The entries kept, oldest first."""
        return iter(self.keeper.entries())

    @property
    def total(self) -> int:
        """Calls ever journalled, dropped entries included."""
        return sum(self.keeper.counters().values())
