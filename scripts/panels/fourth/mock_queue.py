"""Faults of the mock in the queue of reports."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

Place = tuple[str, str]
"""An organization and a client of it."""

HOUR = 3600 * SECOND
CHUNK = 500
"""Ids that a statement takes."""


def report_id_of(answer: Answer) -> str | None:
    """Return the report that an answer holds."""
    return dict(answer.headers).get("X-Report-Id")


def with_reports(answer: Answer, reports: list[Any]) -> Answer:
    """Return a listing that has other reports."""
    content = {**json.loads(answer.body), "reports": reports, "count": len(reports)}
    return replace(answer, body=json.dumps(content).encode())


@defect("mock-report-that-each-client-has-fetched-is-delivered", "BATCH-1")
class EachClientHasFetched(Pipeline):
    """A report that two clients of its organization have fetched counts as delivered, and is no longer listed."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Note who fetches, and leave out what two have."""
        fetched: dict[str, set[str]] = self.__dict__.setdefault("fetched", {})
        answer = super().serve(operation_id, request)
        if operation_id == "getResult":
            fetched.setdefault(report_id_of(answer) or "", set()).add(request.client_id)
        if operation_id == "listReports":
            reports = json.loads(answer.body)["reports"]
            return with_reports(answer, [row for row in reports if len(fetched.get(row["report_id"], ())) < 2])
        return answer


@defect("mock-refused-listing-ends-the-remembered-one", "BATCH-5")
class RefusedListing(Pipeline):
    """What a client was shown is dropped as its next listing begins, also where that one is refused with 400."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop it at a refusal."""
        try:
            return super().parameters(operation_id, call)
        except Problem:
            client = self.world.clients.get(call.client_id or "")
            if operation_id == "listReports" and client is not None:
                now = self.world.clock.now()
                with self.world.store.transaction():
                    self.world.queue.remember(client.organization_id, client.client_id, (), now)
            raise


@defect("mock-listing-is-remembered-by-its-orders", "BATCH-6")
class RememberedByOrders(QueueService):
    """Of a listing its orders are kept: a POST acknowledges their newest versions, listed or not."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Keep the orders."""
        shown: dict[Place, list[str]] = self.__dict__.setdefault("shown", {})
        shown[organization_id, client_id] = [report.order.order_id for report in listed]

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge what they have now."""
        shown: dict[Place, list[str]] = self.__dict__.setdefault("shown", {})
        orders = [self.store.order(organization_id, name) for name in shown.get((organization_id, client_id), ())]
        versions = [order.newest_version(now) for order in orders if order is not None]
        ids = [version.report_id for version in versions if version is not None]
        return Acknowledged(self.acknowledge(organization_id, ids, now).acknowledged, [])


@defect("mock-next-page-is-remembered-with-the-post", "BATCH-8")
class NextPageIsRemembered(QueueService):
    """A client that works in pages has its next page prepared by the POST: a repeated POST acknowledges that one."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Note the size of the page."""
        self.__dict__.setdefault("sizes", {})[organization_id, client_id] = limit
        return super().list_reports(organization_id, client_id, now, limit)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge the page, and prepare the next one."""
        size = self.__dict__.setdefault("sizes", {}).get((organization_id, client_id))
        with self.store.transaction():
            done = super().acknowledge_listing(organization_id, client_id, now)
            if size is not None:
                self.remember(organization_id, client_id, self.unacknowledged(organization_id, now, size), now)
        return done


@defect("mock-acknowledged-report-is-deleted-after-an-hour", "BATCH-10")
class DeletedAfterAnHour(Pipeline):
    """What was acknowledged more than an hour ago is cleared away, and its order answers as if it were unknown."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Note when reports were acknowledged, and miss them later."""
        since: dict[str, Instant] = self.__dict__.setdefault("since", {})
        answer = super().serve(operation_id, request)
        if operation_id == "acknowledgeReports":
            since.update(dict.fromkeys(json.loads(answer.body)["acknowledged"], request.now))
        if operation_id == "getResult" and request.now - since.get(report_id_of(answer) or "", request.now) > HOUR:
            raise self.world.orders.unknown_order(request.values.get("order_id", ""))
        return answer


