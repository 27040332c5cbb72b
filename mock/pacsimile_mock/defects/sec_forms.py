"""Defects of isolation that an unusual form of a call shows: HEAD, an acknowledgement of nothing, headers."""

from __future__ import annotations

from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.changed_calls import operation_at
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.model import Grant
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


@defect("organization-in-a-header-counts", "SEC-1")
class OrganizationInAHeader(Pipeline):
    """An organization in `X-Organization-Id`, which a gateway sets, counts in the place of the token's."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Believe the header if it names an organization that there is."""
        grant, named = super().authenticate(call, now), call.headers.get("x-organization-id", "")
        known = any(client.organization_id == named for client in self.world.clients.values())
        return replace(grant, organization_id=named) if known else grant
