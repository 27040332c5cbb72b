"""Faults of `examples/starlette_server` in tokens, parameters, orders and reports."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from dataclasses import replace
from urllib.parse import unquote, unquote_plus

from pydicom.dataset import FileDataset
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette_server import app, authorization, dicom, grants, query, state_makers
from starlette_server.clock import Clock
from starlette_server.content import Content
from starlette_server.database import Order, Report
from starlette_server.orders import UNFINISHED
from starlette_server.problems import Problem
from starlette_server.tokens import Tokens

from scripts.panels.faults import fault, put

SERVER = "starlette_server"


@fault(SERVER, "starlette-basic-outside-utf-8-ends-in-500", "AUTH-4")
def outside_utf8() -> None:
    """Basic credentials that are no base64 are refused; of base64 that is no UTF-8 nobody thought: 500."""
    basic_credentials = grants.basic_credentials

    def unguarded(request: Request) -> list[tuple[str, str]] | None:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                raw = b64decode(encoded.strip(), validate=True)
            except binascii.Error:
                return []
            client_id, _, secret = raw.decode().partition(":")
            unquote_plus(client_id + secret)
        return basic_credentials(request)

    put(grants, "basic_credentials", unguarded)


@fault(SERVER, "starlette-typ-is-compared-by-its-end", "AUTH-12")
def typ_by_end() -> None:
    """Any `typ` that ends with `+jwt` is a token's: that of a logout is accepted too."""
    check_header = Tokens.check_header

    def by_end(self: Tokens, header: dict[str, object]) -> None:
        is_jwt = str(header.get("typ", "")).endswith("+jwt")
        check_header(self, {**header, "typ": "at+jwt"} if is_jwt else header)

    put(Tokens, "check_header", by_end)


@fault(SERVER, "starlette-last-of-two-tokens-counts", "AUTH-13")
def last_of_two() -> None:
    """Of two `Authorization` headers the last one counts, as in a dictionary that is filled header by header."""

    def last(request: Request) -> str | None:
        headers = request.headers.getlist("authorization")
        scheme, _, token = (headers[-1] if headers else "").partition(" ")
        return token.strip(" ") or None if scheme.lower() == "bearer" else None

    put(authorization, "bearer_token", last)


@fault(SERVER, "starlette-query-is-checked-before-the-scope", "AUTH-15")
def query_before_scope() -> None:
    """The framework checks the query before the function that asks for a scope: without it, a wrong query gets 400."""
    get = app.Status.get

    async def checked(self: app.Status, request: Request) -> Response:
        try:
            return await get(self, request)
        except Problem as problem:
            if problem.reason == "insufficient-scope":
                app.read_selector(request.scope["query_string"])
            raise

    put(app.Status, "get", checked)


@fault(SERVER, "starlette-most-recent-order-is-the-last-submitted", "STATUS-2")
def last_submitted() -> None:
    """The most recent order of a study is that of the highest number: what was created when is not looked at."""
    selected_order = app.selected_order

    def by_number(session: Session, organization_id: str, selector: dict[str, str]) -> Order:
        order = selected_order(session, organization_id, selector)
        if "study_uid" not in selector:
            return order
        of_study = Order.organization_id == organization_id, Order.study_uid == selector["study_uid"]
        return session.scalars(select(Order).where(*of_study).order_by(Order.number.desc()).limit(1)).one()

    put(app, "selected_order", by_number)


@fault(SERVER, "starlette-created-at-is-renewed-with-the-row", "STATUS-7")
def renewed() -> None:
    """`created_at` is the table's first timestamp, which the database renews whenever the row is updated."""
    advance_order = state_makers.advance_order

    def advanced(session: Session, clock: Clock, order: Order, status: str, progress: int | None) -> None:
        before = order.updated_at
        advance_order(session, clock, order, status, progress)
        if order.updated_at != before:
            order.created_at = order.updated_at

    put(state_makers, "advance_order", advanced)


