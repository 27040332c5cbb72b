"""Faults of the server on Starlette: each function makes it wrong before it starts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydicom.dataset import FileDataset
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_server import app, dicom, inbox
from starlette_server.database import Client, Order, Report
from starlette_server.orders import selected_order, study_orders
from starlette_server.problems import JsonAnswer, Problem
from starlette_server.query import read_selector
from starlette_server.service import Service
from starlette_server.tokens import AUDIENCE, Tokens

from scripts.panels.faults import fault, put

SERVER = "starlette_server"


@fault(SERVER, "panel-audience-is-looked-for-in-a-text", "AUTH-12")
def in_a_text() -> None:
    """`aud` is tested with `in`, as for a list: a text that contains our name is accepted, such as the test stage's."""
    check = Tokens.check_claims

    def checked(tokens: Tokens, claims: dict[str, Any]) -> None:
        audience = claims.get("aud")
        contains = isinstance(audience, str) and AUDIENCE in audience
        check(tokens, {**claims, "aud": AUDIENCE} if contains else claims)

    put(Tokens, "check_claims", checked)


@fault(SERVER, "panel-acknowledging-takes-the-scope-of-listing", "AUTH-14")
def scope_of_listing() -> None:
    """The POST was copied from the GET, with its scope: a token that may only read reports acknowledges them."""
    called = app.called

    def copied(request: Request, operation: str, scope: str) -> tuple[Service, Client]:
        return called(request, operation, "reports.read" if operation == "acknowledgeReports" else scope)

    put(app, "called", copied)


@fault(SERVER, "panel-order-is-loaded-before-the-scope-is-checked", "AUTH-15")
def loaded_first() -> None:
    """The order is loaded by a dependency that runs before the one that checks the scope: its 404 comes first."""
    authorize = app.authorize

    def loading(service: Service, request: Request, scope: str) -> Client:
        try:
            return authorize(service, request, scope)
        except Problem as problem:
            if problem.reason == "insufficient-scope" and request.scope["operation"] == "getResult":
                load(service, request)
            raise

    put(app, "authorize", loading)


def load(service: Service, request: Request) -> None:
    """Find the order that a call of `getResult` names, or refuse the call."""
    selector = read_selector(request.scope["query_string"], "report_type")
    with service.sessions() as session:
        client = session.get_one(Client, request.scope["client_id"])
        selected_order(session, client.organization_id, selector)


@fault(SERVER, "panel-order-ids-come-in-the-order-of-the-key", "ORDERID-2")
def order_of_the_key() -> None:
    """The order ids of a study are sorted by the primary key: an order that was sent late stands before newer ones."""

    def by_key(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        orders = study_orders(session, organization_id, study_uid)
        return sorted(orders, key=lambda order: order.number, reverse=True)

    put(app, "study_orders", by_key)


@fault(SERVER, "panel-dicom-names-latin-1-and-has-utf-8", "RESULTS-10")
def names_latin_1() -> None:
    """DICOM reports say that their characters are Latin-1 while they are UTF-8: names with accents are read wrongly."""
    stored = dicom.stored

    def mislabelled(document: FileDataset) -> bytes:
        return stored(document).replace(b"ISO_IR 192", b"ISO_IR 100", 1)

    put(dicom, "stored", mislabelled)


@fault(SERVER, "panel-group-has-an-order-once-for-each-version", "GROUP-2")
def once_for_each_version() -> None:
    """The orders of a group are joined with their reports: an amended order is in the group's report twice."""
    group_orders = app.group_orders

    def joined(session: Session, organization_id: str, study_group: str) -> list[Order]:
        group_orders(session, organization_id, study_group)
        query = select(Order).outerjoin(Report, Report.order_number == Order.number)
        query = query.where(Order.organization_id == organization_id, Order.study_group == study_group)
        return list(session.scalars(query.order_by(Order.number)))

    put(app, "group_orders", joined)


@fault(SERVER, "panel-head-counts-as-a-listing", "BATCH-6")
def head_counts() -> None:
    """HEAD is served by what serves GET, and remembered as a listing: a POST acknowledges what nobody has seen."""
    get = app.Reports.get

    async def remembered(endpoint: app.Reports, request: Request) -> Response:
        return await get(endpoint, Request({**request.scope, "method": "GET"}, request.receive))

    put(app.Reports, "get", remembered)


@fault(SERVER, "panel-named-reports-are-marked-whoever-owns-them", "BATCH-11")
def whoever_owns_them() -> None:
    """The ids of a POST are marked without a look at the organization, which only the answer is filtered by."""

    def marked(session: Session, client: Client, ids: list[str]) -> tuple[list[str], list[str]]:
        found = session.scalars(
            select(Report).where(Report.id.in_(inbox.select_values("ids"))), {"ids": json.dumps(ids)}
        )
        reports = {report.id: report for report in found}
        acknowledged = set(inbox.acknowledge(session, [report.number for report in reports.values()]))
        own = {name for name, report in reports.items() if report.organization_id == client.organization_id}
        return [name for name in ids if name in acknowledged & own], [name for name in ids if name not in own]

    put(inbox, "acknowledge_named", marked)


@fault(SERVER, "panel-answers-with-half-a-surrogate-pair-fail", "PROTO-3")
def half_a_pair() -> None:
    """JSON is written with its characters as they are: an answer that repeats half a surrogate pair is a 500."""

    def rendered(answer: JsonAnswer, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

    put(JsonAnswer, "render", rendered)


@fault(SERVER, "panel-listing-without-a-limit-has-a-thousand", "PROTO-6")
def a_thousand() -> None:
    """A listing without `limit` has a thousand reports at most, to protect the database."""
    waiting = inbox.waiting_reports

    def limited(session: Session, organization_id: str, limit: int | None) -> Sequence[tuple[Report, Order]]:
        return waiting(session, organization_id, limit or 1000)

    put(inbox, "waiting_reports", limited)
