"""Defects that show only where calls overlap: each waits until another call is under way (see `concurrency`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from pacsimile_mock.calls import serialization
from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.concurrency import FETCHES, LISTS, MARKS, concurrent_calls
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer
from pacsimile_mock.orders.store import Acknowledged
from pacsimile_mock.worlds.defect_registry import defect


def _reports(answer: Answer) -> list[dict[str, Any]]:
    reports: list[dict[str, Any]] = orjson.loads(answer.body)["reports"] if answer.status == 200 else []
    return reports


def _listing(request: Request, reports: list[dict[str, Any]]) -> Answer:
    return Answer.of_json(200, serialization.report_list(request.organization_id, reports))


def _marked(request: Request, reports: Sequence[str], not_found: Sequence[str] = ()) -> Answer:
    done = Acknowledged(list(reports), list(not_found))
    return Answer.of_json(200, serialization.acknowledgement(request.organization_id, done))


def _waiting(pipeline: Pipeline, request: Request) -> list[str]:
    world = pipeline.world
    reports = world.store.list_unacknowledged(request.organization_id, world.clock.now(), None)
    return [report.version.report_id for report in reports]


@defect("listing-torn-by-an-acknowledgement", "CONS-1")
class TornListing(Pipeline):
    """A listing during an acknowledgement has the state before in its first half, and the state after in the rest."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Read the queue before and after an acknowledgement."""
        with concurrent_calls(self).registered(operation_id, request):
            answer = super().serve(operation_id, request)
            if operation_id != LISTS or not concurrent_calls(self).wait_for_end(MARKS):
                return answer
            before, after = _reports(answer), _reports(super().serve(operation_id, request))
            half, remaining = (len(before) + 1) // 2, {report["report_id"] for report in after}
            later = (report for report in before[half:] if report["report_id"] in remaining)
            return _listing(request, [*before[:half], *later])


@defect("beside-a-body-less-acknowledgement-named-ones-claim-all", "CONS-1")
class ClaimsWhatOthersMarked(Pipeline):
    """Reports acknowledged by id count as newly acknowledged although another call acknowledges them meanwhile."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Read which reports wait, let another call acknowledge them, and claim them all."""
        with concurrent_calls(self).registered(operation_id, request):
            if operation_id != MARKS or not request.report_ids:
                return super().serve(operation_id, request)
            unmarked = [report_id for report_id in _waiting(self, request) if report_id in request.report_ids]
            overlaps = concurrent_calls(self).wait_for_end(MARKS)
            answer = super().serve(operation_id, request)
            return _marked(request, unmarked, orjson.loads(answer.body)["not_found"]) if overlaps else answer


@defect("acknowledgement-lost-beside-another", "CONS-1")
class LostBesideAnother(Pipeline):
    """Of two acknowledgements that overlap, the one by id is answered but has no effect."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Answer without acknowledging, where another call ends first."""
        with concurrent_calls(self).registered(operation_id, request):
            if operation_id == MARKS and request.report_ids and concurrent_calls(self).wait_for_end(MARKS):
                waiting = _waiting(self, request)
                return _marked(request, [report_id for report_id in waiting if report_id in request.report_ids])
            return super().serve(operation_id, request)


@defect("completed-during-an-acknowledgement-is-never-listed", "CONS-1")
class CompletedMeanwhileLost(Pipeline):
    """A report that becomes ready during an acknowledgement is never listed."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Hide reports that became ready since the acknowledgement began."""
        hidden: set[str] = self.__dict__.setdefault("hidden", set())
        with concurrent_calls(self).registered(operation_id, request):
            if operation_id == MARKS:
                before = set(_waiting(self, request))
                concurrent_calls(self).wait_until(lambda: set(_waiting(self, request)) - before)
                hidden |= set(_waiting(self, request)) - before
            answer = super().serve(operation_id, request)
            listed = _reports(answer) if operation_id == LISTS else []
            visible = [report for report in listed if report["report_id"] not in hidden]
            return _listing(request, visible) if len(visible) < len(listed) else answer


@defect("acknowledges-what-completes-meanwhile", "CONS-1")
class MarksWhatCompletesMeanwhile(Pipeline):
    """POST without a body also acknowledges reports that become ready while it is under way."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Wait for a report to become ready, and acknowledge it too."""
        with concurrent_calls(self).registered(operation_id, request):
            if operation_id != MARKS or request.report_ids is not None:
                return super().serve(operation_id, request)
            before = set(_waiting(self, request))
            concurrent_calls(self).wait_until(lambda: set(_waiting(self, request)) - before)
            new = [report_id for report_id in _waiting(self, request) if report_id not in before]
            done = orjson.loads(super().serve(operation_id, request).body)["acknowledged"]
            self.world.queue.acknowledge(request.organization_id, new, request.now)
            return _marked(request, [*done, *new])


