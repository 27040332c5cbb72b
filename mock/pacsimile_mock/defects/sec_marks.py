"""Defects of acknowledgements that are refused for their organization, and made all the same."""

from __future__ import annotations

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.worlds.defect_registry import defect


@defect("reports-named-for-another-organization-are-marked-at-home", "SEC-2")
class MarkedAtHome(Pipeline):
    """An acknowledgement for another organization is refused after it marked the caller's own reports."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Acknowledge them before the refusal."""
        if organization_id != request.organization_id and request.report_ids:
            self.world.queue.acknowledge(request.organization_id, request.report_ids, request.now)
        super().check_ownership(request, organization_id)
