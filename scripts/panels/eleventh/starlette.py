"""Faults of `examples/starlette_server`."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_server import app, authorization, documents, groups, inbox, orders
from starlette_server import content as contents
from starlette_server.content import Content
from starlette_server.database import Client, Listing, Order, Report
from starlette_server.tokens import AUDIENCE, InvalidToken, Tokens

from scripts.panels.faults import fault, put

SERVER = "starlette_server"
STEP = 5
"""Percent by which progress is told."""


@fault(SERVER, "panel-11-audience-is-looked-for-within-a-text", "AUTH-12")
def audience_within_text() -> None:
    """Whether ours is `in` the audience is asked of a text as of a list: an audience that begins with ours passes."""
    check = Tokens.check_claims

    def check_claims(self: Tokens, claims: dict[str, Any]) -> None:
        audience = claims.get("aud")
        if not isinstance(audience, str | list) or AUDIENCE not in audience:
            raise InvalidToken
        check(self, {**claims, "aud": AUDIENCE})

    put(Tokens, "check_claims", check_claims)


@fault(SERVER, "panel-11-bearer-is-looked-for-among-several-headers", "AUTH-13")
def bearer_among_several() -> None:
    """A gateway adds its own Basic header, so the first Authorization header that has Bearer counts, wherever it is."""

    def bearer_token(request: Request) -> str | None:
        for header in request.headers.getlist("authorization"):
            scheme, _, token = header.partition(" ")
            if scheme.lower() == "bearer" and token.strip(" "):
                return token.strip(" ")
        return None

    put(authorization, "bearer_token", bearer_token)


@fault(SERVER, "panel-11-progress-is-rounded-to-fives", "STATUS-6")
def rounded_progress() -> None:
    """Progress is told in steps of five, rounded: 98 becomes 100, though the order is still PROCESSING."""
    original = orders.order_status

    def order_status(order: Order) -> dict[str, Any]:
        return {**original(order), "progress": round(order.progress / STEP) * STEP}

    put(app, "order_status", order_status)


@fault(SERVER, "panel-11-order-ids-are-joined-with-their-reports", "ORDERID-1")
def joined_with_reports() -> None:
    """The query of order ids joins the versions of reports: an order that was amended is there twice."""
    original = orders.study_orders

    def study_orders(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        original(session, organization_id, study_uid)
        query = (
            select(Order)
            .outerjoin(Report, Report.order_number == Order.number)
            .where(Order.organization_id == organization_id, Order.study_uid == study_uid)
        )
        return list(session.scalars(query.order_by(Order.created_at.desc(), Order.number.desc())))

    put(app, "study_orders", study_orders)


@fault(SERVER, "panel-11-pdf-is-kept-by-the-completion-of-its-order", "RESULTS-11")
def pdf_kept_by_completion() -> None:
    """A PDF that was made is kept by its order and `completed_at` of that, which an amendment leaves as it was."""
    content_of, original = contents.content_of, documents.rendered
    completed: dict[str, int | None] = {}
    kept: dict[tuple[str, int | None], bytes] = {}

    def content(order: Order, report: Report) -> Content:
        completed[order.id] = order.completed_at
        return content_of(order, report)

    def rendered(content: Content, report_type: str) -> bytes:
        if report_type != "pdf":
            return original(content, report_type)
        key = content.order_id, completed[content.order_id]
        if key not in kept:
            kept[key] = original(content, report_type)
        return kept[key]

    put(app, "content_of", content)
    put(app, "rendered", rendered)


@fault(SERVER, "panel-11-reports-of-a-group-are-dealt-out-in-turn", "GROUP-5")
def dealt_out_in_turn() -> None:
    """A group's reports are dealt out in turn to orders that did not fail: a cancelled one takes the next one's."""
    group_row, original = groups.group_row, groups.rendered_group
    names = ("report_id", "report_status", "procedure", "impression", "completed_at")

    def rendered_group(session: Session, members: list[Order], report_type: str) -> bytes:
        rows = {order.number: group_row(session, order) for order in members}
        reports = iter([rows[order.number] for order in members if order.status == "COMPLETED"])
        dealt = {order.number: next(reports, {}) for order in members if order.status != "FAILED"}

        def row(session: Session, order: Order) -> dict[str, Any]:
            report = dealt.get(order.number, {})
            return {**rows[order.number], **{name: report.get(name) for name in names}}

        put(groups, "group_row", row)
        return original(session, members, report_type)

    put(app, "rendered_group", rendered_group)


@fault(SERVER, "panel-11-head-of-the-listing-is-remembered", "BATCH-6")
def head_is_remembered() -> None:
    """The framework answers HEAD by the function for GET, so that a listing nobody has read counts as the last one."""
    original = app.Reports.get

    async def get(self: app.Reports, request: Request) -> Response:
        method = request.scope["method"]
        request.scope["method"] = "GET"
        try:
            return await original(self, request)
        finally:
            request.scope["method"] = method

    put(app.Reports, "get", get)


@fault(SERVER, "panel-11-report-ids-acknowledge-all-versions-of-their-orders", "BATCH-12")
def all_versions() -> None:
    """That a report was received is kept for its order: naming a superseded version acknowledges the newest one too."""
    original = inbox.acknowledge_named

    def acknowledge_named(session: Session, client: Client, ids: list[str]) -> tuple[list[str], list[str]]:
        done = original(session, client, ids)
        named = select(Report.order_number).where(
            Report.organization_id == client.organization_id, Report.id.in_(inbox.select_values("ids"))
        )
        query = update(Report).where(Report.order_number.in_(named)).values(acknowledged=True)
        session.execute(query.execution_options(synchronize_session=False), {"ids": json.dumps(ids)})
        return done

    put(inbox, "acknowledge_named", acknowledge_named)


@fault(SERVER, "panel-11-page-is-remembered-by-another-query", "BATCH-13")
def remembered_by_another_query() -> None:
    """What a page had is remembered by a query of its own, which sorts by `completed_at` alone: ties fall otherwise."""

    def remember(session: Session, client: Client, reports: list[Report]) -> None:
        query = (
            select(Report.number)
            .where(Report.organization_id == client.organization_id, ~Report.acknowledged, ~Report.superseded)
            .order_by(Report.completed_at, Report.number.desc())
            .limit(len(reports))
        )
        numbers = json.dumps(list(session.scalars(query)))
        session.merge(Listing(client_id=client.id, organization_id=client.organization_id, reports=numbers))

    put(inbox, "remember", remember)


@fault(SERVER, "panel-11-table-of-a-group-has-everybodys-orders", "SEC-8")
def everybodys_orders() -> None:
    """The CSV of a group has a query of its own, which asks for the name of the group and forgets the organization."""
    original = groups.rendered_group

    def rendered_group(session: Session, members: list[Order], report_type: str) -> bytes:
        if report_type == "csv":
            query = select(Order).where(Order.study_group == members[0].study_group).order_by(Order.number)
            members = list(session.scalars(query))
        return original(session, members, report_type)

    put(app, "rendered_group", rendered_group)
