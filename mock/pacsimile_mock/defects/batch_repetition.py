"""Defects of what a queue makes of calls that are repeated, and of tokens of one scope each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.changed_calls import kept_by
from pacsimile_mock.defects.concurrency import LISTS, MARKS
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

MOST_LISTINGS = 10


@defect("report-listed-ten-times-is-set-aside", "BATCH-3")
class SetAside(QueueService):
    """A report that was listed ten times and never acknowledged is taken for a stuck one, and no longer listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave them out."""
        reports = super().unacknowledged(organization_id, now, None)
        often = self._listings()
        return [report for report in reports if often[report.version.report_id] < MOST_LISTINGS][:limit]

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Count the listings of each report."""
        listed = super().list_reports(organization_id, client_id, now, limit)
        self._listings().update(report.version.report_id for report in listed)
        return list(listed)

    def _listings(self) -> Counter[str]:
        counts: Counter[str] = self.__dict__.setdefault("listings", Counter())
        return counts


@defect("last-listing-is-kept-by-the-scopes-of-a-token", "BATCH-5")
class KeptByScopes(Pipeline):
    """What a client listed is remembered with the scopes of its token: one of other scopes has listed nothing."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Take each set of scopes for a client of its own."""
        if operation_id not in (LISTS, MARKS):
            return super().serve(operation_id, request)
        grant = request.grant
        scoped = replace(grant, client_id=f"{grant.client_id} {' '.join(sorted(grant.scopes))}")
        return super().serve(operation_id, replace(request, grant=scoped))


@defect("page-asked-for-again-is-the-next", "BATCH-3")
class NextPage(QueueService):
    """A client that asks for the same page twice, and acknowledges nothing between, gets the next one."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Go on behind what was shown last, and begin again where nothing follows."""
        with self.store.transaction():
            shown = set(self.store.remembered_listing(organization_id, client_id, now) or ())
            waiting = self.unacknowledged(organization_id, now, None)
            rest = [report for report in waiting if report.version.report_id not in shown]
            listed = (rest or waiting)[:limit] if limit is not None else waiting
            self.remember(organization_id, client_id, listed, now)
        return listed


@defect("zero-bytes-of-json-are-malformed", "BATCH-11")
class ZeroBytesMalformed(Pipeline):
    """A POST without a body that names JSON as its media type is refused as malformed."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Refuse it."""
        if operation_id == MARKS and not call.body and "json" in call.headers.get("content-type", ""):
            raise Problem("Send JSON, or no media type.", reason="invalid-body", requirement="BATCH-11")
        return super().report_ids(operation_id, call)


@defect("empty-listing-is-taken-for-all", "BATCH-6")
class EmptyIsAll(QueueService):
    """A POST without a body after a listing of nothing acknowledges all that waits."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge all where the remembered listing is empty."""
        with self.store.transaction():
            if self.store.remembered_listing(organization_id, client_id, now) != []:
                return super().acknowledge_listing(organization_id, client_id, now)
            waiting = self.unacknowledged(organization_id, now, None)
            return self.acknowledge(organization_id, [report.version.report_id for report in waiting], now)


@defect("listed-and-marked-before-is-not-found", "BATCH-5")
class ListedIsNotFound(QueueService):
    """POST without a body returns in `not_found` what was listed last and had been acknowledged before."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Return it."""
        done = super().acknowledge_listing(organization_id, client_id, now)
        shown = kept_by(self, "shown").get((organization_id, client_id), ())
        return Acknowledged(done.acknowledged, [name for name in shown if name not in done.acknowledged])

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Keep the names."""
        super().remember(organization_id, client_id, listed, now)
        kept_by(self, "shown")[organization_id, client_id] = [report.version.report_id for report in listed]


@defect("ties-are-listed-in-any-order", "BATCH-3")
class TiesInAnyOrder(QueueService):
    """Nothing decides the order of reports of one instant: every other listing has them the other way round."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Turn them round."""
        reports = super().unacknowledged(organization_id, now, None)
        counts = kept_by(self, "counts")
        counts[organization_id] = counts.get(organization_id, 0) + 1
        if counts[organization_id] % 2 == 0:
            reports = sorted(reports, key=lambda report: (report.version.ready_at, -report.order.number))
        return reports[:limit]
