"""Faults of `examples/starlette_server` in its queue, and in the status of what was acknowledged."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session
from starlette.requests import Request
from starlette_server import app, inbox, state_makers
from starlette_server.clock import Clock
from starlette_server.database import Client, Listing, Order, Report
from starlette_server.orders import latest_report

from scripts.panels.faults import fault, put
from scripts.panels.fifth.starlette import SERVER


@fault(SERVER, "starlette-empty-listing-is-no-filter", "BATCH-6")
def no_filter() -> None:
    """A filter of an empty list is left out of the query: after an empty listing, a POST takes all that came since."""
    acknowledge_listing = inbox.acknowledge_listing

    def unfiltered(session: Session, client: Client) -> list[str]:
        listing = session.get(Listing, (client.id, client.organization_id))
        if listing is None or json.loads(listing.reports):
            return acknowledge_listing(session, client)
        waiting = inbox.waiting_reports(session, client.organization_id, None)
        return inbox.acknowledge(session, [report.number for report, _ in waiting])

    put(inbox, "acknowledge_listing", unfiltered)


@fault(SERVER, "starlette-status-of-an-acknowledged-order-offers-nothing", "BATCH-10")
def offers_nothing() -> None:
    """`report_types` of the status are those that can be collected: once the report is acknowledged, there are none."""
    order_status = app.order_status

    def collected(order: Order) -> dict[str, Any]:
        told, session = order_status(order), object_session(order)
        if session is not None and order.status == "COMPLETED" and latest_report(session, order).acknowledged:
            told["report_types"] = []
        return told

    put(app, "order_status", collected)


@fault(SERVER, "starlette-empty-list-counts-as-none", "BATCH-11")
def empty_is_none() -> None:
    """Whether there are ids is asked with `if ids`: an empty list acknowledges the last listing, as no body would."""
    read_report_ids = app.read_report_ids

    async def falsy(request: Request) -> list[str] | None:
        return await read_report_ids(request) or None

    put(app, "read_report_ids", falsy)


@fault(SERVER, "starlette-amendment-takes-over-the-acknowledgement", "BATCH-12")
def takes_over() -> None:
    """An amended version begins as a copy of the former one, and is acknowledged from the start where that one was."""
    amend = state_makers.amend

    def copied(session: Session, clock: Clock, report: Report) -> Report:
        amended = amend(session, clock, report)
        former = session.scalars(select(Report).where(Report.id == amended.supersedes)).one()
        amended.acknowledged = former.acknowledged
        return amended

    put(state_makers, "amend", copied)


@fault(SERVER, "starlette-page-has-one-more", "BATCH-13")
def one_more() -> None:
    """One report more than the page has is read, to know whether there are further ones, and not taken off again."""
    waiting_reports = inbox.waiting_reports

    def uncut(session: Session, organization_id: str, limit: int | None) -> list[tuple[Report, Order]]:
        return waiting_reports(session, organization_id, None if limit is None else limit + 1)

    put(inbox, "waiting_reports", uncut)
