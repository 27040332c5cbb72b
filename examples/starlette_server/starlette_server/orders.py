"""Orders: which there are, which of a study is the most recent, and how an order is told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from starlette_server.clock import written
from starlette_server.database import Order, Report
from starlette_server.problems import Problem

UNFINISHED = ("RECEIVED", "PROCESSING")
FINAL = ("COMPLETED", "FAILED", "CANCELLED")


def find_order(session: Session, organization_id: str, order_id: str) -> Order:
    """The organization's order of this id.

    Raises:
        Problem: `order-not-found`, also where the order is another organization's.
    """
    order = session.scalar(select(Order).where(Order.id == order_id, Order.organization_id == organization_id))
    if order is None:
        raise Problem("order-not-found", "Check the order_id; it is compared exactly.")
    return order


def study_orders(session: Session, organization_id: str, study_uid: str) -> list[Order]:
    """The organization's orders of a study, newest first: by the instant of creation, then by submission.

    Raises:
        Problem: `study-not-found`.
    """
    query = select(Order).where(Order.organization_id == organization_id, Order.study_uid == study_uid)
    orders = list(session.scalars(query.order_by(Order.created_at.desc(), Order.number.desc())))
    if not orders:
        raise Problem("study-not-found", "Check the study_uid, or submit the study.")
    return orders


def selected_order(session: Session, organization_id: str, selector: dict[str, str]) -> Order:
    """The order that a call names, by its own id or as its study's most recent one."""
    if "order_id" in selector:
        return find_order(session, organization_id, selector["order_id"])
    return study_orders(session, organization_id, selector["study_uid"])[0]


def latest_report(session: Session, order: Order) -> Report:
    """The newest version of a COMPLETED order's report."""
    query = select(Report).where(Report.order_number == order.number).order_by(Report.version.desc())
    return session.scalars(query.limit(1)).one()


def offered_types(order: Order) -> list[str]:
    """The types that the order's report can be fetched in; none before it is COMPLETED."""
    return order.report_types.split() if order.status == "COMPLETED" else []


def order_status(order: Order) -> dict[str, Any]:
    """The order as `/status` tells it."""
    return {
        "order_id": order.id,
        "study_uid": order.study_uid,
        "study_group": order.study_group,
        "status": order.status,
        "progress": order.progress,
        "report_types": offered_types(order),
        "created_at": written(order.created_at, order.offset),
        "updated_at": written(order.updated_at, order.offset),
        "completed_at": None if order.completed_at is None else written(order.completed_at, order.offset),
    }
