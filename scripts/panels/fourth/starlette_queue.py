"""Faults of `examples/starlette_server` in its queue."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette_server import inbox
from starlette_server.database import Client, Listing, Order, Report

from scripts.panels.faults import fault, put
from scripts.panels.fourth.starlette import SERVER

MOST_LISTINGS = 10
COLUMN = 2000
"""Characters that a listing is kept in."""


@fault(SERVER, "starlette-report-id-is-matched-without-case", "STATUS-8")
def matched_without_case() -> None:
    """A POST compares ids of reports without case: one in small letters, which names nothing, is acknowledged."""
    acknowledge_named = inbox.acknowledge_named

    def folded(session: Session, client: Client, ids: list[str]) -> tuple[list[str], list[str]]:
        done, missing = acknowledge_named(session, client, ids)
        wanted = {name.lower() for name in missing if name.isascii()}
        if not wanted:
            return done, missing
        own = select(Report.id).where(Report.organization_id == client.organization_id)
        matched = list(session.scalars(own.where(func.lower(Report.id).in_(wanted))))
        more, _ = acknowledge_named(session, client, matched)
        found = {name.lower() for name in matched}
        return done + more, [name for name in missing if name.lower() not in found]

    put(inbox, "acknowledge_named", folded)


@fault(SERVER, "starlette-report-that-was-listed-often-is-set-aside", "BATCH-1")
def set_aside() -> None:
    """A report that was listed ten times without being acknowledged is taken for a stuck one, and set aside."""
    waiting_reports = inbox.waiting_reports
    listings: Counter[str] = Counter()

    def waiting(session: Session, organization_id: str, limit: int | None) -> list[tuple[Report, Order]]:
        rows = waiting_reports(session, organization_id, None)
        rows = [row for row in rows if listings[row[0].id] < MOST_LISTINGS][:limit]
        listings.update(report.id for report, _ in rows)
        return rows

    put(inbox, "waiting_reports", waiting)


@fault(SERVER, "starlette-listing-is-remembered-in-a-short-column", "BATCH-5")
def short_column() -> None:
    """What a client was shown is kept in a column of 2,000 characters: of a long listing the end is not remembered."""

    def remember(session: Session, client: Client, reports: list[Report]) -> None:
        numbers = json.dumps([report.number for report in reports])
        if len(numbers) > COLUMN:
            numbers = numbers[:COLUMN].rpartition(",")[0] + "]"
        session.merge(Listing(client_id=client.id, organization_id=client.organization_id, reports=numbers))

    put(inbox, "remember", remember)


@fault(SERVER, "starlette-third-version-supersedes-the-first", "BATCH-12")
def supersedes_first() -> None:
    """The listing has as `supersedes` the report that an order began with: a third version does not name the second."""
    listed_report = inbox.listed_report

    def listed(report: Report, order: Order) -> dict[str, Any]:
        row = listed_report(report, order)
        if report.version > 2:
            row["supersedes"] = report.id.rpartition("-v")[0] + "-v1"
        return row

    put(inbox, "listed_report", listed)


@fault(SERVER, "starlette-nul-in-an-id-ends-in-500", "PROTO-3")
def nul_in_id() -> None:
    """Text with a NUL is refused by the database's driver, and nobody thought of an id of a report that has one."""
    acknowledge_named = inbox.acknowledge_named

    def driven(session: Session, client: Client, ids: list[str]) -> tuple[list[str], list[str]]:
        if any("\0" in name for name in ids):
            raise ValueError("A string literal cannot contain NUL (0x00) characters.")
        return acknowledge_named(session, client, ids)

    put(inbox, "acknowledge_named", driven)
