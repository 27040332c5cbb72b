"""Defects of reports that an unusual form of a call shows."""

from __future__ import annotations

from collections.abc import Mapping

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.exchange import Call
from pacsimile_mock.worlds.defect_registry import defect


@defect("accept-decides-the-type", "RESULTS-1")
class AcceptDecides(Pipeline):
    """A report is a PDF, whatever `report_type` says, if nothing but `application/pdf` is accepted."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Put the accepted type in the place of the one asked for."""
        values = super().parameters(operation_id, call)
        decides = call.headers.get("accept") == "application/pdf" and "report_type" in values
        return {**values, "report_type": "pdf"} if decides else values