@defect("mock-blank-body-counts-as-none", "BATCH-11")
class BlankBody(Pipeline):
    """A body of white space is stripped and found empty: it acknowledges the last listing, as no body would."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Strip it."""
        blank = bool(call.body) and not call.body.strip() and not call.incomplete
        return None if blank else super().report_ids(operation_id, call)


@defect("mock-long-acknowledgement-loses-an-id-at-each-border", "BATCH-11")
class LosesIdAtBorder(QueueService):
    """Ids are acknowledged 500 at a time, and the next 500 begin one too late: every 501st is not acknowledged."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Take pieces."""
        ids = list(dict.fromkeys(report_ids))
        chosen = [name for start in range(0, len(ids), CHUNK + 1) for name in ids[start : start + CHUNK]]
        return super().acknowledge(organization_id, chosen, now)


@defect("mock-second-amendment-is-not-listed-anew", "BATCH-12")
class SecondAmendmentIsNotListed(QueueService):
    """An order that was acknowledged is opened again by its first amendment; acknowledged again, it stays closed."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave out later versions of what was acknowledged."""
        waiting = super().unacknowledged(organization_id, now, None)
        kept = [report for report in waiting if not self.closed(organization_id, report)]
        return kept[:limit]

    def closed(self, organization_id: str, report: Listed) -> bool:
        """Whether it amends an amended version that was acknowledged."""
        former = report.version.supersedes
        return report.version.number > 2 and former is not None and self.store.is_acknowledged(organization_id, former)


@defect("mock-oldest-reports-are-found-by-whole-seconds", "BATCH-13")
class OldestBySeconds(QueueService):
    """The listing is sorted by a column of whole seconds, then by number: within a second the oldest is not first."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Sort by the second."""
        waiting = super().unacknowledged(organization_id, now, None)
        waiting.sort(key=lambda report: (report.version.ready_at // SECOND, report.order.number, report.version.number))
        return waiting[:limit]

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Keep the ids."""
        shown: dict[Place, list[str]] = self.__dict__.setdefault("shown", {})
        shown[organization_id, client_id] = [report.version.report_id for report in listed]

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge these."""
        shown: dict[Place, list[str]] = self.__dict__.setdefault("shown", {})
        ids = shown.get((organization_id, client_id), [])
        return Acknowledged(self.acknowledge(organization_id, ids, now).acknowledged, [])


@defect("mock-acknowledgement-of-an-unfetched-report-lapses", "BATCH-14")
class AcknowledgementLapses(Pipeline):
    """Who acknowledges a report without fetching it may have lost it: after an hour it is listed again."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Note what is listed, fetched and acknowledged, and list again what lapsed."""
        rows: dict[str, Any] = self.__dict__.setdefault("rows", {})
        since: dict[str, Instant] = self.__dict__.setdefault("since", {})
        answer = super().serve(operation_id, request)
        if operation_id == "getResult":
            rows.pop(report_id_of(answer) or "", None)
        if operation_id == "acknowledgeReports":
            since.update(dict.fromkeys(json.loads(answer.body)["acknowledged"], request.now))
        if operation_id != "listReports":
            return answer
        reports = json.loads(answer.body)["reports"]
        owner = request.organization_id
        rows.update((row["report_id"], (owner, row)) for row in reports)
        lapsed = [
            row
            for name, (org, row) in rows.items()
            if org == owner and request.now - since.get(name, request.now) > HOUR
        ]
        limit = int(request.values["limit"]) if "limit" in request.values else None
        return with_reports(answer, [*lapsed, *reports][:limit])


@defect("mock-listing-names-the-types-of-all", "CONS-2")
class TypesOfAll(Pipeline):
    """The listing names the report types that the service has, whichever of them an order offers."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Name them all."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports":
            return answer
        offered = list(self.world.orders.report_types)
        return with_reports(answer, [{**row, "report_types": offered} for row in json.loads(answer.body)["reports"]])
