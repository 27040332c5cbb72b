"""Answers questions about orders: their status, and the orders of a study."""

from __future__ import annotations

from dataclasses import dataclass

from pacsimile_fixtures import reports
from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import Problem, not_found
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.store import Store
from pacsimile_spec.statuses import COMPLETED
from pacsimile_spec.typesetting import is_installed


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order, its state at the instant of the call, and the report types it offers then."""

    order: Order
    state: State
    report_types: tuple[str, ...]


class OrderService:
    """Answers questions about the orders of one organization: those of others do not exist for it (SEC-1)."""

    def __init__(self, store: Store, report_types: tuple[str, ...]) -> None:
        self.store = store
        self.report_types = report_types

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Find the order of that id, matched whole and by code point (STATUS-1, STATUS-8), or refuse with 404."""
        order = self.store.order(organization_id, order_id)
        if order is None:
            raise self.unknown_order(order_id)
        return order

    def of_study(self, organization_id: str, study_uid: str) -> list[Order]:
        """List the study's orders that this organization submitted, newest first (ORDERID-1, ORDERID-2), or 404."""
        orders = sorted(self.store.orders_of_study(organization_id, study_uid), key=self.recency, reverse=True)
        if not orders:
            raise self.unknown_study(study_uid)
        return orders

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Return the orders that `getOrderIds` lists; a step of its own, which defects override."""
        return self.of_study(organization_id, study_uid)

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Find the study's most recent order: the latest `created_at`, then the later submission (STATUS-2)."""
        return self.of_study(organization_id, study_uid)[0]

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Return the rank of an order among its study's."""
        return order.recency

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None) -> Order:
        """Find the order by the selector that is given."""
        if order_id is not None:
            return self.by_id(organization_id, order_id)
        return self.most_recent(organization_id, study_uid or "")

    def count(self, order: Order, now: Instant) -> None:
        """Count a status call of an order that status calls move, and make the changes that fall due."""
        with self.store.transaction():
            if self.store.lock(order):
                order.count_poll(now)
                self.store.change(order)

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Return the facts of an order at `now` (STATUS-5 … 7)."""
        state = self.state(order, now)
        return OrderFacts(order, state, self.offered(order) if state.status == COMPLETED else ())

    def state(self, order: Order, now: Instant) -> State:
        """Return an order's state at `now`."""
        return order.state(now)

    def offered(self, order: Order) -> tuple[str, ...]:
        """Return the report types that a COMPLETED order offers (CONS-2): without Typst none that it would set."""
        types = self.report_types if order.report_types is None else order.report_types
        if is_installed():
            return types
        return tuple(name for name in types if reports.is_renderable(name) or name in (order.report_files or ()))

    def unknown_order(self, order_id: str) -> Problem:
        """Return the refusal of an order that is unknown or another organization's."""
        return not_found(
            "order-not-found",
            f"Your organization has no order {order_id!r}. Identifiers match exactly: check case and spelling.",
            "STATUS-4",
        )

    def unknown_study(self, study_uid: str) -> Problem:
        """Return the refusal of a study that is unknown or another organization's."""
        return not_found(
            "study-not-found",
            f"Your organization has no order of the study {study_uid!r}. If it was just submitted, ask again.",
            "ORDERID-3",
        )
