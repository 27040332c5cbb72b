"""Faults of the mock in the queue of reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.model import Version
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import FAILED, FINAL

Place = tuple[str, str]
"""An organization and a client of it."""

STALE = 600 * SECOND
"""From when on a remembered listing is renewed."""


def oldest_first(report: Listed) -> tuple[Instant, int, int]:
    """Return what a listing is sorted by."""
    return report.version.ready_at, report.order.number, report.version.number


@defect("mock-report-of-a-group-waits-for-its-group", "BATCH-1")
class WaitsForGroup(QueueService):
    """A report whose order belongs to a group is listed once all orders of the group have ended."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave it out until then."""
        ended: dict[str, bool] = {}

        def listed(report: Listed) -> bool:
            group = report.order.study_group
            if group is not None and group not in ended:
                members = self.store.orders_of_group(organization_id, group)
                ended[group] = all(order.state(now).status in FINAL for order in members)
            return group is None or ended[group]

        return list(filter(listed, super().unacknowledged(organization_id, now, None)))[:limit]


@defect("mock-failed-order-is-listed", "BATCH-2")
class FailedIsListed(QueueService):
    """The listing has what ended and has a report id, which each order is given with its number: failed ones too."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add what failed."""
        waiting = super().unacknowledged(organization_id, now, None)
        for order in self.store.orders_of(organization_id):
            state = order.state(now)
            if state.status == FAILED:
                waiting.append(Listed(order, Version(1, order.report_id(1), state.updated_at, None)))
        return sorted(waiting, key=oldest_first)[:limit]


@defect("mock-listing-is-acknowledged-for-its-client-alone", "BATCH-2")
class ForItsClientAlone(QueueService):
    """What a POST without a body acknowledges is noted with its client: the organization's others still list it."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """List what this client has not acknowledged."""
        place = organization_id, client_id
        with self.store.transaction():
            done: set[str] = self.__dict__.setdefault("done", {}).setdefault(place, set())
            waiting = self.unacknowledged(organization_id, now, None)
            listed = [report for report in waiting if report.version.report_id not in done][:limit]
            self.__dict__.setdefault("shown", {})[place] = [report.version.report_id for report in listed]
        return listed

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Note it with the client."""
        place = organization_id, client_id
        with self.store.transaction():
            done: set[str] = self.__dict__.setdefault("done", {}).setdefault(place, set())
            shown: list[str] = self.__dict__.setdefault("shown", {}).get(place, [])
            known = self.store.is_acknowledged
            newly = [name for name in shown if name not in done and not known(organization_id, name)]
            done.update(newly)
        return Acknowledged(newly, [])


@defect("mock-empty-listing-has-no-content", "BATCH-4")
class NothingListed(Pipeline):
    """Where nothing waits, there is nothing to send, and the listing answers 204."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Send nothing."""
        answer = super().serve(operation_id, request)
        empty = operation_id == "listReports" and not json.loads(answer.body)["reports"]
        return Answer(204, b"", None) if empty else answer


@defect("mock-post-leaves-what-was-not-fetched", "BATCH-5")
class LeavesUnfetched(Pipeline):
    """A POST without a body acknowledges those reports of the listing that anybody has fetched, and leaves the rest."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Note what is fetched, and acknowledge that alone."""
        fetched: set[str] = self.__dict__.setdefault("fetched", set())
        if operation_id == "acknowledgeReports" and request.report_ids is None:
            self.world.pipeline.check_ownership(request, request.values["organizationId"])
            shown = self.world.store.remembered_listing(request.organization_id, request.client_id, request.now)
            request = replace(request, report_ids=[name for name in shown or [] if name in fetched])
        answer = super().serve(operation_id, request)
        if operation_id == "getResult":
            fetched.add(dict(answer.headers)["X-Report-Id"])
        return answer


@defect("mock-page-is-remembered-as-the-whole-listing", "BATCH-6")
class RememberedWhole(QueueService):
    """What is remembered of a listing is all that waited then: after a page of one, a POST acknowledges everything."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Remember it before it is cut."""
        with self.store.transaction():
            waiting = self.unacknowledged(organization_id, now, None)
            self.remember(organization_id, client_id, waiting, now)
        return waiting[:limit]


@defect("mock-stale-listing-is-renewed-by-the-post", "BATCH-6")
class RenewedByPost(QueueService):
    """A remembered listing is good for ten minutes; a POST after that lists anew, and acknowledges what came since."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Note when it was made."""
        self.__dict__.setdefault("made", {})[organization_id, client_id] = now
        return super().list_reports(organization_id, client_id, now, limit)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Renew it."""
        made: Instant = self.__dict__.setdefault("made", {}).get((organization_id, client_id), now)
        if now - made > STALE:
            self.list_reports(organization_id, client_id, now, None)
        return super().acknowledge_listing(organization_id, client_id, now)


@defect("mock-object-without-ids-counts-as-no-body", "BATCH-11")
class ObjectWithoutIds(Pipeline):
    """Members that nobody knows are ignored: with `reportIds` for `report_ids`, a POST names nothing and takes all."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Ignore them."""
        try:
            return super().report_ids(operation_id, call)
        except Problem as problem:
            if problem.reason != "invalid-body" or call.incomplete:
                raise
            try:
                content = json.loads(call.body)
            except ValueError:
                raise problem from None
            if not isinstance(content, dict) or "report_ids" in content:
                raise
            return None


@defect("mock-amendment-waits-for-its-predecessor", "BATCH-12")
class WaitsForPredecessor(QueueService):
    """Versions of a report are listed one after the other: an amended one once the former is acknowledged."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List the oldest version that is not acknowledged."""
        waiting = []
        for order, newest in super().unacknowledged(organization_id, now, None):
            version = newest
            while version.supersedes and not self.store.is_acknowledged(organization_id, version.supersedes):
                former = order.planned_version(version.number - 1)
                if former is None:
                    break
                version = former
            waiting.append(Listed(order, version))
        return sorted(waiting, key=oldest_first)[:limit]

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember the versions that were listed."""
        ids = [report.version.report_id for report in listed]
        self.__dict__.setdefault("shown", {})[organization_id, client_id] = ids

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge these versions."""
        ids = self.__dict__.setdefault("shown", {}).get((organization_id, client_id), [])
        return Acknowledged(self.acknowledge(organization_id, ids, now).acknowledged, [])
