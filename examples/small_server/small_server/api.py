"""The service: every operation, and the order of the checks of a call (AUTH-15)."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from small_server.backlog import Backlog, read_report_ids
from small_server.clock import Clock, rfc3339
from small_server.groups import group_report
from small_server.orders import FINAL, Order, Organization
from small_server.parameters import read_query
from small_server.problems import (
    Refusal,
    ended_without_report,
    insufficient_scope,
    not_found,
    not_ready,
    problem,
    throttled,
    type_not_available,
)
from small_server.reports import order_report
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Request, Response, json_response, refusal_response

Operation = Callable[["Service", Client, Request], Response]
SELECTORS = ("order_id", "study_uid")


class Service:
    """The whole state, under one lock, so that calls take effect one after the other (CONS-1)."""

    def __init__(self, audit: TextIO | None = None) -> None:
        self.lock = threading.Lock()
        self.clock = Clock()
        self.tokens = Tokens()
        self.backlog = Backlog()
        self.organizations: dict[str, Organization] = {}
        self.throttled: dict[str, list[int]] = {}
        self._audit = audit

    def answer(self, request: Request) -> Response:
        """Answer one call, and write its audit record before the answer is sent (SEC-6)."""
        client: Client | None = None
        try:
            with self.lock:
                route = _route(request)
                if route is None:
                    response, client = self.tokens.answer(request, self.clock.now())
                else:
                    token = self.tokens.verify(request, self.clock.now())
                    client = token.client
                    self._admit(token, route)
                    response = route.operation(self, client, request)
        except Refusal as refusal:
            response = refusal_response(refusal, request.request_id)
        self._record(request, response, client)
        return response

    def _admit(self, token: Token, route: "Route") -> None:
        """Refuse a client that is throttled, or a token without the operation's scope."""
        waiting = self.throttled.get(token.client.client_id)
        if waiting:
            raise throttled(waiting.pop(0))
        if route.scope not in token.scopes:
            raise insufficient_scope(route.scope)

    def organization_of(self, client: Client) -> Organization:
        """Return the caller's own organization. An operation looks at no other."""
        return self.organizations[client.organization_id]

    def _record(self, request: Request, response: Response, client: Client | None) -> None:
        if self._audit is None:
            return
        record = {
            "time": rfc3339(self.clock.now()),
            "request_id": request.request_id,
            "status": response.status,
            "method": request.method[:20],
            "path": request.path if request.path in ROUTES else "unknown",
            "client_id": client and client.client_id,
            "organization_id": client and client.organization_id,
        }
        self._audit.write(json.dumps(record) + "\n")
        self._audit.flush()


@dataclass(frozen=True, slots=True)
class Route:
    """An operation and the scope that it requires."""

    scope: str
    operation: Operation


def _route(request: Request) -> Route | None:
    """Return the call's route, None for the token endpoint. An unknown path is refused before an unknown method."""
    methods = ROUTES.get(request.path)
    if methods is None:
        raise problem(404, "not-found", "There is nothing at this path.")
    if request.method not in methods:
        raise problem(405, "method-not-allowed", "This path does not take that method.", {"Allow": ", ".join(methods)})
    return methods[request.method]


def _selected(service: Service, client: Client, values: Mapping[str, str]) -> Order:
    """Return the named order, or the most recent one of the study (STATUS-1, STATUS-2)."""
    organization = service.organization_of(client)
    if "order_id" in values:
        order = organization.orders.get(values["order_id"])
    else:
        order = next(iter(organization.of_study(values["study_uid"])), None)
    if order is None:
        raise not_found("order" if "order_id" in values else "study")
    return order


def get_status(service: Service, client: Client, request: Request) -> Response:
    """`GET /status`: the status of an order."""
    order = _selected(service, client, read_query(request.query, (), SELECTORS))
    completed = order.completed_at
    return json_response(
        {
            "status": order.status,
            "progress": order.progress,
            "order_id": order.order_id,
            "study_uid": order.study_uid,
            "study_group": order.study_group,
            "report_types": order.report_types if order.versions else [],
            "completed_at": None if completed is None else rfc3339(completed),
            "updated_at": rfc3339(order.updated_at),
            "created_at": rfc3339(order.created_at, order.offset),
            "versions": len(order.versions),
        }
    )


def get_order_ids(service: Service, client: Client, request: Request) -> Response:
    """`GET /orderId`: the study's orders, newest first."""
    study_uid = read_query(request.query, ("study_uid",))["study_uid"]
    order_ids = [order.order_id for order in service.organization_of(client).of_study(study_uid)]
    if not order_ids:
        raise not_found("study")
    return json_response({"order_ids": order_ids, "study_uid": study_uid, "count": len(order_ids)})


def get_result(service: Service, client: Client, request: Request) -> Response:
    """`GET /results`: the newest version of an order's report. Fetching changes nothing (RESULTS-6)."""
    values = read_query(request.query, ("report_type",), SELECTORS)
    order = _selected(service, client, values)
    if values["report_type"] == "csv":
        raise type_not_available()
    if order.status not in FINAL:
        raise not_ready()
    if order.status != "COMPLETED":
        raise ended_without_report(f"order-{order.status.lower()}")
    if values["report_type"] not in order.report_types:
        raise type_not_available()
    return order_report(client.organization_id, order.versions[-1], values["report_type"])


def get_group_report(service: Service, client: Client, request: Request) -> Response:
    """`GET /report`: the report of a study group."""
    values = read_query(request.query, ("study_group", "report_type"))
    members = service.organization_of(client).of_group(values["study_group"])
    return group_report(client.organization_id, values["study_group"], members, values["report_type"])


def _own_organization(service: Service, client: Client, organization_id: str) -> Organization:
    """Refuse any organization but the caller's with 403, whether it exists or not (SEC-2)."""
    if organization_id != client.organization_id:
        raise problem(403, "organization-not-allowed", "Your client does not belong to that organization.")
    return service.organization_of(client)


def list_reports(service: Service, client: Client, request: Request) -> Response:
    """`GET /reports`: the reports that are ready and not acknowledged."""
    values = read_query(request.query, ("organizationId",), optional=("limit",))
    organization = _own_organization(service, client, values["organizationId"])
    limit = int(values["limit"]) if "limit" in values else None
    return json_response(service.backlog.listing(client.client_id, organization, limit))


def acknowledge_reports(service: Service, client: Client, request: Request) -> Response:
    """`POST /reports`: mark the reports as received, once the whole call is known to be right."""
    values = read_query(request.query, ("organizationId",))
    report_ids = read_report_ids(request)
    organization = _own_organization(service, client, values["organizationId"])
    answer: dict[str, Any] = service.backlog.acknowledge(client.client_id, organization, report_ids)
    return json_response(answer)


ROUTES: Mapping[str, Mapping[str, Route | None]] = {
    "/oauth2/token": {"GET": None, "POST": None},
    "/status": {"GET": Route("status.read", get_status)},
    "/orderId": {"GET": Route("status.read", get_order_ids)},
    "/results": {"GET": Route("reports.read", get_result)},
    "/report": {"GET": Route("reports.read", get_group_report)},
    "/reports": {"GET": Route("reports.read", list_reports), "POST": Route("reports.ack", acknowledge_reports)},
}
