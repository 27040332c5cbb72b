"""Faults of `examples/starlette_server`."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_server import app, documents, groups, inbox, orders
from starlette_server.content import Content
from starlette_server.database import Client, Order, Report
from starlette_server.tokens import AUDIENCE, Tokens

from scripts.panels.faults import fault, put

STARLETTE = "starlette_server"
Named = tuple[list[str], list[str]]
"""The ids that a POST has newly acknowledged, and those that name no report."""


@fault(STARLETTE, "ninth-audience-is-looked-for-in-the-claim", "AUTH-12")
def audience_in_the_claim() -> None:
    """The audience is looked for with `in`: in a claim that is a text, it may be a part of another service's name."""
    check = Tokens.check_claims

    def contained(self: Tokens, claims: dict[str, Any]) -> None:
        audience = claims.get("aud")
        check(self, {**claims, "aud": AUDIENCE} if isinstance(audience, str) and AUDIENCE in audience else claims)

    put(Tokens, "check_claims", contained)


@fault(STARLETTE, "ninth-tie-goes-to-the-earlier-submission", "STATUS-2")
def tie_goes_to_the_earlier() -> None:
    """Orders are sorted by `created_at DESC, number`: of two created at once, the first submitted wins."""
    study_orders = orders.study_orders

    def ascending(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        found = study_orders(session, organization_id, study_uid)
        return sorted(found, key=lambda order: (-order.created_at, order.number))

    put(orders, "study_orders", ascending)
    put(app, "study_orders", ascending)


@fault(STARLETTE, "ninth-last-completed-order-reports-for-the-study", "RESULTS-2")
def last_completed_reports() -> None:
    """Once a study's newest order is COMPLETED, the one completed last reports for the study, which may be older."""
    selected_order = orders.selected_order

    def completed_last(session: Session, organization_id: str, selector: dict[str, str]) -> Order:
        order = selected_order(session, organization_id, selector)
        if "report_type" not in selector or "order_id" in selector or order.status != "COMPLETED":
            return order
        found = orders.study_orders(session, organization_id, selector["study_uid"])
        return max(found, key=lambda candidate: candidate.completed_at or 0)

    put(app, "selected_order", completed_last)


@fault(STARLETTE, "ninth-pdf-is-made-once-for-an-order", "RESULTS-11")
def pdf_is_made_once() -> None:
    """The PDF is kept by the order, since it is costly: once fetched, it stays as it was after an amendment."""
    kept: dict[str, bytes] = {}
    rendered = documents.rendered

    def kept_by_order(content: Content, report_type: str) -> bytes:
        if report_type != "pdf":
            return rendered(content, report_type)
        if content.order_id not in kept:
            kept[content.order_id] = rendered(content, report_type)
        return kept[content.order_id]

    put(app, "rendered", kept_by_order)


@fault(STARLETTE, "ninth-group-joins-the-versions", "GROUP-2")
def group_joins_the_versions() -> None:
    """The orders of a group are joined with their reports: an amended order is there once for each version."""
    group_orders = groups.group_orders

    def joined(session: Session, organization_id: str, study_group: str) -> list[Order]:
        group_orders(session, organization_id, study_group)
        query = select(Order).outerjoin(Report, Report.order_number == Order.number)
        query = query.where(Order.organization_id == organization_id, Order.study_group == study_group)
        return list(session.scalars(query.order_by(Order.number)))

    put(app, "group_orders", joined)


@fault(STARLETTE, "ninth-head-is-remembered-as-a-listing", "BATCH-6")
def head_is_remembered() -> None:
    """The framework answers HEAD by way of GET: a probe of the queue is remembered as the client's listing."""
    get = app.Reports.get

    async def listed(self: app.Reports, request: Request) -> Response:
        method = request.scope["method"]
        request.scope["method"] = "GET"
        try:
            return await get(self, request)
        finally:
            request.scope["method"] = method

    put(app.Reports, "get", listed)


@fault(STARLETTE, "ninth-update-names-no-organization", "BATCH-11")
def update_names_no_organization() -> None:
    """Named reports are acknowledged by their ids alone: another organization's too, though they are in `not_found`."""
    acknowledge_named = inbox.acknowledge_named

    def of_anybody(session: Session, client: Client, ids: list[str]) -> Named:
        answer = acknowledge_named(session, client, ids)
        query = select(Report.number).where(Report.id.in_(inbox.select_values("ids")))
        inbox.acknowledge(session, list(session.scalars(query, {"ids": json.dumps(ids)})))
        return answer

    put(inbox, "acknowledge_named", of_anybody)


@fault(STARLETTE, "ninth-acknowledgement-is-the-orders", "BATCH-12")
def acknowledgement_is_the_orders() -> None:
    """A named report is acknowledged by way of its order: who names a superseded one loses its successor too."""
    acknowledge_named = inbox.acknowledge_named

    def with_successors(session: Session, client: Client, ids: list[str]) -> Named:
        named = select(Report.order_number).where(
            Report.organization_id == client.organization_id, Report.id.in_(inbox.select_values("ids"))
        )
        numbers = session.scalars(
            select(Report.number).where(Report.order_number.in_(named)), {"ids": json.dumps(ids)}
        ).all()
        answer = acknowledge_named(session, client, ids)
        inbox.acknowledge(session, list(numbers))
        return answer

    put(inbox, "acknowledge_named", with_successors)


@fault(STARLETTE, "ninth-limit-counts-superseded-reports", "BATCH-13")
def limit_counts_superseded() -> None:
    """Superseded reports are left out after `limit` was applied: pages are short, and the first may be empty."""

    def page(session: Session, organization_id: str, limit: int | None) -> list[tuple[Report, Order]]:
        query = (
            select(Report, Order)
            .join(Order, Order.number == Report.order_number)
            .where(Report.organization_id == organization_id, ~Report.acknowledged)
            .order_by(Report.completed_at, Report.number)
            .limit(limit)
        )
        return [(report, order) for report, order in session.execute(query) if not report.superseded]

    put(inbox, "waiting_reports", page)


@fault(STARLETTE, "ninth-group-is-known-whoever-has-it", "SEC-1")
def group_is_known() -> None:
    """Whether a group exists is asked without the organization: another's looks like a group that failed."""
    group_orders = groups.group_orders

    def known(session: Session, organization_id: str, study_group: str) -> list[Order]:
        if session.scalar(select(Order.number).where(Order.study_group == study_group).limit(1)) is None:
            return group_orders(session, organization_id, study_group)
        query = select(Order).where(Order.organization_id == organization_id, Order.study_group == study_group)
        return list(session.scalars(query.order_by(Order.number)))

    put(app, "group_orders", known)
