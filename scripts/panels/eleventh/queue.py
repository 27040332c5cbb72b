"""Faults of the mock in the queue of reports."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import orjson

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

LISTS, MARKS, FETCHES = "listReports", "acknowledgeReports", "getResult"
DAY = 24 * 3600 * SECOND
MOST_DELIVERIES = 20
"""Listings after which a report counts as undeliverable."""
KEPT = 1.0
"""Seconds for which a listing is kept."""
WRITING = 0.1
"""Seconds between the reading and the writing of an organization's acknowledgements."""


@defect("panel-11-report-listed-twenty-times-is-undeliverable", "BATCH-1")
class Undeliverable(QueueService):
    """The queue is one of messages: what was handed out twenty times and not acknowledged goes to the dead letters."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Count how often each report is handed out."""
        listed = super().list_reports(organization_id, client_id, now, limit)
        self.deliveries().update(report.version.report_id for report in listed)
        return listed

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave the dead letters out."""
        counts = self.deliveries()
        waiting = super().unacknowledged(organization_id, now, None)
        return [report for report in waiting if counts[report.version.report_id] < MOST_DELIVERIES][:limit]

    def deliveries(self) -> Counter[str]:
        """Return how often each report was handed out."""
        counts: Counter[str] = self.__dict__.setdefault("counts", Counter())
        return counts


@defect("panel-11-listing-is-remembered-by-the-token", "BATCH-5")
class RememberedByToken(Pipeline):
    """A client's last listing is in the session of its token: after a new token, a POST acknowledges nothing."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Take the token for the client."""
        if operation_id in (LISTS, MARKS):
            request = replace(request, grant=replace(request.grant, client_id=request.grant.token_id))
        return super().serve(operation_id, request)


@defect("panel-11-fetched-report-counts-as-listed", "BATCH-6")
class FetchedCountsAsListed(Pipeline):
    """A POST without a body acknowledges the last listing and what was fetched since, though it was never listed."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Keep what a client fetches until it lists again."""
        kept: dict[str, list[str]] = self.__dict__.setdefault("fetched", {})
        fetched = kept.setdefault(request.client_id, [])
        organization_id = request.organization_id
        if operation_id == MARKS and request.report_ids is None and fetched:
            store = self.world.queue.store
            listed = store.remembered_listing(organization_id, request.client_id, request.now) or []
            request = replace(request, report_ids=[*listed, *fetched])
        answer = super().serve(operation_id, request)
        if operation_id in (LISTS, MARKS):
            kept.pop(request.client_id, None)
        elif operation_id == FETCHES:
            fetched.append(dict(answer.headers)["X-Report-Id"])
        return answer


@defect("panel-11-acknowledged-report-is-archived-after-a-day", "BATCH-10")
class ArchivedAfterADay(Pipeline):
    """A job archives what was acknowledged a day ago, and `/results` does not look into the archive."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Date the acknowledgements, and leave old ones out."""
        dates: dict[str, Instant] = self.__dict__.setdefault("dates", {})
        answer = super().serve(operation_id, request)
        if operation_id == MARKS:
            dates.update(dict.fromkeys(orjson.loads(answer.body)["acknowledged"], request.now))
        elif operation_id == FETCHES:
            at = dates.get(dict(answer.headers)["X-Report-Id"], request.now)
            if request.now - at > DAY:
                named = request.values.get("order_id")
                orders = self.world.orders
                raise orders.unknown_order(named) if named else orders.unknown_study(request.values["study_uid"])
        return answer


@defect("panel-11-body-without-a-length-counts-as-none", "BATCH-11")
class NoLengthNoBody(Pipeline):
    """Whether a POST has a body is asked of `Content-Length`: a body in chunks acknowledges the last listing."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Look for a length first."""
        return super().report_ids(operation_id, call) if call.content_length else None


@defect("panel-11-ids-are-marked-before-they-are-looked-for", "BATCH-11")
class MarkedBeforeLookedFor(QueueService):
    """The ids of a POST are marked by id alone; that one is another organization's is seen when the answer is made."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Mark the others' reports too."""
        done = super().acknowledge(organization_id, report_ids, now)
        for report_id in done.not_found:
            order = self.store.find_report(report_id, now)
            if order is not None:
                super().acknowledge(order.organization_id, [report_id], now)
        return done


@defect("panel-11-acknowledgements-of-two-calls-overwrite-each-other", "BATCH-14")
class OverwriteEachOther(QueueService):
    """An organization's acknowledgements are one record, read and written anew: of two calls at once, one counts.

    The store is only asked what is ready; what is acknowledged is kept here.
    """

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List what the record does not have."""
        marked = self.records().get(organization_id, frozenset())
        waiting = super().unacknowledged(organization_id, now, None)
        return [report for report in waiting if report.version.report_id not in marked][:limit]

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Add the last listing to the record."""
        return Acknowledged(self.mark(organization_id, self.remembered().get((organization_id, client_id), [])), [])

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Add these to the record."""
        named = list(dict.fromkeys(report_ids))
        found = {report_id: self.store.find_report(report_id, now) for report_id in named}
        own = [name for name, order in found.items() if order is not None and order.organization_id == organization_id]
        return Acknowledged(self.mark(organization_id, own), [name for name in named if name not in own])

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember a listing by its ids."""
        self.remembered()[organization_id, client_id] = [report.version.report_id for report in listed]

    def mark(self, organization_id: str, report_ids: list[str]) -> list[str]:
        """Read the record, and write it anew."""
        before = self.records().get(organization_id, frozenset())
        new = [report_id for report_id in report_ids if report_id not in before]
        if new:
            time.sleep(WRITING)
            self.records()[organization_id] = before.union(new)
        return new

    def records(self) -> dict[str, frozenset[str]]:
        """Return what each organization has acknowledged."""
        records: dict[str, frozenset[str]] = self.__dict__.setdefault("kept", {})
        return records

    def remembered(self) -> dict[tuple[str, str], list[str]]:
        """Return the last listing of each client."""
        listings: dict[tuple[str, str], list[str]] = self.__dict__.setdefault("listings", {})
        return listings


@defect("panel-11-listing-is-kept-for-a-second", "CONS-1")
class KeptForASecond(QueueService):
    """A listing is kept for a second or until an acknowledgement; that a report becomes ready does not renew it."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Look whether there is one."""
        kept = self.kept()
        listed, at = kept.get((organization_id, limit), (None, 0.0))
        if listed is None or time.monotonic() - at > KEPT:
            listed = super().unacknowledged(organization_id, now, limit)
            kept[organization_id, limit] = listed, time.monotonic()
        return listed

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Renew the listings."""
        self.kept().clear()
        return super().acknowledge_listing(organization_id, client_id, now)

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Renew the listings."""
        self.kept().clear()
        return super().acknowledge(organization_id, report_ids, now)

    def kept(self) -> dict[tuple[str, int | None], tuple[list[Listed], float]]:
        """Return the listings by organization and limit."""
        kept: dict[tuple[str, int | None], tuple[list[Listed], float]] = self.__dict__.setdefault("kept_listings", {})
        return kept
