"""Defects of the isolation of organizations from each other."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.orders.store import Acknowledged, Store
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect


def of_everyone_study(store: Store, study_uid: str) -> list[Order]:
    """Return a study's orders of all organizations."""
    return [order for owner in store.organizations() for order in store.orders_of_study(owner, study_uid)]


def of_everyone_group(store: Store, study_group: str) -> list[Order]:
    """Return a group's orders of all organizations."""
    return [order for owner in store.organizations() for order in store.orders_of_group(owner, study_group)]


@defect("foreign-order-readable", "SEC-1")
class ForeignOrder(OrderService):
    """Another organization's order can be read by its id."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Search all organizations."""
        return self.store.find_order(order_id) or super().by_id(organization_id, order_id)


@defect("foreign-study-readable", "SEC-1")
class ForeignStudy(OrderService):
    """Another organization's study can be read by an organization without an order of it."""

    def of_study(self, organization_id: str, study_uid: str) -> list[Order]:
        """Search all organizations where there is no own order."""
        try:
            return super().of_study(organization_id, study_uid)
        except Problem:
            orders = of_everyone_study(self.store, study_uid)
            if not orders:
                raise
            return sorted(orders, key=self.recency, reverse=True)


@defect("foreign-order-told-apart", "SEC-1")
class ForeignToldApart(OrderService):
    """Another organization's order gets a different error than an unknown one."""

    def unknown_order(self, order_id: str) -> Problem:
        """Disclose that the order exists."""
        problem = super().unknown_order(order_id)
        if self.store.find_order(order_id):
            problem.detail = f"The order {order_id!r} belongs to another organization."
        return problem


@defect("foreign-order-is-403", "SEC-1")
class ForeignIs403(OrderService):
    """Another organization's order is refused with 403, an unknown one with 404."""

    def unknown_order(self, order_id: str) -> Problem:
        """Disclose that the order exists by the status."""
        problem = super().unknown_order(order_id)
        if self.store.find_order(order_id):
            problem.reason = "organization-not-allowed"
        return problem


@defect("foreign-report-readable", "SEC-1")
class ForeignReport(ReportService):
    """Another organization's report can be fetched by its order's id, although its status cannot be read."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Search all organizations."""
        foreign = self.store.find_order(order_id) if order_id else None
        return foreign or super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)


@defect("foreign-group-readable", "SEC-1")
class ForeignGroup(ReportService):
    """Another organization's study group can be read by an organization without a group of that name."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Search all organizations where there is no own group."""
        return super().members(organization_id, study_group) or of_everyone_group(self.store, study_group)


@defect("organization-not-checked", "SEC-2")
class OrganizationNotChecked(Pipeline):
    """`organizationId` of another organization lists and acknowledges its reports."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Accept every organization."""


@defect("foreign-acknowledgement-accepted", "SEC-2")
class ForeignAcknowledgement(Pipeline):
    """POST for another organization is accepted, GET is refused."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Check only GET."""
        if request.call.operation != "acknowledgeReports":
            super().check_ownership(request, organization_id)


@defect("unknown-organization-is-404", "SEC-2")
class UnknownOrganizationIs404(Pipeline):
    """An unknown organization is answered with 404, a foreign one with 403."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Refuse an unknown organization differently."""
        if organization_id not in {client.organization_id for client in self.world.clients.values()}:
            raise Problem("There is no such organization.", reason="not-found")
        super().check_ownership(request, organization_id)


@defect("foreign-report-acknowledged-by-id", "SEC-2")
class ForeignAcknowledgedById(QueueService):
    """A `report_id` of another organization is acknowledged."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Try the queues of all organizations."""
        done = super().acknowledge(organization_id, report_ids, now)
        for other in self.store.organizations():
            done.acknowledged.extend(self.store.acknowledge(other, done.not_found, now).acknowledged)
        return done


@defect("shared-study-shows-both", "SEC-3")
class SharedStudyShowsBoth(OrderService):
    """A study UID that two organizations use has the orders of both for each of them."""

    def of_study(self, organization_id: str, study_uid: str) -> list[Order]:
        """Merge the orders."""
        super().of_study(organization_id, study_uid)
        return sorted(of_everyone_study(self.store, study_uid), key=self.recency, reverse=True)


@defect("shared-group-shows-both", "SEC-8")
class SharedGroupShowsBoth(ReportService):
    """A group name that two organizations use has the orders of both for each of them."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Merge the orders."""
        return super().members(organization_id, study_group) and of_everyone_group(self.store, study_group)


@defect("shared-group-delayed-by-the-other", "SEC-8")
class SharedGroupDelayed(ReportService):
    """A group's report waits for the orders of another organization that uses the same name."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Check the orders of all organizations."""
        super().check_group_state(of_everyone_group(self.store, members[0].study_group or ""), now)


@defect("unknown-order-may-come-later", "SEC-1")
class UnknownMayCome(OrderService):
    """404 for an order that nobody has says when to ask again; for another organization's it does not."""

    def unknown_order(self, order_id: str) -> Problem:
        """Add the header."""
        problem = super().unknown_order(order_id)
        if self.store.find_order(order_id) is None:
            problem.headers = (*problem.headers, ("Retry-After", "2"))
        return problem


@defect("foreign-order-is-named-in-errors", "SEC-1")
class NamedInErrors(OrderService):
    """A 404 for another organization's order has `errors`, and one for an unknown order does not."""

    def unknown_order(self, order_id: str) -> Problem:
        """Add the member."""
        problem = super().unknown_order(order_id)
        if self.store.find_order(order_id):
            problem.errors = (("order_id", "is not one of yours"),)
        return problem


@defect("unknown-organization-told-apart", "SEC-2")
class OrganizationToldApart(Pipeline):
    """The 403 for an unknown organization says that there is none, unlike that for another client's organization."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Say that there is none."""
        try:
            super().check_ownership(request, organization_id)
        except Problem as problem:
            if all(client.organization_id != organization_id for client in self.world.clients.values()):
                problem.detail = "There is no such organization."
            raise
