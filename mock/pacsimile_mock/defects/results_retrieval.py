"""Defects of the retrieval of an order's report."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import count
from urllib.parse import quote

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.defects.changed_calls import read_as
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.parameters import pairs
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED


@defect("report-before-completion", "RESULTS-4")
class BeforeCompletion(ReportService):
    """A report is served before its order is COMPLETED."""

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Refuse only failed and cancelled orders."""
        if state.status in (FAILED, CANCELLED):
            super().check_state(state, order, now)

    def version(self, order: Order, now: Instant) -> Version:
        """Invent a first version."""
        return order.newest_version(now) or Version(1, order.report_id(1), now, None)


@defect("older-report-while-newest-unfinished", "RESULTS-3")
class OlderReport(ReportService):
    """While a study's newest order is unfinished, the report of an older order is served for the study."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Prefer a COMPLETED order."""
        if study_uid is not None:
            orders = self.orders.of_study(organization_id, study_uid)
            return next((order for order in orders if order.state(now).status == COMPLETED), orders[0])
        return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)


@defect("study-view-is-the-oldest-order", "RESULTS-2")
class StudyViewOldest(ReportService):
    """The report of a study is that of its oldest order."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Select the oldest order."""
        if study_uid is not None:
            return self.orders.of_study(organization_id, study_uid)[-1]
        return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)


@defect("report-type-ignored", "RESULTS-1")
class TypeIgnored(ReportService):
    """An order's report is always json, whatever type is requested."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Return json."""
        return super().document(order, version, "json")


@defect("wrong-media-type", "RESULTS-1")
class WrongMediaType(ReportService):
    """Every report has the media type application/octet-stream."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Change the media type."""
        return replace(super().document(order, version, report_type), media_type="application/octet-stream")


@defect("dicom-with-a-pdf-is-labelled-pdf", "RESULTS-1")
class DicomLabelledPdf(ReportService):
    """A PDF within DICOM has the media type application/pdf, which is that of another report type."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Change the media type of that one."""
        made = super().document(order, version, report_type)
        return replace(made, media_type="application/pdf") if report_type == "dicom_pdf" else made


@defect("another-orders-report", "RESULTS-7")
class AnotherOrdersReport(ReportService):
    """The body is the report of another order, with this order's headers."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Return the report of the organization's first other order."""
        own = super().document(order, version, report_type)
        orders = self.store.orders_of(order.organization_id)
        ready = (candidate for candidate in orders if candidate.plan[-1].status == COMPLETED)
        other = next((candidate for candidate in ready if candidate.order_id != order.order_id), None)
        if other is None:
            return own
        content = super().document(other, other.planned_versions()[-1], report_type).content
        return replace(own, content=content)


@defect("report-says-something-new-each-time", "RESULTS-6")
class NewEachTime(ReportService):
    """The times in a report differ each time it is fetched."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Move the version's time by a second each time."""
        fetches = next(self.__dict__.setdefault("fetches", count()))
        return super().document(order, version._replace(ready_at=version.ready_at + fetches * SECOND), report_type)


@defect("retrieving-acknowledges", "RESULTS-6")
class RetrievingAcknowledges(ReportService):
    """A report is acknowledged by being fetched."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Acknowledge the report."""
        document = super().of_order(order, report_type, now)
        self.store.acknowledge(order.organization_id, [document.report_id or ""], now)
        return document


@defect("failed-order-is-empty-200", "RESULTS-4")
class FailedIsEmpty(ReportService):
    """A FAILED order is answered with 200 and an empty body."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Return an empty report."""
        if order.state(now).status == FAILED:
            return Document(b"", report_type, REPORT_TYPES[report_type].media_type, "report")
        return super().of_order(order, report_type, now)


