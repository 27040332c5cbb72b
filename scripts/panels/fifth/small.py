"""Faults of `examples/small_server` in tokens, parameters, orders and reports."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from small_server import api, groups, hl7v2, parameters, problems, reports, tokens
from small_server.api import Operation, Service
from small_server.clock import HOUR
from small_server.content import Patient, Reading
from small_server.orders import FINAL, Order, Version
from small_server.problems import Refusal, TokenRefusal
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Request, Response, json_response

from scripts.panels.faults import fault, put

SERVER = "small_server"
SHORTEST = 12
"""Characters that the beginning of an order's id has at least."""


def wrap(path: str, method: str, around: Callable[[Operation], Operation]) -> None:
    """Have an operation answered by another one, which is made of it."""
    methods = dict(api.ROUTES[path])
    route = methods[method]
    assert route is not None
    methods[method] = replace(route, operation=around(route.operation))
    put(api, "ROUTES", {**api.ROUTES, path: methods})


def rule(name: str, check: Callable[[str], bool]) -> None:
    """Have a parameter's value checked otherwise."""
    put(parameters, "RULES", {**parameters.RULES, name: check})


@fault(SERVER, "small-invented-grant-is-an-invalid-grant", "AUTH-5")
def invalid_grant() -> None:
    """A grant type that nobody knows is refused as `invalid_grant`, which is the word for a bad code or password."""

    def refusal(error: str, description: str, status: int = 400) -> TokenRefusal:
        return TokenRefusal("invalid_grant" if error == "unsupported_grant_type" else error, description, status)

    put(tokens, "TokenRefusal", refusal)


@fault(SERVER, "small-scope-that-was-asked-for-is-not-echoed", "AUTH-6")
def not_echoed() -> None:
    """`scope` is left out where a client got just what it asked for, as RFC 6749 allows and the contract does not."""
    answer = Tokens.answer

    def shorter(self: Tokens, request: Request, now: int) -> tuple[Response, Client]:
        response, client = answer(self, request, now)
        if "scope=" in request.query or b"scope=" in request.body:
            content = json.loads(response.body)
            del content["scope"]
            response.body = json.dumps(content).encode()
        return response, client

    put(Tokens, "answer", shorter)


@fault(SERVER, "small-expired-tokens-are-swept-once-an-hour", "AUTH-11")
def swept_hourly() -> None:
    """Tokens end as they are swept from the table, once an hour since the start: until then an expired one works."""
    verify = Tokens.verify

    def swept(self: Tokens, request: Request, now: int) -> Token:
        start = self.__dict__.setdefault("start", now)
        last = start + (now - start) // HOUR * HOUR
        credentials = (request.header("Authorization") or "").partition(" ")[2]
        token = self._tokens.get(tokens._digest(credentials))
        return verify(self, request, min(now, token.expires_at - 1) if token and token.expires_at > last else now)

    put(Tokens, "verify", swept)


@fault(SERVER, "small-token-in-a-header-of-the-gateway-counts", "AUTH-13")
def header_of_gateway() -> None:
    """Without an `Authorization` header, the token is taken from `X-Access-Token`, in which a gateway passed it on."""
    verify = Tokens.verify

    def either(self: Tokens, request: Request, now: int) -> Token:
        passed = request.header("X-Access-Token")
        if passed and request.header("Authorization") is None:
            request.headers["Authorization"] = f"Bearer {passed}"
        return verify(self, request, now)

    put(Tokens, "verify", either)


@fault(SERVER, "small-open-order-of-a-study-comes-first", "STATUS-2")
def open_first() -> None:
    """`/status` by study tells of an order that is under way, if there is one, before any that has ended."""

    def around(operation: Operation) -> Operation:
        def preferring(service: Service, client: Client, request: Request) -> Response:
            organization = service.organization_of(client)
            of_study = organization.of_study
            put(organization, "of_study", lambda uid: sorted(of_study(uid), key=lambda order: order.status in FINAL))
            try:
                return operation(service, client, request)
            finally:
                del organization.of_study

        return preferring

    wrap("/status", "GET", around)


@fault(SERVER, "small-limit-is-whatever-python-reads", "STATUS-3")
def whatever_python_reads() -> None:
    """A limit is a number if `int` reads it: with a sign, a space, a leading zero or an underscore too."""

    def is_limit(value: str) -> bool:
        try:
            return 1 <= int(value) <= 10_000
        except ValueError:
            return False

    rule("limit", is_limit)


