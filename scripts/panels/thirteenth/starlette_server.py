"""Faults of the server on Starlette. Each function changes a part of it before it starts."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session
from starlette.requests import Request
from starlette.responses import Response
from starlette_server import app, documents, grants, inbox
from starlette_server.app import Reports, Results
from starlette_server.content import Content, content_of
from starlette_server.database import Client, Order, Report
from starlette_server.documents import check_available, rendered
from starlette_server.groups import check_group
from starlette_server.orders import UNFINISHED, latest_report, order_status, selected_order
from starlette_server.problems import Problem
from starlette_server.query import read_query, read_selector

from scripts.panels.faults import fault, put

SERVER = "starlette_server"
Ids = tuple[list[str], list[str]]


@fault(SERVER, "panel-13-client-ids-are-lower-cased", "AUTH-4")
def lower_cased_clients() -> None:
    """A client's id is lower-cased when it arrives, as a user's address is: in another case it names the client too."""
    basic_credentials, authenticated = grants.basic_credentials, grants.authenticated

    def lower(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(client_id.lower(), secret) for client_id, secret in pairs]

    def basic(request: Request) -> list[tuple[str, str]] | None:
        pairs = basic_credentials(request)
        return None if pairs is None else lower(pairs)

    def found(session: Session, candidates: list[tuple[str, str]]) -> Client | None:
        return authenticated(session, lower(candidates))

    put(grants, "basic_credentials", basic)
    put(grants, "authenticated", found)


@fault(SERVER, "panel-13-progress-is-rounded-to-fives", "STATUS-6")
def rounded_progress() -> None:
    """Progress is rounded to steps of five for a steady display: 98 per cent is told as 100."""

    def rounded(order: Order) -> dict[str, Any]:
        status = order_status(order)
        return {**status, "progress": 5 * round(status["progress"] / 5)}

    put(app, "order_status", rounded)


@fault(SERVER, "panel-13-parameters-are-normalized", "STATUS-8")
def normalized_parameters() -> None:
    """Parameters are put into Unicode's form NFC, in which Macs do not send them: two spellings find a group."""

    def normalized(raw: bytes, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, str]:
        values = read_query(raw, required, optional)
        return {name: unicodedata.normalize("NFC", value) for name, value in values.items()}

    put(app, "read_query", normalized)


@fault(SERVER, "panel-13-latest-report-of-a-study-is-served", "RESULTS-2")
def latest_of_study() -> None:
    """A study's report is the one that was completed last: the amended report of an older order takes its place."""

    async def get(self: Results, request: Request) -> Response:
        service, client = app.called(request, "getResult", "reports.read")
        query = read_selector(request.scope["query_string"], "report_type")
        with service.sessions() as session:
            order = selected_order(session, client.organization_id, query)
            check_available(order, query["report_type"])
            report = latest_report(session, order)
            if "study_uid" in query:
                of_study = (Order.study_uid == order.study_uid, Order.organization_id == order.organization_id)
                found = select(Report).join(Order, Order.number == Report.order_number).where(*of_study)
                latest_first = found.order_by(Report.completed_at.desc(), Report.number.desc())
                report = session.scalars(latest_first.limit(1)).one()
                order = session.get_one(Order, report.order_number)
        body = rendered(content_of(order, report), query["report_type"])
        headers = {"X-Order-Id": order.id, "X-Report-Id": report.id}
        return app.document(body, query["report_type"], report.id, headers)

    put(Results, "get", get)


@fault(SERVER, "panel-13-printed-findings-are-kept-by-order", "RESULTS-7")
def findings_kept() -> None:
    """The findings of a printed report are kept by order: amended, it has the old findings and the new impression."""
    report_lines = documents.report_lines
    kept: dict[str, tuple[str, ...]] = {}

    def lines(content: Content) -> list[str]:
        return report_lines(replace(content, findings=kept.setdefault(content.order_id, content.findings)))

    put(documents, "report_lines", lines)


@fault(SERVER, "panel-13-head-is-remembered-as-a-listing", "BATCH-6")
def head_is_remembered() -> None:
    """HEAD is answered by the code of GET, which remembers the listing: a monitor's HEAD adds reports to the POST."""

    async def head(self: Reports, request: Request) -> Response:
        request.scope["method"] = "GET"
        return await self.get(request)

    put(Reports, "head", head)


@fault(SERVER, "panel-13-limit-counts-superseded-reports", "BATCH-13")
def limit_counts_superseded() -> None:
    """Superseded reports are left out after the limit: a page of them alone is empty, and its client stops."""

    def waiting(session: Session, organization_id: str, limit: int | None) -> list[tuple[Report, Order]]:
        query = (
            select(Report, Order)
            .join(Order, Order.number == Report.order_number)
            .where(Report.organization_id == organization_id, ~Report.acknowledged)
            .order_by(Report.completed_at, Report.number)
            .limit(limit)
        )
        return [(report, order) for report, order in session.execute(query) if not report.superseded]

    put(inbox, "waiting_reports", waiting)


@fault(SERVER, "panel-13-foreign-report-is-not-unknown", "BATCH-11")
def foreign_is_known() -> None:
    """Only ids that no organization has are told as not found: another's report is in neither list, and so betrayed."""

    def acknowledge_named(session: Session, client: Client, ids: list[str]) -> Ids:
        acknowledged, not_found = named(session, client, ids)
        foreign = set(session.scalars(select(Report.id).where(Report.id.in_(not_found))))
        return acknowledged, [report_id for report_id in not_found if report_id not in foreign]

    named = inbox.acknowledge_named
    put(inbox, "acknowledge_named", acknowledge_named)


@fault(SERVER, "panel-13-group-waits-for-all-organizations", "SEC-8")
def waits_for_all() -> None:
    """Whether a group is finished is asked without the organization: another's open order of that name delays it."""

    def checked(orders: list[Order], report_type: str) -> None:
        check_group(orders, report_type)
        session = object_session(orders[0])
        assert session is not None, "the orders were just read"
        unfinished = select(func.count()).where(
            Order.study_group == orders[0].study_group, Order.status.in_(UNFINISHED)
        )
        if session.scalar(unfinished):
            raise Problem("report-not-ready", "Ask again after the time that Retry-After gives.", {"Retry-After": "3"})

    put(app, "check_group", checked)


@fault(SERVER, "panel-13-half-a-character-in-an-id-fails", "PROTO-3")
def half_a_character_fails() -> None:
    """Ids go to the database as they are: half of a surrogate pair, which JSON can name, has no UTF-8, and fails."""
    named = inbox.acknowledge_named

    def acknowledge_named(session: Session, client: Client, ids: list[str]) -> Ids:
        known = set(session.scalars(select(Report.id).where(Report.id.in_(ids))))
        acknowledged, not_found = named(session, client, [report_id for report_id in ids if report_id in known])
        return acknowledged, [report_id for report_id in ids if report_id not in known or report_id in not_found]

    put(inbox, "acknowledge_named", acknowledge_named)
