"""Faults of `examples/starlette_server` in tokens, parameters, orders and reports."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_server import app, authorization, dicom, query, state_makers
from starlette_server.clock import Clock
from starlette_server.content import Content
from starlette_server.database import Client, Order, Report
from starlette_server.documents import report_lines
from starlette_server.problems import Problem
from starlette_server.service import Service
from starlette_server.tokens import AUDIENCE, Tokens

from scripts.panels.faults import fault, put

SERVER = "starlette_server"
LEEWAY = 60
"""Seconds for which an expired token is accepted."""
LINE = 60
"""Characters of a line of text."""
PAGE = 20
"""Orders on a page."""
INDEXING = 2.0
"""Seconds until a new version can be found."""


@fault(SERVER, "starlette-token-needs-no-scheme", "AUTH-9")
def no_scheme() -> None:
    """The token is what is left of the header once `Bearer ` is replaced by nothing: without a scheme it counts too."""
    bearer_token = authorization.bearer_token

    def replaced(request: Request) -> str | None:
        headers = request.headers.getlist("authorization")
        alone = len(headers) == 1 and " " not in headers[0].strip()
        return headers[0].strip() or None if alone else bearer_token(request)

    put(authorization, "bearer_token", replaced)


@fault(SERVER, "starlette-audiences-in-a-list-are-not-compared", "AUTH-12")
def not_compared() -> None:
    """The audience is compared where it is a string; that it may be a list was noticed, and led to no comparison."""
    check_claims = Tokens.check_claims

    def checked(self: Tokens, claims: dict[str, Any]) -> None:
        check_claims(self, {**claims, "aud": AUDIENCE} if isinstance(claims.get("aud"), list) else claims)

    put(Tokens, "check_claims", checked)


@fault(SERVER, "starlette-token-has-a-minute-of-leeway", "AUTH-18")
def leeway() -> None:
    """The library that verifies tokens is given a leeway of a minute, for servers whose clocks differ."""
    check_times = Tokens.check_times

    def later(self: Tokens, expires: object, not_before: object) -> None:
        check_times(self, expires + LEEWAY if isinstance(expires, (int, float)) else expires, not_before)

    put(Tokens, "check_times", later)


@fault(SERVER, "starlette-progress-is-that-of-a-step", "STATUS-6")
def progress_of_step() -> None:
    """Processing has two steps, and `progress` is that of the present one: half-way it falls from 98 to 0."""
    order_status = app.order_status

    def of_step(order: Order) -> dict[str, Any]:
        told = order_status(order)
        if told["status"] == "PROCESSING":
            told["progress"] = 2 * (told["progress"] % 50)
        return told

    put(app, "order_status", of_step)


@fault(SERVER, "starlette-spaces-of-a-group-are-folded", "STATUS-8")
def spaces_folded() -> None:
    """Names of groups are tidied up before they are compared: several spaces are one, and those around are none."""
    group_orders = app.group_orders

    def tidied(session: Session, organization_id: str, study_group: str) -> list[Order]:
        try:
            return group_orders(session, organization_id, study_group)
        except Problem:
            grouped = select(Order).where(Order.organization_id == organization_id, Order.study_group.is_not(None))
            orders = session.scalars(grouped.order_by(Order.number))
            named = [order for order in orders if (order.study_group or "").split() == study_group.split()]
            if named:
                return named
            raise

    put(app, "group_orders", tidied)


@fault(SERVER, "starlette-study-lists-what-has-begun", "ORDERID-1")
def has_begun() -> None:
    """`/orderId` joins orders with the jobs that process them: an order that is RECEIVED has none, and is not there."""
    study_orders = app.study_orders

    def begun(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        orders = study_orders(session, organization_id, study_uid)
        return [order for order in orders if order.status != "RECEIVED"] or orders

    put(app, "study_orders", begun)


@fault(SERVER, "starlette-text-is-cut-at-sixty-characters", "RESULTS-7")
def cut_at_sixty() -> None:
    """Lines of the text are cut at sixty characters, wherever that is in a word, and go on in the next line."""
    rendered = app.rendered

    def cut(content: Content, report_type: str) -> bytes:
        if report_type != "txt":
            return rendered(content, report_type)
        pieces = [line[at : at + LINE] for line in report_lines(content) for at in range(0, max(len(line), 1), LINE)]
        return "".join(f"{piece}\n" for piece in pieces).encode()

    put(app, "rendered", cut)


@fault(SERVER, "starlette-dicom-has-no-preamble", "RESULTS-8")
def no_preamble() -> None:
    """DICOM documents are sent as they go over a network, without the preamble and prefix that a file has."""
    stored = dicom.stored
    put(dicom, "stored", lambda document: stored(document)[132:])


@fault(SERVER, "starlette-new-version-is-served-once-indexed", "RESULTS-11")
def once_indexed() -> None:
    """`/results` finds versions by an index that is two seconds behind: an amended one is listed earlier."""
    amend, latest_report = state_makers.amend, app.latest_report
    indexed: dict[str, float] = {}

    def amended(session: Session, clock: Clock, report: Report) -> Report:
        version = amend(session, clock, report)
        indexed[version.id] = time.monotonic() + INDEXING
        return version

    def found(session: Session, order: Order) -> Report:
        report = latest_report(session, order)
        while report.supersedes is not None and indexed.get(report.id, 0.0) > time.monotonic():
            report = session.scalars(select(Report).where(Report.id == report.supersedes)).one()
        return report

    put(state_makers, "amend", amended)
    put(app, "latest_report", found)


@fault(SERVER, "starlette-group-has-a-page-of-orders", "GROUP-2")
def page_of_orders() -> None:
    """The repository gives orders by pages of twenty, and a group's report is made of the first."""
    group_orders = app.group_orders
    put(app, "group_orders", lambda session, organization_id, name: group_orders(session, organization_id, name)[:PAGE])


