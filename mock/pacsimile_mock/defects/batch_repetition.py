"""Defects of what a refused call does all the same, and of what a queue makes of calls that are repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.concurrency import LISTS, MARKS
from pacsimile_mock.errors import Refusal
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.orders.store import Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.scopes import REPORTS_ACK

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


@defect("named-reports-are-marked-before-the-scope", "AUTH-15")
class MarkedBeforeScope(Pipeline):
    """A token without `reports.ack` is refused after the reports that the call names were acknowledged."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Acknowledge them."""
        grant = super().authenticate(call, now)
        if call.operation == MARKS and REPORTS_ACK not in grant.scopes:
            with suppress(Refusal):
                self.world.queue.acknowledge(grant.organization_id, self.report_ids(MARKS, call) or (), now)
        return grant


@defect("named-reports-are-marked-in-spite-of-a-wrong-query", "STATUS-3")
class MarkedInSpiteOfQuery(Pipeline):
    """An acknowledgement with an unknown parameter is refused after the reports that it names were acknowledged."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Acknowledge them before the refusal."""
        try:
            return super().parameters(operation_id, call)
        except Refusal:
            client = self.world.tokens.clients.get(call.client_id or "")
            if operation_id == MARKS and client is not None and REPORTS_ACK in client.scopes:
                with suppress(Refusal):
                    named = self.report_ids(MARKS, call) or ()
                    self.world.queue.acknowledge(client.organization_id, named, self.world.clock.now())
            raise


@defect("reports-named-for-another-organization-are-marked-at-home", "SEC-2")
class MarkedAtHome(Pipeline):
    """An acknowledgement for another organization is refused after it marked the caller's own reports."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Acknowledge them before the refusal."""
        if organization_id != request.organization_id and request.report_ids:
            self.world.queue.acknowledge(request.organization_id, request.report_ids, request.now)
        super().check_ownership(request, organization_id)


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
