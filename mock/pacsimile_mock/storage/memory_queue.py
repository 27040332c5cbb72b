"""One organization's queue in memory."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import islice
from typing import NamedTuple

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.collection import collection_paused
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.orders.store import Acknowledged, Listed

Key = tuple[Instant, int, int]
"""When a version became ready, then its order's number and its own: a stable order also of equal instants."""

REMEMBERED = 24 * 3600 * SECOND
"""How long a listing is remembered; the contract asks for an hour at least."""

COMPACT_AT = 64


@dataclass(slots=True)
class Entry:
    """A ready report: when it changed, by the queue's counter, which tells apart what a frozen clock cannot."""

    key: Key
    order: Order
    version: Version
    ready: int
    superseded: int | None = None
    acknowledged: int | None = None

    @property
    def listed(self) -> bool:
        """Whether it stands in a listing made now."""
        return self.superseded is None and self.acknowledged is None

    def was_listed(self, memory: Memory) -> bool:
        """Whether it stood in the remembered listing, and is not acknowledged yet."""
        since = self.superseded is None or self.superseded > memory.counter
        return self.acknowledged is None and self.ready <= memory.counter and since and self.key <= memory.last


class Memory(NamedTuple):
    """A client's most recent listing in three values: everything ready by then, up to the last one shown."""

    counter: int
    last: Key
    at: Instant


@dataclass(slots=True)
class Queue:
    """The reports of one organization; all methods are called inside the store's transaction."""

    counter: int = 0
    planned: list[Key] = field(default_factory=list)
    pending: dict[Key, Order] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    waiting: list[tuple[Key, Entry]] = field(default_factory=list)
    done: int = 0
    memories: dict[str, Memory] = field(default_factory=dict)

    def plan(self, order: Order) -> None:
        """Take note of when an order's versions become ready; what was noted of an older plan is dropped when due."""
        for version in order.planned_versions():
            key = _key(order, version)
            if version.report_id not in self.entries and key not in self.pending:
                self.pending[key] = order
                heappush(self.planned, key)

    def catch_up(self, now: Instant) -> None:
        """Let in what has become ready by `now`, in one step however much it is."""
        due = self._due_keys(now)
        with collection_paused(len(due)):
            entries = (self._ready(key, self.pending.pop(key)) for key in due)
            self._let_in([entry for entry in entries if entry])

    def _let_in(self, fresh: list[Entry]) -> None:
        if len(fresh) > COMPACT_AT:
            self.waiting.extend((entry.key, entry) for entry in fresh)
            self.waiting.sort(key=_by_key)
        else:
            for entry in fresh:
                insort(self.waiting, (entry.key, entry), key=_by_key)
        for entry in fresh:
            self._supersede(entry)

    def _due_keys(self, now: Instant) -> list[Key]:
        """Take the keys that are due out of the heap: one by one where they are few, by sorting where they are many."""
        due: list[Key] = []
        while self.planned and self.planned[0][0] <= now:
            if len(due) == COMPACT_AT:
                self.planned.sort()  # a sorted list is a heap
                end = bisect_right(self.planned, now, key=_instant)
                due += self.planned[:end]
                del self.planned[:end]
                break
            due.append(heappop(self.planned))
        return due

    def _ready(self, key: Key, order: Order) -> Entry | None:
        version = next((v for v in order.planned_versions() if _key(order, v) == key), None)
        if version is None or version.report_id in self.entries:
            return None  # the plan was changed since
        self.counter += 1
        entry = self.entries[version.report_id] = Entry(key, order, version, self.counter)
        return entry

    def _supersede(self, entry: Entry) -> None:
        former = self.entries.get(entry.version.supersedes or "")
        if former is not None and former.superseded is None:
            former.superseded = self.counter
            self.done += 1

    def listing(self, limit: int | None) -> list[Listed]:
        """List what is waiting, the oldest so many (BATCH-1, BATCH-13)."""
        self._compact()
        listed = (Listed(entry.order, entry.version) for _, entry in self.waiting if entry.listed)
        return list(islice(listed, limit))

    def remember(self, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember a listing in three values."""
        last = _key(*listed[-1]) if listed else (-1, 0, 0)
        self.memories[client_id] = Memory(self.counter, last, now)

    def acknowledge_listing(self, client_id: str, now: Instant) -> list[str]:
        """Acknowledge what the remembered listing contained, superseded since or not (BATCH-5, BATCH-12)."""
        memory = self.memories.get(client_id)
        if memory is None or now - memory.at > REMEMBERED:
            return []
        chosen = [entry for _, entry in self.waiting if entry.was_listed(memory)]
        return [entry.version.report_id for entry in chosen if self._mark(entry)]

    def acknowledge(self, report_ids: Iterable[str]) -> Acknowledged:
        """Acknowledge the reports named; an unknown one does not fail the rest (BATCH-11)."""
        done = Acknowledged([], [])
        for report_id in dict.fromkeys(report_ids):
            entry = self.entries.get(report_id)
            if entry is None:
                done.not_found.append(report_id)
            elif self._mark(entry):
                done.acknowledged.append(report_id)
        return done

    def _mark(self, entry: Entry) -> bool:
        if entry.acknowledged is not None:
            return False
        self.counter += 1
        self.done += entry.listed
        entry.acknowledged = self.counter
        return True

    def _compact(self) -> None:
        """Drop what is acknowledged from the list once it is most of it; what is superseded may still be marked."""
        if self.done > COMPACT_AT and self.done > len(self.waiting) // 2:
            self.waiting = [(key, entry) for key, entry in self.waiting if entry.acknowledged is None]
            self.done = sum(not entry.listed for _, entry in self.waiting)


def _instant(key: Key) -> Instant:
    return key[0]


def _by_key(item: tuple[Key, Entry]) -> Key:
    return item[0]


def _key(order: Order, version: Version) -> Key:
    return version.ready_at, order.number, version.number
