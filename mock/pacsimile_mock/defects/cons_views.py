"""Defects of one view of an order, which differs from the other views or from its own earlier answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic_ns, sleep
from typing import Any

import orjson

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.defects.changed_calls import edited
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderFacts, OrderService
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, PROCESSING

LONG_LIST = 100
"""Ids from which on an acknowledgement is left for later."""


@defect("unfinished-order-offers-types", "CONS-2")
class OffersEarly(OrderService):
    """`report_types` is filled before the order is COMPLETED."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Offer the types at once."""
        return replace(super().facts(order, now), report_types=self.offered(order))


@defect("listing-names-fewer-types", "CONS-2")
class ListingNamesFewer(Pipeline):
    """A listing omits the last report type of each report."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Remove the last type."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports":
            return answer
        return edited(
            answer,
            lambda content: [
                row.update(report_types=row["report_types"][:-1] or ["json"]) for row in content["reports"]
            ],
        )


@defect("report-a-second-after-completion", "CONS-1")
class ASecondLate(ReportService):
    """A report is served only one second after its order is COMPLETED."""

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Refuse the report for a second."""
        super().check_state(state, order, now)
        if state.completed_at is not None and now < state.completed_at + SECOND:
            raise self.not_ready(f"The report of {order.order_id} is on its way", 1)


@defect("overlapping-acknowledgements-both-claim", "CONS-1")
class BothClaim(QueueService):
    """Two acknowledgements that overlap both answer that they acknowledged the reports."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Repeat the answer of an acknowledgement that is under way."""
        under_way: list[set[str]] = self.__dict__.setdefault("under_way", [])
        others = set().union(*under_way)
        done = super().acknowledge(organization_id, report_ids, now)
        done.acknowledged.extend(report_id for report_id in dict.fromkeys(report_ids) if report_id in others)
        marked = set(done.acknowledged)
        under_way.append(marked)
        sleep(0.05)
        under_way.remove(marked)
        return done


@defect("unknown-study-remembered-for-two-seconds", "CONS-1")
class UnknownStudyRemembered(OrderService):
    """A study that was unknown stays unknown for two seconds, even if an order is submitted meanwhile."""

    def of_study(self, organization_id: str, study_uid: str) -> list[Order]:
        """Remember unknown studies."""
        unknown: dict[tuple[str, str], Instant] = self.__dict__.setdefault("unknown", {})
        key, now = (organization_id, study_uid), monotonic_ns() // 1_000
        if now - unknown.get(key, -2 * SECOND) < 2 * SECOND:
            raise self.unknown_study(study_uid)
        try:
            return super().of_study(organization_id, study_uid)
        except Problem:
            unknown[key] = now
            raise


@defect("listed-completion-is-a-second-late", "CONS-2")
class ListedASecondLate(Pipeline):
    """`completed_at` in a listing is one second later than in `/status`."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Add a second."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports":
            return answer
        return edited(answer, lambda content: list(map(_late, content["reports"])))


def _late(listed: dict[str, Any]) -> None:
    at = datetime.fromisoformat(listed["completed_at"])
    listed["completed_at"] = (at + timedelta(seconds=1)).isoformat()


def _study_status_kept(name: str, status: str, summary: str) -> None:
    """Register the defect that the status of a study does not change while its newest order has this status."""

    class StudyStatusKept(Pipeline):
        def serve(self, operation_id: str, request: Request) -> Answer:
            """Repeat the first answer about that order in that status."""
            answer = super().serve(operation_id, request)
            if operation_id != "getStatus" or "study_uid" not in request.values:
                return answer
            kept: dict[tuple[str, str], bytes] = self.__dict__.setdefault("kept", {})
            content = orjson.loads(answer.body)
            if content["status"] == status:
                answer.body = kept.setdefault((request.organization_id, content["order_id"]), answer.body)
            return answer

    StudyStatusKept.__doc__ = summary
    defect(name, "CONS-2")(StudyStatusKept)


_study_status_kept(
    "study-status-keeps-its-progress",
    PROCESSING,
    "By `study_uid` a PROCESSING order is told as it was when it was asked for first, by `order_id` as it is.",
)
_study_status_kept(
    "study-status-misses-an-amendment",
    COMPLETED,
    "By `study_uid` a COMPLETED order is told as it was before it was amended, by `order_id` as it is.",
)


@defect("amended-report-is-listed-without-its-group", "CONS-2")
class ListedWithoutGroup(Pipeline):
    """An amended report is listed without its group."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Leave the group out."""
        answer = super().serve(operation_id, request)
        if operation_id == "listReports" and answer.status == 200:
            content = orjson.loads(answer.body)
            for report in content["reports"]:
                report["study_group"] = None if report["supersedes"] else report["study_group"]
            answer.body = orjson.dumps(content)
        return answer


@defect("long-acknowledgement-is-done-later", "CONS-1")
class DoneLater(QueueService):
    """A POST that names a hundred reports or more is answered at once: the next listing has them still."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Note what waited."""
        waiting = self.unacknowledged(organization_id, now, None) if len(report_ids) >= LONG_LIST else []
        done = super().acknowledge(organization_id, report_ids, now)
        marked = set(done.acknowledged)
        still = [report for report in waiting if report.version.report_id in marked]
        self.__dict__.setdefault("still", {})[organization_id] = still
        return done

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """List it once more."""
        still: list[Listed] = self.__dict__.setdefault("still", {}).pop(organization_id, [])
        return [*still, *super().unacknowledged(organization_id, now, None)][:limit]


@defect("entity-tag-without-the-version", "CONS-1")
class TagWithoutVersion(Pipeline):
    """Reports have an `ETag` of order and type alone: a cache that asks again is told 304, also of an amended one."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Compare it."""
        answer = super().serve(operation_id, request)
        if operation_id != "getResult":
            return answer
        tag = f'"{dict(answer.headers).get("X-Order-Id")}-{request.values["report_type"]}"'
        if request.call.headers.get("if-none-match") == tag:
            return Answer(304, b"", None, [("ETag", tag)])
        answer.headers.append(("ETag", tag))
        return answer
