"""What the services need of a store: semantic, atomic operations. The one in memory stands beside it."""

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
    """What an acknowledgement did: the ids newly marked, and those that name nothing of the organization's."""

    acknowledged: list[str]
    not_found: list[str]


class Store(Protocol):
    """Orders and the queue of reports not yet acknowledged, of one world."""

    def transaction(self) -> AbstractContextManager[object]:
        """Make what happens inside take effect at one instant, wholly or not at all (CONS-1, BATCH-14)."""

    def reading(self) -> AbstractContextManager[object]:
        """Let what is read inside be of one instant; nothing is changed inside."""

    def clear(self) -> None:
        """Forget all orders and queues, and count from 1 again."""

    def end(self) -> None:
        """Hold nothing in this process any more: the world has ended."""

    def next_number(self, count: int = 1) -> int:
        """Give the next order's number, 1 for the first, or the first of as many in a row; it ranks submission too."""

    def add(self, orders: Iterable[Order]) -> None:
        """Keep new orders."""

    def hold(self, order: Order) -> bool:
        """Bring an order up to date, and keep others from changing it until the transaction ends; False if it is gone.

        Who changes an order decides from what it is, and not from what it was when he found it.
        """

    def change(self, order: Order) -> None:
        """Keep an order's new plan, amendments or polls."""

    def keep_files(self, files: Mapping[str, bytes]) -> None:
        """Keep files, by the digest of their bytes, until the store is cleared."""

    def file(self, digest: str) -> bytes | None:
        """The bytes of a file; None where it is not kept any more."""

    def order(self, organization_id: str, order_id: str) -> Order | None:
        """Find an organization's order by its id."""

    def orders_of_study(self, organization_id: str, study_uid: str) -> Sequence[Order]:
        """Find an organization's orders of a study, in no order that matters."""

    def orders_of_group(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Find an organization's orders of a study group, oldest first."""

    def orders_of(self, organization_id: str) -> Iterable[Order]:
        """All orders of an organization, in order of submission."""

    def organizations(self) -> Sequence[str]:
        """The organizations that have orders."""

    def is_acknowledged(self, organization_id: str, report_id: str) -> bool:
        """Whether a report was acknowledged."""

    def find_order(self, order_id: str) -> Order | None:
        """Find an order by its id, whosesoever it is: for who moves orders, not for who asks over the API."""

    def find_report(self, report_id: str, now: Instant) -> Order | None:
        """Find the order of a ready report, whosesoever it is."""

    def list_unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List the reports that are ready and not acknowledged, the oldest so many, superseded ones left out."""

    def remember_listing(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember what this client's most recent listing contained (BATCH-5)."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> list[str]:
        """Acknowledge what this client's most recent listing contained, and nothing else; none without a listing."""

    def acknowledge(self, organization_id: str, report_ids: Iterable[str], now: Instant) -> Acknowledged:
        """Acknowledge the reports named, all of them (BATCH-11)."""
