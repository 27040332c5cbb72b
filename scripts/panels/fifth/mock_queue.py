"""Faults of the mock in the queue of reports, and in what all views say."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.orders.service import OrderFacts, OrderService
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import PROCESSING

Place = tuple[str, str]
"""An organization and a client of it."""

NEARLY = 95
"""The progress from which on an order counts as done."""
MANY = 100
"""Ids from which on an acknowledgement is left to a job."""
LATER = 1.0
"""Seconds until that job has run."""


def oldest_first(report: Listed) -> tuple[Instant, int, int]:
    """Return what a listing is sorted by."""
    return report.version.ready_at, report.order.number, report.version.number


def with_rows(answer: Answer, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Answer:
    """Return a listing in which each report is told otherwise."""
    content = json.loads(answer.body)
    return replace(answer, body=json.dumps({**content, "reports": list(map(change, content["reports"]))}).encode())


@defect("mock-reports-of-one-instant-are-listed-as-one", "BATCH-1")
class ListedAsOne(QueueService):
    """The listing gathers reports in a map by their time of completion: of several of one instant the last remains."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Gather them."""
        waiting = super().unacknowledged(organization_id, now, None)
        return list({report.version.ready_at: report for report in waiting}.values())[:limit]


@defect("mock-order-that-is-nearly-done-is-listed", "BATCH-2")
class NearlyDone(QueueService):
    """The listing asks for a progress of 95 and more, not for COMPLETED: an order at 97 is there before its report."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add what is nearly done."""
        waiting = super().unacknowledged(organization_id, now, None)
        for order in self.store.orders_of(organization_id):
            state = order.state(now)
            if state.status == PROCESSING and state.progress >= NEARLY:
                waiting.append(Listed(order, Version(1, order.report_id(1), state.updated_at, None)))
        return sorted(waiting, key=oldest_first)[:limit]


@defect("mock-empty-body-of-json-is-malformed", "BATCH-5")
class EmptyJson(Pipeline):
    """With `Content-Type: application/json` a body of zero bytes goes to the parser, which refuses it with 400."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Refuse it."""
        is_json = call.headers.get("content-type", "").startswith("application/json")
        if operation_id == "acknowledgeReports" and is_json and not call.body and not call.incomplete:
            raise Problem("Unexpected end of JSON input.", reason="invalid-body", requirement="BATCH-5")
        return super().report_ids(operation_id, call)


@defect("mock-listing-is-dated-by-its-second", "BATCH-6")
class DatedBySecond(QueueService):
    """A listing is dated in whole seconds: a POST takes what became ready in the same second after it, too."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Note its second."""
        super().remember(organization_id, client_id, listed, now)
        self.__dict__.setdefault("seconds", {})[organization_id, client_id] = now // SECOND

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Add what belongs to it."""
        second = self.__dict__.setdefault("seconds", {}).get((organization_id, client_id))
        with self.store.transaction():
            done = super().acknowledge_listing(organization_id, client_id, now).acknowledged
            waiting = self.unacknowledged(organization_id, now, None)
            ids = [report.version.report_id for report in waiting if report.version.ready_at // SECOND == second]
            return Acknowledged([*done, *self.acknowledge(organization_id, ids, now).acknowledged], [])


@defect("mock-numbers-are-taken-for-ids", "BATCH-11")
class NumbersAreIds(Pipeline):
    """The library that checks bodies turns numbers into strings where it expects some: 17 is an unknown id, not 400."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Turn them."""
        try:
            content = json.loads(call.body)
            ids = content["report_ids"]
            turned = [str(name) if type(name) in (int, float) else name for name in ids]
            if not call.incomplete and turned != ids:
                body = json.dumps({**content, "report_ids": turned}).encode()
                call = replace(call, body=body, content_length=len(body))
        except (ValueError, TypeError, LookupError):
            pass
        return super().report_ids(operation_id, call)


@defect("mock-amendment-of-an-acknowledged-report-supersedes-nothing", "BATCH-12")
class SupersedesNothing(Pipeline):
    """`supersedes` is joined from the reports that wait: where the former version was acknowledged, it is null."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Join it."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports":
            return answer
        acknowledged = self.world.store.is_acknowledged

        def joined(row: dict[str, Any]) -> dict[str, Any]:
            former = row["supersedes"]
            gone = former is not None and acknowledged(request.organization_id, former)
            return {**row, "supersedes": None} if gone else row

        return with_rows(answer, joined)


@defect("mock-pages-go-on-by-offset", "BATCH-13")
class PagesByOffset(QueueService):
    """Once a page is acknowledged, the next one begins that many reports later in a list that has become shorter."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Go on from the offset."""
        pages: dict[Place, tuple[int, list[str]]] = self.__dict__.setdefault("pages", {})
        place = organization_id, client_id
        with self.store.transaction():
            offset, former = pages.get(place, (0, []))
            if all(self.store.is_acknowledged(organization_id, name) for name in former):
                offset += len(former)
            begin = 0 if limit is None else offset
            listed = self.unacknowledged(organization_id, now, None)[begin:][:limit]
            ids = [report.version.report_id for report in listed]
            pages[place] = (offset, ids) if limit is not None and len(listed) == limit else (0, [])
            self.__dict__.setdefault("shown", {})[place] = ids
        return listed

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge what was shown."""
        ids = self.__dict__.setdefault("shown", {}).get((organization_id, client_id), [])
        return Acknowledged(self.acknowledge(organization_id, ids, now).acknowledged, [])


@defect("mock-status-is-read-from-a-replica-in-turn", "CONS-1")
class ReplicaInTurn(OrderService):
    """Every other call of `/status` is answered by a replica, which is a second behind."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Take turns."""
        calls = self.__dict__["calls"] = self.__dict__.get("calls", 0) + 1
        return super().facts(order, now if calls % 2 else now - SECOND)


@defect("mock-long-acknowledgement-takes-effect-later", "CONS-1")
class TakesEffectLater(QueueService):
    """A POST that names a hundred reports or more is answered at once and done by a job, a second later."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Let the reports be listed for a while."""
        if len(report_ids) < MANY:
            return super().acknowledge(organization_id, report_ids, now)
        late: dict[str, tuple[float, list[Listed]]] = self.__dict__.setdefault("late", {})
        named = set(report_ids)
        waiting = [row for row in self.unacknowledged(organization_id, now, None) if row.version.report_id in named]
        done = super().acknowledge(organization_id, report_ids, now)
        late[organization_id] = time.monotonic() + LATER, waiting
        return done

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List what the job has not done yet."""
        until, waiting = self.__dict__.setdefault("late", {}).get(organization_id, (0.0, []))
        if time.monotonic() > until:
            return super().unacknowledged(organization_id, now, limit)
        rows = [*super().unacknowledged(organization_id, now, None), *waiting]
        return sorted(rows, key=oldest_first)[:limit]


@defect("mock-listing-has-milliseconds", "CONS-2")
class ListingHasMilliseconds(Pipeline):
    """The listing's `completed_at` comes from a client that has milliseconds; status and report have microseconds."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Cut it."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports":
            return answer
        return with_rows(
            answer, lambda row: {**row, "completed_at": re.sub(r"(\.\d{3})\d+", r"\1", row["completed_at"])}
        )
