"""Faults of the server on Starlette and SQLAlchemy."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_server import app, groups, inbox, orders
from starlette_server.clock import SECOND, written
from starlette_server.content import content_of
from starlette_server.database import Client, Order, Report
from starlette_server.problems import JsonAnswer, Problem
from starlette_server.service import Service

from scripts.panels.faults import fault, put

SERVER = "starlette_server"
KEPT = 5.0
"""Seconds for which a study that was not found is taken to be missing."""


@fault(SERVER, "twelfth-who-may-acknowledge-may-read", "AUTH-14")
def who_may_acknowledge_may_read() -> None:
    """Scopes are taken for ranks: `reports.ack` is above `reports.read`, and opens its operations too."""
    called = app.called

    def called_by_rank(request: Request, operation: str, scope: str) -> tuple[Service, Client]:
        try:
            return called(request, operation, scope)
        except Problem as problem:
            if scope != "reports.read" or problem.reason != "insufficient-scope":
                raise
            try:
                return called(request, operation, "reports.ack")
            except Problem:
                raise problem from None

    put(app, "called", called_by_rank)


@fault(SERVER, "twelfth-order-is-found-before-the-scope-is-checked", "AUTH-15")
def found_before_the_scope_is_checked() -> None:
    """The order is found before the scope is checked, so that a token of any scope tells which orders there are."""
    called = app.called

    def called_with_an_order(request: Request, operation: str, scope: str) -> tuple[Service, Client]:
        try:
            return called(request, operation, scope)
        except Problem as problem:
            order_id = request.query_params.get("order_id")
            if problem.reason == "insufficient-scope" and order_id:
                with request.app.state.service.sessions() as session:
                    client = session.get_one(Client, request.scope["client_id"])
                    orders.find_order(session, client.organization_id, order_id)
            raise

    put(app, "called", called_with_an_order)


@fault(SERVER, "twelfth-creation-is-compared-in-whole-seconds", "STATUS-2")
def compared_in_whole_seconds() -> None:
    """The column that a study's orders are sorted by has whole seconds: within one, the later submitted is newer."""
    study_orders = orders.study_orders

    def sorted_by_the_column(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        found = study_orders(session, organization_id, study_uid)
        return sorted(found, key=lambda order: (order.created_at // SECOND, order.number), reverse=True)

    put(orders, "study_orders", sorted_by_the_column)
    put(app, "study_orders", sorted_by_the_column)


@fault(SERVER, "twelfth-order-is-found-by-the-number-in-its-id", "STATUS-8")
def found_by_its_number() -> None:
    """An order is found by the number in its id; the four characters after it, against guessing, are not compared."""
    find_order = orders.find_order

    def find_by_number(session: Session, organization_id: str, order_id: str) -> Order:
        parts = re.fullmatch(r"EXAM-([0-9]{6,12})-[0-9a-f]{4}", order_id)
        if parts is None:
            return find_order(session, organization_id, order_id)
        number = int(parts[1])
        found = session.scalar(select(Order).where(Order.number == number, Order.organization_id == organization_id))
        return found or find_order(session, organization_id, order_id)

    put(orders, "find_order", find_by_number)


@fault(SERVER, "twelfth-report-fetched-in-each-type-counts-as-received", "RESULTS-6")
def fetched_in_each_type() -> None:
    """Deliveries are noted for each type; once a report was fetched in all that it offers, it is no longer listed."""
    get = app.Results.get
    fetched: dict[str, set[str]] = {}

    async def get_and_note(self: app.Results, request: Request) -> Response:
        answer = await get(self, request)
        report_id = answer.headers["X-Report-Id"]
        types = fetched.setdefault(report_id, set())
        types.add(request.query_params["report_type"])
        service: Service = request.app.state.service
        with service.sessions.begin() as session:
            report = session.scalars(select(Report).where(Report.id == report_id)).one()
            if types >= set(session.get_one(Order, report.order_number).report_types.split()):
                report.acknowledged = True
        return answer

    put(app.Results, "get", get_and_note)


@fault(SERVER, "twelfth-csv-of-a-group-has-the-first-versions", "GROUP-5")
def csv_has_the_first_versions() -> None:
    """The CSV of a group has a query of its own, which finds the first version of each report instead of the newest."""
    rendered_group = app.rendered_group

    def row(session: Session, order: Order) -> dict[str, Any]:
        known = groups.group_row(session, order)
        if order.status != "COMPLETED":
            return known
        first = session.scalars(select(Report).where(Report.order_number == order.number).order_by(Report.number))
        report = first.first()
        assert report is not None
        content = content_of(order, report)
        of_report = {"report_id": report.id, "report_status": content.status, "impression": content.impression}
        return known | of_report | {"completed_at": written(report.completed_at, order.offset)}

    def rendered(session: Session, members: list[Order], report_type: str) -> bytes:
        if report_type != "csv":
            return rendered_group(session, members, report_type)
        return groups.csv_of([row(session, order) for order in members])

    put(app, "rendered_group", rendered)


@fault(SERVER, "twelfth-limit-counts-superseded-reports", "BATCH-13")
def limit_counts_superseded_reports() -> None:
    """`limit` cuts the query, and superseded reports are left out afterwards: they keep a page short, or empty."""

    def waiting_reports(session: Session, organization_id: str, limit: int | None) -> list[tuple[Report, Order]]:
        query = (
            select(Report, Order)
            .join(Order, Order.number == Report.order_number)
            .where(Report.organization_id == organization_id, ~Report.acknowledged)
            .order_by(Report.completed_at, Report.number)
            .limit(limit)
        )
        return [(report, order) for report, order in session.execute(query) if not report.superseded]

    put(inbox, "waiting_reports", waiting_reports)


@fault(SERVER, "twelfth-answers-are-written-as-the-framework-does", "PROTO-3")
def written_as_the_framework_does() -> None:
    """JSON is written in UTF-8 instead of ASCII, which fails where an id was sent with half of a surrogate pair."""

    def render(self: JsonAnswer, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

    put(JsonAnswer, "render", render)


@fault(SERVER, "twelfth-missing-study-is-missing-for-five-seconds", "CONS-1")
def missing_for_five_seconds() -> None:
    """That a study has no order is kept for five seconds, so that an order that comes then is not seen."""
    study_orders = orders.study_orders
    missing: dict[tuple[str, str], tuple[float, Problem]] = {}

    def kept_study_orders(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        key = organization_id, study_uid
        if key in missing:
            until, problem = missing[key]
            if time.monotonic() < until:
                raise problem
        try:
            return study_orders(session, organization_id, study_uid)
        except Problem as problem:
            missing[key] = time.monotonic() + KEPT, problem
            raise

    put(orders, "study_orders", kept_study_orders)
    put(app, "study_orders", kept_study_orders)


@fault(SERVER, "twelfth-group-waits-for-orders-of-all-organizations", "SEC-8")
def waits_for_orders_of_all() -> None:
    """The query for unfinished orders of a group does not name the organization: those of another delay the report."""
    group_orders, check_group = app.group_orders, app.check_group
    unfinished_elsewhere: list[bool] = [False]

    def with_the_others(session: Session, organization_id: str, study_group: str) -> list[Order]:
        query = select(Order.number).where(Order.study_group == study_group, Order.status.in_(orders.UNFINISHED))
        unfinished_elsewhere[0] = session.scalar(query.limit(1)) is not None
        return group_orders(session, organization_id, study_group)

    def check_with_the_others(members: list[Order], report_type: str) -> None:
        check_group(members, report_type)
        if unfinished_elsewhere[0]:
            raise Problem("report-not-ready", "Ask again after the time that Retry-After gives.", {"Retry-After": "3"})

    put(app, "group_orders", with_the_others)
    put(app, "check_group", check_with_the_others)
