"""Faults of `examples/starlette_server` in tokens, orders and reports."""

from __future__ import annotations

import textwrap
from typing import Any

from pydicom.dataset import FileDataset
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette_server import app, dicom, documents, grants, groups, orders, pdf, query
from starlette_server.content import Content
from starlette_server.database import Client, Order
from starlette_server.problems import Problem, TokenError
from starlette_server.service import Service

from scripts.panels.faults import fault, put

SERVER = "starlette_server"
PROMISED = 3600
"""Seconds that a token is said to live; it lives for 3000."""


@fault(SERVER, "starlette-unknown-client-is-told", "AUTH-4")
def unknown_client() -> None:
    """A client that does not exist is told so, in other words than one whose secret is wrong."""
    authenticated = grants.authenticated

    def told(session: Session, candidates: list[tuple[str, str]]) -> Client | None:
        client = authenticated(session, candidates)
        if client is None and candidates and not any(session.get(Client, name) for name, _ in candidates):
            raise TokenError("invalid_client", "There is no client of this id.")
        return client

    put(grants, "authenticated", told)


@fault(SERVER, "starlette-scopes-beyond-the-client-are-dropped", "AUTH-6")
def dropped_scopes() -> None:
    """Of the scopes asked for, those that the client may not have are left out, and the rest is granted."""
    chosen_scopes = grants.chosen_scopes

    def what_remains(client: Client, wanted: str | None) -> list[str]:
        allowed = client.scopes.split()
        asked = [scope for scope in (wanted or "").split(" ") if scope in allowed]
        return chosen_scopes(client, " ".join(asked) if asked else wanted)

    put(grants, "chosen_scopes", what_remains)


@fault(SERVER, "starlette-head-needs-no-scope", "AUTH-14")
def head_needs_none() -> None:
    """Scopes are looked up by path and method, and HEAD is not in that table: any token opens it."""
    authorize = app.authorize

    def unless_head(service: Service, request: Request, scope: str) -> Client:
        try:
            return authorize(service, request, scope)
        except Problem as problem:
            if problem.reason != "insufficient-scope" or request.method != "HEAD":
                raise
        with service.sessions() as session:
            return session.get_one(Client, request.scope["client_id"])

    put(app, "authorize", unless_head)


@fault(SERVER, "starlette-token-ends-before-it-said", "AUTH-17")
def ends_before() -> None:
    """`expires_in` says an hour, whatever the lifetime of tokens is set to: they end after fifty minutes."""
    put(grants, "LIFETIME", PROMISED)


@fault(SERVER, "starlette-empty-parameter-counts-as-omitted", "STATUS-3")
def empty_is_omitted() -> None:
    """A parameter without a value is left out as the query is parsed, as `parse_qsl` does: it is not refused."""
    pairs = query.pairs
    put(query, "pairs", lambda raw: [(name, value) for name, value in pairs(raw) if value])


@fault(SERVER, "starlette-group-is-searched-with-like", "STATUS-8")
def with_like() -> None:
    """A study group is looked for with LIKE: `_` and `%` stand for others, and capitals for small letters."""

    def alike(session: Session, organization_id: str, study_group: str) -> list[Order]:
        members_of = select(Order).where(Order.organization_id == organization_id, Order.study_group.like(study_group))
        members = list(session.scalars(members_of.order_by(Order.number)))
        if not members:
            raise Problem("study-group-not-found", "Check the name; it is compared exactly, spaces and case included.")
        return members

    put(app, "group_orders", alike)


@fault(SERVER, "starlette-ended-orders-of-a-study-are-listed-last", "ORDERID-2")
def ended_last() -> None:
    """`/orderId` has orders that failed or were cancelled behind the others, however new they are."""
    study_orders = orders.study_orders

    def useful_first(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        listed = study_orders(session, organization_id, study_uid)
        return sorted(listed, key=lambda order: order.status in ("FAILED", "CANCELLED"))

    put(app, "study_orders", useful_first)


@fault(SERVER, "starlette-wholly-cancelled-study-is-unknown", "ORDERID-1")
def wholly_cancelled() -> None:
    """A study all of whose orders were cancelled is answered as if it had none, by the status and the list too."""
    study_orders = orders.study_orders

    def not_cancelled(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        listed = study_orders(session, organization_id, study_uid)
        if all(order.status == "CANCELLED" for order in listed):
            raise Problem("study-not-found", "Check the study_uid, or submit the study.")
        return listed

    put(orders, "study_orders", not_cancelled)
    put(app, "study_orders", not_cancelled)


@fault(SERVER, "starlette-type-is-refused-before-the-state", "RESULTS-5")
def before_the_state() -> None:
    """A type that an order does not offer answers 404 before the order is COMPLETED, where 409 asks to wait."""
    check_available = documents.check_available

    def type_first(order: Order, report_type: str) -> None:
        if report_type not in order.report_types.split():
            raise Problem("report-type-not-available", "The order has no report of this type.")
        check_available(order, report_type)

    put(app, "check_available", type_first)


@fault(SERVER, "starlette-dicom-patient-is-kept-by-study", "RESULTS-10")
def patient_by_study() -> None:
    """DICOM documents have the patient of their study, kept from the first of its orders that was fetched as DICOM."""
    header = dicom.header
    kept: dict[str, Content] = {}

    def of_study(content: Content, class_uid: str, modality: str) -> FileDataset:
        document = header(content, class_uid, modality)
        first = kept.setdefault(content.study_uid, content)
        document.PatientName = f"{first.family_name}^{first.given_name}"
        document.PatientID = first.mrn
        document.PatientBirthDate = dicom.dicom_date(first)
        document.PatientSex = {"U": ""}.get(first.sex, first.sex)
        return document

    put(dicom, "header", of_study)


@fault(SERVER, "starlette-pdf-loses-a-line-at-each-page-break", "GROUP-5")
def line_lost() -> None:
    """Pages of a PDF are cut one line too long: at each break a line is on neither page, in a long group's report."""
    pdf_of = pdf.pdf_of

    def with_gaps(lines: list[str]) -> bytes:
        wrapped = [piece for line in lines for piece in textwrap.wrap(line, pdf.WIDTH) or [""]]
        return pdf_of([line for number, line in enumerate(wrapped, 1) if number % (pdf.HEIGHT + 1)])

    put(groups, "pdf_of", with_gaps)
    put(documents, "pdf_of", with_gaps)


@fault(SERVER, "starlette-report-by-study-does-not-name-its-order", "PROTO-1")
def without_order_id() -> None:
    """A report that is asked for by study comes without `X-Order-Id`, which was thought to be known."""
    get: Any = app.Results.get

    async def without(endpoint: app.Results, request: Request) -> Any:
        answer = await get(endpoint, request)
        if "study_uid" in request.query_params:
            del answer.headers["X-Order-Id"]
        return answer

    put(app.Results, "get", without)


@fault(SERVER, "starlette-slash-at-the-end-redirects", "PROTO-2")
def redirects() -> None:
    """A path with a slash behind it is redirected to the one without, as the framework does by default: no 404."""
    build_app = app.build_app

    def redirecting(service: Service) -> Any:
        answers: Any = build_app(service)
        answers.app.router.redirect_slashes = True
        return answers

    put(app, "build_app", redirecting)
