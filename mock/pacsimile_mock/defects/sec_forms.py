"""Defects of isolation that an unusual form of a call shows: HEAD, and an acknowledgement of nothing."""

from __future__ import annotations

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.defects.changed_calls import operation_at
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.worlds.defect_registry import defect


@defect("head-needs-no-organization", "SEC-2")
class HeadNeedsNoOrganization(Pipeline):
    """HEAD of the listing says of any organization that there is one, by 200."""

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Answer HEAD with nothing."""
        if call.method != "HEAD" or operation_at(call, "GET", call.path) != "listReports":
            return super().respond(call, values)
        now = self.world.clock.now()
        self.authorize(self.authenticate(call, now), "listReports")
        self.parameters("listReports", call)
        return Answer(200, b"", "application/json")


@defect("no-reports-need-no-organization", "SEC-2")
class NothingNamed(Pipeline):
    """An acknowledgement of no reports is accepted for any organization: there is nothing to do."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Check only where a report is named."""
        if request.report_ids != []:
            super().check_ownership(request, organization_id)
