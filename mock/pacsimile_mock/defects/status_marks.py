"""Defects of acknowledgements that are refused for their query, and made all the same."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.defects.concurrency import MARKS
from pacsimile_mock.errors import Refusal
from pacsimile_mock.exchange import Call
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.scopes import REPORTS_ACK


@defect("named-reports-are-marked-in-spite-of-a-wrong-query", "STATUS-3")
class MarkedInSpiteOfQuery(Pipeline):
    """An acknowledgement with an unknown parameter is refused after the reports that it names were acknowledged."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Acknowledge them before the refusal."""
        try:
            return super().parameters(operation_id, call)
        except Refusal:
            client = self.world.tokens.clients.get(call.client_id or "")
            if operation_id == MARKS and client is not None and REPORTS_ACK in client.scopes:
                with suppress(Refusal):
                    named = self.report_ids(MARKS, call) or ()
                    self.world.queue.acknowledge(client.organization_id, named, self.world.clock.now())
            raise