@defect("cancelled-told-as-failed", "RESULTS-4")
class CancelledAsFailed(ReportService):
    """A cancelled order is reported as a failed one."""

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Change the status first."""
        super().check_state(state._replace(status=FAILED) if state.status == CANCELLED else state, order, now)


@defect("not-ready-without-retry-after", "RESULTS-4")
class NoRetryAfter(ReportService):
    """409 for an unfinished order has no `Retry-After`."""

    def not_ready(self, reason: str, retry_after: int, requirement: str = "RESULTS-4") -> Problem:
        """Remove the header."""
        problem = super().not_ready(reason, retry_after, requirement)
        problem.headers = ()
        return problem


@defect("ruled-out-type-waits-for-completion", "RESULTS-5")
class RuledOutWaits(ReportService):
    """A type that no order has is answered with 409 while the order is unfinished."""

    def check_ruled_out(self, report_type: str, *, of_group: bool) -> None:
        """Do nothing; a later check refuses the type."""


@defect("unknown-report-type-is-json", "RESULTS-5")
class UnknownTypeIsJson(Pipeline):
    """An unknown `report_type` is answered with json."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Replace the type."""
        parameters = [(k, "json" if k == "report_type" and v not in REPORT_TYPES else v) for k, v in pairs(call.query)]
        call.query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in parameters)
        return super().parameters(operation_id, call)


@defect("amendment-not-served", "RESULTS-11")
class AmendmentNotServed(ReportService):
    """After an amendment the first version is still served."""

    def version(self, order: Order, now: Instant) -> Version:
        """Return the first version."""
        super().version(order, now)
        return order.planned_versions()[0]


@defect("fetching-an-amendment-of-an-acknowledged-report-acknowledges", "RESULTS-6")
class FetchedAmendmentAcknowledged(ReportService):
    """Fetching an amendment acknowledges it if the former version is acknowledged and no other report waits."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Acknowledge the amendment."""
        organization_id, before, now = order.organization_id, version.supersedes, version.ready_at
        alone = before is not None and self.store.is_acknowledged(organization_id, before)
        if alone and len(self.store.list_unacknowledged(organization_id, now, 2)) == 1:
            self.store.acknowledge(organization_id, [version.report_id], version.ready_at)
        return super().document(order, version, report_type)


@defect("digest-of-something-else", "RESULTS-9")
class WrongDigest(Pipeline):
    """`Content-Digest` does not match the bytes."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Change the bytes after the digest is made."""
        answer = super().serve(operation_id, request)
        if operation_id == "getResult":
            answer.body += b"\n"
        return answer


@defect("type-not-offered-before-failed", "RESULTS-5")
class NotOfferedBeforeFailed(ReportService):
    """A type that a FAILED or CANCELLED order does not offer is refused with 404, not with 409."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Check the type first."""
        self.check_ruled_out(report_type, of_group=False)
        if order.state(now).status in (FAILED, CANCELLED):
            self.check_offered(report_type, self.orders.offered(order), f"The order {order.order_id}")
        return super().of_order(order, report_type, now)


@defect("digest-of-the-text-reversed", "RESULTS-9")
class ReversedDigest(Pipeline):
    """`Content-Digest` is that of the bytes in reverse order."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Compute the digest of the reversed bytes."""
        super().add_common_headers(answer, call)
        digest = b64encode(sha256(answer.body[::-1]).digest()).decode()
        answer.headers = [
            (name, f"sha-256=:{digest}:" if name == "Content-Digest" else value) for name, value in answer.headers
        ]


@defect("hl7v2-of-a-study-is-the-oldest-orders", "RESULTS-2")
class StudyHl7Oldest(ReportService):
    """By `study_uid` the HL7 message is that of the study's oldest order with a report."""

    def of_order(self, order: Order, report_type: str, now: Instant) -> Document:
        """Return the other order's report where the order was selected by its study."""
        by_study: dict[str, Order] = self.__dict__.setdefault("by_study", {})
        other = by_study.pop(order.order_id, order)
        return super().of_order(other if report_type == "hl7v2" else order, report_type, now)

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Record the oldest COMPLETED order of the study."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        by_study: dict[str, Order] = self.__dict__.setdefault("by_study", {})
        by_study.pop(order.order_id, None)
        if study_uid is not None:
            orders = self.orders.of_study(organization_id, study_uid)
            ready = (candidate for candidate in orders[::-1] if candidate.newest_version(now))
            by_study[order.order_id] = next(ready, order)
        return order


@defect("report-type-trimmed", "RESULTS-5")
class ReportTypeTrimmed(Pipeline):
    """Spaces around a `report_type` are ignored."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Remove the spaces."""
        trimmed = re.sub(r"(?<=report_type=)(%20)*([^&]*?)(%20)*(?=&|$)", r"\2", call.query)
        return read_as(self, operation_id, call, trimmed)
