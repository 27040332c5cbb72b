"""Defects of the order of checks: something is looked for before it is known who asks, and whether that one may."""

from __future__ import annotations

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.queue_endpoints import check_media_type
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.concurrency import MARKS
from pacsimile_mock.errors import Problem, Refusal
from pacsimile_mock.exchange import Call
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec import operations


@defect("open-order-is-told-before-the-scope", "AUTH-15")
class OpenOrderFirst(Pipeline):
    """A token without the scope that asks for a report which is not ready gets 409, as if it might read it."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Look at the order first."""
        grant = super().authenticate(call, now)
        if call.operation == "getResult" and not _has_scope(grant, call):
            self._check_state(call, grant, now)
        return grant

    def _check_state(self, call: Call, grant: Grant, now: Instant) -> None:
        try:
            values = self.parameters("getResult", call)
            order = self.world.orders.selected(
                grant.organization_id, order_id=values.get("order_id"), study_uid=values.get("study_uid")
            )
        except Refusal:
            return
        self.world.reports.check_state(order.state(now), order, now)


@defect("group-is-looked-for-before-the-scope", "AUTH-15")
class GroupFirst(Pipeline):
    """A token without the scope that asks for the report of an unknown study group gets 404."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Look for the group first."""
        grant = super().authenticate(call, now)
        if call.operation == "getGroupReport" and not _has_scope(grant, call) and _is_right(self, call):
            group = self.parameters("getGroupReport", call)["study_group"]
            if not self.world.reports.members(grant.organization_id, group):
                raise self.world.reports.unknown_group(group)
        return grant


@defect("study-is-looked-for-before-the-token-is-verified", "AUTH-15")
class StudyFirst(Pipeline):
    """A token that is not accepted gets 404 where it asks for a study that no organization has."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Look for the study once the token is refused."""
        try:
            return super().authenticate(call, now)
        except Problem:
            if call.operation in ("getStatus", "getOrderIds") and self.bearer(call) and _is_right(self, call):
                self._find(self.parameters(str(call.operation), call).get("study_uid"))
            raise

    def _find(self, study_uid: str | None) -> None:
        store = self.world.store
        if study_uid is not None and not any(store.orders_of_study(name, study_uid) for name in store.organizations()):
            raise self.world.orders.unknown_study(study_uid)


@defect("media-type-before-the-scope", "AUTH-15")
class MediaTypeFirst(Pipeline):
    """An acknowledgement of another media type is refused with 415 before the token's scope is checked."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Check it first."""
        grant = super().authenticate(call, now)
        if call.operation == MARKS and call.body and _is_right(self, call):
            check_media_type(call)
        return grant


def _has_scope(grant: Grant, call: Call) -> bool:
    return operations()[str(call.operation)].scope in grant.scopes


def _is_right(pipeline: Pipeline, call: Call) -> bool:
    """Whether the query is."""
    try:
        pipeline.parameters(str(call.operation), call)
    except Refusal:
        return False
    return True
