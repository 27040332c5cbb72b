"""Faults in the reports of orders and of study groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pacsimile_fixtures import reports
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports import content
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.statuses import COMPLETED, FINAL


@defect("panel-second-amendment-is-not-served", "RESULTS-11")
class FirstAmendmentServed(ReportService):
    """An order has a report and one correction of it: a second amendment is listed, but the first is served."""

    def version(self, order: Order, now: Instant) -> Version:
        """Look at two versions only."""
        ready = [version for version in order.planned_versions()[:2] if version.ready_at <= now]
        return ready[-1] if ready else super().version(order, now)


@defect("panel-by-study-the-order-is-kept-as-it-was", "RESULTS-11")
class KeptAsItWas(ReportService):
    """A study's report is made from a copy of its order, renewed only with a new order: it misses amendments."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Keep a copy of a study's COMPLETED order."""
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if order_id is not None or order.state(now).status != COMPLETED:
            return order
        kept: dict[tuple[str, str], Order] = self.__dict__.setdefault("kept", {})
        key = (organization_id, order.study_uid)
        if key not in kept or kept[key].order_id != order.order_id:
            kept[key] = replace(order)
        return kept[key]


@defect("panel-study-lookup-for-reports-is-a-second-old", "RESULTS-3")
class LookupIsASecondOld(ReportService):
    """Which order is a study's most recent is kept for a second, so that an old report is served for a new order."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Keep the order of a study for a second."""
        kept: dict[tuple[str, str | None], tuple[Order, Instant]] = self.__dict__.setdefault("kept", {})
        order, until = kept.get((organization_id, study_uid), (None, 0))
        if order_id is None and order is not None and now < until:
            return order
        order = super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        if order_id is None:
            kept[organization_id, study_uid] = (order, now + SECOND)
        return order


@defect("panel-reports-of-one-media-type-share-their-bytes", "RESULTS-1")
class ShareTheirBytes(ReportService):
    """Rendered reports are kept by media type, so that after the DICOM SR the DICOM PDF has its bytes."""

    def made(self, order: Order, version: Version, report_type: str) -> bytes:
        """Keep rendered reports by version and media type."""
        key = (version.report_id, version.ready_at, REPORT_TYPES[report_type].media_type)
        return self.rendered.get(key, lambda: reports.render(content.of_order(order, version), report_type))


@defect("panel-group-report-is-kept-by-the-second", "GROUP-5")
class KeptByTheSecond(ReportService):
    """A group's report is kept until its last change lies in another second: two changes in one are taken for one."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Keep a group's report by its members and the second of its last change."""
        kept: dict[tuple[object, ...], Document] = self.__dict__.setdefault("kept", {})
        changed = max(order.state(now).updated_at for order in members) // SECOND
        key = (organization_id, study_group, report_type, len(members), changed)
        if key not in kept:
            kept[key] = super().group_document(organization_id, study_group, members, report_type, now)
        return kept[key]


@defect("panel-group-has-one-order-of-each-study", "GROUP-2")
class OneOrderOfEachStudy(ReportService):
    """Of two orders of the same study in a group, the older one is left out."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Key the members by their study."""
        members = sorted(super().members(organization_id, study_group), key=lambda order: order.recency)
        return tuple({order.study_uid: order for order in members}.values())


@defect("panel-group-that-was-complete-stays-complete", "GROUP-5")
class StaysComplete(ReportService):
    """Once a group's report was served, an unfinished order that joins is left out until it has ended."""

    def of_group(self, organization_id: str, study_group: str, report_type: str, now: Instant) -> Document:
        """Remember which groups were complete."""
        complete: set[tuple[str, str]] = self.__dict__.setdefault("complete", set())
        members = self.members(organization_id, study_group)
        final = [order for order in members if order.state(now).status in FINAL]
        if (organization_id, study_group) in complete and 0 < len(final) < len(members):
            self.check_ruled_out(report_type, of_group=True)
            self.check_offered(report_type, self.offered_of_group(), "The study group")
            return self.group_document(organization_id, study_group, final, report_type, now)
        document = super().of_group(organization_id, study_group, report_type, now)
        complete.add((organization_id, study_group))
        return document
