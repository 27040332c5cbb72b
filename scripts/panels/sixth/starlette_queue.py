"""Faults of `examples/starlette_server` in its queue."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette_server import app, inbox
from starlette_server.clock import written
from starlette_server.database import Client, Order, Report
from starlette_server.service import Service

from scripts.panels.faults import fault, put
from scripts.panels.sixth.starlette import SERVER

HIDDEN = 20.0
"""Seconds for which a report of a page is hidden."""

Rows = list[tuple[Report, Order]]


@fault(SERVER, "starlette-report-without-a-pdf-is-not-listed", "BATCH-1")
def without_pdf() -> None:
    """The listing joins reports with their PDF: of an order that offers other types alone, the report is not there."""
    waiting_reports = inbox.waiting_reports

    def joined(session: Session, organization_id: str, limit: int | None) -> Rows:
        waiting = waiting_reports(session, organization_id, None)
        return [(report, order) for report, order in waiting if "pdf" in order.report_types.split()][:limit]

    put(inbox, "waiting_reports", joined)


@fault(SERVER, "starlette-report-of-a-page-is-hidden-for-a-while", "BATCH-3")
def hidden_for_a_while() -> None:
    """What a page had is hidden from further listings for twenty seconds, as messages of a queue are."""
    waiting_reports = inbox.waiting_reports
    until: dict[int, float] = {}

    def visible(session: Session, organization_id: str, limit: int | None) -> Rows:
        now, waiting = time.monotonic(), waiting_reports(session, organization_id, None)
        rows = [(report, order) for report, order in waiting if until.get(report.number, 0.0) <= now][:limit]
        if limit is not None:
            until.update((report.number, now + HIDDEN) for report, _ in rows)
        return rows

    put(inbox, "waiting_reports", visible)


@fault(SERVER, "starlette-reports-are-shared-out-among-clients", "BATCH-9")
def shared_out() -> None:
    """The clients of an organization are a group of consumers: each is given its share, as soon as there are two."""
    called, waiting_reports = app.called, inbox.waiting_reports
    consumers: defaultdict[str, list[str]] = defaultdict(list)
    present: list[Client] = []

    def noting(request: Request, operation: str, scope: str) -> tuple[Service, Client]:
        service, client = called(request, operation, scope)
        present[:] = [client]
        return service, client

    def share(session: Session, organization_id: str, limit: int | None) -> Rows:
        clients = consumers[organization_id]
        if present[0].id not in clients:
            clients.append(present[0].id)
        place, waiting = clients.index(present[0].id), waiting_reports(session, organization_id, None)
        return [row for row in waiting if row[0].number % len(clients) == place][:limit]

    put(app, "called", noting)
    put(inbox, "waiting_reports", share)


@fault(SERVER, "starlette-foreign-id-is-acknowledged", "BATCH-11")
def foreign_id() -> None:
    """The reports that a POST names are looked up by their ids alone: another organization's are acknowledged too."""

    def named(session: Session, client: Client, ids: list[str]) -> tuple[list[str], list[str]]:
        chosen = select(Report.id, Report.number).where(Report.id.in_(ids))
        numbers = {row.id: row.number for row in session.execute(chosen)}
        acknowledged = set(inbox.acknowledge(session, list(numbers.values())))
        return [name for name in ids if name in acknowledged], [name for name in ids if name not in numbers]

    put(inbox, "acknowledge_named", named)


@fault(SERVER, "starlette-listing-has-digits-of-utc", "CONS-2")
def digits_of_utc() -> None:
    """The listing writes `completed_at` in UTC and appends the order's offset: it is not when it says."""
    listed_report = inbox.listed_report

    def mixed(report: Report, order: Order) -> dict[str, Any]:
        told = listed_report(report, order)
        return {**told, "completed_at": written(report.completed_at, 0)[:-6] + told["completed_at"][-6:]}

    put(inbox, "listed_report", mixed)
