"""Defects of the status of an order: which order an id selects, and its status, progress and times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.defects.changed_calls import ENDED, replaced_problem
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderFacts, OrderService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import FAILED, PROCESSING, RECEIVED


@defect("unknown-order-is-another", "STATUS-4")
class UnknownIsAnother(OrderService):
    """An unknown order is answered with the organization's first order."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Return the first order."""
        try:
            return super().by_id(organization_id, order_id)
        except Problem:
            if (any_order := next(iter(self.store.orders_of(organization_id)), None)) is None:
                raise
            return any_order


@defect("order-by-id-is-its-studys-newest", "STATUS-1")
class IdLeadsToStudy(OrderService):
    """An order's id selects the most recent order of its study."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Return the study's most recent order."""
        return self.most_recent(organization_id, super().by_id(organization_id, order_id).study_uid)


@defect("status-of-an-older-order-is-a-newer-ones", "STATUS-1")
class StatusOfNewerOrder(OrderService):
    """The status by an order's id is that of the newest order of its study and study group. Its reports are right."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Return those of the newest order."""
        orders = self.of_study(order.organization_id, order.study_uid)
        alike = (other for other in orders if other.study_group == order.study_group)
        return super().facts(next(alike, order), now)


@defect("order-id-by-prefix", "STATUS-8")
class IdByPrefix(OrderService):
    """The beginning of an order's id selects the order."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Compare only the beginning."""
        orders = self.store.orders_of(organization_id)
        match = next((order for order in orders if order.order_id.startswith(order_id)), None)
        return match or super().by_id(organization_id, order_id)


@defect("order-id-in-any-case", "STATUS-8")
class IdInAnyCase(OrderService):
    """An order's id is accepted in lower case too."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Ignore case."""
        return super().by_id(organization_id, order_id.upper())


@defect("status-goes-back", "STATUS-5")
class StatusGoesBack(OrderService):
    """An order that was PROCESSING in one answer is RECEIVED in the next."""

    def state(self, order: Order, now: Instant) -> State:
        """Return the former status from the second call on."""
        state, seen = super().state(order, now), self.__dict__.setdefault("seen", set())
        if state.status != PROCESSING:
            return state
        again = order.order_id in seen
        seen.add(order.order_id)
        return state._replace(status=RECEIVED, progress=0) if again else state


@defect("failed-order-is-tried-again-the-next-day", "STATUS-5")
class FailedIsTriedAgain(OrderService):
    """An order that FAILED is PROCESSING once more, some hours after it was created."""

    def state(self, order: Order, now: Instant) -> State:
        """Return an earlier status."""
        state = super().state(order, now)
        tried_again = state.status == FAILED and now - order.created_at > 12 * 3600 * SECOND
        return state._replace(status=PROCESSING, progress=0) if tried_again else state


@defect("progress-falls", "STATUS-6")
class ProgressFalls(OrderService):
    """`progress` decreases while an order is processed."""

    def state(self, order: Order, now: Instant) -> State:
        """Reverse the progress."""
        state = super().state(order, now)
        return state._replace(progress=99 - state.progress) if state.status == PROCESSING else state


@defect("progress-100-while-processing", "STATUS-6")
class ProgressTooHigh(OrderService):
    """`progress` is 100 while the order is still processed."""

    def state(self, order: Order, now: Instant) -> State:
        """Return 100."""
        state = super().state(order, now)
        return state._replace(progress=100) if state.status == PROCESSING else state


@defect("completed-at-missing", "STATUS-6")
class CompletedAtMissing(OrderService):
    """`completed_at` stays null after completion."""

    def state(self, order: Order, now: Instant) -> State:
        """Remove the time."""
        return super().state(order, now)._replace(completed_at=None)


@defect("updated-at-stands-still", "STATUS-7")
class UpdatedAtStands(OrderService):
    """`updated_at` stays at `created_at`."""

    def state(self, order: Order, now: Instant) -> State:
        """Return the time of creation."""
        return super().state(order, now)._replace(updated_at=order.created_at)


@defect("created-at-moves", "STATUS-7")
class CreatedAtMoves(OrderService):
    """`created_at` changes with each status change."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Return the time of the last change."""
        facts = super().facts(order, now)
        return replace(facts, order=replace(order, created_at=facts.state.updated_at))


@defect("unknown-study-told-as-an-order", "STATUS-4")
class UnknownStudyAsOrder(OrderService):
    """By `study_uid` an unknown study is reported as an unknown order."""

    def most_recent(self, organization_id: str, study_uid: str) -> Order:
        """Change the problem type."""
        with replaced_problem("study-not-found", by="order-not-found"):
            return super().most_recent(organization_id, study_uid)


@defect("amendment-moves-completion", "STATUS-7")
class AmendmentMovesCompletion(OrderService):
    """An amendment moves `completed_at` of the order."""

    def state(self, order: Order, now: Instant) -> State:
        """Return the time of the newest version."""
        state, version = super().state(order, now), order.newest_version(now)
        return state._replace(completed_at=version.ready_at) if version and state.completed_at else state


@defect("group-name-trimmed", "STATUS-8")
class GroupNameTrimmed(Pipeline):
    """Spaces around a `study_group` are ignored."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Remove the spaces."""
        values = super().parameters(operation_id, call)
        return {name: value.strip() if name == "study_group" else value for name, value in values.items()}


@defect("created-at-compared-in-whole-seconds", "STATUS-2")
class WholeSeconds(OrderService):
    """Of two orders created within one second the later submission counts as the more recent."""

    def recency(self, order: Order) -> tuple[Instant, int]:
        """Compare whole seconds."""
        return order.created_at // SECOND, order.submitted


@defect("ended-order-has-left-its-group", "STATUS-7")
class LeftItsGroup(OrderService):
    """The status of an order that was cancelled, or that failed at once, names no group any more."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Leave the group out."""
        facts = super().facts(order, now)
        if facts.state.status not in ENDED or (facts.state.status == FAILED and facts.state.progress):
            return facts
        return replace(facts, order=replace(order, study_group=None))


@defect("group-is-that-of-the-newest-order", "STATUS-7")
class GroupOfNewestOrder(OrderService):
    """The group is a column of the study: a newer order in another group moves the older ones there."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Name the group of the newest order that has one."""
        facts, orders = super().facts(order, now), self.of_study(order.organization_id, order.study_uid)
        group = next((other.study_group for other in orders if other.study_group is not None), None)
        return replace(facts, order=replace(facts.order, study_group=group))
