"""Faults of `examples/small_server` in the queue, isolation and protocol."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from small_server import api, backlog, clock, orders, parameters, problems
from small_server.backlog import Backlog
from small_server.orders import Order, Organization, Version
from small_server.problems import Refusal, problem
from small_server.tokens import Client
from small_server.wire import Request, Response, json_response

from scripts.panels.faults import fault, put

SERVER = "small_server"


@fault(SERVER, "small-listing-is-remembered-for-a-quarter-of-an-hour", "BATCH-5")
def quarter_of_an_hour() -> None:
    """A listing is remembered for 15 minutes: a POST without a body after it acknowledges nothing."""
    listing, acknowledge = api.list_reports, api.acknowledge_reports
    listed_at: dict[str, int] = {}

    def noted(service: api.Service, client: Client, request: Request) -> Response:
        response = listing(service, client, request)
        listed_at[client.client_id] = service.clock.now()
        return response

    def forgetful(service: api.Service, client: Client, request: Request) -> Response:
        if service.clock.now() - listed_at.get(client.client_id, 0) > 15 * 60 * clock.SECOND:
            service.backlog._shown.pop((client.client_id, client.organization_id), None)
        return acknowledge(service, client, request)

    routes = api.ROUTES["/reports"]
    put(api, "ROUTES", {**api.ROUTES, "/reports": {
        "GET": replace(routes["GET"], operation=noted),  # type: ignore[type-var]
        "POST": replace(routes["POST"], operation=forgetful),  # type: ignore[type-var]
    }})  # fmt: skip


@fault(SERVER, "small-unknown-id-ends-the-list", "BATCH-11")
def unknown_ends() -> None:
    """After the first unknown id of a POST, the ids that follow are neither acknowledged nor told as not found."""
    mark = backlog._mark

    def until_unknown(organization: Organization, report_ids: Iterable[str]) -> tuple[list[str], list[str]]:
        taken: list[str] = []
        for report_id in report_ids:
            taken.append(report_id)
            if report_id not in organization.versions:
                break
        return mark(organization, taken)

    put(backlog, "_mark", until_unknown)


@fault(SERVER, "small-second-amendment-leaves-the-first-listed", "BATCH-12")
def first_amendment_stays() -> None:
    """An amendment takes the order's first version off the list, so that a third is listed beside the second."""
    amend = Organization.amend

    def beside(organization: Organization, order: Order, at: int) -> Version:
        newest = order.versions[-1]
        waits = newest.report_id in organization.waiting
        version = amend(organization, order, at)
        if waits and newest.number > 1:
            organization.waiting[newest.report_id] = newest
        return version

    put(Organization, "amend", beside)


@fault(SERVER, "small-limit-compares-times-as-text", "BATCH-13")
def limit_as_text() -> None:
    """With `limit`, the oldest reports are found by `completed_at` as text, offsets left aside."""
    listing = Backlog.listing

    def by_text(queue: Backlog, client_id: str, organization: Organization, limit: int | None) -> dict[str, Any]:
        if limit is None:
            return listing(queue, client_id, organization, None)
        whole = organization.waiting
        oldest = sorted(whole.values(), key=lambda version: clock.rfc3339(version.completed_at, version.offset))
        organization.waiting = {version.report_id: version for version in oldest[:limit]}
        try:
            return listing(queue, client_id, organization, limit)
        finally:
            organization.waiting = whole

    put(Backlog, "listing", by_text)


@fault(SERVER, "small-status-offers-every-type", "CONS-2")
def every_type() -> None:
    """`/status` names every report type of the server, also for an order that offers fewer."""
    operation = api.get_status

    def with_all(service: api.Service, client: Client, request: Request) -> Response:
        values = parameters.read_query(request.query, (), api.SELECTORS)
        order = api._selected(service, client, values)
        own, order.report_types = order.report_types, orders.OFFERED_TYPES
        try:
            return operation(service, client, request)
        finally:
            order.report_types = own

    routes = {"GET": replace(api.ROUTES["/status"]["GET"], operation=with_all)}  # type: ignore[type-var]
    put(api, "ROUTES", {**api.ROUTES, "/status": routes})


@fault(SERVER, "small-foreign-study-has-an-empty-list", "SEC-1")
def empty_list() -> None:
    """`/orderId` answers 200 with an empty list for a study of another organization, and 404 for an unknown one."""
    operation = api.get_order_ids

    def told_apart(service: api.Service, client: Client, request: Request) -> Response:
        try:
            return operation(service, client, request)
        except Refusal as refusal:
            study_uid = dict(parameters.decode_pairs(request.query)).get("study_uid", "")
            if refusal.status != 404 or all(study_uid not in one.studies for one in service.organizations.values()):
                raise
            return json_response({"order_ids": [], "study_uid": study_uid, "count": 0})

    routes = {"GET": replace(api.ROUTES["/orderId"]["GET"], operation=told_apart)}  # type: ignore[type-var]
    put(api, "ROUTES", {**api.ROUTES, "/orderId": routes})


@fault(SERVER, "small-unknown-organization-means-ones-own", "SEC-2")
def unknown_is_own() -> None:
    """An `organizationId` that does not exist is taken for the caller's own; only those that exist are refused."""

    def own_organization(service: api.Service, client: Client, organization_id: str) -> Organization:
        if organization_id != client.organization_id and organization_id in service.organizations:
            raise problem(403, "organization-not-allowed", "Your client does not belong to that organization.")
        return service.organization_of(client)

    put(api, "_own_organization", own_organization)


@fault(SERVER, "small-unknown-parameter-is-named-in-a-header", "SEC-5")
def named_in_a_header() -> None:
    """A 400 has the name of the parameter at fault in a header too, decoded as it came: a line feed ends the header."""
    bad_parameters = problems.bad_parameters

    def with_header(errors: list[tuple[str, str]]) -> Refusal:
        refusal = bad_parameters(errors)
        refusal.headers["X-Invalid-Parameter"] = errors[0][0][:100].encode("ascii", "replace").decode()
        return refusal

    put(parameters, "bad_parameters", with_header)


@fault(SERVER, "small-connection-remembers-the-ids-of-a-body", "PROTO-5")
def remembered_ids() -> None:
    """The ids of a POST stay with the connection's thread: a POST without a body there names them once more."""
    read = api.read_report_ids
    kept = threading.local()

    def or_former(request: Request) -> list[str] | None:
        ids = read(request)
        if ids is not None:
            kept.ids = ids
        former: list[str] | None = getattr(kept, "ids", None)
        return former

    put(api, "read_report_ids", or_former)
