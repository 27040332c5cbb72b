"""Defects of the contents of a study group's report, in one type only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pacsimile_fixtures import reports
from pacsimile_fixtures.findings import GroupContent, Member
from pacsimile_mock.clock import Instant, as_datetime
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports import content
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import FAILED, FINAL

Change = Callable[[GroupContent, Sequence[Order]], GroupContent]
"""Changes the content of a group's report; the orders are those of the group."""


def _in_one_type(name: str, requirement: str, report_type: str, summary: str, change: Change) -> None:
    """Register the defect that a study group's report has other contents in one type."""

    class ChangedContent(ReportService):
        def group_document(
            self, organization_id: str, study_group: str, members: Sequence[Order], report_type_: str, now: Instant
        ) -> Document:
            """Change the content before it is rendered."""
            own = super().group_document(organization_id, study_group, members, report_type_, now)
            if report_type_ != report_type:
                return own
            changed = change(content.of_group(organization_id, study_group, members, now), members)
            return replace(own, content=reports.render_group(changed, report_type))

    ChangedContent.__doc__ = summary
    defect(name, requirement)(ChangedContent)


def _each(group: GroupContent, change: Callable[[Member], Member]) -> GroupContent:
    return replace(group, members=tuple(map(change, group.members)))


def _called_cancelled(group: GroupContent, orders: Sequence[Order]) -> GroupContent:
    return _each(group, lambda member: replace(member, status="CANCELLED") if member.status == FAILED else member)


def _another_study(group: GroupContent, orders: Sequence[Order]) -> GroupContent:
    return _each(group, lambda member: replace(member, study_uid=f"{member.study_uid}.9") if member.content else member)


def _first_versions(group: GroupContent, orders: Sequence[Order]) -> GroupContent:
    by_id = {order.order_id: order for order in orders}

    def first(member: Member) -> Member:
        if not member.content:
            return member
        order = by_id[member.order_id]
        return replace(member, content=content.of_order(order, order.planned_versions()[0]))

    return _each(group, first)


def _with_conclusions(member: Member, conclusions: tuple[str, ...]) -> Member:
    return replace(member, content=replace(member.content, conclusions=conclusions)) if member.content else member


def _without_impression(group: GroupContent, orders: Sequence[Order]) -> GroupContent:
    return _each(group, lambda member: _with_conclusions(member, ("",)))


def _crossed(group: GroupContent, orders: Sequence[Order]) -> GroupContent:
    """Give each COMPLETED order the impression of the one before it, and the first order that of the last."""
    conclusions = [member.content.conclusions for member in group.members if member.content]
    shifted = iter([*conclusions[-1:], *conclusions[:-1]])
    return _each(group, lambda member: _with_conclusions(member, next(shifted)) if member.content else member)


def _once_for_each_version(group: GroupContent, orders: Sequence[Order]) -> GroupContent:
    """Let an amended order be there twice, as a join with the versions of its report does."""
    firsts = _first_versions(group, orders).members
    both = [
        [first, member] if member.content and member.content.supersedes else [member]
        for first, member in zip(firsts, group.members, strict=True)
    ]
    return replace(group, members=tuple(member for members in both for member in members))


def _ids_of_first_versions(group: GroupContent, orders: Sequence[Order]) -> GroupContent:
    ids = {order.order_id: order.report_id(1) for order in orders}

    def first(member: Member) -> Member:
        own = member.content
        return replace(member, content=replace(own, report_id=ids[member.order_id])) if own else member

    return _each(group, first)


def _numbers_crossed(group: GroupContent, orders: Sequence[Order]) -> GroupContent:
    numbers = [member.content.patient.mrn for member in group.members if member.content]
    shifted = iter([*numbers[-1:], *numbers[:-1]])

    def crossed(member: Member) -> Member:
        own = member.content
        return replace(member, content=replace(own, patient=replace(own.patient, mrn=next(shifted)))) if own else member

    return _each(group, crossed)


def _as_old_as_its_first_order(group: GroupContent, orders: Sequence[Order]) -> GroupContent:
    return replace(group, created_at=as_datetime(min(order.created_at for order in orders)))


def _as_of_the_first_versions(group: GroupContent, orders: Sequence[Order]) -> GroupContent:
    return replace(group, created_at=as_datetime(max(order.plan[-1].at for order in orders)))


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


