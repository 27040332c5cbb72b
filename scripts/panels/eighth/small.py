"""Faults of `examples/small_server`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from small_server import api, backlog
from small_server.api import Operation, Route, Service
from small_server.backlog import Backlog
from small_server.clock import SECOND, rfc3339
from small_server.orders import Order, Organization, Version
from small_server.parameters import decode_pairs
from small_server.problems import Refusal
from small_server.reports import order_report, report_response, to_json
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Request, Response

from scripts.panels.faults import fault, put

SERVER = "small_server"
GRACE = 600 * SECOND
"""For how long an expired token acknowledges."""
LEFT = 60 * SECOND
"""How long a worker takes to finish what was cancelled."""
COLUMN = 64
"""Characters of a group's name that are kept."""


def wrap(path: str, method: str, around: Callable[[Operation], Operation]) -> None:
    """Have an operation answered by another one, which is made of it."""
    methods = dict(api.ROUTES[path])
    route = methods[method]
    assert route is not None
    methods[method] = replace(route, operation=around(route.operation))
    put(api, "ROUTES", {**api.ROUTES, path: methods})


@fault(SERVER, "small-expired-token-acknowledges", "AUTH-11")
def grace() -> None:
    """An expired token may still acknowledge for ten minutes, so that a client need not fetch its reports again."""
    verify = Tokens.verify

    def verified(self: Tokens, request: Request, now: int) -> Token:
        try:
            return verify(self, request, now)
        except Refusal:
            if (request.method, request.path) != ("POST", "/reports"):
                raise
            return verify(self, request, now - GRACE)

    put(Tokens, "verify", verified)


@fault(SERVER, "small-body-is-read-before-the-query", "AUTH-15")
def body_first() -> None:
    """A POST reads its body before its query: with both wrong, it is refused with 415 instead of 400."""

    def around(operation: Operation) -> Operation:
        def read(service: Service, client: Client, request: Request) -> Response:
            backlog.read_report_ids(request)
            return operation(service, client, request)

        return read

    wrap("/reports", "POST", around)


@fault(SERVER, "small-cancelled-order-is-completed-by-its-worker", "STATUS-5")
def completed_by_worker() -> None:
    """The worker of an order cancelled in PROCESSING isn't told, and a minute later it completes the order."""
    move, admit = Organization.move, Service._admit
    left: list[tuple[Organization, Order, int]] = []

    def moved(self: Organization, order: Order, status: str, at: int, version_offset: str = "Z") -> None:
        if (order.status, status) == ("PROCESSING", "CANCELLED"):
            left.append((self, order, at + LEFT))
        move(self, order, status, at, version_offset)

    def admitted(self: Service, token: Token, route: Route) -> None:
        for work in [work for work in left if work[2] <= self.clock.now()]:
            left.remove(work)
            organization, order, at = work
            move(organization, order, "COMPLETED", at)
        admit(self, token, route)

    put(Organization, "move", moved)
    put(Service, "_admit", admitted)


@fault(SERVER, "small-json-is-served-of-every-order", "RESULTS-5")
def json_of_every_order() -> None:
    """The json is what the other types are made from, so it is served even if the order doesn't offer it."""

    def around(operation: Operation) -> Operation:
        def served(service: Service, client: Client, request: Request) -> Response:
            try:
                return operation(service, client, request)
            except Refusal as refusal:
                if not str(refusal.members["type"]).endswith("-not-available"):
                    raise
                values = dict(decode_pairs(request.query))
                if values["report_type"] != "json":
                    raise
                order = api._selected(service, client, values)
                return order_report(client.organization_id, order.versions[-1], "json")

        return served

    wrap("/results", "GET", around)


@fault(SERVER, "small-name-of-a-group-is-cut", "GROUP-2")
def name_cut() -> None:
    """The column of group names has 64 characters: groups whose names begin with the same 64 are one."""

    def found(self: Organization, study_group: str) -> list[Order]:
        equal = [name for name in self.groups if name[:COLUMN] == study_group[:COLUMN]]
        return [order for name in equal for order in self.groups[name]]

    put(Organization, "of_group", found)


@fault(SERVER, "small-listing-compares-local-times", "BATCH-1")
def local_times() -> None:
    """The listing compares `completed_at` in local time with UTC: a report from Tokyo is listed nine hours late."""

    def around(operation: Operation) -> Operation:
        def due(service: Service, client: Client, request: Request) -> Response:
            organization, now = service.organization_of(client), service.clock.now()
            waiting = organization.waiting
            organization.waiting = {name: each for name, each in waiting.items() if local(each) <= now}
            try:
                return operation(service, client, request)
            finally:
                organization.waiting = waiting

        return due

    def local(version: Version) -> int:
        written = datetime.fromisoformat(rfc3339(version.completed_at, version.offset))
        return version.completed_at + (written.utcoffset() or timedelta()) // timedelta(milliseconds=1)

    wrap("/reports", "GET", around)


@fault(SERVER, "small-text-after-the-json-is-ignored", "BATCH-11")
def text_ignored() -> None:
    """The body is read from a stream up to the end of the first JSON value: what follows it is ignored."""

    def read(request: Request) -> list[str] | None:
        try:
            text = request.body.decode()
            end = json.JSONDecoder().raw_decode(text)[1]
        except (ValueError, RecursionError):
            return backlog.read_report_ids(request)
        return backlog.read_report_ids(replace(request, body=text[:end].encode()))

    put(api, "read_report_ids", read)


@fault(SERVER, "small-what-a-colleague-acknowledged-is-not-found", "BATCH-11")
def not_found() -> None:
    """A report that another client of the organization has acknowledged is in `not_found`, instead of neither list."""
    acknowledge = Backlog.acknowledge
    by: dict[str, str] = {}

    def marked(
        self: Backlog, client_id: str, organization: Organization, report_ids: list[str] | None
    ) -> dict[str, Any]:
        told = acknowledge(self, client_id, organization, report_ids)
        by.update(dict.fromkeys(told["acknowledged"], client_id))
        gone = [name for name in dict.fromkeys(report_ids or []) if by.get(name, client_id) != client_id]
        return {**told, "not_found": [*told["not_found"], *gone]}

    put(Backlog, "acknowledge", marked)


@fault(SERVER, "small-group-is-dated-by-everybodys-orders", "SEC-8")
def dated_by_all() -> None:
    """`created_at` of a group's json is the last change of any order of a group with this name, whoever's it is."""

    def around(operation: Operation) -> Operation:
        def dated(service: Service, client: Client, request: Request) -> Response:
            response, values = operation(service, client, request), dict(decode_pairs(request.query))
            if values["report_type"] != "json":
                return response
            orders = [each for one in service.organizations.values() for each in one.of_group(values["study_group"])]
            changed_at = rfc3339(max(order.updated_at for order in orders))
            report = {**json.loads(response.body), "created_at": changed_at}
            return report_response(to_json(report), "json", "study-group", {})

        return dated

    wrap("/report", "GET", around)


@fault(SERVER, "small-listing-is-remembered-by-its-connection", "PROTO-5")
def by_connection() -> None:
    """What a client was shown stays with the process that holds its connection: a POST on another one takes nothing."""
    connection, numbers = threading.local(), count(1)  # each connection has a thread

    def place(self: Backlog, client_id: str, organization: Organization) -> tuple[str, str]:
        if not hasattr(connection, "number"):
            connection.number = next(numbers)
        return f"{client_id} {connection.number}", organization.organization_id

    put(Backlog, "place", place)
