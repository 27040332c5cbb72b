"""Defects of names that nearly agree, and of small steps of progress."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.defects.changed_calls import read_as
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, PROCESSING

FEW_POINTS = 5
"""Points of progress that are no change."""
MOST_GUESSED = 99
"""The most progress of an order that is not COMPLETED."""


@defect("group-names-are-normalized", "STATUS-8")
class GroupNamesNormalized(ReportService):
    """Of two groups whose names differ in case, or in the form of a letter alone, the first has the orders of both."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Find the orders of all groups of that name, as it is normalized, where there is a group of that name."""
        own = super().members(organization_id, study_group)
        everything = self.store.orders_of(organization_id) if own else ()
        near = [order for order in everything if order.study_group and _plain(order.study_group) == _plain(study_group)]
        return near if len(near) > len(own) else own


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


@defect("study-has-the-orders-of-longer-uids", "STATUS-8")
class OrdersOfLongerUids(OrderService):
    """A study's orders are found by the beginning of their UID, up to a dot: with those of a study below it."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Add the orders of studies whose UID goes on."""
        own = super().listed(organization_id, study_uid)
        below = [
            order for order in self.store.orders_of(organization_id) if order.study_uid.startswith(f"{study_uid}.")
        ]
        return [*own, *below]


@defect("order-ids-with-zeros-before-the-number", "STATUS-8")
class ZerosBeforeTheNumber(OrderService):
    """An order's id is taken apart: `ORD-0007` is found by `ORD-00007` too, as the number is the same."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Look for the same number with a zero less."""
        shorter = re.sub(r"0([0-9]+)$", r"\1", order_id)
        found = self.store.order(organization_id, shorter) if shorter != order_id else None
        if found is not None and self.store.order(organization_id, order_id) is None:
            return found
        return super().by_id(organization_id, order_id)


@defect("small-step-of-progress-keeps-updated-at", "STATUS-7")
class SmallStepKept(OrderService):
    """A step of progress of less than five points is shown, and leaves `updated_at` as it was."""

    def state(self, order: Order, now: Instant) -> State:
        """Find the last change that was great enough."""
        state, noted = super().state(order, now), order.plan[0]
        for milestone in order.plan[1:]:
            is_small = milestone.status == noted.status and milestone.progress - noted.progress < FEW_POINTS
            if milestone.at <= now and not is_small:
                noted = milestone
        return state if state.status == COMPLETED else state._replace(updated_at=min(noted.at, state.updated_at))


@defect("report-id-selects-its-order", "STATUS-8")
class ReportIdSelects(Pipeline):
    """The id of a report, put in the place of an `order_id`, selects the report's order."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Put the order's id in its place."""
        values = super().parameters(operation_id, call)
        client = self.world.clients.get(call.client_id or "")
        orders = [] if client is None else self.world.orders.store.orders_of(client.organization_id)
        named = {order.report_id(1): order.order_id for order in orders}
        selected = named.get(values.get("order_id", ""))
        return values if selected is None else {**values, "order_id": selected}


@defect("first-of-a-list-counts", "STATUS-8")
class FirstOfAList(Pipeline):
    """Of identifiers that commas separate, the first counts."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Cut the list."""
        kept = [pair.partition("%2C")[0] for pair in call.query.split("&")]
        return read_as(self, operation_id, call, "&".join(kept))


@defect("group-names-compared-as-numbers", "STATUS-8")
class GroupNamesAsNumbers(ReportService):
    """A group whose name is a number is found by each spelling of that number."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Find a group by its number where there is none of that name."""
        own = super().members(organization_id, study_group)
        number = None if own else _number(study_group)
        return [
            order for order in self.store.orders_of(organization_id)
            if number is not None and order.study_group is not None and _number(order.study_group) == number
        ] or own  # fmt: skip


def _number(name: str) -> float | None:
    try:
        return float(name)
    except ValueError:
        return None


@defect("group-names-compared-without-weightless-characters", "STATUS-8")
class WithoutWeightless(ReportService):
    """The collation passes over characters of a group's name that have no weight, such as a grapheme joiner."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Leave them out."""
        return super().members(organization_id, re.sub("[\u034f\u180b-\u180d\ufe00-\ufe0f]", "", study_group))


@defect("group-names-lose-signs-of-four-bytes", "STATUS-8")
class LoseFourBytes(ReportService):
    """The names of groups are compared in a column without room for characters beyond U+FFFF, which are left out."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Find the orders of all groups of that name, where there is a group of that name."""
        own = super().members(organization_id, study_group)
        everything, wanted = self.store.orders_of(organization_id) if own else (), _of_three_bytes(study_group)
        return [each for each in everything if each.study_group and _of_three_bytes(each.study_group) == wanted] or own


def _of_three_bytes(name: str) -> str:
    return re.sub("[^\0-\uffff]", "", name)


@defect("progress-is-guessed-between-changes", "STATUS-6")
class Guessed(OrderService):
    """While an order is PROCESSING, its progress grows by a point a second from its last change on."""

    def state(self, order: Order, now: Instant) -> State:
        """Add the seconds."""
        state = super().state(order, now)
        guessed = min(MOST_GUESSED, state.progress + (now - state.updated_at) // SECOND)
        return state if state.status != PROCESSING else state._replace(progress=max(state.progress, guessed))
