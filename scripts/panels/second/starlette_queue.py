"""Faults of `examples/starlette_server` in the queue, isolation and protocol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_server import (
    app,
    authorization,
    bodies,
    inbox,
    making,
    query,
    state_makers,
)
from starlette_server.database import Client, Order, Report
from starlette_server.problems import Problem
from starlette_server.service import Service

from scripts.panels.faults import fault, put

SERVER = "starlette_server"


@fault(SERVER, "starlette-head-is-remembered-as-a-listing", "BATCH-6")
def head_is_remembered() -> None:
    """A HEAD of `/reports` is remembered as if its client had seen the listing: a POST acknowledges what came since."""
    get = app.Reports.get

    async def as_get(endpoint: app.Reports, request: Request) -> Response:
        method, request.scope["method"] = request.scope["method"], "GET"
        try:
            return await get(endpoint, request)
        finally:
            request.scope["method"] = method

    put(app.Reports, "get", as_get)


@fault(SERVER, "starlette-third-version-supersedes-the-first", "BATCH-12")
def supersedes_first() -> None:
    """Each amended version names the order's first version as the one that it supersedes."""
    amend = making.amend

    def of_first(session: Session, clock: Any, report: Report) -> Report:
        amended = amend(session, clock, report)
        order = session.get_one(Order, amended.order_number)
        amended.supersedes = making.report_name(order.id, 1)
        return amended

    put(state_makers, "amend", of_first)


@fault(SERVER, "starlette-page-begins-after-the-last-instant", "BATCH-13")
def after_last_instant() -> None:
    """After a POST, pages begin after the latest instant that was acknowledged: ties and late finishers are missed."""
    waiting_reports, acknowledge = inbox.waiting_reports, inbox.acknowledge
    reached: dict[str, int] = {}

    def noted(session: Session, numbers: list[int]) -> list[str]:
        for number in numbers:
            report = session.get_one(Report, number)
            reached[report.organization_id] = max(report.completed_at, reached.get(report.organization_id, 0))
        return acknowledge(session, numbers)

    def beyond(session: Session, organization_id: str, limit: int | None) -> Sequence[tuple[Report, Order]]:
        waiting = waiting_reports(session, organization_id, None)
        if limit is None:
            return waiting
        return [pair for pair in waiting if pair[0].completed_at > reached.get(organization_id, 0)][:limit]

    put(inbox, "acknowledge", noted)
    put(inbox, "waiting_reports", beyond)


@fault(SERVER, "starlette-unknown-id-rolls-back-what-was-answered", "BATCH-14")
def rolled_back() -> None:
    """A POST that names an unknown id is rolled back at its end, though its answer has what it acknowledged."""
    acknowledge_named = inbox.acknowledge_named

    def undone(session: Session, client: Client, ids: list[str]) -> tuple[list[str], list[str]]:
        savepoint = session.begin_nested()
        acknowledged, not_found = acknowledge_named(session, client, ids)
        if not_found:
            savepoint.rollback()
        return acknowledged, not_found

    put(inbox, "acknowledge_named", undone)


@fault(SERVER, "starlette-amended-report-is-listed-without-its-group", "CONS-2")
def without_group() -> None:
    """The listing's `study_group` is null for an amended version, where it is the order's elsewhere."""
    listed_report = inbox.listed_report

    def of_version(report: Report, order: Order) -> dict[str, Any]:
        listed = listed_report(report, order)
        return {**listed, "study_group": None} if report.version > 1 else listed

    put(inbox, "listed_report", of_version)


@fault(SERVER, "starlette-refused-organization-acknowledges-ones-own", "SEC-2")
def acknowledged_first() -> None:
    """A POST for another organization is refused once the caller's own listing is acknowledged and committed."""
    post = app.Reports.post

    async def committed(endpoint: app.Reports, request: Request) -> Response:
        try:
            return await post(endpoint, request)
        except Problem as problem:
            if problem.reason == "organization-not-allowed" and request.headers.get("content-length", "0") == "0":
                service: Service = request.app.state.service
                client_id, _ = service.tokens.verify(str(authorization.bearer_token(request)))
                with service.sessions.begin() as session:
                    inbox.acknowledge_listing(session, session.get_one(Client, client_id))
            raise

    put(app.Reports, "post", committed)


@fault(SERVER, "starlette-newest-order-of-any-organization-decides", "SEC-3")
def newest_of_any() -> None:
    """By study, the newest order of all organizations is taken, then its owner checked: another's hides one's own."""
    selected_order = app.selected_order

    def of_any(session: Session, organization_id: str, wanted: dict[str, str]) -> Order:
        order = selected_order(session, organization_id, wanted)
        if "study_uid" in wanted:
            newest = session.query(Order).where(Order.study_uid == wanted["study_uid"])
            if newest.order_by(Order.created_at.desc(), Order.number.desc()).limit(1).one().number != order.number:
                raise Problem("study-not-found", "Check the study_uid, or submit the study.")
        return order

    put(app, "selected_order", of_any)


@fault(SERVER, "starlette-malformed-body-is-quoted", "SEC-5")
def body_is_quoted() -> None:
    """The detail of a 400 quotes the beginning of a body that is no JSON, with the secret that was sent by mistake."""
    read_report_ids = bodies.read_report_ids

    async def quoting(request: Request) -> list[str] | None:
        try:
            return await read_report_ids(request)
        except Problem as problem:
            if problem.reason == "invalid-body":
                body = getattr(request, "_read", b"")
                problem.detail += f" It begins: {body[:80].decode('utf-8', 'replace')}"
            raise

    read_body: Callable[[Request], Any] = bodies.read_body

    async def kept(request: Request) -> bytes:
        body: bytes = await read_body(request)
        request._read = body  # type: ignore[attr-defined]
        return body

    put(bodies, "read_body", kept)
    put(app, "read_report_ids", quoting)


@fault(SERVER, "starlette-limit-may-be-any-digit", "PROTO-3")
def any_digit() -> None:
    """Whether `limit` is a number is asked of `isdigit`, which accepts a superscript that `int` cannot read: 500."""
    shapes = {**query.SHAPES, "limit": lambda value: value.isdigit() and 1 <= int(value) <= 10_000}
    put(query, "SHAPES", shapes)
