"""Faults in statuses and in the orders of a study."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderFacts, OrderService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, FAILED


@defect("panel-most-recent-of-the-last-two-submitted", "STATUS-2")
class OfTheLastTwo(OrderService):
    """The most recent order of a study is looked for among the two that were submitted last."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Compare two orders only."""
        orders = sorted(self.of_study(organization_id, study_uid), key=lambda order: order.submitted)
        return max(orders[-2:], key=self.recency)


@defect("panel-completed-status-is-kept-once-told", "STATUS-7")
class KeptOnceTold(OrderService):
    """The status of a COMPLETED order is kept once it was told, so that an amendment does not move `updated_at`."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Take COMPLETED for the end of all changes."""
        kept: dict[str, OrderFacts] = self.__dict__.setdefault("kept", {})
        facts = kept.get(order.order_id) or super().facts(order, now)
        if facts.state.status == COMPLETED:
            kept[order.order_id] = facts
        return facts


@defect("panel-failed-order-has-the-status-of-its-retry", "STATUS-5")
class StatusOfTheRetry(OrderService):
    """A FAILED order takes the status of its study's most recent order, as if that one continued it."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Follow a failed order to its successor."""
        facts = super().facts(order, now)
        retry = self.most_recent(order.organization_id, order.study_uid)
        if facts.state.status != FAILED or retry.order_id == order.order_id:
            return facts
        state = self.state(retry, now)
        return OrderFacts(order, state, self.offered(order) if state.status == COMPLETED else ())


@defect("panel-order-ids-of-one-second-are-one", "ORDERID-1")
class OneOfEachSecond(OrderService):
    """Of several orders of a study that were created in the same second, only the newest is among the order ids."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Key the orders by their second."""
        orders = super().listed(organization_id, study_uid)
        by_second = {order.created_at // SECOND: order for order in reversed(orders)}
        return sorted(by_second.values(), key=self.recency, reverse=True)


@defect("panel-amended-order-comes-first-among-the-ids", "ORDERID-2")
class AmendedComesFirst(OrderService):
    """The order ids of a study are sorted by the last change, so that an amended old order stands before a new one."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Sort by the last amendment, where there is one."""
        orders = super().listed(organization_id, study_uid)
        return sorted(orders, key=lambda order: max(order.created_at, *order.amendments, 0), reverse=True)


@defect("panel-nul-after-a-study-uid-is-taken-for-padding", "ORDERID-4")
class NulIsPadding(Pipeline):
    """A NUL after a study UID, with which DICOM pads to an even length, is taken off instead of refused."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Take the padding off."""
        query = re.sub(r"(study_uid=[0-9.]+)%00(?=&|$)", r"\1", call.query)
        return super().parameters(operation_id, replace(call, query=query))
