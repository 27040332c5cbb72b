"""Defects that show on rare occasion only: the second time, past the hundredth, by a second, while calls overlap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic_ns, sleep
from typing import Any

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.defects.protocol import edited
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.oauth2.tokens import JwtTokens
from pacsimile_mock.oauth2.verifier import Verifier
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect


@defect("expiry-leeway-1-s", "AUTH-18")
class ExpiryLeewayOfASecond(JwtTokens):
    """A token is accepted for one second after its `exp`."""

    def expiry(self, claims: dict[str, Any]) -> Instant:
        """Put the end off for a second."""
        return super().expiry(claims) + SECOND


@defect("cached-token-known-by-its-signature", "AUTH-12")
class KnownBySignature(Verifier):
    """A token that was verified is known again by its signature alone, whatever was altered before it."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Put the token that the signature was seen with in the place of the one sent."""
        seen: dict[str, str] = self.__dict__.setdefault("seen", {})
        signature = text.rpartition(".")[2]
        grant = super().verify(seen.get(signature, text), now)
        seen.setdefault(signature, text)
        return grant


@defect("acknowledged-before-is-not-found", "BATCH-11")
class AcknowledgedIsNotFound(QueueService):
    """An id that is acknowledged a second time comes back in `not_found`."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Call not found whatever was not marked."""
        done = super().acknowledge(organization_id, report_ids, now)
        marked = set(done.acknowledged)
        return done._replace(not_found=[one for one in dict.fromkeys(report_ids) if one not in marked])


@defect("named-acknowledgement-ends-at-100", "BATCH-11")
class NamedEndsAt100(QueueService):
    """Of more than a hundred `report_ids` the first hundred are marked; the answer names all."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Mark a hundred."""
        done = super().acknowledge(organization_id, report_ids[:100], now)
        done.acknowledged.extend(report_ids[100:])
        return done


@defect("second-organization-misses-its-newest", "BATCH-1")
class SecondMissesNewest(QueueService):
    """The second organization of several is not listed its newest report where it has several."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave the last away."""
        found = super().unacknowledged(organization_id, now, None)
        if organization_id in self.store.organizations()[1:2] and len(found) > 1:
            found = found[:-1]
        return found[:limit]


@defect("hl7v2-of-a-study-is-the-oldest-orders", "RESULTS-2")
class StudyHl7Oldest(ReportService):
    """By `study_uid` the HL7 message is that of the study's oldest order that has one."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Serve another order's where the order was found by its study."""
        by_study: dict[str, Order] = self.__dict__.setdefault("by_study", {})
        other = by_study.pop(order.order_id, order)
        return super().of_order(other if report_type == "hl7v2" else order, report_type, now)

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Note the oldest COMPLETED order of the study."""
        found = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        by_study: dict[str, Order] = self.__dict__.setdefault("by_study", {})
        by_study.pop(found.order_id, None)
        if study_uid is not None:
            orders = self.orders.of_study(organization_id, study_uid)
            by_study[found.order_id] = next((one for one in orders[::-1] if one.newest_version(now)), found)
        return found


@defect("superseded-comes-back-after-its-successor", "BATCH-12")
class SupersededComesBack(QueueService):
    """Once an amendment is acknowledged, the version before it is listed again if that was not acknowledged."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave a version out only while its successor is listed."""
        found = super().unacknowledged(organization_id, now, None)
        for order in self.store.orders_of(organization_id):
            ready = [one for one in order.planned_versions() if one.ready_at <= now]
            open_ones = [one for one in ready if not self.store.is_acknowledged(organization_id, one.report_id)]
            if open_ones and open_ones[-1] is not ready[-1]:
                found.append(Listed(order, open_ones[-1]))
        return sorted(found, key=lambda one: one.version.ready_at)[:limit]


@defect("overlapping-acknowledgements-both-claim", "CONS-1")
class BothClaim(QueueService):
    """Of two acknowledgements that overlap both answer that they marked the reports."""

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Answer as who came first does, as long as that one is under way."""
        under_way: list[set[str]] = self.__dict__.setdefault("under_way", [])
        others = set().union(*under_way)
        done = super().acknowledge(organization_id, report_ids, now)
        done.acknowledged.extend(one for one in dict.fromkeys(report_ids) if one in others)
        marked = set(done.acknowledged)
        under_way.append(marked)
        sleep(0.05)
        under_way.remove(marked)
        return done


@defect("unknown-study-remembered-for-two-seconds", "CONS-1")
class UnknownStudyRemembered(OrderService):
    """A study that answered 404 goes on doing so for two seconds, whatever is submitted."""

    def of_study(self, organization_id: str, study_uid: str) -> list[Order]:
        """Remember what is unknown."""
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
    """`completed_at` in a listing is one second after the one that `/status` tells."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Add a second."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports":
            return answer
        return edited(answer, lambda told: list(map(_late, told["reports"])))


def _late(listed: dict[str, Any]) -> None:
    at = datetime.fromisoformat(listed["completed_at"])
    listed["completed_at"] = (at + timedelta(seconds=1)).isoformat()
