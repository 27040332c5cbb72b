"""Faults of the mock in study groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import unquote_plus

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect

UNKNOWN_FOR = 10 * SECOND


@defect("ninth-spaces-at-the-end-of-a-group-do-not-count", "STATUS-8")
class PaddedNames(ReportService):
    """Names of study groups are compared as padded text, as some databases do: spaces at the end do not count."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Compare names without the spaces at their end."""
        named = [order for order in self.store.orders_of(organization_id) if order.study_group is not None]
        return [order for order in named if (order.study_group or "").rstrip(" ") == study_group.rstrip(" ")]


@defect("ninth-proxy-decodes-the-query-too", "GROUP-1")
class DecodedTwice(Pipeline):
    """A proxy in front decodes the query and the service again: a plus sign in a group's name becomes a space."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Decode the values once more."""
        return {name: unquote_plus(value) for name, value in super().parameters(operation_id, call).items()}


@defect("ninth-group-report-is-kept-by-its-statuses", "GROUP-5")
class KeptByStatuses(ReportService):
    """A group's report is kept until an order joins or changes its status: it misses amendments."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Keep the report of these statuses."""
        kept: dict[tuple[object, ...], Document] = self.__dict__.setdefault("kept", {})
        statuses = tuple((order.order_id, order.state(now).status) for order in members)
        key = (organization_id, study_group, report_type, statuses)
        if key not in kept:
            kept[key] = super().group_document(organization_id, study_group, members, report_type, now)
        return kept[key]


@defect("ninth-unknown-group-is-remembered", "CONS-1")
class UnknownIsRemembered(ReportService):
    """That a group is unknown is remembered for ten seconds, though its first order is submitted meanwhile."""

    def of_group(self, organization_id: str, study_group: str, report_type: str, now: Instant) -> Document:
        """Refuse at once what was unknown a moment ago."""
        unknown: dict[tuple[str, str], Instant] = self.__dict__.setdefault("unknown", {})
        key = (organization_id, study_group)
        if now < unknown.get(key, now):
            raise self.unknown_group(study_group)
        if not self.members(organization_id, study_group):
            unknown[key] = now + UNKNOWN_FOR
        return super().of_group(organization_id, study_group, report_type, now)
