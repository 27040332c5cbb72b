"""Faults of `examples/starlette_server`."""

from __future__ import annotations

import json
import time
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette_server import app, authorization, bodies, dicom, documents, groups, inbox, orders, query
from starlette_server.clock import written
from starlette_server.content import Content
from starlette_server.database import Client, Order, Report
from starlette_server.problems import Problem
from starlette_server.service import Service

from scripts.panels.faults import fault, put

SERVER = "starlette_server"
FORM = "application/x-www-form-urlencoded"
CLAIMED = 60.0
"""Seconds for which a report belongs to who fetched it."""
SNAPSHOT = 60.0
"""Seconds for which a connection sees what it saw first."""


@fault(SERVER, "starlette-throttled-client-is-signed-out", "AUTH-17")
def signed_out() -> None:
    """Who meets a 429 or 503 has its session ended as well: the token is refused from then on."""
    authorize = authorization.authorize
    ended: set[str] = set()

    def watched(service: Service, request: Request, scope: str) -> Client:
        sent = request.headers.get("authorization", "")
        if sent in ended:
            raise authorization.invalid_token("Get a new token from the token endpoint.")
        try:
            return authorize(service, request, scope)
        except Problem as problem:
            if problem.reason in ("too-many-requests", "service-unavailable"):
                ended.add(sent)
            raise

    put(app, "authorize", watched)


@fault(SERVER, "starlette-post-takes-a-limit", "STATUS-3")
def takes_limit() -> None:
    """Parameters are those of a path: `POST /reports` takes a `limit`, and acknowledges the whole listing."""

    def read(raw: bytes, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, str]:
        return query.read_query(raw, required, ("limit",) if required == ("organizationId",) else optional)

    put(app, "read_query", read)


@fault(SERVER, "starlette-hyphens-of-an-order-id-do-not-count", "STATUS-8")
def hyphens() -> None:
    """Ids of orders are compared without their hyphens, as those of UUIDs may be left out or stand elsewhere."""

    def found(session: Session, organization_id: str, selector: dict[str, str]) -> Order:
        try:
            return orders.selected_order(session, organization_id, selector)
        except Problem:
            wanted = selector.get("order_id", "").replace("-", "")
            for order in session.scalars(select(Order).where(Order.organization_id == organization_id)):
                if order.id.replace("-", "") == wanted:
                    return order
            raise

    put(app, "selected_order", found)


@fault(SERVER, "starlette-fetched-amendment-counts-as-received", "RESULTS-6")
def counts_as_received() -> None:
    """An amended report that was fetched has replaced the former one: it is taken off the listing."""

    def fetched(session: Session, order: Order) -> Report:
        report = orders.latest_report(session, order)
        if report.version > 1:
            report.acknowledged = True
            session.commit()
        return report

    put(app, "latest_report", fetched)


@fault(SERVER, "starlette-dicom-birth-date-has-the-month-last", "RESULTS-10")
def month_last() -> None:
    """Birth dates come into DICOM through a form that has the day first where it can: the 7th of March is 3 July."""

    def read(content: Content) -> str:
        born = content.birth_date
        return (date(born.year, born.day, born.month) if born.day <= 12 else born).strftime("%Y%m%d")

    put(dicom, "dicom_date", read)


@fault(SERVER, "starlette-group-is-as-of-its-first-versions", "GROUP-5")
def first_versions() -> None:
    """`created_at` of a group's json is when its last order ended: after an amendment it is older than what it has."""

    def dated(session: Session, members: list[Order], report_type: str) -> bytes:
        content = groups.rendered_group(session, members, report_type)
        if report_type != "json":
            return content
        ended = max(order.completed_at or order.updated_at for order in members)
        report = {**json.loads(content), "created_at": written(ended, members[0].offset)}
        return json.dumps(report, ensure_ascii=False, indent=1).encode()

    put(app, "rendered_group", dated)


@fault(SERVER, "starlette-fetched-report-is-claimed", "BATCH-9")
def claimed() -> None:
    """Who fetches a report has claimed it: for a minute it is not listed to the other clients of the organization."""
    called, waiting_reports = app.called, inbox.waiting_reports
    present: list[Client] = []
    claims: dict[str, tuple[str, float]] = {}

    def noting(request: Request, operation: str, scope: str) -> tuple[Service, Client]:
        service, client = called(request, operation, scope)
        present[:] = [client]
        return service, client

    def fetched(session: Session, order: Order) -> Report:
        report = orders.latest_report(session, order)
        claims[report.id] = present[0].id, time.monotonic() + CLAIMED
        return report

    def free(session: Session, organization_id: str, limit: int | None) -> list[tuple[Report, Order]]:
        now, me = time.monotonic(), present[0].id
        taken = {name for name, (owner, until) in claims.items() if owner != me and until > now}
        return [row for row in waiting_reports(session, organization_id, None) if row[0].id not in taken][:limit]

    put(app, "called", noting)
    put(app, "latest_report", fetched)
    put(inbox, "waiting_reports", free)


@fault(SERVER, "starlette-form-counts-as-no-body", "BATCH-11")
def form_counts() -> None:
    """A body is parsed by its media type: JSON sent as a form, as curl does, is an empty form, and counts as none."""

    async def read(request: Request) -> list[str] | None:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM:
            await bodies.read_body(request)
            return None
        return await bodies.read_report_ids(request)

    put(app, "read_report_ids", read)


@fault(SERVER, "starlette-connection-sees-a-snapshot", "CONS-1")
def snapshot() -> None:
    """A connection reads `/orderId` in one transaction for a minute: an order that came since is not there for it."""
    called = app.called
    present: list[object] = []
    seen: dict[object, tuple[float, list[Order]]] = {}

    def noting(request: Request, operation: str, scope: str) -> tuple[Service, Client]:
        present[:] = [None if request.client is None else tuple(request.client)]
        return called(request, operation, scope)

    def read(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        place, now = (present[0], organization_id, study_uid), time.monotonic()
        if place not in seen or seen[place][0] < now:
            seen[place] = now + SNAPSHOT, orders.study_orders(session, organization_id, study_uid)
        return seen[place][1]

    put(app, "called", noting)
    put(app, "study_orders", read)


@fault(SERVER, "starlette-type-is-looked-at-before-the-owner", "SEC-1")
def before_owner() -> None:
    """A type that an order does not offer is refused before anybody asks whose it is: another's is told from none."""

    def found(session: Session, organization_id: str, selector: dict[str, str]) -> Order:
        order = session.scalar(select(Order).where(Order.id == selector.get("order_id", "")))
        if order is not None and "report_type" in selector and order.status == "COMPLETED":
            documents.check_available(order, selector["report_type"])
        return orders.selected_order(session, organization_id, selector)

    put(app, "selected_order", found)
