"""Defects of acknowledgements that are refused for their scope, and made all the same."""

from __future__ import annotations

from contextlib import suppress

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.concurrency import MARKS
from pacsimile_mock.errors import Refusal
from pacsimile_mock.exchange import Call
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.scopes import REPORTS_ACK


@defect("named-reports-are-marked-before-the-scope", "AUTH-15")
class MarkedBeforeScope(Pipeline):
    """A token without `reports.ack` is refused after the reports that the call names were acknowledged."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Acknowledge them."""
        grant = super().authenticate(call, now)
        if call.operation == MARKS and REPORTS_ACK not in grant.scopes:
            with suppress(Refusal):
                self.world.queue.acknowledge(grant.organization_id, self.report_ids(MARKS, call) or (), now)
        return grant
