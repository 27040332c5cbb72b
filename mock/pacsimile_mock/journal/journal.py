"""A world's journal: one entry a call, written before its answer leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from secrets import token_bytes
from time import perf_counter_ns

from pacsimile_mock.clock import Clock
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.model import Entry, Observed
from pacsimile_mock.journal.observation import note, observe
from pacsimile_mock.journal.redactors import Redactor, SecretRedactor
from pacsimile_mock.journal.store import JournalStore
from pacsimile_mock.oauth2.model import CREDENTIAL_OPERATIONS
from pacsimile_mock.oauth2.reading import client_id_of


class Journal:
    """Writes an entry for each call of a world, and passes it to the listeners."""

    def __init__(self, clock: Clock, store: JournalStore, salt: bytes | None = None) -> None:
        self.clock = clock
        self.store = store
        self.listeners: tuple[Callable[[Entry], None], ...] = ()
        """Called with each entry: the audit log, those who follow."""
        self.redactor: Redactor = SecretRedactor()
        """Decides what entries show."""
        self.resets = 0
        """How often the world was reset. The entries stay, and advice is about the calls since then."""
        self._salt = salt or token_bytes(16)

    @classmethod
    def in_place_of(cls, former: Journal) -> Journal:
        """Return a journal that continues another one."""
        journal = cls(former.clock, former.store, former._salt)
        journal.listeners, journal.redactor, journal.resets = former.listeners, former.redactor, former.resets
        return journal

    def write(self, call: Call, answer: Answer, values: Mapping[str, str], began_ns: int) -> Entry:
        """Write a call's entry, before its answer leaves."""
        parameters = self._parameters(call, answer, values)
        plain = parameters is values and answer.status == 200 and call.respelled is None
        if self.resets:
            call.seen.resets = self.resets
        entry = Entry(
            number=0,
            at=self.clock.now(),
            request_id=call.request_id,
            method=call.method[:16],
            operation=call.operation,
            client_id=call.client_id,
            parameters=parameters,
            status=answer.status,
            requirement=answer.requirement,
            duration_us=(perf_counter_ns() - began_ns) // 1_000,
            bytes_sent=len(answer.body),
            fault=call.fault.name if call.fault else None,
            got=self.redactor.refusal(answer.refusal, call, self._salt) if answer.refusal else None,
            path=self.redactor.path(call, self._salt),
            claimed_client_id=self._claimed(call) if call.client_id is None else None,
            observed=note(call) if plain else self._observe(call, answer),
        )
        self.store.add(entry)
        for listener in self.listeners:
            listener(entry)
        return entry

    def _observe(self, call: Call, answer: Answer) -> Observed:
        show_parameter = self.redactor.identifier if answer.status < 400 else self.redactor.of_refused_call
        return observe(
            call,
            answer,
            show_sent=lambda value: show_parameter(value, call, self._salt),
            show=lambda value: self.redactor.identifier(value, call, self._salt),
        )

    def _parameters(self, call: Call, answer: Answer, values: Mapping[str, str]) -> Mapping[str, str]:
        if not values and not call.query and not call.body and call.respelled is None:
            return values
        return self.redactor.parameters(call, answer, values, self._salt)

    def _claimed(self, call: Call) -> str | None:
        """Return the client that a call to the authorization server names without having been authenticated."""
        claimed = client_id_of(call) if call.operation in CREDENTIAL_OPERATIONS else None
        return self.redactor.client_id(claimed, call, self._salt) if claimed else None

    def redact(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return parameters as entries show them."""
        return self.redactor.queried(values, self._salt)

    def close(self, entry: Entry, began_ns: int, bytes_sent: int, delivered: bool) -> None:
        """Record in an entry what the client really got, once its answer has left or was lost."""
        entry.duration_us = (perf_counter_ns() - began_ns) // 1_000
        entry.bytes_sent, entry.delivered = bytes_sent, delivered
        self.store.update(entry)

    def entries(self) -> Iterator[Entry]:
        """Iterate over the entries kept, oldest first."""
        return iter(self.store.entries())

    @property
    def total(self) -> int:
        """The number of calls ever journalled, dropped entries included."""
        return sum(self.store.counters().values())