@fault(SERVER, "starlette-study-without-an-order-has-an-empty-list", "ORDERID-3")
def empty_list() -> None:
    """`/orderId` filters orders by study, and a filter may find none: an unknown study has an empty list."""
    study_orders = app.study_orders

    def filtered(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        try:
            return study_orders(session, organization_id, study_uid)
        except Problem:
            return []

    put(app, "study_orders", filtered)


@fault(SERVER, "starlette-report-type-is-read-without-case", "RESULTS-5")
def type_without_case() -> None:
    """The name of a report type is turned to small letters before it is looked up: `JSON` is json."""
    read_selector = app.read_selector
    put(query, "SHAPES", {**query.SHAPES, "report_type": lambda value: value.lower() in query.REPORT_TYPES})

    def lowered(raw: bytes, *required: str) -> dict[str, str]:
        values = read_selector(raw, *required)
        return {name: value.lower() if name == "report_type" else value for name, value in values.items()}

    put(app, "read_selector", lowered)


@fault(SERVER, "starlette-text-has-decimal-commas", "RESULTS-7")
def decimal_commas() -> None:
    """The text is written in the locale of the department: its findings and impression have `5,5 mm` for `5.5 mm`."""
    rendered = app.rendered

    def localized(content: Content, report_type: str) -> bytes:
        if report_type == "txt":
            said = [re.sub(r"(\d)\.(\d)", r"\1,\2", line) for line in (*content.findings, content.impression)]
            content = replace(content, findings=tuple(said[:-1]), impression=said[-1])
        return rendered(content, report_type)

    put(app, "rendered", localized)


@fault(SERVER, "starlette-dicom-does-not-name-its-character-set", "RESULTS-8")
def no_character_set() -> None:
    """DICOM documents leave out which character set they have: names with umlauts cannot be read by the standard."""
    stored = dicom.stored

    def silent(document: FileDataset) -> bytes:
        del document.SpecificCharacterSet
        return stored(document)

    put(dicom, "stored", silent)


@fault(SERVER, "starlette-dicom-knows-two-sexes", "RESULTS-10")
def two_sexes() -> None:
    """DICOM documents have F, M or nothing: the sex of a patient whose sex is O is left empty."""
    header = dicom.header

    def binary(content: Content, class_uid: str, modality: str) -> FileDataset:
        document = header(content, class_uid, modality)
        document.PatientSex = content.sex if content.sex in ("F", "M") else ""
        return document

    put(dicom, "header", binary)


@fault(SERVER, "starlette-tenth-version-is-sorted-as-text", "RESULTS-11")
def sorted_as_text() -> None:
    """The newest version of a report is the last by its id, as text: `-v9` comes after `-v10`."""

    def latest(session: Session, order: Order) -> Report:
        of_order = select(Report).where(Report.order_number == order.number)
        return session.scalars(of_order.order_by(Report.id.desc()).limit(1)).one()

    put(app, "latest_report", latest)


@fault(SERVER, "starlette-group-is-ready-with-its-last-order", "GROUP-3")
def ready_with_last() -> None:
    """A group is waited for until the order that joined last has ended: older ones are thought to have ended before."""
    check_group = app.check_group

    def last_alone(orders: list[Order], report_type: str) -> None:
        ended = [order for order in orders[:-1] if order.status not in UNFINISHED]
        check_group([*ended, orders[-1]], report_type)

    put(app, "check_group", last_alone)


@fault(SERVER, "starlette-browser-gets-a-page-that-quotes", "SEC-5")
def page_that_quotes() -> None:
    """Who accepts HTML gets a page for a wrong query, which shows the address as it was typed, with marks of HTML."""
    problem_answer = app.problem_answer

    def page(request: Request, problem: Problem) -> Response:
        answer = problem_answer(request, problem)
        if problem.errors and "text/html" in request.headers.get("accept", ""):
            typed = unquote(request.scope["query_string"].decode("latin-1"))
            return HTMLResponse(f"<h1>Not understood</h1><p>{typed}</p>", answer.status_code)
        return answer

    put(app, "problem_answer", page)


@fault(SERVER, "starlette-range-is-honoured", "PROTO-1")
def range_is_honoured() -> None:
    """Reports are sent as files are: a `Range` gets a part of one, with 206, which the description does not know."""
    get = app.Results.get

    async def part(self: app.Results, request: Request) -> Response:
        answer = await get(self, request)
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
        whole = bytes(answer.body)
        if asked is None or int(asked[1]) >= len(whole):
            return answer
        first, last = int(asked[1]), min(int(asked[2] or len(whole)), len(whole) - 1)
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        headers["Content-Range"] = f"bytes {first}-{last}/{len(whole)}"
        return Response(whole[first : last + 1], 206, headers)

    put(app.Results, "get", part)
