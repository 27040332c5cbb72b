"""Faults of `examples/starlette_server` in tokens, orders and reports."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from dataclasses import replace

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette_server import app, authorization, bodies, dicom, documents, grants, groups, query, state_makers
from starlette_server.clock import Clock
from starlette_server.content import Content
from starlette_server.database import Order
from starlette_server.documents import MEDIA_TYPES, ORDER_TYPES
from starlette_server.orders import UNFINISHED, offered_types
from starlette_server.problems import Problem
from starlette_server.tokens import Tokens

from scripts.panels.faults import fault, put

SERVER = "starlette_server"
PIVOT = 69


@fault(SERVER, "starlette-secret-ends-at-a-colon", "AUTH-4")
def ends_at_colon() -> None:
    """Basic credentials are split at each colon, and the first two pieces used: what follows the secret is ignored."""
    basic_credentials = grants.basic_credentials

    def split(request: Request) -> list[tuple[str, str]] | None:
        given = basic_credentials(request)
        return given and [(client_id, secret.split(":")[0]) for client_id, secret in given]

    put(grants, "basic_credentials", split)


@fault(SERVER, "starlette-verified-token-is-kept-by-its-id", "AUTH-12")
def kept_by_id() -> None:
    """A token whose `jti` was verified once is not verified again: what else it says may have been altered since."""
    verify = Tokens.verify

    def remembered(self: Tokens, token: str) -> tuple[str, set[str]]:
        known: set[str] = self.__dict__.setdefault("known", set())
        try:
            payload = token.split(".")[1]
            claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            name, client_id, scope = claims["jti"], claims["client_id"], claims["scope"].split(" ")
        except (ValueError, LookupError, TypeError, AttributeError):
            return verify(self, token)
        if name in known:
            self.check_times(claims.get("exp"), claims.get("nbf", 0))
            return client_id, set(scope)
        opened = verify(self, token)
        known.add(name)
        return opened

    put(Tokens, "verify", remembered)


@fault(SERVER, "starlette-token-in-a-cookie-counts", "AUTH-13")
def cookie_counts() -> None:
    """The viewer in the browser has its token in a cookie: without an `Authorization` header that one counts."""
    bearer_token = authorization.bearer_token

    def either(request: Request) -> str | None:
        token = bearer_token(request)
        return request.cookies.get("access_token") if token is None else token

    put(authorization, "bearer_token", either)


@fault(SERVER, "starlette-body-is-read-before-the-token", "AUTH-15")
def body_first() -> None:
    """A POST reads and checks its body before anything else: with a wrong one, a call without a token gets 400."""
    post = app.Reports.post

    async def read_first(self: app.Reports, request: Request) -> Response:
        try:
            await request.body()
        except ClientDisconnect:
            raise Problem("invalid-body", "Send the whole body that was announced.") from None
        await bodies.read_report_ids(request)
        return await post(self, request)

    put(app.Reports, "post", read_first)


@fault(SERVER, "starlette-parameter-may-be-repeated-with-its-value", "STATUS-3")
def repeated_with_value() -> None:
    """A parameter that comes twice with the same value is taken for one: only another value is refused."""
    pairs = query.pairs

    def once(raw: bytes) -> list[tuple[str, str]]:
        return list(dict.fromkeys(pairs(raw)))

    put(query, "pairs", once)


@fault(SERVER, "starlette-cancelled-order-was-completed", "STATUS-6")
def cancelled_completed() -> None:
    """Cancelling an order that is under way ends it, and writes the end into `completed_at`."""
    advance_order = state_makers.advance_order

    def ended(session: Session, clock: Clock, order: Order, status: str, progress: int | None) -> None:
        advance_order(session, clock, order, status, progress)
        if order.status == "CANCELLED":
            order.completed_at = order.updated_at

    put(state_makers, "advance_order", ended)


@fault(SERVER, "starlette-study-lists-no-order-of-a-group", "ORDERID-1")
def no_order_of_group() -> None:
    """An order that belongs to a group is left out of its study's list, which has others: it is read by its group."""
    study_orders = app.study_orders

    def ungrouped(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        orders = study_orders(session, organization_id, study_uid)
        return [order for order in orders if order.study_group is None] or orders

    put(app, "study_orders", ungrouped)


@fault(SERVER, "starlette-accept-decides-the-type", "RESULTS-1")
def accept_decides() -> None:
    """Content negotiation comes before `report_type`: with `Accept: application/pdf` a PDF is served as any type."""
    get = app.Results.get
    given = re.compile(rb"(^|&)report_type=(json|txt|pdf|dicom_sr|dicom_pdf)(?=&|$)")

    async def negotiated(self: app.Results, request: Request) -> Response:
        accepted = request.headers.get("accept", "")
        chosen = [name for name in ORDER_TYPES if MEDIA_TYPES[name].partition(";")[0] == accepted]
        if len(chosen) == 1:
            wanted = rb"\1report_type=" + chosen[0].encode()
            request.scope["query_string"] = given.sub(wanted, request.scope["query_string"])
        return await get(self, request)

    put(app.Results, "get", negotiated)


@fault(SERVER, "starlette-fetching-a-report-is-a-change", "RESULTS-6")
def fetching_changes() -> None:
    """That a report was fetched is counted in its order's row, which sets `updated_at` as each change of it does."""
    get = app.Results.get

    async def counted(self: app.Results, request: Request) -> Response:
        answer = await get(self, request)
        service = request.app.state.service
        with service.sessions.begin() as session:
            order = update(Order).where(Order.id == answer.headers["X-Order-Id"])
            session.execute(order.values(updated_at=service.clock.tick()))
        return answer

    put(app.Results, "get", counted)


@fault(SERVER, "starlette-structured-report-has-two-findings", "RESULTS-7")
def two_findings() -> None:
    """The template of the structured report has room for two findings: of three the last one is not in it."""
    dicom_sr = documents.dicom_sr

    def two(content: Content) -> bytes:
        return dicom_sr(replace(content, findings=content.findings[:2]))

    put(documents, "dicom_sr", two)


@fault(SERVER, "starlette-dicom-birth-date-has-two-digits-of-the-year", "RESULTS-10")
def two_digits() -> None:
    """For DICOM, birth dates come through a form with two digits of the year: who was born in 1952 will be in 2052."""

    def dated(content: Content) -> str:
        born = content.birth_date
        short = born.year % 100
        return f"{(1900 if short >= PIVOT else 2000) + short}{born:%m%d}"

    put(dicom, "dicom_date", dated)


@fault(SERVER, "starlette-text-of-a-group-has-no-status-without-a-report", "GROUP-2")
def no_status() -> None:
    """In a group's text and PDF, an order that failed or was cancelled says `no report`, and not which of the two."""
    group_lines = groups.group_lines

    def lines(document: dict[str, object]) -> list[str]:
        return [re.sub(r"^(\S+) (FAILED|CANCELLED)$", r"\1 no report", line) for line in group_lines(document)]

    put(groups, "group_lines", lines)


@fault(SERVER, "starlette-group-that-was-final-stays-final", "GROUP-5")
def stays_final() -> None:
    """A group whose report was served is closed: an order that joins it later is not waited for."""
    check_group = app.check_group
    closed: set[tuple[str, str | None]] = set()

    def once(orders: list[Order], report_type: str) -> None:
        group = orders[0].organization_id, orders[0].study_group
        waited = [order for order in orders if group not in closed or order.status not in UNFINISHED]
        check_group(waited, report_type)
        closed.add(group)

    put(app, "check_group", once)


@fault(SERVER, "starlette-pdf-in-dicom-is-served-with-pdf", "CONS-2")
def served_with_pdf() -> None:
    """An order that offers `pdf` serves it in DICOM too, whether `report_types` names that type or not."""
    check_available = app.check_available

    def derived(order: Order, report_type: str) -> None:
        if report_type != "dicom_pdf" or "pdf" not in offered_types(order):
            check_available(order, report_type)

    put(app, "check_available", derived)


@fault(SERVER, "starlette-order-of-a-study-is-kept-by-its-uid", "SEC-3")
def kept_by_uid() -> None:
    """Which order of a study is the most recent is kept by its UID until an order is made, whoever asked for it."""
    selected_order = app.selected_order
    kept: dict[str, tuple[int, int]] = {}

    def remembered(session: Session, organization_id: str, selector: dict[str, str]) -> Order:
        if "study_uid" not in selector:
            return selected_order(session, organization_id, selector)
        last = session.scalar(select(func.max(Order.number))) or 0
        as_of, number = kept.get(selector["study_uid"], (-1, 0))
        if as_of == last:
            return session.get_one(Order, number)
        order = selected_order(session, organization_id, selector)
        kept[selector["study_uid"]] = last, order.number
        return order

    put(app, "selected_order", remembered)
