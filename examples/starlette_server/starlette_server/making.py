"""Test data: organizations, clients, and orders in any status, with reports and amendments."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from starlette_server.clock import SECOND, Clock
from starlette_server.database import Client, Order, Organization, Report
from starlette_server.documents import ORDER_TYPES
from starlette_server.orders import FINAL
from starlette_server.service import SCOPES

ZONE = 345  # minutes: the offset of Kathmandu, by which times are written unless a state asks for another
PROGRESS = {"RECEIVED": 0, "PROCESSING": 35, "COMPLETED": 100, "FAILED": 60, "CANCELLED": 20}


@dataclass
class Plan:
    """An order to be made. Instants are microseconds; without `created_at` it is made now, without others follow it."""

    status: str
    study_uid: str | None = None
    study_group: str | None = None
    report_types: Sequence[str] = ORDER_TYPES
    created_at: int | None = None
    completed_at: int | None = None
    offset: int = ZONE


def new_organization(session: Session) -> str:
    """Make an organization that a test may do anything to."""
    organization = Organization(id=f"clinic-{secrets.token_hex(5)}", made=True)
    session.add(organization)
    session.flush()
    return organization.id


def new_client(session: Session, organization_id: str, scopes: Sequence[str] = SCOPES[:3]) -> Client:
    """Make a client of an organization."""
    client = Client(
        id=f"c-{secrets.token_hex(6)}",
        secret=secrets.token_urlsafe(18),
        organization_id=organization_id,
        scopes=" ".join(scopes),
    )
    session.add(client)
    session.flush()
    return client


def make_orders(session: Session, clock: Clock, organization_id: str, plans: Sequence[Plan]) -> list[Order]:
    """Make orders, submitted in this sequence, and the reports of those that are COMPLETED."""
    first = (session.scalar(select(func.max(Order.number))) or 0) + 1
    orders = [planned_order(clock, organization_id, plan, number) for number, plan in enumerate(plans, first)]
    reports = [first_report(order) for order in orders if order["status"] == "COMPLETED"]
    for table, rows in ((Order, orders), (Report, reports)):
        if rows:
            session.execute(insert(table), rows)
    return [Order(**order) for order in orders]


def planned_order(clock: Clock, organization_id: str, plan: Plan, number: int) -> dict[str, object]:
    """The row of an order."""
    created = clock.tick() if plan.created_at is None else plan.created_at
    started = clock.tick() if plan.created_at is None else created + SECOND
    updated = plan.completed_at or (clock.tick() if plan.created_at is None else created + 2 * SECOND)
    return {
        "number": number,
        "id": f"EXAM-{number:06}-{secrets.token_hex(2)}",
        "organization_id": organization_id,
        "study_uid": plan.study_uid or f"{STUDIES}.{number}",
        "study_group": plan.study_group,
        "status": plan.status,
        "progress": PROGRESS[plan.status],
        "report_types": " ".join(plan.report_types),
        "created_at": created,
        "started_at": started,
        "updated_at": updated if plan.status != "RECEIVED" else created,
        "completed_at": updated if plan.status == "COMPLETED" else None,
        "offset": plan.offset,
    }


STUDIES = f"1.3.6.1.4.1.32473.57.{secrets.randbelow(10**12)}"


def first_report(order: dict[str, object]) -> dict[str, object]:
    """The row of the first version of an order's report."""
    return {
        "id": report_name(str(order["id"]), 1),
        "order_number": order["number"],
        "organization_id": order["organization_id"],
        "version": 1,
        "completed_at": order["completed_at"],
        "supersedes": None,
    }


def report_name(order_id: str, version: int) -> str:
    """The id of a version of an order's report, known before there is one."""
    return f"{order_id.replace('EXAM', 'Rep')}-v{version}"


def advance_order(session: Session, clock: Clock, order: Order, status: str, progress: int | None) -> None:
    """Move an order, and make its report where it is COMPLETED now.

    Raises:
        ValueError: a move that there is not.
    """
    rank = ("RECEIVED", "PROCESSING", *FINAL).index
    if order.status in FINAL or min(rank(status), 2) < min(rank(order.status), 2):
        raise ValueError("an order moves forward only")
    if progress is not None and progress < order.progress:
        raise ValueError("progress never falls")
    if status == order.status and progress in (None, order.progress):
        return
    order.status = status
    order.progress = 100 if status == "COMPLETED" else order.progress if progress is None else progress
    order.updated_at = clock.tick()
    if status == "COMPLETED":
        order.completed_at = order.updated_at
        session.execute(insert(Report).values(first_report(vars(order))))


def amend(session: Session, clock: Clock, report: Report) -> Report:
    """Make the next version of a report's order, in place of the newest."""
    query = select(Report).where(Report.order_number == report.order_number).order_by(Report.version.desc())
    newest = session.scalars(query.limit(1)).one()
    order = session.get_one(Order, report.order_number)
    newest.superseded = True
    order.updated_at = clock.tick()
    amended = Report(
        id=report_name(order.id, newest.version + 1),
        order_number=order.number,
        organization_id=order.organization_id,
        version=newest.version + 1,
        completed_at=order.updated_at,
        supersedes=newest.id,
    )
    session.add(amended)
    return amended
