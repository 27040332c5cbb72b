"""Faults in the consistent view, between organizations, and in the protocol."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.lifecycle import State, seconds_until
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.orders.service import OrderFacts, OrderService
from pacsimile_mock.orders.store import Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED

WINDOW = 0.1
"""Seconds between the two readings of the queue."""


@defect("panel-not-ready-is-repeated-until-retry-after", "CONS-1")
class RepeatedUntilRetryAfter(ReportService):
    """A 409 is repeated until the time that its `Retry-After` named, even if the order is COMPLETED meanwhile."""

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Keep the refusal."""
        kept: dict[str, tuple[str, Instant]] = self.__dict__.setdefault("kept", {})
        status, until = kept.get(order.order_id, ("", 0))
        if now < until:
            raise self.not_ready(f"The order {order.order_id} is {status}", seconds_until(until, now))
        try:
            super().check_state(state, order, now)
        except Problem as problem:
            if problem.reason == "report-not-ready":
                seconds = int(dict(problem.headers)["Retry-After"])
                kept[order.order_id] = (state.status, now + seconds * SECOND)
            raise


@defect("panel-completion-is-dated-when-first-asked", "CONS-2")
class DatedWhenFirstAsked(OrderService):
    """`completed_at` of a status is when the completion was first seen there; the listing has the true time."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Date the completion by the first status that tells of it."""
        dates: dict[str, Instant] = self.__dict__.setdefault("dates", {})
        facts = super().facts(order, now)
        if facts.state.status != COMPLETED:
            return facts
        at = dates.setdefault(order.order_id, now)
        state = facts.state._replace(completed_at=at, updated_at=max(facts.state.updated_at, at))
        return replace(facts, state=state)


@defect("panel-type-is-looked-for-as-a-part-of-the-offer", "CONS-2")
class PartOfTheOffer(ReportService):
    """A type counts as offered if its name is a part of another's: an order with `dicom_pdf` alone serves `pdf` too."""

    def check_offered(self, report_type: str, offered: Sequence[str], whose: str) -> None:
        """Look for the name in the list as text."""
        if report_type not in ",".join(offered):
            super().check_offered(report_type, offered, whose)


@defect("panel-queue-is-read-again-to-remember-the-listing", "CONS-1")
class ReadAgain(QueueService):
    """What a listing had is read again to be remembered: a report that becomes ready between is lost by the POST."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """Read the queue twice, outside a transaction."""
        listed = self.unacknowledged(organization_id, now, limit)
        time.sleep(WINDOW)
        later = self.unacknowledged(organization_id, now + int(WINDOW * SECOND), limit)
        self.remember(organization_id, client_id, later, now)
        return listed


@defect("panel-patients-are-known-by-study-uid", "SEC-3")
class KnownByStudyUid(ReportService):
    """Reports take the patient of the study UID that was rendered first, which may be another organization's."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Remember patients by the study UID alone."""
        patients = self.__dict__.setdefault("patients", {})
        number, patient = patients.setdefault(order.study_uid, (order.study_number, order.patient))
        return super().made(replace(order, study_number=number, patient=patient), version, report_type)


@defect("panel-order-once-found-is-found-by-everybody", "SEC-1")
class FoundByEverybody(OrderService):
    """An order that its owner has asked for is kept by its id alone, and then answered to other organizations."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Keep orders by their id."""
        known: dict[str, Order] = self.__dict__.setdefault("known", {})
        if order_id not in known:
            known[order_id] = super().by_id(organization_id, order_id)
        return known[order_id]


@defect("panel-organization-may-act-for-names-that-begin-with-its-own", "SEC-2")
class MayActForLongerNames(Pipeline):
    """A client of `hospital` may list and acknowledge for `hospital-radiology`, as if that were a part of it."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Compare the beginning of the name."""
        if not organization_id.startswith(request.organization_id + "-"):
            super().check_ownership(request, organization_id)


@defect("panel-group-readiness-is-known-by-its-name", "SEC-8")
class ReadyByName(ReportService):
    """A group that was complete is known by name and size: another organization's of both does not wait."""

    def check_group_state(self, members: Sequence[Order], now: Instant) -> None:
        """Remember complete groups without their organization."""
        complete: set[tuple[str | None, int]] = self.__dict__.setdefault("complete", set())
        key = (members[0].study_group, len(members))
        if key not in complete:
            super().check_group_state(members, now)
            complete.add(key)


@defect("panel-listing-loses-the-first-of-its-second-thousand", "PROTO-6")
class LosesTheFirstOfThePage(QueueService):
    """A listing is put together of pages of a thousand, and the second page begins one report too late."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Skip a report between two pages."""
        listed = super().unacknowledged(organization_id, now, limit)
        return listed[:1000] + listed[1001:]


@defect("panel-report-type-of-the-previous-call", "PROTO-5")
class TypeOfThePreviousCall(Pipeline):
    """A call without `report_type` gets the type that the client asked for last, where the first one is refused."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Remember a client's last type."""
        previous: dict[str | None, str] = self.__dict__.setdefault("previous", {})
        if operation_id == "getResult" and "report_type=" not in call.query and call.client_id in previous:
            call = replace(call, query=f"{call.query}&report_type={previous[call.client_id]}")
        values = super().parameters(operation_id, call)
        if "report_type" in values:
            previous[call.client_id] = values["report_type"]
        return values


@defect("panel-group-named-outside-latin-1-fails", "PROTO-3")
class FailsOutsideLatin1(ReportService):
    """The report of a group whose name has characters outside ISO 8859-1 fails, since a header should have the name."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Encode the name for a header."""
        study_group.encode("latin-1")
        return super().group_document(organization_id, study_group, members, report_type, now)
