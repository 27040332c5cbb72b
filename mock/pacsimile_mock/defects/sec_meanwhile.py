"""Isolation defects that show only after another organization acts, or when its id is mistyped."""

from __future__ import annotations

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import FINAL


@defect("similar-organization-is-suggested", "SEC-2")
class SimilarSuggested(Pipeline):
    """The 403 for an `organizationId` that is another organization's but for one character says which was meant."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Suggest it."""
        try:
            super().check_ownership(request, organization_id)
        except Problem as problem:
            for known in sorted({client.organization_id for client in self.world.clients.values()}):
                if len(known) == len(organization_id) and _differences(known, organization_id) == 1:
                    problem.detail = f"{problem.detail} Did you mean {known}?"
            raise


def _differences(one: str, other: str) -> int:
    return sum(mine != theirs for mine, theirs in zip(one, other, strict=True))


@defect("finished-report-waits-for-a-newer-order-of-others", "SEC-3")
class WaitsForOthers(ReportService):
    """A report waits while another organization's newer order of the study is under way, as if that replaced it."""

    def check_state(self, state: State, order: Order, now: Instant) -> None:
        """Look at the newer orders of others."""
        super().check_state(state, order, now)
        for other in self.store.organizations():
            orders = self.store.orders_of_study(other, order.study_uid) if other != order.organization_id else []
            if any(each.created_at > order.created_at and each.state(now).status not in FINAL for each in orders):
                raise self.not_ready("A newer order of the study is under way", 5)
