"""Faults of the mock in the queue of reports."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.exchange import Answer
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

FETCHES, LISTS, MARKS = "getResult", "listReports", "acknowledgeReports"
HOUR: Instant = 3600 * SECOND
COMMIT = 0.05
"""Seconds between the reading of an acknowledgement and its writing."""
CACHED = 2.0
"""Seconds for which a client's listing is cached."""


@defect("panel-13-fetched-report-leaves-the-queue-after-an-hour", "BATCH-1")
class FetchedReportsAreCleanedUp(Pipeline):
    """A cleanup job acknowledges reports that were fetched more than an hour ago, as if the client had forgotten it."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Note when reports are fetched, and clean up before a listing."""
        fetched: dict[tuple[str, str], Instant] = self.__dict__.setdefault("fetched", {})
        organization_id = request.organization_id
        if operation_id == LISTS:
            old = [key for key, at in fetched.items() if key[0] == organization_id and request.now - at > HOUR]
            self.world.queue.acknowledge(organization_id, [report_id for _, report_id in old], request.now)
        answer = super().serve(operation_id, request)
        report_id = dict(answer.headers).get("X-Report-Id")
        if operation_id == FETCHES and report_id is not None:
            fetched.setdefault((organization_id, report_id), request.now)
        return answer


@defect("panel-13-acknowledgement-takes-all-listings-since-the-last", "BATCH-5")
class AllListingsSinceTheLast(QueueService):
    """Each listing adds to what a POST without a body acknowledges, until there is one: not the last listing alone."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Add to what was shown."""
        super().remember(organization_id, client_id, listed, now)
        shown: dict[tuple[str, str], dict[str, None]] = self.__dict__.setdefault("shown", {})
        shown.setdefault((organization_id, client_id), {}).update((one.version.report_id, None) for one in listed)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge all that was shown."""
        shown: dict[tuple[str, str], dict[str, None]] = self.__dict__.setdefault("shown", {})
        done = self.acknowledge(organization_id, tuple(shown.pop((organization_id, client_id), ())), now)
        return Acknowledged(done.acknowledged, [])


@defect("panel-13-listing-is-remembered-by-token", "BATCH-5")
class RememberedByToken(Pipeline):
    """A listing is remembered for the token that asked, as for a session: after a new token a POST does nothing."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Call the client and its token the caller."""
        if operation_id in (LISTS, MARKS):
            caller = f"{request.client_id} {request.grant.token_id}"
            request = replace(request, grant=replace(request.grant, client_id=caller))
        return super().serve(operation_id, request)


@defect("panel-13-report-settles-for-a-second-before-it-is-listed", "CONS-1")
class SettlesForASecond(QueueService):
    """A listing has what was ready a second ago, to be safe from reports that are still being written."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Look a second back."""
        return super().unacknowledged(organization_id, now - SECOND, limit)


@defect("panel-13-listing-is-cached-for-the-client-until-it-acknowledges", "CONS-1")
class CachedForTheClient(Pipeline):
    """A client's listing is cached for two seconds, and dropped by its own POST, but not by another client's."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Answer the same listing from the cache."""
        cached: dict[str, tuple[float, str | None, Answer]] = self.__dict__.setdefault("cached", {})
        if operation_id == MARKS:
            cached.pop(request.client_id, None)
        if operation_id != LISTS:
            return super().serve(operation_id, request)
        limit = request.values.get("limit")
        until, of_limit, answer = cached.get(request.client_id, (0.0, None, None))
        if answer is None or of_limit != limit or time.monotonic() >= until:
            answer = super().serve(operation_id, request)
            cached[request.client_id] = time.monotonic() + CACHED, limit, answer
        return Answer(answer.status, answer.body, answer.media_type)


@defect("panel-13-two-clients-acknowledge-one-report-at-once", "CONS-1")
class ReadBeforeWritten(QueueService):
    """What is new in an acknowledgement is read before the transaction: two that overlap both claim a report."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Read, wait for the database, and write."""
        named = dict.fromkeys(report_ids)
        before = [one for one in named if not self.store.is_acknowledged(organization_id, one)]
        time.sleep(COMMIT)
        done = super().acknowledge(organization_id, report_ids, now)
        return Acknowledged([one for one in before if one not in done.not_found], done.not_found)