@defect("listing-remembered-after-the-answer", "CONS-1")
class RememberedLate(Pipeline):
    """While calls overlap, a listing is remembered only after the client's next call."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Remember the former listing after the call."""
        late: dict[str, Any] = self.__dict__.setdefault("late", {})
        store, organization_id, client_id = self.world.store, request.organization_id, request.client_id
        with concurrent_calls(self).registered(operation_id, request) as own:
            pending = late.pop(client_id, None) if operation_id in (LISTS, MARKS) else None
            answer = super().serve(operation_id, request)
            if operation_id == LISTS and concurrent_calls(self).wait_for_other(own):
                report_ids = [report["report_id"] for report in _reports(answer)]
                waiting = store.list_unacknowledged(organization_id, request.now, None)
                late[client_id] = [report for report in waiting if report.version.report_id in report_ids]
                store.remember_listing(organization_id, client_id, pending or (), request.now)
            elif pending is not None and operation_id == MARKS:
                store.remember_listing(organization_id, client_id, pending, request.now)
            return answer


@defect("listings-at-once-share-their-memory", "CONS-1")
class SharedMemoryAtOnce(Pipeline):
    """Of two clients that list at the same time, each also gets the other's listing remembered."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Remember the listing for the other client too."""
        with concurrent_calls(self).registered(operation_id, request) as own:
            other = concurrent_calls(self).wait_for_other(own, LISTS) if operation_id == LISTS else None
            answer = super().serve(operation_id, request)
            own.served = True
            if other is not None and other.organization_id == request.organization_id:
                report_ids = {report["report_id"] for report in _reports(answer)}
                waiting = self.world.store.list_unacknowledged(request.organization_id, request.now, None)
                listed = [report for report in waiting if report.version.report_id in report_ids]
                concurrent_calls(self).wait_until(lambda: other.served)
                self.world.queue.remember(request.organization_id, other.client_id, listed, request.now)
            return answer


@defect("listed-twice-beside-another-listing", "CONS-1")
class ListedTwiceAtOnce(Pipeline):
    """Of two clients that list at the same time, one gets the oldest report twice."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Repeat the first report."""
        with concurrent_calls(self).registered(operation_id, request) as own:
            answer = super().serve(operation_id, request)
            if operation_id != LISTS or concurrent_calls(self).wait_for_other(own, LISTS) is None:
                return answer
            reports = _reports(answer)
            return _listing(request, [*reports[:1], *reports])


@defect("order-is-told-one-call-late", "CONS-1")
class ToldOneCallLate(Pipeline):
    """While calls overlap, an answer about a changed order or study is repeated once as it was before."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Keep the last answer to the same request."""
        known: dict[tuple[str, ...], Answer] = self.__dict__.setdefault("known", {})
        with concurrent_calls(self).registered(operation_id, request) as own:
            if operation_id in (LISTS, MARKS):
                return super().serve(operation_id, request)
            if operation_id == FETCHES:
                concurrent_calls(self).wait_for_other(own)
            key = (operation_id, request.organization_id, *sorted(request.values.values()))
            answer = self._answer(operation_id, request)
            before, known[key] = known.get(key, answer), _copy(answer)
            return _copy(before) if concurrent_calls(self).busy else answer

    def _answer(self, operation_id: str, request: Request) -> Answer:
        try:
            return super().serve(operation_id, request)
        except Problem as problem:
            return self.refuse(problem, request.call)


@defect("former-version-fetched-in-a-crowd", "CONS-1")
class FormerVersionInACrowd(Pipeline):
    """While calls overlap, a report that was fetched once is served as it was then, even after an amendment."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Record when the report was first fetched, and serve it as of that time."""
        first: dict[str, Instant] = self.__dict__.setdefault("first", {})
        order_id = request.values.get("order_id", "")
        with concurrent_calls(self).registered(operation_id, request) as own:
            if (
                operation_id == FETCHES
                and order_id in first
                and (concurrent_calls(self).wait_for_other(own) or concurrent_calls(self).busy)
            ):
                return super().serve(operation_id, replace(request, now=first[order_id]))
            answer = super().serve(operation_id, request)
            if operation_id == FETCHES and order_id:
                first.setdefault(order_id, request.now)
            return answer


def _copy(answer: Answer) -> Answer:
    return Answer(answer.status, answer.body, answer.media_type, list(answer.headers))
