"""Defects of what a study group's report says, in one type alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pacsimile_fixtures import reports
from pacsimile_fixtures.findings import GroupContent, Member
from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports import content
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import FAILED, FINAL

Told = Callable[[GroupContent, Sequence[Order]], GroupContent]
"""Changes what a group's report says; the orders are those of the group."""


def _in_one_type(name: str, requirement: str, report_type: str, summary: str, told: Told) -> None:
    """Register the defect of a study group's report saying something else in one type."""

    class ToldOtherwise(ReportService):
        def group_document(
            self, organization_id: str, study_group: str, members: Sequence[Order], report_type_: str, now: Instant
        ) -> Document:
            """Change what is said before it is rendered."""
            own = super().group_document(organization_id, study_group, members, report_type_, now)
            if report_type_ != report_type:
                return own
            said = told(content.of_group(organization_id, study_group, members, now), members)
            return replace(own, content=reports.render_group(said, report_type))

    ToldOtherwise.__doc__ = summary
    defect(name, requirement)(ToldOtherwise)


def _each(said: GroupContent, change: Callable[[Member], Member]) -> GroupContent:
    return replace(said, members=tuple(map(change, said.members)))


def _called_cancelled(said: GroupContent, orders: Sequence[Order]) -> GroupContent:
    return _each(said, lambda one: replace(one, status="CANCELLED") if one.status == FAILED else one)


def _another_study(said: GroupContent, orders: Sequence[Order]) -> GroupContent:
    return _each(said, lambda one: replace(one, study_uid=f"{one.study_uid}.9") if one.content else one)


def _first_versions(said: GroupContent, orders: Sequence[Order]) -> GroupContent:
    of_id = {order.order_id: order for order in orders}

    def first(one: Member) -> Member:
        order = of_id[one.order_id]
        return replace(one, content=content.of_order(order, order.planned_versions()[0])) if one.content else one

    return _each(said, first)


def _without_impression(said: GroupContent, orders: Sequence[Order]) -> GroupContent:
    return _each(
        said, lambda one: replace(one, content=replace(one.content, conclusions=("",))) if one.content else one
    )


def _crossed(said: GroupContent, orders: Sequence[Order]) -> GroupContent:
    """Give each COMPLETED order the impression of the one before it, the first that of the last."""
    told = [one.content.conclusions for one in said.members if one.content]
    turned = iter([*told[-1:], *told[:-1]])
    return _each(
        said, lambda one: replace(one, content=replace(one.content, conclusions=next(turned))) if one.content else one
    )


_in_one_type(
    "group-failed-called-cancelled-in-txt",
    "GROUP-2",
    "txt",
    "The text of a group's report calls its failed orders CANCELLED.",
    _called_cancelled,
)


_in_one_type(
    "group-another-study-uid-in-csv",
    "GROUP-5",
    "csv",
    "The csv of a group's report has other study UIDs than its orders.",
    _another_study,
)


_in_one_type(
    "group-first-versions-in-pdf",
    "GROUP-5",
    "pdf",
    "The PDF of a group's report has the first versions' impressions, amended or not.",
    _first_versions,
)


_in_one_type(
    "group-without-impressions-in-csv",
    "GROUP-5",
    "csv",
    "The csv of a group's report has no impressions.",
    _without_impression,
)


for _kind in ("json", "txt", "csv", "pdf"):
    _in_one_type(
        f"group-impressions-crossed-in-{_kind}",
        "GROUP-5",
        _kind,
        f"The impressions in a group's report as {_kind} stand beside each other's orders.",
        _crossed,
    )


def _foreign_members(report_type: str) -> None:
    class ForeignMembers(ReportService):
        def group_document(
            self, organization_id: str, study_group: str, members: Sequence[Order], report_type_: str, now: Instant
        ) -> Document:
            """Add the orders of other groups that have ended."""
            if report_type_ == report_type:
                ended = [one for one in self.store.orders_of(organization_id) if one.state(now).status in FINAL]
                members = [*members, *(one for one in ended if one.study_group not in (None, study_group))]
            return super().group_document(organization_id, study_group, members, report_type_, now)

    ForeignMembers.__doc__ = f"A group's report as {report_type} has orders of other groups too."
    defect(f"group-foreign-members-in-{report_type}", "GROUP-2")(ForeignMembers)


for _kind in ("json", "txt", "csv", "pdf"):
    _foreign_members(_kind)


@defect("group-one-foreign-member-in-csv", "GROUP-2")
class OneForeignMember(ReportService):
    """A group's report as csv has an order that is of no group."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Add the organization's first such order."""
        if report_type == "csv":
            ended = (one for one in self.store.orders_of(organization_id) if one.state(now).status in FINAL)
            others = (one for one in ended if one.study_group is None)
            members = [*members, *(one for one in (next(others, None),) if one is not None)]
        return super().group_document(organization_id, study_group, members, report_type, now)
