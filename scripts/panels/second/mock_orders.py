"""Faults of the mock in the status of orders, and in the orders of a study."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import CANCELLED


@defect("mock-created-at-is-compared-by-the-second", "STATUS-2")
class ComparedBySecond(OrderService):
    """The most recent order is found in a column of whole seconds: within one second, the later submission wins."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Cut the fraction off."""
        return order.created_at // SECOND, order.submitted


@defect("mock-empty-limit-counts-as-none", "STATUS-3")
class EmptyLimit(Pipeline):
    """`limit=` without a value lists everything instead of being refused."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop an empty limit before the check."""
        if operation_id == "listReports":
            call = replace(call, query="&".join(piece for piece in call.query.split("&") if piece != "limit="))
        return super().parameters(operation_id, call)


@defect("mock-progress-of-a-cancelled-order-falls-to-0", "STATUS-6")
class CancelledFalls(OrderService):
    """A cancelled order has progress 0, however far it was."""

    def state(self, order: Order, now: Instant) -> State:
        """Set the progress of what is cancelled back."""
        state = super().state(order, now)
        return state._replace(progress=0) if state.status == CANCELLED else state


@defect("mock-second-amendment-leaves-updated-at", "STATUS-7")
class SecondAmendmentSilent(OrderService):
    """`updated_at` follows the first amendment of a report, and none after it."""

    def state(self, order: Order, now: Instant) -> State:
        """Look at one amendment."""
        return super().state(replace(order, amendments=order.amendments[:1]), now)


@defect("mock-group-name-is-found-without-its-accents", "STATUS-8")
class WithoutAccents(ReportService):
    """A group is looked up by a collation that leaves accents aside: `Cafe` finds `Café`."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Look for a like name where there is no equal one."""
        orders = super().members(organization_id, study_group)
        if orders:
            return orders
        wanted = _bare(study_group)
        return [order for order in self.store.orders_of(organization_id) if _bare(order.study_group or "") == wanted]


def _bare(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))


@defect("mock-orders-of-one-instant-are-listed-as-one", "ORDERID-1")
class OneOfAnInstant(OrderService):
    """The orders of a study are gathered by `created_at`: of several of one instant, the last remains."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Keep one order for each instant."""
        by_instant: dict[Instant, Order] = {}
        for order in super().listed(organization_id, study_uid):
            by_instant.setdefault(order.created_at, order)
        return list(by_instant.values())


@defect("mock-orders-of-one-instant-are-listed-oldest-first", "ORDERID-2")
class TiesAscend(OrderService):
    """Orders of one instant are listed in the order of submission: the sort descends by the first key alone."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Sort the ties the wrong way round."""
        return sorted(
            super().listed(organization_id, study_uid), key=lambda order: (-order.created_at, order.submitted)
        )


@defect("mock-unknown-group-stays-unknown-for-a-second", "CONS-1")
class UnknownIsKept(ReportService):
    """That a group is unknown is remembered for a second, in which a new order of it is not seen."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Remember what was not there."""
        unknown: dict[tuple[str, str], float] = self.__dict__.setdefault("unknown", {})
        key = (organization_id, study_group)
        if time.monotonic() < unknown.get(key, 0):
            return ()
        orders = super().members(*key)
        if not orders:
            unknown[key] = time.monotonic() + 1
        return orders


@defect("mock-listing-names-the-types-of-the-service", "CONS-2")
class TypesOfService(Pipeline):
    """The listing has the report types of the service, also of an order that offers fewer."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Fill the column from the wrong table."""
        answer = super().serve(operation_id, request)
        if operation_id == "listReports":
            content = json.loads(answer.body)
            for report in content["reports"]:
                report["report_types"] = list(self.world.orders.report_types)
            answer.body = json.dumps(content).encode()
        return answer
