"""The interface of a world's store: its orders, its queue and its report files, by atomic operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.model import Order, Version


class Listed(NamedTuple):
    """A report in the queue of an organization."""

    order: Order
    version: Version


class Acknowledged(NamedTuple):
    """The result of an acknowledgement: the ids newly marked, and those that are unknown."""

    acknowledged: list[str]
    not_found: list[str]


class Store(Protocol):
    """Orders and the queue of reports not yet acknowledged, of one world."""

    def transaction(self) -> AbstractContextManager[object]:
        """Let all changes inside take effect at one instant, wholly or not at all (CONS-1, BATCH-14)."""

    def reading(self) -> AbstractContextManager[object]:
        """Let all reads inside see one instant; nothing is changed inside."""

    def clear(self) -> None:
        """Drop all orders and queues, and number orders from 1 again."""

    def end(self) -> None:
        """Drop all that this process holds: the world has ended."""

    def next_number(self, count: int = 1) -> int:
        """Reserve `count` numbers in a row, from 1, and return the first; they rank submissions too."""

    def add(self, orders: Iterable[Order]) -> None:
        """Keep new orders."""

    def lock(self, order: Order) -> bool:
        """Lock an order until the transaction ends, and refresh it: the caller decides on its current state.

        Return False if it is gone.
        """

    def change(self, order: Order) -> None:
        """Keep an order's new plan, amendments or polls."""

    def keep_files(self, files: Mapping[str, bytes]) -> None:
        """Keep files, by the digest of their bytes, until the store is cleared."""

    def file(self, digest: str) -> bytes | None:
        """Return the bytes of a file; None where it is no longer kept."""

    def order(self, organization_id: str, order_id: str) -> Order | None:
        """Find an organization's order by its id."""

    def orders_of_study(self, organization_id: str, study_uid: str) -> Sequence[Order]:
        """Find an organization's orders of a study, in no order that matters."""

    def orders_of_group(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Find an organization's orders of a study group, oldest first."""

    def orders_of(self, organization_id: str) -> Iterable[Order]:
        """Return all orders of an organization, in order of submission."""

    def organizations(self) -> Sequence[str]:
        """Return the organizations that have orders."""

    def is_acknowledged(self, organization_id: str, report_id: str) -> bool:
        """Whether a report was acknowledged."""

    def find_order(self, order_id: str) -> Order | None:
        """Find an order of any organization by its id; for the control API alone."""

    def find_report(self, report_id: str, now: Instant) -> Order | None:
        """Find the order of a ready report of any organization."""

    def list_unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List up to `limit` reports that are ready and not acknowledged, oldest first, without superseded ones."""

    def remember_listing(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember what this client's most recent listing contained (BATCH-5)."""

    def remembered_listing(self, organization_id: str, client_id: str, now: Instant) -> list[str] | None:
        """Return the reports that `acknowledge_listing` would acknowledge; None without a remembered listing."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> list[str]:
        """Acknowledge what this client's most recent listing contained, and nothing else; none without a listing."""

    def acknowledge(self, organization_id: str, report_ids: Iterable[str], now: Instant) -> Acknowledged:
        """Acknowledge the reports named, all of them (BATCH-11)."""
