"""How each provider state is made. Every maker takes the params of its state by name, and gives the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from starlette_server.clock import SECOND
from starlette_server.database import Order, Report
from starlette_server.documents import ORDER_TYPES
from starlette_server.making import (
    ZONE,
    Plan,
    advance_order,
    amend,
    make_orders,
    new_client,
    new_organization,
    report_name,
)
from starlette_server.service import Service
from starlette_server.state_answers import answer, names, new_group, new_study, per_order, the_other, usable
from starlette_server.state_params import UnusableParams, minutes


def fresh_organization(
    service: Service,
    session: Session,
    ready_reports: int = 0,
    completed_seconds: Sequence[float] | None = None,
    offsets: Sequence[str] | None = None,
    organization_id: str | None = None,
) -> dict[str, Any]:
    """An organization with so many ready reports, and a second client."""
    organization_id = usable(session, organization_id)
    seconds = per_order("completed_seconds", completed_seconds, [index / 1000 for index in range(ready_reports)])
    zones = per_order("offsets", [minutes(offset) for offset in offsets or []] or None, [ZONE] * ready_reports)
    begin = service.clock.now() - int((max(seconds, default=0) + 30) * SECOND)
    instants = [begin + round(second * SECOND) for second in seconds]
    plans = [
        Plan("COMPLETED", created_at=instant - 60 * SECOND, completed_at=instant, offset=zone)
        for instant, zone in zip(instants, zones, strict=True)
    ]
    orders = make_orders(session, service.clock, organization_id, plans)
    orders.sort(key=lambda order: (order.completed_at or 0, order.number))
    first = answer(session, organization_id)
    second = new_client(session, organization_id)
    return first | {
        "report_ids": [report_name(order.id, 1) for order in orders],
        "order_ids": [order.id for order in orders],
        "second_client_id": second.id,
        "second_client_secret": second.secret,
    }


def other_organization(service: Service, session: Session, organization_id: str | None = None) -> dict[str, Any]:
    """An organization with one ready report."""
    organization_id = usable(session, organization_id)
    (order,) = make_orders(session, service.clock, organization_id, [Plan("COMPLETED", study_group=new_group())])
    return answer(session, organization_id, **names(order), report_id=report_name(order.id, 1))


def order_in_status(
    service: Service,
    session: Session,
    status: str,
    study_uid: str | None = None,
    study_group: str | None = None,
    report_types: Sequence[str] = ORDER_TYPES,
    organization_id: str | None = None,
) -> dict[str, Any]:
    """An order, made now."""
    organization_id = usable(session, organization_id)
    plan = Plan(status, study_uid, study_group, report_types)
    (order,) = make_orders(session, service.clock, organization_id, [plan])
    return answer(session, organization_id, **names(order))


def study_with_orders(
    service: Service,
    session: Session,
    statuses: list[str],
    seconds: Sequence[float] | None = None,
    offsets: Sequence[str] | None = None,
    submitted: Sequence[int] | None = None,
    organization_id: str | None = None,
) -> dict[str, Any]:
    """A study with orders that were created so many seconds after the first, and submitted in an order of their own."""
    organization_id = usable(session, organization_id)
    count = len(statuses)
    after = per_order("seconds", seconds, [10.0 * index for index in range(count)])
    zones = per_order("offsets", [minutes(offset) for offset in offsets or []] or None, [ZONE] * count)
    ranks = per_order("submitted", submitted, list(range(count)))
    begin = service.clock.now() - int((max(after) + 60) * SECOND)
    study_uid = new_study()
    plans = [
        Plan(status, study_uid, created_at=begin + round(second * SECOND), offset=zone)
        for status, second, zone in zip(statuses, after, zones, strict=True)
    ]
    by_rank = sorted(range(count), key=lambda index: ranks[index])
    orders = make_orders(session, service.clock, organization_id, [plans[index] for index in by_rank])
    orders.sort(key=lambda order: (order.created_at, order.number))
    return answer(session, organization_id, study_uid=study_uid, order_ids=[order.id for order in orders])


def shared_study(
    service: Service,
    session: Session,
    statuses: Sequence[str] = ("COMPLETED", "COMPLETED"),
    newer: str = "other",
    organization_id: str | None = None,
) -> dict[str, Any]:
    """A study that two organizations have an order of."""
    if len(statuses) != 2:
        raise UnusableParams("statuses has the status of my order and that of the other's")
    mine, other, study_uid = usable(session, organization_id), new_organization(session), new_study()
    pairs = [(mine, statuses[0]), (other, statuses[1])]
    orders: dict[str, Order] = {}
    for organization, status in pairs if newer == "other" else reversed(pairs):
        (orders[organization],) = make_orders(session, service.clock, organization, [Plan(status, study_uid)])
    return answer(
        session,
        mine,
        study_uid=study_uid,
        order_id=orders[mine].id,
        other_order_id=orders[other].id,
        **the_other(session, other),
    )


def study_group(
    service: Service, session: Session, statuses: list[str], organization_id: str | None = None
) -> dict[str, Any]:
    """A study group with an order in each of these statuses."""
    organization_id, group = usable(session, organization_id), new_group()
    plans = [Plan(status, study_group=group) for status in statuses]
    orders = make_orders(session, service.clock, organization_id, plans)
    return answer(session, organization_id, study_group=group, order_ids=[order.id for order in orders])


def shared_group(
    service: Service,
    session: Session,
    statuses: list[str],
    other_statuses: list[str],
    organization_id: str | None = None,
) -> dict[str, Any]:
    """A study group that two organizations have orders in."""
    mine, other, group = usable(session, organization_id), new_organization(session), new_group()
    orders = {
        organization: make_orders(
            session, service.clock, organization, [Plan(status, study_group=group) for status in wanted]
        )
        for organization, wanted in ((mine, statuses), (other, other_statuses))
    }
    return answer(
        session,
        mine,
        study_group=group,
        order_ids=[order.id for order in orders[mine]],
        other_order_ids=[order.id for order in orders[other]],
        **the_other(session, other),
    )


def report_becomes_ready(
    service: Service,
    session: Session,
    organization_id: str | None = None,
    study_uid: str | None = None,
    completed_seconds_ago: float | None = None,
    unready: bool = False,
) -> dict[str, Any]:
    """A report that is ready from now on, perhaps completed a while ago; or an order whose report's id is reserved."""
    organization_id = usable(session, organization_id)
    plan = Plan("PROCESSING" if unready else "COMPLETED", study_uid)
    if completed_seconds_ago is not None and not unready:
        plan.completed_at = service.clock.now() - round(completed_seconds_ago * SECOND)
        plan.created_at = plan.completed_at - 60 * SECOND
    (order,) = make_orders(session, service.clock, organization_id, [plan])
    return answer(session, organization_id, **names(order), report_id=report_name(order.id, 1))


def report_amended(
    service: Service, session: Session, report_id: str, organization_id: str | None = None
) -> dict[str, Any]:
    """A new version of a report."""
    report = session.scalar(select(Report).where(Report.id == report_id))
    if report is None:
        raise UnusableParams("there is no such report")
    usable(session, report.organization_id)
    amended = amend(session, service.clock, report)
    return answer(session, report.organization_id, report_id=amended.id)


def order_advanced(
    service: Service,
    session: Session,
    order_id: str,
    status: str | None = None,
    progress: int | None = None,
    organization_id: str | None = None,
) -> dict[str, Any]:
    """An order that has moved on."""
    order = session.scalar(select(Order).where(Order.id == order_id))
    if order is None or (status is None) == (progress is None):
        raise UnusableParams("give an order that there is, and its new status or its new progress")
    usable(session, order.organization_id)
    try:
        advance_order(session, service.clock, order, status or "PROCESSING", progress)
    except ValueError as error:
        raise UnusableParams(str(error)) from None
    return answer(session, order.organization_id, **names(order), status=order.status)
