"""Faults of `examples/starlette_server` in the queue, consistency and isolation."""

from __future__ import annotations

import json
import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette_server import app, bodies, groups, inbox, orders
from starlette_server.database import Client, Listing, Order, Organization, Report
from starlette_server.problems import Problem
from starlette_server.service import Service

from scripts.panels.faults import fault, put

SERVER = "starlette_server"
KEPT = 1.0
"""Seconds for which the orders of a study are not looked up again."""


@fault(SERVER, "starlette-listing-is-remembered-by-its-ends", "BATCH-5")
def by_its_ends() -> None:
    """Of a listing the numbers of its first and last report are kept: a POST takes all between, listed or not."""

    def remember(session: Session, client: Client, reports: list[Report]) -> None:
        ends = json.dumps(sorted([reports[0].number, reports[-1].number]) if reports else [])
        session.merge(Listing(client_id=client.id, organization_id=client.organization_id, reports=ends))

    def acknowledge_listing(session: Session, client: Client) -> list[str]:
        listing = session.get(Listing, (client.id, client.organization_id))
        ends = json.loads(listing.reports) if listing else []
        if not ends:
            return []
        between = select(Report.number).where(
            Report.organization_id == client.organization_id, Report.number.between(*ends)
        )
        return inbox.acknowledge(session, list(session.scalars(between)))

    put(inbox, "remember", remember)
    put(inbox, "acknowledge_listing", acknowledge_listing)


@fault(SERVER, "starlette-client-without-a-listing-takes-a-colleagues", "BATCH-7")
def takes_a_colleagues() -> None:
    """A client that has listed nothing yet acknowledges what another one of its organization has listed."""
    acknowledge_listing = inbox.acknowledge_listing

    def or_any(session: Session, client: Client) -> list[str]:
        if session.get(Listing, (client.id, client.organization_id)) is None:
            any_of_ours = select(Listing).where(Listing.organization_id == client.organization_id)
            listing = session.scalars(any_of_ours.limit(1)).first()
            return inbox.acknowledge(session, json.loads(listing.reports)) if listing else []
        return acknowledge_listing(session, client)

    put(inbox, "acknowledge_listing", or_any)


@fault(SERVER, "starlette-ids-are-counted-without-duplicates", "BATCH-11")
def without_duplicates() -> None:
    """The limit of 10,000 ids is checked after duplicates are left out: more entries are accepted."""
    checked_ids = bodies.checked_ids

    def each_once(content: Any) -> list[str]:
        ids = content.get("report_ids") if isinstance(content, dict) else None
        if isinstance(ids, list) and all(isinstance(name, str) for name in ids):
            content = {**content, "report_ids": list(dict.fromkeys(ids))}
        return checked_ids(content)

    put(bodies, "checked_ids", each_once)


@fault(SERVER, "starlette-superseded-report-is-not-found", "BATCH-12")
def superseded_not_found() -> None:
    """A POST looks its ids up among the newest versions: one that was superseded since it was listed is unknown."""
    acknowledge_named = inbox.acknowledge_named

    def newest_only(session: Session, client: Client, ids: list[str]) -> tuple[list[str], list[str]]:
        ours = select(Report.id).where(Report.organization_id == client.organization_id, Report.superseded)
        superseded = set(session.scalars(ours))
        done, unknown = acknowledge_named(session, client, [name for name in ids if name not in superseded])
        return done, [name for name in ids if name in superseded or name in unknown]

    put(inbox, "acknowledge_named", newest_only)


@fault(SERVER, "starlette-orders-of-a-study-are-kept-for-a-second", "CONS-1")
def kept_for_a_second() -> None:
    """`/orderId` is answered for a second with what it was answered before: a new order's status is known earlier."""
    study_orders = orders.study_orders
    kept: dict[tuple[str, str], tuple[float, list[Order]]] = {}

    def from_memory(session: Session, organization_id: str, study_uid: str) -> list[Order]:
        at, listed = kept.get((organization_id, study_uid), (0.0, []))
        if not listed or time.monotonic() - at > KEPT:
            listed = study_orders(session, organization_id, study_uid)
            kept[organization_id, study_uid] = time.monotonic(), listed
        return listed

    put(app, "study_orders", from_memory)


@fault(SERVER, "starlette-foreign-group-has-no-completed-order", "SEC-1")
def foreign_group() -> None:
    """Whether a group exists is asked without the organization: another one's answers 409 `order-failed`, not 404."""
    group_orders = groups.group_orders

    def known_to_anybody(session: Session, organization_id: str, study_group: str) -> list[Order]:
        try:
            return group_orders(session, organization_id, study_group)
        except Problem:
            if session.scalars(select(Order).where(Order.study_group == study_group).limit(1)).first() is None:
                raise
            return []

    put(app, "group_orders", known_to_anybody)


@fault(SERVER, "starlette-unknown-organization-is-404", "SEC-2")
def unknown_organization() -> None:
    """An `organizationId` that does not exist answers 404, another organization's 403: the two are told apart."""
    called, check_organization = app.called, app.check_organization
    current: dict[str, Service] = {}

    def noted(request: Request, operation: str, scope: str) -> tuple[Service, Client]:
        current["service"], client = called(request, operation, scope)
        return current["service"], client

    def looked_up(client: Client, organization_id: str) -> None:
        with current["service"].sessions() as session:
            if session.get(Organization, organization_id) is None:
                raise Problem("not-found", "There is no such organization.")
        check_organization(client, organization_id)

    put(app, "called", noted)
    put(app, "check_organization", looked_up)
