"""Defects that show only where calls overlap: each holds its window open until another call is in it (see `crowd`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from pacsimile_mock.calls import serialization
from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.crowd import FETCHES, LISTS, MARKS, crowd
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
    """A listing during which reports are acknowledged shows its first half as it was before, and the rest as after."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Read twice, with an acknowledgement in between."""
        with crowd(self).joined(operation_id, request):
            answer = super().serve(operation_id, request)
            if operation_id != LISTS or not crowd(self).hold_until_over(MARKS):
                return answer
            before, after = _reports(answer), _reports(super().serve(operation_id, request))
            half, left = (len(before) + 1) // 2, {report["report_id"] for report in after}
            later = (report for report in before[half:] if report["report_id"] in left)
            return _listing(request, [*before[:half], *later])


@defect("beside-a-body-less-acknowledgement-named-ones-claim-all", "CONS-1")
class ClaimsWhatOthersMarked(Pipeline):
    """Reports named in an acknowledgement count as newly marked, although another one marks them meanwhile."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Look what is unmarked, let another mark, and claim it."""
        with crowd(self).joined(operation_id, request):
            if operation_id != MARKS or not request.report_ids:
                return super().serve(operation_id, request)
            unmarked = [report_id for report_id in _waiting(self, request) if report_id in request.report_ids]
            met = crowd(self).hold_until_over(MARKS)
            answer = super().serve(operation_id, request)
            return _marked(request, unmarked, orjson.loads(answer.body)["not_found"]) if met else answer


@defect("acknowledgement-lost-beside-another", "CONS-1")
class LostBesideAnother(Pipeline):
    """Of two acknowledgements that overlap, the one by name is answered and not done."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Answer what would be done, where another is over first."""
        with crowd(self).joined(operation_id, request):
            if operation_id == MARKS and request.report_ids and crowd(self).hold_until_over(MARKS):
                waiting = _waiting(self, request)
                return _marked(request, [report_id for report_id in waiting if report_id in request.report_ids])
            return super().serve(operation_id, request)


@defect("completed-during-an-acknowledgement-is-never-listed", "CONS-1")
class CompletedMeanwhileLost(Pipeline):
    """What becomes ready while an acknowledgement is under way is not listed any more."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Hide what was not there when it began."""
        hidden: set[str] = self.__dict__.setdefault("hidden", set())
        with crowd(self).joined(operation_id, request):
            if operation_id == MARKS:
                before = set(_waiting(self, request))
                crowd(self).hold(lambda: set(_waiting(self, request)) - before)
                hidden |= set(_waiting(self, request)) - before
            answer = super().serve(operation_id, request)
            shown = _reports(answer) if operation_id == LISTS else []
            left = [report for report in shown if report["report_id"] not in hidden]
            return _listing(request, left) if len(left) < len(shown) else answer


@defect("acknowledges-what-completes-meanwhile", "CONS-1")
class MarksWhatCompletesMeanwhile(Pipeline):
    """A POST without a body marks also what becomes ready while it is under way."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Wait for something to become ready, and mark that too."""
        with crowd(self).joined(operation_id, request):
            if operation_id != MARKS or request.report_ids is not None:
                return super().serve(operation_id, request)
            before = set(_waiting(self, request))
            crowd(self).hold(lambda: set(_waiting(self, request)) - before)
            new = [report_id for report_id in _waiting(self, request) if report_id not in before]
            done = orjson.loads(super().serve(operation_id, request).body)["acknowledged"]
            self.world.queue.acknowledge(request.organization_id, new, request.now)
            return _marked(request, [*done, *new])


