"""Faults of `examples/starlette_server`."""

from __future__ import annotations

import time
from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette_server import app, documents, grants, groups, inbox, orders, query
from starlette_server.database import Client, Order, Report
from starlette_server.problems import Problem
from starlette_server.service import Service

from scripts.panels.faults import fault, put

SERVER = "starlette_server"
LARGEST = 2**63 - 1
"""The largest number of a column."""
UNKNOWN = 60.0
"""Seconds for which an id that was not found stays unknown."""


@fault(SERVER, "starlette-empty-secret-beside-basic-is-refused", "AUTH-2")
def empty_secret() -> None:
    """With Basic, a form that has `client_secret` is refused for authenticating twice, even if it has no value."""
    single = grants.single

    def read(raw: bytes, strict: bool = True) -> dict[str, str]:
        given = single(raw, strict)
        return {"client_secret": "", **given} if strict and ("client_secret", "") in query.pairs(raw) else given

    put(grants, "single", read)


@fault(SERVER, "starlette-last-scopes-become-the-default", "AUTH-6")
def last_scopes() -> None:
    """The scopes that a client asked for last are kept as its consent: without `scope`, it gets these again."""
    chosen_scopes = grants.chosen_scopes
    consent: dict[str, list[str]] = {}

    def chosen(client: Client, wanted: str | None) -> list[str]:
        if wanted is None:
            return consent.get(client.id) or chosen_scopes(client, None)
        consent[client.id] = chosen_scopes(client, wanted)
        return consent[client.id]

    put(grants, "chosen_scopes", chosen)


@fault(SERVER, "starlette-repeats-are-counted-before-decoding", "STATUS-3")
def before_decoding() -> None:
    """Repeated parameters are found by their names as sent: `order_id` and `order%5Fid` pass, and the last one wins."""
    read_query = query.read_query

    def read(raw: bytes, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, str]:
        pieces = [piece for piece in raw.split(b"&") if piece]
        names = [piece.partition(b"=")[0] for piece in pieces]
        try:
            decoded = [query.decoded(name) for name in names]
        except ValueError:
            decoded = []
        if decoded and len(set(names)) == len(names):
            raw = b"&".join(dict(zip(decoded, pieces, strict=True)).values())
        return read_query(raw, required, optional)

    put(query, "read_query", read)
    put(app, "read_query", read)


@fault(SERVER, "starlette-component-of-a-uid-has-64-bits", "ORDERID-4")
def component() -> None:
    """Components of a UID are read as 64-bit integers: one made from a UUID, `2.25.` and 39 digits, is refused."""

    def is_uid(value: str) -> bool:
        return query.is_uid(value) and all(int(number) <= LARGEST for number in value.split("."))

    put(query, "SHAPES", {**query.SHAPES, "study_uid": is_uid})


@fault(SERVER, "starlette-report-fetched-in-every-type-is-done", "RESULTS-6")
def every_type() -> None:
    """A report that was fetched in each of its types counts as received, and is taken off the listing."""
    called, document = app.called, app.document
    present: list[Service] = []
    fetched: dict[str, set[str]] = {}

    def noting(request: Request, operation: str, scope: str) -> tuple[Service, Client]:
        service, client = called(request, operation, scope)
        present[:] = [service]
        return service, client

    def sent(body: bytes, report_type: str, name: str, headers: dict[str, str]) -> Response:
        fetched.setdefault(name, set()).add(report_type)
        with present[0].sessions.begin() as session:
            report = session.scalar(select(Report).where(Report.id == name))
            if report is not None:
                order = session.get_one(Order, report.order_number)
                report.acknowledged = report.acknowledged or fetched[name] >= set(orders.offered_types(order))
        return document(body, report_type, name, headers)

    put(app, "called", noting)
    put(app, "document", sent)


@fault(SERVER, "starlette-group-is-cached-until-it-has-a-new-report", "GROUP-5")
def new_report() -> None:
    """A group's report is cached by the reports that it has: an order that joins the group and fails is not in it."""
    cache: dict[object, bytes] = {}

    def rendered(session: Session, members: list[Order], report_type: str) -> bytes:
        done = [(order.number, order.updated_at) for order in members if order.status == "COMPLETED"]
        key = members[0].organization_id, members[0].study_group, report_type, tuple(done)
        if key not in cache:
            cache[key] = groups.rendered_group(session, members, report_type)
        return cache[key]

    put(app, "rendered_group", rendered)


@fault(SERVER, "starlette-unknown-report-stays-unknown", "BATCH-11")
def stays_unknown() -> None:
    """An id that a POST did not find is cached as unknown for a minute: ready since, it is not acknowledged."""
    acknowledge_named = inbox.acknowledge_named
    unknown: dict[tuple[str, str], float] = {}

    def named(session: Session, client: Client, ids: list[str]) -> tuple[list[str], list[str]]:
        now = time.monotonic()
        known = [name for name in ids if unknown.get((client.organization_id, name), 0.0) < now]
        acknowledged, not_found = acknowledge_named(session, client, known)
        unknown.update(((client.organization_id, name), now + UNKNOWN) for name in not_found)
        return acknowledged, [*not_found, *(name for name in ids if name not in known)]

    put(inbox, "acknowledge_named", named)


@fault(SERVER, "starlette-listing-is-validated-by-count-and-date", "CONS-1")
def count_and_date() -> None:
    """A listing is cached by its count and last date: one report acknowledged and a late one added leave it stale."""
    waiting_reports = inbox.waiting_reports
    cache: dict[tuple[str, int | None], tuple[object, list[tuple[Report, Order]]]] = {}

    def waiting(session: Session, organization_id: str, limit: int | None) -> list[tuple[Report, Order]]:
        rows = waiting_reports(session, organization_id, None)
        validator = len(rows), max((report.completed_at for report, _ in rows), default=0)
        cached = cache.get((organization_id, limit))
        if cached is None or cached[0] != validator:
            cache[organization_id, limit] = cached = validator, rows[:limit]
        return cached[1]

    put(inbox, "waiting_reports", waiting)


@fault(SERVER, "starlette-similar-order-is-suggested", "SEC-1")
def suggested() -> None:
    """The 404 of an order asks "did you mean" if an id differs in one character, whichever organization's it is."""

    def found(session: Session, organization_id: str, selector: dict[str, str]) -> Order:
        try:
            return orders.selected_order(session, organization_id, selector)
        except Problem as problem:
            for name in session.scalars(select(Order.id)):
                if differences(name, selector.get("order_id", "")) == 1:
                    problem.detail += f" Did you mean {name}?"
            raise

    def differences(one: str, other: str) -> int:
        return sum(a != b for a, b in zip(one, other, strict=True)) if len(one) == len(other) else -1

    put(app, "selected_order", found)


@fault(SERVER, "starlette-retry-after-doubles-with-each-poll", "PROTO-4")
def doubles() -> None:
    """`Retry-After` of an order doubles with each call that is too early, and has no limit: soon it is over an hour."""
    polls: Counter[str] = Counter()

    def check(order: Order, report_type: str) -> None:
        try:
            documents.check_available(order, report_type)
        except Problem as problem:
            if problem.reason == "report-not-ready":
                polls[order.id] += 1
                problem.headers["Retry-After"] = str(2 ** polls[order.id])
            raise

    put(app, "check_available", check)
