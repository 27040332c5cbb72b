"""Defects of the times in a status."""

from __future__ import annotations

from pacsimile_mock.clock import SECOND, Instant, as_datetime
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderFacts, OrderService
from pacsimile_mock.worlds.defect_registry import defect


def by_week(at: Instant, offset: int) -> Instant:
    """Return an instant with the year of its week, which is another one in the first or last days of most years."""
    moment = as_datetime(at, offset)
    other = moment.replace(year=moment.isocalendar().year)
    return at + int((other - moment).total_seconds()) * SECOND


@defect("status-has-the-year-of-the-week", "STATUS-7")
class YearOfTheWeek(OrderService):
    """Changes in a status have the year of their week (`YYYY` for `yyyy`): on some days around New Year another one."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Write the times so."""
        facts = super().facts(order, now)
        state, completed = facts.state, facts.state.completed_at
        state = state._replace(
            updated_at=by_week(state.updated_at, order.offset),
            completed_at=None if completed is None else by_week(completed, order.offset),
        )
        return OrderFacts(order, state, facts.report_types)
