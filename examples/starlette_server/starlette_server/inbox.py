"""The queue of reports: what is listed, what each client was shown last, what is acknowledged."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from starlette_server.clock import written
from starlette_server.database import Client, Listing, Order, Report


def waiting_reports(session: Session, organization_id: str, limit: int | None) -> list[tuple[Report, Order]]:
    """The newest versions that are not acknowledged, oldest completion first, equal ones in the order of making."""
    query = (
        select(Report, Order)
        .join(Order, Order.number == Report.order_number)
        .where(Report.organization_id == organization_id, ~Report.acknowledged, ~Report.superseded)
        .order_by(Report.completed_at, Report.number)
        .limit(limit)
    )
    return [(report, order) for report, order in session.execute(query)]


def remember(session: Session, client: Client, reports: list[Report]) -> None:
    """Keep what a client was shown, for an acknowledgement without a body."""
    numbers = json.dumps([report.number for report in reports])
    session.merge(Listing(client_id=client.id, organization_id=client.organization_id, reports=numbers))


def listed_report(report: Report, order: Order) -> dict[str, Any]:
    """A report as the listing tells it."""
    return {
        "report_id": report.id,
        "order_id": order.id,
        "study_uid": order.study_uid,
        "study_group": order.study_group,
        "report_status": "amended" if report.version > 1 else "final",
        "supersedes": report.supersedes,
        "report_types": order.report_types.split(),
        "completed_at": written(report.completed_at, order.offset),
    }


def acknowledge_listing(session: Session, client: Client) -> list[str]:
    """Acknowledge what the client was shown last; the ids of those that were not acknowledged yet."""
    listing = session.get(Listing, (client.id, client.organization_id))
    return acknowledge(session, json.loads(listing.reports) if listing else [])


def acknowledge_named(session: Session, client: Client, ids: list[str]) -> tuple[list[str], list[str]]:
    """Acknowledge the organization's reports of these ids; the newly acknowledged, and the ids that name none."""
    chosen = select(Report.id, Report.number).where(
        Report.organization_id == client.organization_id, Report.id.in_(select_values("ids"))
    )
    numbers = {row.id: row.number for row in session.execute(chosen, {"ids": json.dumps(ids)})}
    acknowledged = set(acknowledge(session, list(numbers.values())))
    return [name for name in ids if name in acknowledged], [name for name in ids if name not in numbers]


def acknowledge(session: Session, numbers: list[int]) -> list[str]:
    """Mark these reports as received, in one statement; the ids of those that were not before."""
    query = (
        update(Report)
        .where(Report.number.in_(select_values("numbers")), ~Report.acknowledged)
        .values(acknowledged=True)
        .returning(Report.id, Report.number)
        .execution_options(synchronize_session=False)
    )
    rows = session.execute(query, {"numbers": json.dumps(numbers)}).all()
    return [name for name, _ in sorted(rows, key=lambda row: row[1])]


def select_values(name: str) -> Any:
    """A subquery of the values of a JSON array that is given by this name: however many, it is one parameter."""
    return select(func.json_each(bindparam(name)).table_valued("value").c.value)
