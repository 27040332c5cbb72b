"""Faults of the mock in statuses and in the orders of a study."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderFacts, OrderService
from pacsimile_mock.worlds.defect_registry import defect

PAGE = 50
"""Orders that one query returns."""


@defect("panel-11-created-at-has-whole-seconds-in-the-database", "STATUS-2")
class WholeSeconds(OrderService):
    """The column by which orders are sorted has no fractions: within a second the later submission is the newest."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Compare whole seconds."""
        return order.created_at // SECOND, order.submitted


@defect("panel-11-updated-at-is-that-of-the-status-history", "STATUS-7")
class OfTheHistory(OrderService):
    """`updated_at` is taken from the history of statuses, which has no entry for a change of progress alone."""

    def state(self, order: Order, now: Instant) -> State:
        """Look at changes of status and at amendments only."""
        state = super().state(order, now)
        changes = [new.at for old, new in pairwise(order.plan) if new.at <= now and new.status != old.status]
        amended = [at for at in order.amendments if at <= now]
        return state._replace(updated_at=max(order.plan[0].at, *changes, *amended, order.created_at))


@defect("panel-11-completed-at-of-a-status-has-whole-seconds", "CONS-2")
class CompletedInWholeSeconds(OrderService):
    """`completed_at` of a status has whole seconds since a migration; that of the listing has microseconds."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Cut the fraction off."""
        facts = super().facts(order, now)
        completed_at = facts.state.completed_at
        if completed_at is None:
            return facts
        return replace(facts, state=facts.state._replace(completed_at=completed_at // SECOND * SECOND))


@defect("panel-11-next-page-of-order-ids-begins-before-the-last-instant", "ORDERID-1")
class BeforeTheLastInstant(OrderService):
    """Order ids are read by fifties, each page older than the last instant: equal instants at a border are lost."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Read page by page, by `created_at`."""
        orders = super().listed(organization_id, study_uid)
        page = told = orders[:PAGE]
        while len(page) == PAGE:
            page = [order for order in orders if order.created_at < told[-1].created_at][:PAGE]
            told = told + page
        return told
