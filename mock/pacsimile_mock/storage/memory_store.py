"""Stores a world's orders and queues in memory, behind a lock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import RLock

from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.storage.memory_queue import Queue


class MemoryStore:
    """Stores a world's orders and queues as long as the process lives."""

    def __init__(self) -> None:
        self._lock = RLock()
        self.clear()

    def clear(self) -> None:
        """Drop all orders and queues."""
        with self._lock:
            self._forget()

    def end(self) -> None:
        """Drop everything."""
        self.clear()

    def _forget(self) -> None:
        self._numbers = 0
        self._orders: dict[str, dict[str, Order]] = defaultdict(dict)
        self._studies: dict[str, dict[str, Order]] = defaultdict(dict)
        """The first order of each study. Most have no other, and a list for each would take a quarter of the memory."""
        self._later_orders: dict[tuple[str, str], list[Order]] = defaultdict(list)
        """The further orders of studies."""
        self._groups: dict[tuple[str, str], list[Order]] = defaultdict(list)
        self._queues: dict[str, Queue] = defaultdict(Queue)
        self._files: dict[str, bytes] = {}

    def transaction(self) -> AbstractContextManager[object]:
        """Hold the world's lock, so that no other call sees only a part of the changes inside."""
        return self._lock

    def reading(self) -> AbstractContextManager[object]:
        """Hold the world's lock, so that no other call changes the data that is read inside."""
        return self._lock

    def next_number(self, count: int = 1) -> int:
        """Reserve `count` numbers in a row, and return the first."""
        with self._lock:
            self._numbers += count
            return self._numbers - count + 1

    def add(self, orders: Iterable[Order]) -> None:
        """Store new orders."""
        with self._lock:
            for order in orders:
                organization_id = order.organization_id
                self._orders[organization_id][order.order_id] = order
                if self._studies[organization_id].setdefault(order.study_uid, order) is not order:
                    self._later_orders[organization_id, order.study_uid].append(order)
                if order.study_group is not None:
                    self._groups[organization_id, order.study_group].append(order)
                self._queues[organization_id].plan(order)

    def lock(self, order: Order) -> bool:
        """Return whether the order still exists; the transaction holds the lock, and the object is the stored one."""
        return self._orders.get(order.organization_id, {}).get(order.order_id) is order

    def change(self, order: Order) -> None:
        """Apply an order's new plan or amendments to the queue."""
        with self._lock:
            self._queues[order.organization_id].plan(order)

    def keep_files(self, files: Mapping[str, bytes]) -> None:
        """Store files, by the digest of their bytes."""
        with self._lock:
            self._files.update(files)

    def file(self, digest: str) -> bytes | None:
        """Return the bytes of a stored file; None for an unknown digest."""
        return self._files.get(digest)

    def order(self, organization_id: str, order_id: str) -> Order | None:
        """Find an organization's order by its id."""
        return self._orders.get(organization_id, {}).get(order_id)

    def orders_of_study(self, organization_id: str, study_uid: str) -> Sequence[Order]:
        """Find an organization's orders of a study."""
        first = self._studies.get(organization_id, {}).get(study_uid)
        return () if first is None else (first, *self._later_orders.get((organization_id, study_uid), ()))

    def orders_of_group(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Find an organization's orders of a group, in order of submission."""
        return tuple(self._groups.get((organization_id, study_group), ()))

    def orders_of(self, organization_id: str) -> Iterable[Order]:
        """Return all orders of an organization, in order of submission."""
        return tuple(self._orders.get(organization_id, {}).values())

    def organizations(self) -> Sequence[str]:
        """Return the organizations that have orders."""
        return tuple(self._orders)

    def is_acknowledged(self, organization_id: str, report_id: str) -> bool:
        """Whether a report was acknowledged."""
        with self._lock:
            entry = self._queues[organization_id].entries.get(report_id)
            return entry is not None and entry.acknowledged is not None

    def find_order(self, order_id: str) -> Order | None:
        """Find an order of any organization by its id."""
        with self._lock:
            return next((order for orders in self._orders.values() if (order := orders.get(order_id))), None)

    def find_report(self, report_id: str, now: Instant) -> Order | None:
        """Find the order of a ready report of any organization."""
        with self._lock:
            for organization_id in tuple(self._queues):
                with self._caught_up(organization_id, now) as queue:
                    if report_id in queue.entries:
                        return queue.entries[report_id].order
        return None

    def list_unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List up to `limit` reports that are ready and not acknowledged, oldest first."""
        with self._caught_up(organization_id, now) as queue:
            return queue.listing(limit)

    def remember_listing(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember a client's most recent listing."""
        with self._lock:
            self._queues[organization_id].remember(client_id, listed, now)

    def remembered_listing(self, organization_id: str, client_id: str, now: Instant) -> list[str] | None:
        """Return what is not acknowledged of the client's most recent listing."""
        with self._caught_up(organization_id, now) as queue:
            return queue.remembered_listing(client_id, now)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> list[str]:
        """Acknowledge the client's most recent listing."""
        with self._caught_up(organization_id, now) as queue:
            return queue.acknowledge_listing(client_id, now)

    def acknowledge(self, organization_id: str, report_ids: Iterable[str], now: Instant) -> Acknowledged:
        """Acknowledge the reports of these ids."""
        with self._caught_up(organization_id, now) as queue:
            return queue.acknowledge(report_ids)

    @contextmanager
    def _caught_up(self, organization_id: str, now: Instant) -> Iterator[Queue]:
        with self._lock:
            queue = self._queues[organization_id]
            queue.catch_up(now)
            yield queue
