"""Faults of `examples/starlette_server` in tokens, orders and reports."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from pydicom.dataset import Dataset
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_server import (
    app,
    authorization,
    dicom,
    documents,
    grants,
    query,
)
from starlette_server.content import Content
from starlette_server.database import Client, Order, Report
from starlette_server.problems import Problem, TokenError
from starlette_server.service import Service
from starlette_server.tokens import Tokens

from scripts.panels.faults import fault, put

SERVER = "starlette_server"


@fault(SERVER, "starlette-scope-is-searched-for-in-a-string", "AUTH-6")
def scope_in_string() -> None:
    """Whether a client may have a scope is asked with `in` of one string: `reports` and `read` are granted too."""

    def chosen_scopes(client: Client, wanted: str | None) -> list[str]:
        if wanted is None:
            return client.scopes.split()
        asked = list(dict.fromkeys(wanted.strip(" ").split(" ")))
        if not all(scope in client.scopes for scope in asked):
            raise TokenError("invalid_scope", f"This client may have {client.scopes}.")
        return asked

    put(grants, "chosen_scopes", chosen_scopes)


@fault(SERVER, "starlette-issuer-is-compared-by-its-beginning", "AUTH-12")
def issuer_begins() -> None:
    """A token of any issuer whose name begins with ours is accepted, such as `.../oauth2-test`."""
    check_claims = Tokens.check_claims

    def by_beginning(known: Tokens, claims: dict[str, Any]) -> None:
        ours = str(claims.get("iss")).startswith(known.issuer)
        check_claims(known, {**claims, "iss": known.issuer} if ours else claims)

    put(Tokens, "check_claims", by_beginning)


@fault(SERVER, "starlette-group-is-looked-up-before-the-scope", "AUTH-15")
def group_before_scope() -> None:
    """`/report` looks the group up before it checks the scope: 404 or 403 tells a token without it what there is."""
    get = app.GroupReport.get

    async def looked_up(endpoint: app.GroupReport, request: Request) -> Response:
        try:
            return await get(endpoint, request)
        except Problem as problem:
            if problem.reason == "insufficient-scope":
                service: Service = request.app.state.service
                client_id, _ = service.tokens.verify(str(authorization.bearer_token(request)))
                wanted = query.read_query(request.scope["query_string"], ("study_group", "report_type"))
                with service.sessions() as session:
                    client = session.get_one(Client, client_id)
                    app.group_orders(session, client.organization_id, wanted["study_group"])
            raise

    put(app.GroupReport, "get", looked_up)


@fault(SERVER, "starlette-submitter-may-follow-its-order", "AUTH-16")
def submitter_follows() -> None:
    """A token with `ingest.write` alone may ask for the status of an order by its id, as who submitted it wants to."""
    authorize = app.authorize

    def for_submitters(service: Service, request: Request, scope: str) -> Client:
        if scope == "status.read" and b"order_id=" in request.scope["query_string"]:
            try:
                return authorize(service, request, "ingest.write")
            except Problem as problem:
                if problem.reason != "insufficient-scope":
                    raise
        return authorize(service, request, scope)

    put(app, "authorize", for_submitters)


@fault(SERVER, "starlette-parameter-may-repeat-its-value", "STATUS-3")
def repeats_its_value() -> None:
    """A parameter may be given twice if both have the same value: the pairs of a query are a set."""
    pairs = query.pairs
    put(query, "pairs", lambda raw: list(dict.fromkeys(pairs(raw))))


@fault(SERVER, "starlette-progress-is-rounded", "STATUS-6")
def rounded() -> None:
    """`/status` rounds the progress to steps of five: an order that is at 98 says 100."""
    order_status = app.order_status

    def in_steps(order: Order) -> dict[str, Any]:
        return {**order_status(order), "progress": round(order.progress / 5) * 5}

    put(app, "order_status", in_steps)


@fault(SERVER, "starlette-order-is-listed-for-each-version", "ORDERID-1")
def for_each_version() -> None:
    """`/orderId` joins orders with their reports: an order whose report was amended is there twice."""
    study_orders = app.study_orders

    def joined(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        found = study_orders(session, organization_id, study_uid)
        return [order for order in found for _ in range(max(1, versions(session, order)))]

    put(app, "study_orders", joined)


def versions(session: Session, order: Order) -> int:
    """How many versions an order's report has."""
    return session.query(Report).where(Report.order_number == order.number).count()


@fault(SERVER, "starlette-type-that-is-not-offered-is-served", "RESULTS-5")
def not_offered_is_served() -> None:
    """`/results` compares the type with those of the server, not of the order: what the order does not offer comes."""
    check_available = app.check_available

    def by_server(order: Order, report_type: str) -> None:
        try:
            check_available(order, report_type)
        except Problem as problem:
            if problem.reason != "report-type-not-available" or report_type not in documents.ORDER_TYPES:
                raise

    put(app, "check_available", by_server)


@fault(SERVER, "starlette-measurement-is-always-on-the-left", "RESULTS-10")
def always_left() -> None:
    """In the structured report, what was measured on the right side is told to be on the left."""
    measured, laterality = dicom.measured, dicom.laterality

    def on_the_left(content: Content) -> Dataset:
        put(dicom, "laterality", lambda side: laterality("L" if side else side))
        try:
            return measured(content)
        finally:
            put(dicom, "laterality", laterality)

    put(dicom, "measured", on_the_left)


@fault(SERVER, "starlette-group-name-is-decoded-twice", "GROUP-1")
def decoded_twice() -> None:
    """The name of a group is decoded twice: `A+B` is looked for as `A B`, and `5%25` as `5%`."""
    group_orders = app.group_orders

    def decoded(session: Session, organization_id: str, study_group: str) -> list[Order]:
        return group_orders(session, organization_id, unquote_plus(study_group))

    put(app, "group_orders", decoded)


@fault(SERVER, "starlette-group-keeps-its-first-members", "GROUP-5")
def first_members() -> None:
    """Which orders a group has is remembered once its report was served: one that joins later is left out."""
    group_orders, check_group = app.group_orders, app.check_group
    members: dict[tuple[str, str | None], list[int]] = {}

    def remembered(session: Session, organization_id: str, study_group: str) -> list[Order]:
        found = group_orders(session, organization_id, study_group)
        known = members.get((organization_id, study_group))
        return [order for order in found if known is None or order.number in known]

    def noted(found: list[Order], report_type: str) -> None:
        check_group(found, report_type)
        members[found[0].organization_id, found[0].study_group] = [order.number for order in found]

    put(app, "group_orders", remembered)
    put(app, "check_group", noted)
