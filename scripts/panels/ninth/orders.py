"""Faults of the mock in statuses and in the orders of a study."""

from __future__ import annotations

from dataclasses import replace

import orjson

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.exchange import Answer
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderFacts, OrderService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import CANCELLED, COMPLETED


@defect("ninth-completion-follows-the-amendment", "STATUS-7")
class CompletionFollowsAmendment(OrderService):
    """The `completed_at` of a status is joined from the report's newest version, and so moves with an amendment."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Take the time of the newest version."""
        facts, newest = super().facts(order, now), order.newest_version(now)
        if newest is None:
            return facts
        return replace(facts, state=facts.state._replace(completed_at=newest.ready_at))


@defect("ninth-status-names-the-types-of-the-service", "CONS-2")
class TypesOfTheService(OrderService):
    """A status names all types of the service, written before an order could offer fewer; the listing has the few."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Name what an order offers where nothing else is said."""
        facts = super().facts(order, now)
        if facts.state.status != COMPLETED:
            return facts
        return replace(facts, report_types=self.offered(replace(order, report_types=None)))


@defect("ninth-cancelled-orders-are-hidden-from-their-study", "ORDERID-1")
class CancelledAreHidden(Pipeline):
    """The orders of a study are listed without those that were cancelled, as the web page shows them."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Leave cancelled orders out."""
        answer = super().serve(operation_id, request)
        if operation_id != "getOrderIds":
            return answer
        content, orders = orjson.loads(answer.body), self.world.orders
        found = [orders.by_id(request.organization_id, order_id) for order_id in content["order_ids"]]
        shown = [order.order_id for order in found if order.state(request.now).status != CANCELLED]
        if not shown:
            raise orders.unknown_study(content["study_uid"])
        return Answer.of_json(200, {**content, "order_ids": shown})