@defect("listing-remembered-after-the-answer", "CONS-1")
class RememberedLate(Pipeline):
    """In a crowd a listing is remembered only when the client's next call is over."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Remember the listing before, after the call."""
        late: dict[str, Any] = self.__dict__.setdefault("late", {})
        store, organization_id, client_id = self.world.store, request.organization_id, request.client_id
        with crowd(self).joined(operation_id, request) as own:
            pending = late.pop(client_id, None) if operation_id in (LISTS, MARKS) else None
            answer = super().serve(operation_id, request)
            if operation_id == LISTS and crowd(self).hold_for_another(own):
                shown = [report["report_id"] for report in _reports(answer)]
                waiting = store.list_unacknowledged(organization_id, request.now, None)
                late[client_id] = [report for report in waiting if report.version.report_id in shown]
                store.remember_listing(organization_id, client_id, pending or (), request.now)
            elif pending is not None and operation_id == MARKS:
                store.remember_listing(organization_id, client_id, pending, request.now)
            return answer


@defect("listings-at-once-share-their-memory", "CONS-1")
class SharedMemoryAtOnce(Pipeline):
    """Of two clients that list at the same moment, each is taken to have been shown what the other was."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Remember it for the other, too."""
        with crowd(self).joined(operation_id, request) as own:
            other = crowd(self).hold_for_another(own, LISTS) if operation_id == LISTS else None
            answer = super().serve(operation_id, request)
            own.served = True
            if other is not None and other.organization_id == request.organization_id:
                shown = {report["report_id"] for report in _reports(answer)}
                waiting = self.world.store.list_unacknowledged(request.organization_id, request.now, None)
                listed = [report for report in waiting if report.version.report_id in shown]
                crowd(self).hold(lambda: other.served)
                self.world.queue.remember(request.organization_id, other.client_id, listed, request.now)
            return answer


@defect("listed-twice-beside-another-listing", "CONS-1")
class ListedTwiceAtOnce(Pipeline):
    """Of two clients that list at the same moment, one is shown the oldest report twice."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Repeat it."""
        with crowd(self).joined(operation_id, request) as own:
            answer = super().serve(operation_id, request)
            if operation_id != LISTS or crowd(self).hold_for_another(own, LISTS) is None:
                return answer
            shown = _reports(answer)
            return _listing(request, [*shown[:1], *shown])


@defect("order-is-told-one-call-late", "CONS-1")
class ToldOneCallLate(Pipeline):
    """In a crowd, an answer about an order or a study that has changed is given once more as it was before."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Keep the last answer to the same question."""
        known: dict[tuple[str, ...], Answer] = self.__dict__.setdefault("known", {})
        with crowd(self).joined(operation_id, request) as own:
            if operation_id in (LISTS, MARKS):
                return super().serve(operation_id, request)
            if operation_id == FETCHES:
                crowd(self).hold_for_another(own)
            key = (operation_id, request.organization_id, *sorted(request.values.values()))
            answer = self._tried(operation_id, request)
            before, known[key] = known.get(key, answer), _copy(answer)
            return _copy(before) if crowd(self).company else answer

    def _tried(self, operation_id: str, request: Request) -> Answer:
        try:
            return super().serve(operation_id, request)
        except Problem as problem:
            return self.refuse(problem, request.call)


@defect("former-version-fetched-in-a-crowd", "CONS-1")
class FormerVersionInACrowd(Pipeline):
    """A report that was fetched once is fetched, while others are there, as it was then, amended or not."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Keep when it was fetched first, and ask as of then."""
        first: dict[str, Instant] = self.__dict__.setdefault("first", {})
        order_id = request.values.get("order_id", "")
        with crowd(self).joined(operation_id, request) as own:
            if (
                operation_id == FETCHES
                and order_id in first
                and (crowd(self).hold_for_another(own) or crowd(self).company)
            ):
                return super().serve(operation_id, replace(request, now=first[order_id]))
            answer = super().serve(operation_id, request)
            if operation_id == FETCHES and order_id:
                first.setdefault(order_id, request.now)
            return answer


def _copy(answer: Answer) -> Answer:
    return Answer(answer.status, answer.body, answer.media_type, list(answer.headers))
