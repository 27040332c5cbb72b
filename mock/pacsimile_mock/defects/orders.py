"""Defects of what is told of orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pacsimile_mock.clock import Instant, rfc3339
from pacsimile_mock.defects.registry import defect
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderFacts, OrderService
from pacsimile_mock.parameters import pairs
from pacsimile_mock.pipeline import Pipeline
from pacsimile_spec import operations
from pacsimile_spec.statuses import COMPLETED, PROCESSING, RECEIVED


@defect("oldest-order-wins", "STATUS-2")
class OldestWins(OrderService):
    """A study is told by its oldest order."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Take the last of the list."""
        return self.of_study(organization_id, study_uid)[-1]


@defect("last-submitted-wins", "STATUS-2")
class LastSubmittedWins(OrderService):
    """A study is told by the order submitted last, not by the latest `created_at`."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Rank by submission alone."""
        return 0, order.submitted


@defect("created-at-compared-as-text", "STATUS-2")
class ComparedAsText(OrderService):
    """Times are compared as they are written, whatever their offsets."""

    def recency(self, order: Order) -> Any:
        """Rank by the text."""
        return rfc3339(order.created_at, order.offset), order.submitted


@defect("tie-goes-to-earlier-submission", "STATUS-2")
class TieToEarlier(OrderService):
    """Of two orders created at one instant the one submitted first wins."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Turn the tie-break round."""
        return order.created_at, -order.submitted


@defect("newest-completed-wins", "STATUS-2")
class NewestCompletedWins(OrderService):
    """A study is told by its newest COMPLETED order, although a newer one is under way."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Prefer what is done."""
        orders = self.of_study(organization_id, study_uid)
        return next((order for order in orders if order.plan[-1].status == COMPLETED), orders[0])


@defect("order-ids-oldest-first", "ORDERID-2")
class OldestFirst(OrderService):
    """The orders of a study are listed oldest first."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Turn the list round."""
        return super().listed(organization_id, study_uid)[::-1]


@defect("order-ids-miss-one", "ORDERID-1")
class MissesOne(OrderService):
    """The oldest of several orders of a study is not listed."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Leave the last away."""
        found = super().listed(organization_id, study_uid)
        return found[:-1] or found


@defect("order-ids-double-one", "ORDERID-1")
class DoublesOne(OrderService):
    """The newest order of a study is listed twice."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Repeat the first."""
        found = super().listed(organization_id, study_uid)
        return [found[0], *found]


@defect("order-ids-end-at-100", "ORDERID-1")
class EndsAt100(OrderService):
    """No more than a hundred orders of a study are listed."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Cut the list."""
        return super().listed(organization_id, study_uid)[:100]


@defect("unknown-study-is-empty", "ORDERID-3")
class UnknownStudyEmpty(OrderService):
    """An unknown study is answered with 200 and an empty list."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """List nothing."""
        try:
            return super().listed(organization_id, study_uid)
        except Problem:
            return []


@defect("unknown-order-is-another", "STATUS-4")
class UnknownIsAnother(OrderService):
    """An unknown order is answered with the organization's first one."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Take any."""
        try:
            return super().by_id(organization_id, order_id)
        except Problem:
            if (any_order := next(iter(self.store.orders_of(organization_id)), None)) is None:
                raise
            return any_order


@defect("order-by-id-is-its-studys-newest", "STATUS-1")
class IdLeadsToStudy(OrderService):
    """An order's id leads to the most recent order of its study."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Take the study's newest."""
        return self.most_recent(organization_id, super().by_id(organization_id, order_id).study_uid)


@defect("order-id-by-prefix", "STATUS-8")
class IdByPrefix(OrderService):
    """The beginning of an order's id finds it."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Compare beginnings."""
        orders = self.store.orders_of(organization_id)
        found = next((order for order in orders if order.order_id.startswith(order_id)), None)
        return found or super().by_id(organization_id, order_id)


@defect("order-id-in-any-case", "STATUS-8")
class IdInAnyCase(OrderService):
    """An order's id is found in lower case too."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Compare without case."""
        return super().by_id(organization_id, order_id.upper())