_in_one_type(
    "group-name-without-a-leading-sign-in-csv",
    "GROUP-1",
    "csv",
    "The csv has a group's name without a sign by which a formula begins.",
    lambda group, _: replace(group, study_group=group.study_group.lstrip("=+-@")),
)


for _kind in ("json", "txt", "csv", "pdf"):
    _in_one_type(
        f"group-impressions-crossed-in-{_kind}",
        "GROUP-5",
        _kind,
        f"The impressions in a group's report as {_kind} stand beside each other's orders.",
        _crossed,
    )


for _kind, _broken in (("json", "GROUP-2"), ("csv", "GROUP-5")):
    _in_one_type(
        f"group-order-once-for-each-version-in-{_kind}",
        _broken,
        _kind,
        f"A group's report as {_kind} has an amended order twice, with each version of its report.",
        _once_for_each_version,
    )
_in_one_type(
    "group-ids-of-first-versions-in-csv",
    "GROUP-5",
    "csv",
    "The csv of a group's report has the first versions' report ids beside the newest impressions.",
    _ids_of_first_versions,
)
_in_one_type(
    "group-medical-record-numbers-crossed-in-csv",
    "GROUP-5",
    "csv",
    "The medical record numbers in the csv of a group's report stand beside each other's orders.",
    _numbers_crossed,
)
_in_one_type(
    "group-names-another-organization-in-json",
    "GROUP-2",
    "json",
    "`organization_id` of a group's report is the same for everybody.",
    lambda group, _: replace(group, organization_id="default"),
)
_in_one_type(
    "group-created-when-its-last-order-ended",
    "GROUP-5",
    "json",
    "`created_at` of a group's report is when its last order ended, also after an amendment.",
    _as_of_the_first_versions,
)
_in_one_type(
    "group-created-when-its-first-order-was",
    "GROUP-5",
    "json",
    "`created_at` of a group's report is when its first order was received.",
    _as_old_as_its_first_order,
)


def _in_whole_seconds(group: GroupContent, orders: Sequence[Order]) -> GroupContent:
    def cut(member: Member) -> Member:
        own = member.content
        return replace(member, content=own and replace(own, completed_at=own.completed_at.replace(microsecond=0)))

    return _each(group, cut)


_in_one_type(
    "group-has-completions-in-whole-seconds",
    "GROUP-5",
    "json",
    "`completed_at` of each order in a group's json is cut to whole seconds.",
    _in_whole_seconds,
)


def _study_of_the_first(group: GroupContent, orders: Sequence[Order]) -> GroupContent:
    del orders
    first = group.members[0].study_uid
    members = (replace(one, study_uid=first) if one.content is None else one for one in group.members)
    return replace(group, members=tuple(members))


_in_one_type(
    "row-without-report-has-another-study", "GROUP-2", "json",
    "In a group's json, an order without a report has the study of the first order: studies are joined by reports.",
    _study_of_the_first,
)  # fmt: skip


def _foreign_members(report_type: str) -> None:
    class ForeignMembers(ReportService):
        def group_document(
            self, organization_id: str, study_group: str, members: Sequence[Order], report_type_: str, now: Instant
        ) -> Document:
            """Add finished orders of other groups."""
            if report_type_ == report_type:
                ended = [order for order in self.store.orders_of(organization_id) if order.state(now).status in FINAL]
                members = [*members, *(order for order in ended if order.study_group not in (None, study_group))]
            return super().group_document(organization_id, study_group, members, report_type_, now)

    ForeignMembers.__doc__ = f"A group's report as {report_type} has orders of other groups too."
    defect(f"group-foreign-members-in-{report_type}", "GROUP-2")(ForeignMembers)


for _kind in ("json", "txt", "csv", "pdf"):
    _foreign_members(_kind)


@defect("group-one-foreign-member-in-csv", "GROUP-2")
class OneForeignMember(ReportService):
    """A group's report as csv has an order without a group."""

    def group_document(
        self, organization_id: str, study_group: str, members: Sequence[Order], report_type: str, now: Instant
    ) -> Document:
        """Add the organization's first finished order without a group."""
        if report_type == "csv":
            ended = (order for order in self.store.orders_of(organization_id) if order.state(now).status in FINAL)
            others = (order for order in ended if order.study_group is None)
            members = [*members, *(order for order in (next(others, None),) if order is not None)]
        return super().group_document(organization_id, study_group, members, report_type, now)
