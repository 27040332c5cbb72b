"""A world's journal: one entry a call, written before its answer leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from secrets import token_bytes
from time import perf_counter_ns

from pacsimile_mock.clock import Clock
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.discretion import Discretion, Open
from pacsimile_mock.journal.keeper import Keeper
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.oauth2.model import CREDENTIAL_OPERATIONS
from pacsimile_mock.oauth2.reading import client_id_of


class Journal:
    """Writes down the calls of a world, and tells who listens."""

    def __init__(self, clock: Clock, keeper: Keeper, salt: bytes | None = None) -> None:
        self.clock = clock
        self.keeper = keeper
        self.listeners: tuple[Callable[[Entry], None], ...] = ()
        """Called with each entry: the audit log, those who follow."""
        self.discretion: Discretion = Open()
        """What may be shown of calls."""
        self._salt = salt or token_bytes(16)

    @classmethod
    def in_place_of(cls, former: Journal) -> Journal:
        """A journal that goes on where another one was."""
        journal = cls(former.clock, former.keeper, former._salt)
        journal.listeners, journal.discretion = former.listeners, former.discretion
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
            parameters=self._parameters(call, answer, values),
            status=answer.status,
            requirement=answer.requirement,
            duration_us=(perf_counter_ns() - began_ns) // 1_000,
            bytes_sent=len(answer.body),
            fault=call.fault.name if call.fault else None,
            got=self.discretion.got(answer.refusal, call, self._salt) if answer.refusal else None,
            path=self.discretion.path(call, self._salt),
            claimed_client_id=self._claimed(call) if call.client_id is None else None,
        )
        self.keeper.keep(entry)
        for listener in self.listeners:
            listener(entry)
        return entry

    def _parameters(self, call: Call, answer: Answer, values: Mapping[str, str]) -> Mapping[str, str]:
        if not values and not call.query and not call.body:
            return values
        return self.discretion.parameters(call, answer, values, self._salt)

    def _claimed(self, call: Call) -> str | None:
        """Return the client that a call to the authorization server names, where it was not authenticated."""
        claimed = client_id_of(call) if call.operation in CREDENTIAL_OPERATIONS else None
        return self.discretion.claimed(claimed, call, self._salt) if claimed else None

    def shown(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Parameters as they stand in entries."""
        return self.discretion.asked_about(values, self._salt)

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
