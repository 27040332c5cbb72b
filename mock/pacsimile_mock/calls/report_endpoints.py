"""`getResult` and `getGroupReport`."""

from __future__ import annotations

from typing import Protocol

from pacsimile_advice.calls import ReportMention
from pacsimile_mock.calls import serialization
from pacsimile_mock.calls.request import Request
from pacsimile_mock.exchange import Answer
from pacsimile_mock.reports.service import ReportService


class ReportWorld(Protocol):
    """A world that serves reports."""

    reports: ReportService


def get_result(world: ReportWorld, request: Request) -> Answer:
    """Serve the report of an order, or of the most recent order of a study (RESULTS-3)."""
    values = request.values
    order = world.reports.selected(
        request.organization_id,
        order_id=values.get("order_id"),
        study_uid=values.get("study_uid"),
        now=request.now,
    )
    document = world.reports.of_order(order, values["report_type"], request.now)
    if document.report_id is not None:
        supersedes = order.superseded_by(document.report_id)
        mention = ReportMention(document.report_id, order.order_id, order.study_uid, supersedes)
        request.call.seen.reports = [mention]
    return serialization.document_answer(document)


def get_group_report(world: ReportWorld, request: Request) -> Answer:
    """Serve the report of a study group (GROUP-1)."""
    values = request.values
    document = world.reports.of_group(
        request.organization_id, values["study_group"], values["report_type"], request.now
    )
    return serialization.document_answer(document)
