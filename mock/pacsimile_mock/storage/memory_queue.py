"""Stores one organization's queue in memory."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import islice
from operator import attrgetter, itemgetter
from typing import NamedTuple

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.collection import collection_paused
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.orders.store import Acknowledged, Listed

Key = tuple[Instant, int, int]
"""When a version became ready, its order's number and its own number: a stable order even for equal instants."""

REMEMBERED = 24 * 3600 * SECOND
"""How long a listing is remembered; the contract requires an hour at least."""

COMPACT_AT = 64
"""Reports from which on work on single items gives way to work on the whole list."""

_by_key = attrgetter("key")


@dataclass(slots=True)
class ReadyReport:
    """A ready report. Its changes are dated by the queue's counter, since a frozen clock would give equal times."""

    key: Key
    order: Order
    version: Version
    ready: int
    """The queue's counter when it became ready."""
    superseded: int | None = None
    """The queue's counter when it was superseded."""
    acknowledged: int | None = None
    """The queue's counter when it was acknowledged."""

    @property
    def listed(self) -> bool:
        """Whether a listing made now has it."""
        return self.superseded is None and self.acknowledged is None

    def was_listed(self, listing: RememberedListing) -> bool:
        """Whether the remembered listing had it, and it is not acknowledged yet."""
        current_then = self.superseded is None or self.superseded > listing.counter
        return self.acknowledged is None and self.ready <= listing.counter and current_then and self.key <= listing.last


class RememberedListing(NamedTuple):
    """A client's most recent listing."""

    counter: int
    """The queue's counter when it was made."""
    last: Key
    """The key of its last report."""
    at: Instant
    """When it was made."""


@dataclass(slots=True)
class Queue:
    """The reports of one organization; all methods are called inside the store's transaction."""

    counter: int = 0
    """The number of changes so far."""
    planned: list[Key] = field(default_factory=list)
    """A heap of the versions that become ready later."""
    pending: dict[Key, Order] = field(default_factory=dict)
    """The orders of the planned versions."""
    entries: dict[str, ReadyReport] = field(default_factory=dict)
    """All ready reports, by report id."""
    listable: list[ReadyReport] = field(default_factory=list)
    """The ready reports that may still be listed, by key."""
    stale: int = 0
    """How many of `listable` are no longer listed."""
    listings: dict[str, RememberedListing] = field(default_factory=dict)
    """The most recent listing of each client."""

    def plan(self, order: Order) -> None:
        """Record when an order's versions become ready; records of an older plan are dropped once they are due."""
        for version in order.planned_versions():
            key = _key(order, version)
            if version.report_id not in self.entries and key not in self.pending:
                self.pending[key] = order
                heappush(self.planned, key)

    def catch_up(self, now: Instant) -> None:
        """Add all reports that have become ready by `now`, in one step."""
        due = self._due_keys(now)
        with collection_paused(len(due)):
            self._add([entry for key in due if (entry := self._ready(key)) is not None])

    def _add(self, entries: list[ReadyReport]) -> None:
        if len(entries) > COMPACT_AT:
            self.listable += entries
            self.listable.sort(key=_by_key)
        else:
            for entry in entries:
                insort(self.listable, entry, key=_by_key)
        for entry in entries:
            self._supersede(entry)

    def _due_keys(self, now: Instant) -> list[Key]:
        """Remove the keys that are due from the heap: a few one by one, many by sorting."""
        due: list[Key] = []
        while self.planned and self.planned[0][0] <= now:
            if len(due) == COMPACT_AT:
                self.planned.sort()  # a sorted list is a heap
                end = bisect_right(self.planned, now, key=itemgetter(0))
                due += self.planned[:end]
                del self.planned[:end]
                break
            due.append(heappop(self.planned))
        return due

    def _ready(self, key: Key) -> ReadyReport | None:
        order = self.pending.pop(key)
        ready_at, _, number = key
        version = order.planned_version(number)
        if version is None or version.ready_at != ready_at or version.report_id in self.entries:
            return None  # the plan has changed since
        self.counter += 1
        entry = self.entries[version.report_id] = ReadyReport(key, order, version, self.counter)
        return entry

    def _supersede(self, entry: ReadyReport) -> None:
        former = self.entries.get(entry.version.supersedes or "")
        if former is not None and former.superseded is None:
            former.superseded = self.counter
            self.stale += 1

    def listing(self, limit: int | None) -> list[Listed]:
        """List up to `limit` reports that wait, oldest first; None for all (BATCH-1, BATCH-13)."""
        self._compact()
        listed = (Listed(entry.order, entry.version) for entry in self.listable if entry.listed)
        return list(islice(listed, limit))

    def remember(self, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember a listing by the queue's counter and the last report in it."""
        last = _key(*listed[-1]) if listed else (-1, 0, 0)
        self.listings[client_id] = RememberedListing(self.counter, last, now)

    def acknowledge_listing(self, client_id: str, now: Instant) -> list[str]:
        """Acknowledge the reports of the remembered listing, even those superseded since (BATCH-5, BATCH-12)."""
        listed = self._remembered(client_id, now) or []
        return [entry.version.report_id for entry in listed if self._mark(entry)]

    def remembered_listing(self, client_id: str, now: Instant) -> list[str] | None:
        """Return the reports that `acknowledge_listing` would acknowledge; None without a remembered listing."""
        listed = self._remembered(client_id, now)
        return None if listed is None else [entry.version.report_id for entry in listed]

    def _remembered(self, client_id: str, now: Instant) -> list[ReadyReport] | None:
        listing = self.listings.get(client_id)
        if listing is None or now - listing.at > REMEMBERED:
            return None
        return [entry for entry in self.listable if entry.was_listed(listing)]

    def acknowledge(self, report_ids: Iterable[str]) -> Acknowledged:
        """Acknowledge the reports of these ids; an unknown id does not affect the others (BATCH-11)."""
        result = Acknowledged([], [])
        for report_id in dict.fromkeys(report_ids):
            entry = self.entries.get(report_id)
            if entry is None:
                result.not_found.append(report_id)
            elif self._mark(entry):
                result.acknowledged.append(report_id)
        return result

    def _mark(self, entry: ReadyReport) -> bool:
        if entry.acknowledged is not None:
            return False
        self.counter += 1
        self.stale += entry.listed
        entry.acknowledged = self.counter
        return True

    def _compact(self) -> None:
        """Drop acknowledged reports once most of the list is done; superseded ones can still be acknowledged."""
        if self.stale > COMPACT_AT and self.stale > len(self.listable) // 2:
            self.listable = [entry for entry in self.listable if entry.acknowledged is None]
            self.stale = sum(not entry.listed for entry in self.listable)


def _key(order: Order, version: Version) -> Key:
    return version.ready_at, order.number, version.number
