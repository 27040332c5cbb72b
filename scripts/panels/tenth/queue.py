"""Faults of the mock in the queue of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.exchange import Answer
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

LISTS, MARKS = "listReports", "acknowledgeReports"


@defect("panel-listing-is-joined-with-the-json-documents", "BATCH-1")
class JoinedWithJson(QueueService):
    """The listing joins each report with its JSON document: a report that is not offered as JSON is never listed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List what the join leaves."""
        listed = super().unacknowledged(organization_id, now, None)
        return [report for report in listed if "json" in (report.order.report_types or ("json",))][:limit]


@defect("panel-listing-belongs-to-the-token", "BATCH-5")
class BelongsToTheToken(Pipeline):
    """The last listing is kept with the session of the token: after a new token, a POST without a body does nothing."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Know the caller of the queue by client and token."""
        if operation_id in (LISTS, MARKS):
            session = f"{request.client_id}/{request.grant.token_id}"
            request = replace(request, grant=replace(request.grant, client_id=session))
        return super().serve(operation_id, request)


@defect("panel-second-post-is-taken-for-a-retry", "BATCH-5")
class TakenForARetry(Pipeline):
    """Of two POSTs without a body within five seconds, the second is taken for a retry and gets the first's answer."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Repeat the answer to the same call of the same client."""
        if operation_id != MARKS or request.report_ids is not None:
            return super().serve(operation_id, request)
        answers: dict[str, tuple[Instant, bytes]] = self.__dict__.setdefault("answers", {})
        until, body = answers.get(request.client_id, (0, b""))
        answer = super().serve(operation_id, request) if request.now >= until else Answer(200, body, "application/json")
        if request.now >= until:
            answers[request.client_id] = (request.now + 5 * SECOND, answer.body)
        return answer


@defect("panel-acknowledged-up-to-the-newest-listed", "BATCH-6")
class UpToTheNewest(QueueService):
    """Of a listing only its latest time is remembered: POST acknowledges what completed by then, late finishers too."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember how far the client has read."""
        marks: dict[tuple[str, str], Instant] = self.__dict__.setdefault("marks", {})
        marks[organization_id, client_id] = max((report.version.ready_at for report in listed), default=0)
        super().remember(organization_id, client_id, listed, now)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge all up to there."""
        mark = self.__dict__.setdefault("marks", {}).get((organization_id, client_id), 0)
        with self.store.transaction():
            waiting = self.unacknowledged(organization_id, now, None)
            read = [report.version.report_id for report in waiting if report.version.ready_at <= mark]
            return self.store.acknowledge(organization_id, read, now)


@defect("panel-each-amendment-supersedes-the-first-report", "BATCH-12")
class SupersedesTheFirst(QueueService):
    """A listed amendment names the order's first report as the one that it supersedes, not the version before it."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Take the id from the order."""
        listed = super().unacknowledged(organization_id, now, limit)
        return [report if report.version.supersedes is None else of_the_first(report) for report in listed]


def of_the_first(report: Listed) -> Listed:
    """Return an amendment that names the first version."""
    return report._replace(version=report.version._replace(supersedes=report.order.report_id(1)))


@defect("panel-limit-counts-superseded-reports", "BATCH-13")
class CountsSuperseded(QueueService):
    """`limit` takes the oldest rows of the table, from which the superseded are dropped only then: pages come short."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Cut first, and filter then."""
        listed = super().unacknowledged(organization_id, now, None)
        if limit is None:
            return listed
        rows = [
            (version.ready_at, order.number, version.number, version.report_id)
            for order in self.store.orders_of(organization_id)
            for version in order.planned_versions()
            if version.ready_at <= now and not self.store.is_acknowledged(organization_id, version.report_id)
        ]
        taken = {report_id for *_, report_id in sorted(rows)[:limit]}
        return [report for report in listed if report.version.report_id in taken]


@defect("panel-listing-is-kept-until-its-own-client-acknowledges", "CONS-1")
class KeptForItsClient(Pipeline):
    """A listing is kept for two seconds, and dropped only when the same client acknowledges, not when another does."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Repeat a client's listing that is young enough."""
        kept: dict[str, tuple[Instant, Mapping[str, str], bytes]] = self.__dict__.setdefault("kept", {})
        if operation_id == MARKS:
            kept.pop(request.client_id, None)
        if operation_id != LISTS:
            return super().serve(operation_id, request)
        until, values, body = kept.get(request.client_id, (0, {}, b""))
        if request.now < until and values == request.values:
            return Answer(200, body, "application/json")
        answer = super().serve(operation_id, request)
        kept[request.client_id] = (request.now + 2 * SECOND, request.values, answer.body)
        return answer
