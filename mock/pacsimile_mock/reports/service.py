"""Retrieves reports of an order (RESULTS-1 … 11) and of a study group (GROUP-1 … 5)."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_fixtures import reports
from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import Problem, not_found
from pacsimile_mock.orders.lifecycle import State, next_change, seconds_until
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.orders.store import Store
from pacsimile_mock.reports.model import Document
from pacsimile_spec.byte_cache import ByteCache
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES, REPORT_TYPES
from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED, FINAL

MOST_RENDERED = 32 * 1024 * 1024
"""Bytes of rendered reports that a world remembers."""
UNPLANNED_WAIT = 5
"""Seconds of `Retry-After` where nothing is planned: the order moves by hand only."""

WITHOUT_TYPST = "It needs typst, which is not installed where the mock runs: the start of the mock says how to add it."


class ReportService:
    """Serves report bytes; retrieving changes nothing (RESULTS-6)."""

    def __init__(self, store: Store, orders: OrderService) -> None:
        self.store = store
        self.orders = orders
        self.rendered = ByteCache(MOST_RENDERED)

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Serve the order's report, or refuse: 404 for a type ruled out, 409 before completion, 404 not offered."""
        self.check_ruled_out(report_type, of_group=False)
        self.check_state(order.state(now), order, now)
        self.check_offered(report_type, self.orders.offered(order), f"The order {order.order_id}")
        version = self.version(order, now)
        return self.document(order, version, report_type)

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Return the order whose report is asked for; of a study the most recent, finished or not (RESULTS-3)."""
        del now  # an argument for the defects that override this
        return self.orders.selected(organization_id, order_id=order_id, study_uid=study_uid)

    def of_group(self, organization_id: str, study_group: str, report_type: str, now: Instant) -> Document:
        """Serve the report of a study group once every order of it has a final status (GROUP-3)."""
        members = self.members(organization_id, study_group)
        if not members:
            raise self.unknown_group(study_group)
        self.check_ruled_out(report_type, of_group=True)
        self.check_group_state(members, now)
        self.check_offered(report_type, self.offered_of_group(), "The study group")
        return self.group_document(organization_id, study_group, members, report_type, now)

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Return the orders of the group that this organization submitted (SEC-8)."""
        return self.store.orders_of_group(organization_id, study_group)

    def version(self, order: Order, now: Instant) -> Version:
        """Return the version to serve of a COMPLETED order: the newest (RESULTS-11)."""
        version = order.newest_version(now)
        if version is None:
            raise LookupError(f"{order.order_id} is COMPLETED and has no report")
        return version

    def check_ruled_out(self, report_type: str, *, of_group: bool) -> None:
        """Refuse a type that the table rules out, whatever the state (RESULTS-5)."""
        known = REPORT_TYPES[report_type]
        if not (known.of_group if of_group else known.of_order):
            whose = "a study group" if of_group else "an order"
            raise Problem(
                f"There is no {report_type!r} report of {whose}.",
                reason="report-type-not-available",
                requirement="RESULTS-5",
            )

    def check_offered(self, report_type: str, offered: Sequence[str], whose: str) -> None:
        """Refuse a type that is not offered here (RESULTS-5, CONS-2)."""
        if report_type not in offered:
            missing = "" if reports.is_renderable(report_type) else f" {WITHOUT_TYPST}"
            raise Problem(
                f"{whose} has no report of type {report_type!r}. It offers {', '.join(offered) or 'none'}.{missing}",
                reason="report-type-not-available",
                requirement="RESULTS-5",
            )

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Refuse while the order is not COMPLETED (RESULTS-4)."""
        if state.status == COMPLETED:
            return
        if state.status == FAILED:
            raise self.order_failed(f"Processing of the order {order.order_id} failed: there will be no report.")
        if state.status == CANCELLED:
            raise Problem(
                f"The order {order.order_id} was cancelled: there will be no report.",
                reason="order-cancelled",
                requirement="RESULTS-4",
            )
        raise self.not_ready(f"The order {order.order_id} is {state.status}", self.retry_after([order], now))

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Refuse until every order is final, and where none completed (GROUP-3)."""
        statuses = [order.state(now).status for order in members]
        open_orders = [order for order, status in zip(members, statuses, strict=True) if status not in FINAL]
        if open_orders:
            reason = f"{len(open_orders)} of {len(members)} orders of the study group have no final status"
            raise self.not_ready(reason, self.retry_after(open_orders, now), "GROUP-3")
        if COMPLETED not in statuses:
            raise self.order_failed("No order of the study group completed: there will be no report.", "GROUP-3")

    def retry_after(self, orders: Sequence[Order], now: Instant) -> int:
        """Return the seconds until the last of the orders' next changes, for `Retry-After`."""
        changes = [now if order.polls else next_change(order.plan, now) for order in orders]
        planned = [at for at in changes if at is not None]
        return seconds_until(max(planned), now) if len(planned) == len(changes) else UNPLANNED_WAIT

    def not_ready(self, reason: str, retry_after: int, requirement: str = "RESULTS-4") -> Problem:
        """Return the refusal of a report that is not ready yet."""
        return Problem(
            f"{reason}. Ask again after {retry_after} s, as Retry-After says.",
            reason="report-not-ready",
            requirement=requirement,
            headers=(("Retry-After", str(retry_after)),),
        )

    def order_failed(self, detail: str, requirement: str = "RESULTS-4") -> Problem:
        """Return the refusal of a report that will never be ready."""
        return Problem(detail, reason="order-failed", requirement=requirement)

    def unknown_group(self, study_group: str) -> Problem:
        """Return the refusal of a group that is unknown or another organization's (GROUP-4, SEC-1)."""
        return not_found(
            "study-group-not-found", f"Your organization has no order of the study group {study_group!r}.", "GROUP-4"
        )

    def offered_of_group(self) -> tuple[str, ...]:
        """Return the types in which a group's report is offered."""
        every = self.orders.report_types == ORDER_TYPES
        offered = GROUP_TYPES if every else tuple(name for name in GROUP_TYPES if name in self.orders.report_types)
        return tuple(filter(reports.is_renderable, offered))

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Render one version of an order's report, or take it from those remembered; or serve the user's own."""
        supplied = order.report_files is not None and report_type in order.report_files
        return Document(
            self.supplied(order, report_type) if supplied else self.made(order, version, report_type),
            report_type,
            REPORT_TYPES[report_type].media_type,
            f"report-{version.report_id}",
            order_id=order.order_id,
            report_id=version.report_id,
            supplied=supplied,
        )

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Render one version of an order's report, or take it from those remembered."""
        key = (version.report_id, version.ready_at, report_type)
        return self.rendered.get(key, lambda: _render(order, version, report_type))

    def supplied(self, order: Order, report_type: str) -> bytes:
        """Return the bytes that the scenario gives as the order's report, in every version."""
        file = self.store.file((order.report_files or {})[report_type])
        if file is None:
            raise self.orders.unknown_order(order.order_id)  # the world was begun anew meanwhile
        return file

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Render a group's report as it is now: an amendment or a new member changes it (GROUP-5)."""
        from pacsimile_mock.reports import content

        made = content.of_group(organization_id, study_group, members, now)
        rendered = reports.render_group(made, report_type)
        return Document(rendered, report_type, REPORT_TYPES[report_type].media_type, "study-group-report")


def _render(order: Order, version: Version, report_type: str) -> bytes:
    """Render one version of an order's report. What that takes is imported for the first: a server starts sooner."""
    from pacsimile_mock.reports import content

    return reports.render(content.of_order(order, version), report_type)