@fault(SERVER, "small-beginning-of-an-order-id-is-enough", "STATUS-8")
def beginning_is_enough() -> None:
    """An order is found by the first characters of its id too, if no other order begins with them."""
    selected = api._selected

    def by_beginning(service: Service, client: Client, values: Mapping[str, str]) -> Order:
        orders, name = service.organization_of(client).orders, values.get("order_id", "")
        if len(name) >= SHORTEST and name not in orders:
            matches = [order_id for order_id in orders if order_id.startswith(name)]
            if len(matches) == 1:
                values = {**values, "order_id": matches[0]}
        return selected(service, client, values)

    put(api, "_selected", by_beginning)


@fault(SERVER, "small-uid-may-have-leading-zeros", "ORDERID-4")
def leading_zeros() -> None:
    """A UID is digits between full stops: that a component has no leading zero was not looked up."""
    rule("study_uid", lambda value: len(value) <= 64 and re.fullmatch(r"[0-9]+(\.[0-9]+)+", value) is not None)


@fault(SERVER, "small-report-that-is-not-ready-is-accepted", "RESULTS-4")
def accepted() -> None:
    """A report that is not ready is answered with 202, which says that one is at work on it, and `Retry-After`."""

    def not_ready() -> Refusal:
        return problems.problem(202, "report-not-ready", "Processing has not ended yet.", {"Retry-After": "5"})

    put(api, "not_ready", not_ready)


@fault(SERVER, "small-unknown-type-is-not-available", "RESULTS-5")
def not_available() -> None:
    """Which report types there are is not checked with the query: an unknown one is not offered, and answers 404."""
    rule("report_type", bool)


@fault(SERVER, "small-csv-is-separated-by-semicolons", "RESULTS-8")
def semicolons() -> None:
    """A group's CSV has semicolons between its fields, as spreadsheets in half of Europe write it."""

    def written(rows: list[dict[str, Any]]) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, [*rows[0], "note"], delimiter=";")
        writer.writeheader()
        writer.writerows({**row, "note": groups.BANNER} for row in rows)
        return out.getvalue().encode()

    put(groups, "_csv", written)


@fault(SERVER, "small-hl7v2-has-names-in-capitals", "RESULTS-10")
def in_capitals() -> None:
    """The interface for HL7 v2 has family names in capital letters, as the system behind it keeps them."""

    def written(version: Version, patient: Patient, reading: Reading) -> bytes:
        return hl7v2.write_hl7v2(version, replace(patient, family_name=patient.family_name.upper()), reading)

    put(reports, "write_hl7v2", written)


@fault(SERVER, "small-group-has-no-cancelled-order", "GROUP-2")
def no_cancelled() -> None:
    """Cancelled orders are left out of a group's report, as if they had not been submitted."""
    group_report = api.group_report

    def without(organization_id: str, study_group: str, members: list[Order], report_type: str) -> Response:
        kept = [order for order in members if order.status != "CANCELLED"]
        return group_report(organization_id, study_group, kept or members, report_type)

    put(api, "group_report", without)


@fault(SERVER, "small-group-without-orders-has-failed", "GROUP-4")
def without_orders() -> None:
    """None of no orders is COMPLETED: an unknown group answers 409 `order-failed`, as one whose orders all failed."""
    group_report = api.group_report

    def vacuous(organization_id: str, study_group: str, members: list[Order], report_type: str) -> Response:
        if not members:
            raise problems.ended_without_report("order-failed")
        return group_report(organization_id, study_group, members, report_type)

    put(api, "group_report", vacuous)


@fault(SERVER, "small-foreign-organization-has-an-empty-queue", "SEC-2")
def empty_queue() -> None:
    """Rows are filtered by the caller's organization: the listing of another one is 200 and empty instead of 403."""

    def around(operation: Operation) -> Operation:
        def filtered(service: Service, client: Client, request: Request) -> Response:
            asked = parameters.read_query(request.query, ("organizationId",), optional=("limit",))["organizationId"]
            if asked != client.organization_id:
                return json_response({"reports": [], "count": 0, "organization_id": asked})
            return operation(service, client, request)

        return filtered

    wrap("/reports", "GET", around)


@fault(SERVER, "small-errors-of-former-calls-add-up", "PROTO-5")
def errors_add_up() -> None:
    """The list of errors is a default argument, made once: a 400 has those of former calls too, whoever made them."""

    def adding(errors: Sequence[tuple[str, str]], known: list[tuple[str, str]] = []) -> Refusal:  # noqa: B006
        known += errors
        return problems.bad_parameters(known[-20:])

    put(parameters, "bad_parameters", adding)