@defect("status-goes-back", "STATUS-5")
class StatusGoesBack(OrderService):
    """An order that was seen in PROCESSING is told as RECEIVED afterwards."""

    def state(self, order: Order, now: Instant) -> State:
        """Go back from the second look on."""
        state, seen = super().state(order, now), self.__dict__.setdefault("seen", set())
        if state.status != PROCESSING:
            return state
        again = order.order_id in seen
        seen.add(order.order_id)
        return state._replace(status=RECEIVED, progress=0) if again else state


@defect("progress-falls", "STATUS-6")
class ProgressFalls(OrderService):
    """`progress` counts down while an order is processed."""

    def state(self, order: Order, now: Instant) -> State:
        """Count down."""
        state = super().state(order, now)
        return state._replace(progress=99 - state.progress) if state.status == PROCESSING else state


@defect("progress-100-while-processing", "STATUS-6")
class ProgressTooHigh(OrderService):
    """`progress` is 100 while the order is still processed."""

    def state(self, order: Order, now: Instant) -> State:
        """Tell it is done."""
        state = super().state(order, now)
        return state._replace(progress=100) if state.status == PROCESSING else state


@defect("completed-at-missing", "STATUS-6")
class CompletedAtMissing(OrderService):
    """`completed_at` stays null after completion."""

    def state(self, order: Order, now: Instant) -> State:
        """Leave it away."""
        return super().state(order, now)._replace(completed_at=None)


@defect("updated-at-stands-still", "STATUS-7")
class UpdatedAtStands(OrderService):
    """`updated_at` stays at `created_at`."""

    def state(self, order: Order, now: Instant) -> State:
        """Keep the first."""
        return super().state(order, now)._replace(updated_at=order.created_at)


@defect("created-at-moves", "STATUS-7")
class CreatedAtMoves(OrderService):
    """`created_at` moves with each change."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Tell the last change as the first."""
        facts = super().facts(order, now)
        return replace(facts, order=replace(order, created_at=facts.state.updated_at))


@defect("status-of-its-own", "PROTO-1")
class StatusOfItsOwn(OrderService):
    """An order that waits is told as QUEUED, which is no documented status."""

    def state(self, order: Order, now: Instant) -> State:
        """Invent a status."""
        state = super().state(order, now)
        return state._replace(status="QUEUED") if state.status == RECEIVED else state


@defect("unfinished-order-offers-types", "CONS-2")
class OffersEarly(OrderService):
    """`report_types` is filled before the order is COMPLETED."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Offer at once."""
        return replace(super().facts(order, now), report_types=self.offered(order))


def _query(kept: list[tuple[str, str]]) -> str:
    from urllib.parse import quote

    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in kept)


@defect("both-selectors-accepted", "STATUS-3")
class BothSelectors(Pipeline):
    """With both selectors the first one silently wins."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop the second selector."""
        selectors, given = operations()[operation_id].exactly_one_of, pairs(call.query)
        if len({name for name, _ in given} & set(selectors)) > 1:
            call.query = _query([(name, value) for name, value in given if name != selectors[-1]])
        return super().parameters(operation_id, call)


@defect("unknown-parameter-ignored", "STATUS-3")
class UnknownIgnored(Pipeline):
    """A parameter that the operation does not know is ignored."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop what is unknown."""
        known = {parameter.name for parameter in operations()[operation_id].parameters}
        call.query = _query([(name, value) for name, value in pairs(call.query) if name in known])
        return super().parameters(operation_id, call)


@defect("repeated-parameter-accepted", "STATUS-3")
class RepeatedAccepted(Pipeline):
    """Of a repeated parameter the last one wins."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Keep the last."""
        call.query = _query(list(dict(pairs(call.query)).items()))
        return super().parameters(operation_id, call)


@defect("study-uid-with-newline-accepted", "ORDERID-4")
class NewlineAccepted(Pipeline):
    """A study UID with a newline behind it passes for well-formed."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Strip it."""
        call.query = _query([(name, value.removesuffix("\n")) for name, value in pairs(call.query)])
        return super().parameters(operation_id, call)


@defect("study-uid-with-leading-zero-accepted", "ORDERID-4")
class LeadingZeroAccepted(Pipeline):
    """A study UID with leading zeros or too many characters passes for well-formed."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Let it in as it is."""
        given = dict(pairs(call.query))
        try:
            return super().parameters(operation_id, call)
        except Problem as problem:
            uid = given.get("study_uid", "")
            if problem.requirement == "ORDERID-4" and uid.replace(".", "").isdigit():
                return given
            raise
