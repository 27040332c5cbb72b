"""Defects of a queue that looks at the types which a report offers, and of one that acknowledges in batches."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

BATCH, NAMED_BATCH = 500, 100


@defect("report-without-pdf-is-not-listed", "BATCH-1")
class WithoutPdf(QueueService):
    """The listing is joined with the PDF documents: a report that is not offered as PDF is never listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave it out."""
        reports = super().unacknowledged(organization_id, now, None)
        return [report for report in reports if offers(report.order, "pdf")][:limit]


@defect("post-leaves-reports-without-json", "BATCH-5")
class LeavesWithoutJson(QueueService):
    """A POST without a body acknowledges what was listed, but for reports that are not offered as JSON."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Leave these."""
        with self.store.transaction():
            shown = self.store.remembered_listing(organization_id, client_id, now) or []
            waiting = self.store.list_unacknowledged(organization_id, now, None)
            left = {report.version.report_id for report in waiting if not offers(report.order, "json")}
            named = [report_id for report_id in shown if report_id not in left]
            return Acknowledged(self.store.acknowledge(organization_id, named, now).acknowledged, [])


@defect("amendment-without-json-is-not-listed", "BATCH-12")
class AmendmentWithoutJson(QueueService):
    """An amended report is listed if it is offered as JSON."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave others out."""
        reports = super().unacknowledged(organization_id, now, None)
        kept = [report for report in reports if report.version.supersedes is None or offers(report.order, "json")]
        return kept[:limit]


@defect("amendment-of-some-types-is-not-listed", "BATCH-12")
class AmendmentOfSomeTypes(QueueService):
    """An amended report is listed if its order offers all types."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave others out."""
        reports = super().unacknowledged(organization_id, now, None)
        kept = [report for report in reports if report.version.supersedes is None or report.order.report_types is None]
        return kept[:limit]


@defect("named-reports-of-a-last-batch-are-lost", "BATCH-11")
class LastBatchLost(QueueService):
    """A POST takes its `report_ids` in batches of a hundred; behind full ones, a rest is left out."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Take full batches."""
        full = len(report_ids) // NAMED_BATCH * NAMED_BATCH
        return super().acknowledge(organization_id, report_ids[: full or None], now)


@defect("listing-is-acknowledged-in-full-batches", "BATCH-5")
class FullBatches(QueueService):
    """A POST without a body acknowledges the last listing in batches of 500; behind full ones, a rest is left."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember full batches."""
        super().remember(organization_id, client_id, listed[: len(listed) // BATCH * BATCH or None], now)


def offers(order: Order, report_type: str) -> bool:
    """Whether an order offers its report in a type. Without a choice of its own it offers all."""
    return order.report_types is None or report_type in order.report_types