@fault(SERVER, "starlette-tenant-of-a-header-counts", "SEC-1")
def tenant_of_header() -> None:
    """The organization is taken from `X-Tenant-Id`, which the gateway sets from the token, and anybody may send."""
    called = app.called

    def of_tenant(request: Request, operation: str, scope: str) -> tuple[Service, Client]:
        service, client = called(request, operation, scope)
        tenant = request.headers.get("x-tenant-id", client.organization_id)
        return service, Client(id=client.id, secret=client.secret, organization_id=tenant, scopes=client.scopes)

    put(app, "called", of_tenant)


@fault(SERVER, "starlette-refused-token-is-quoted", "SEC-5")
def token_is_quoted() -> None:
    """The detail of a 401 says which token was refused, as the library's error does."""
    authorize = app.authorize

    def quoting(service: Service, request: Request, scope: str) -> Client:
        try:
            return authorize(service, request, scope)
        except Problem as problem:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if problem.reason == "invalid-token" and scheme.lower() == "bearer" and token:
                problem.detail = f"{problem.detail} Not accepted: {token}"
            raise

    put(app, "authorize", quoting)


@fault(SERVER, "starlette-group-has-the-orders-of-all", "SEC-8")
def orders_of_all() -> None:
    """Whether an organization has the group is asked; the query for its orders then has the name alone."""
    group_orders = app.group_orders

    def unfiltered(session: Session, organization_id: str, study_group: str) -> list[Order]:
        group_orders(session, organization_id, study_group)
        named = select(Order).where(Order.study_group == study_group).order_by(Order.number)
        return list(session.scalars(named))

    put(app, "group_orders", unfiltered)


@fault(SERVER, "starlette-query-outside-utf-8-ends-in-500", "PROTO-3")
def outside_utf8() -> None:
    """A broken escape is refused; that whole ones may be no UTF-8, nobody thought of: 500."""
    decoded = query.decoded

    def unguarded(raw: bytes) -> str:
        try:
            return decoded(raw)
        except UnicodeDecodeError as error:
            raise RuntimeError(str(error)) from None

    put(query, "decoded", unguarded)


@fault(SERVER, "starlette-limit-is-kept-for-the-next-listing", "PROTO-5")
def limit_is_kept() -> None:
    """The last `limit` is a setting of the token's session: a listing without one has it still."""
    get = app.Reports.get
    kept: dict[str, bytes] = {}

    async def remembering(self: app.Reports, request: Request) -> Response:
        session, raw = request.headers.get("authorization", ""), request.scope["query_string"]
        given = [piece for piece in raw.split(b"&") if piece.startswith(b"limit=")]
        if not given and session in kept:
            request.scope["query_string"] = raw + b"&" + kept[session]
        answer = await get(self, request)
        if given and answer.status_code == 200:
            kept[session] = given[0]
        return answer

    put(app.Reports, "get", remembering)
