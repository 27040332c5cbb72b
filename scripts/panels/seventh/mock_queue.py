"""Faults of the mock in the queue of reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.report_types import ORDER_TYPES

Place = tuple[str, str]
"""An organization and a client of it."""


@defect("mock-listing-is-remembered-by-its-last-instant", "BATCH-6")
class LastInstant(QueueService):
    """Of a listing the last `completed_at` is kept: a POST takes all that is not later, such as what finished late."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Keep the instant."""
        kept: dict[Place, Instant] = self.__dict__.setdefault("kept", {})
        kept[organization_id, client_id] = max((report.version.ready_at for report in listed), default=-1)
        super().remember(organization_id, client_id, listed, now)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Take all until then."""
        until: Instant = self.__dict__.setdefault("kept", {}).get((organization_id, client_id), -1)
        with self.store.transaction():
            waiting = self.unacknowledged(organization_id, now, None)
            taken = [report.version.report_id for report in waiting if report.version.ready_at <= until]
            return self.store.acknowledge(organization_id, taken, now)


@defect("mock-ids-of-a-body-are-trimmed", "BATCH-11")
class TrimmedIds(Pipeline):
    """Ids in a body are stripped of white space, as those of a file would need it: what is no id acknowledges."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Strip them."""
        ids = super().report_ids(operation_id, call)
        return None if ids is None else [name.strip() for name in ids]


@defect("mock-amendment-is-hidden-from-who-acknowledged", "BATCH-12")
class HiddenFromWho(Pipeline):
    """Who has acknowledged a report is done with its order: its amended version is listed to other clients alone."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Hide it."""
        answer = super().serve(operation_id, request)
        done: set[str] = self.__dict__.setdefault("done", {}).setdefault(request.client_id, set())
        if operation_id == "acknowledgeReports":
            done.update(json.loads(answer.body)["acknowledged"])
        if operation_id != "listReports":
            return answer
        listing = json.loads(answer.body)
        reports = [row for row in listing["reports"] if row["supersedes"] not in done]
        return replace(answer, body=json.dumps({**listing, "count": len(reports), "reports": reports}).encode())


@defect("mock-amended-report-is-listed-with-every-type", "CONS-2")
class ListedWithEveryType(Pipeline):
    """An amended version is a row of its own, which has the default of `report_types`, whatever its order offers."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Have the default."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports":
            return answer
        listing = json.loads(answer.body)
        for row in listing["reports"]:
            if row["report_status"] == "amended":
                row["report_types"] = list(ORDER_TYPES)
        return replace(answer, body=json.dumps(listing).encode())


@defect("mock-acknowledgement-is-noted-for-the-study", "SEC-3")
class NotedForStudy(QueueService):
    """Acknowledgements are noted by study UID and version: of a shared study, the other one is done too."""

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Note them so."""
        with self.store.transaction():
            done = super().acknowledge_listing(organization_id, client_id, now)
            self.note(organization_id, done.acknowledged, now)
        return done

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Note them so."""
        with self.store.transaction():
            done = super().acknowledge(organization_id, report_ids, now)
            self.note(organization_id, done.acknowledged, now)
        return done

    def note(self, organization_id: str, acknowledged: Iterable[str], now: Instant) -> None:
        """Mark what others have of the same studies and versions."""
        found = [(self.store.find_report(report_id, now), report_id) for report_id in acknowledged]
        for order, report_id in found:
            for other in self.store.organizations() if order is not None else ():
                if order is None or other == organization_id:
                    continue
                number = next(each.number for each in order.planned_versions() if each.report_id == report_id)
                theirs = self.store.orders_of_study(other, order.study_uid)
                self.store.acknowledge(other, [each.report_id(number) for each in theirs], now)
