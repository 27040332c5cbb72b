"""Defects of one view of an order: what it says differs from the others, or from what was said before."""

from __future__ import annotations

from collections.abc import Mapping

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.defects.protocol import edited
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED


@defect("amendment-moves-completion", "STATUS-7")
class AmendmentMovesCompletion(OrderService):
    """An amendment moves `completed_at` of the order."""

    def state(self, order: Order, now: Instant) -> State:
        """Take the newest version's."""
        state, version = super().state(order, now), order.newest_version(now)
        return state._replace(completed_at=version.ready_at) if version and state.completed_at else state


@defect("listing-names-fewer-types", "CONS-2")
class ListingNamesFewer(Pipeline):
    """A listing leaves the last report type of each report out."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Leave it out."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports":
            return answer
        return edited(
            answer,
            lambda told: [one.update(report_types=one["report_types"][:-1] or ["json"]) for one in told["reports"]],
        )


@defect("group-name-trimmed", "STATUS-8")
class GroupNameTrimmed(Pipeline):
    """Spaces around a `study_group` are cut off."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Cut them off."""
        values = super().parameters(operation_id, call)
        return {name: value.strip() if name == "study_group" else value for name, value in values.items()}


@defect("report-a-second-after-completion", "CONS-1")
class ASecondLate(ReportService):
    """A report is served from one second after its order is COMPLETED."""

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Refuse for a second."""
        super().check_state(state, order, now)
        if state.completed_at is not None and now < state.completed_at + SECOND:
            raise self.not_ready(f"The report of {order.order_id} is on its way", 1)


@defect("order-ids-leave-the-unfinished-out", "ORDERID-1")
class UnfinishedLeftOut(OrderService):
    """`/orderId` lists the COMPLETED orders of a study alone, where there is one."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Leave the others out."""
        found = super().listed(organization_id, study_uid)
        return [one for one in found if one.plan[-1].status == COMPLETED] or found


@defect("created-at-compared-in-whole-seconds", "STATUS-2")
class WholeSeconds(OrderService):
    """Of two orders created within one second the later submission counts as the more recent."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Rank by the second."""
        return order.created_at // SECOND, order.submitted


@defect("amended-order-named-once-a-version", "ORDERID-1")
class NamedOnceAVersion(OrderService):
    """`/orderId` names an amended order once for each version of its report."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Repeat it."""
        found = super().listed(organization_id, study_uid)
        return [one for one in found for _ in range(1 + len(one.amendments))]
