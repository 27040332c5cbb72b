"""Faults of `examples/small_server`."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from small_server import api, backlog, groups, hl7v2, reports
from small_server import pdf as documents
from small_server.api import ROUTES, Route, Service
from small_server.clock import SECOND, rfc3339
from small_server.content import Patient, Reading
from small_server.orders import FINAL, Order, Organization, Version
from small_server.problems import not_found, not_ready, unauthorized
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Request, Response

from scripts.panels.faults import fault, put

SERVER = "small_server"
IDLE = 30 * 60 * SECOND
"""How long a token may be unused."""
MISSED_FOR = 5.0
"""Seconds for which it is remembered that a group was not found."""
SUMMER = range(4, 10)
"""The months that are wholly in summer time."""


@fault(SERVER, "panel-11-group-report-asks-for-the-scopes-of-the-client", "AUTH-14")
def scopes_of_the_client() -> None:
    """The route of `/report` compares the client's scopes, as before tokens could be narrowed, not the token's."""
    original = Service._admit

    def admit(self: Service, token: Token, route: Route) -> None:
        if route is ROUTES["/report"]["GET"]:
            token = replace(token, scopes=frozenset(token.client.scopes))
        original(self, token, route)

    put(Service, "_admit", admit)


@fault(SERVER, "panel-11-token-that-is-idle-for-half-an-hour-ends", "AUTH-17")
def idle_token_ends() -> None:
    """Tokens are in a session store that drops what is unused for half an hour, though `expires_in` says an hour."""
    used: dict[str, int] = {}
    issue, verify = Tokens.issue, Tokens.verify

    def issued(self: Tokens, token: Token, now: int) -> str:
        value = issue(self, token, now)
        used[value] = now
        return value

    def verified(self: Tokens, request: Request, now: int) -> Token:
        token = verify(self, request, now)
        value = (request.header("Authorization") or "").split()[-1]
        if now - used.get(value, now) > IDLE:
            raise unauthorized(token_was_sent=True)
        used[value] = now
        return token

    put(Tokens, "issue", issued)
    put(Tokens, "verify", verified)


@fault(SERVER, "panel-11-cancelled-order-is-skipped-for-the-report-of-a-study", "RESULTS-3")
def cancelled_is_skipped() -> None:
    """A study's report is that of its newest order that was not cancelled: an old report for a cancelled repetition."""
    original = api._selected

    def selected(service: Service, client: Client, values: Mapping[str, str]) -> Order:
        newest = original(service, client, values)
        if "report_type" not in values or "study_uid" not in values:
            return newest
        orders = service.organization_of(client).of_study(values["study_uid"])
        return next((order for order in orders if order.status != "CANCELLED"), newest)

    put(api, "_selected", selected)


@fault(SERVER, "panel-11-birth-date-in-summer-is-a-day-early-in-hl7", "RESULTS-10")
def birth_date_in_summer() -> None:
    """HL7 v2 takes birth dates for local midnights and writes them in winter time: in summer it is the day before."""
    original = hl7v2.write_hl7v2

    def before(birth_date: str) -> str:
        born = date.fromisoformat(birth_date)
        return str(born - timedelta(days=1) if born.month in SUMMER else born)

    def write(version: Version, patient: Patient, reading: Reading) -> bytes:
        return original(version, replace(patient, birth_date=before(patient.birth_date)), reading)

    put(reports, "write_hl7v2", write)


@fault(SERVER, "panel-11-line-at-the-end-of-each-full-page-is-lost", "GROUP-2")
def line_is_lost() -> None:
    """Pages of a PDF have sixty lines and begin every sixty-one: of a long group's report some lines are in no page."""
    original = documents.write_pdf
    size = documents.LINES_A_PAGE

    def write(lines: list[str]) -> bytes:
        return original([line for place, line in enumerate(lines) if place % (size + 1) != size])

    put(reports, "write_pdf", write)


@fault(SERVER, "panel-11-listing-is-sorted-as-its-times-are-written", "BATCH-13")
def sorted_as_written() -> None:
    """The listing is sorted by `completed_at` as it is written: with mixed offsets `limit` has not the oldest."""

    def oldest_first(version: Version) -> tuple[str, int]:
        return rfc3339(version.completed_at, version.offset), version.rank

    put(backlog, "_oldest_first", oldest_first)


@fault(SERVER, "panel-11-group-that-was-not-found-stays-so-for-seconds", "CONS-1")
def stays_not_found() -> None:
    """That a group was not found is remembered for five seconds, though an order may have joined it meanwhile."""
    original = groups.group_report
    missed: dict[tuple[str, str], float] = {}

    def report(organization_id: str, study_group: str, members: list[Order], report_type: str) -> Response:
        key = organization_id, study_group
        if time.monotonic() - missed.get(key, -MISSED_FOR) < MISSED_FOR:
            raise not_found("study-group")
        if not members:
            missed[key] = time.monotonic()
        return original(organization_id, study_group, members, report_type)

    put(api, "group_report", report)


@fault(SERVER, "panel-11-state-of-an-order-is-asked-before-its-owner", "SEC-1")
def state_before_owner() -> None:
    """`/results` finds an order by its id alone, and says that it is not ready before it asks whose it is."""
    original = api._selected

    def selected(service: Service, client: Client, values: Mapping[str, str]) -> Order:
        if values.get("report_type", "csv") != "csv":
            for organization in service.organizations.values():
                order = organization.orders.get(values.get("order_id", ""))
                if order is not None and order.status not in FINAL:
                    raise not_ready()
        return original(service, client, values)

    put(api, "_selected", selected)


@fault(SERVER, "panel-11-pdf-is-stored-under-its-study-without-the-organization", "SEC-3")
def stored_under_study() -> None:
    """A PDF is stored by study UID, place of the order in its study, and version: another organization gets it too."""
    submit, original = Organization.submit, reports.order_report
    places: dict[str, int] = {}
    stored: dict[tuple[str, int, int], bytes] = {}

    def submitted(self: Organization, order: Order) -> None:
        places[order.order_id] = len(self.studies.get(order.study_uid, ()))
        submit(self, order)

    def report(organization_id: str, version: Version, report_type: str) -> Response:
        answer = original(organization_id, version, report_type)
        if report_type != "pdf":
            return answer
        order = version.order
        key = order.study_uid, places[order.order_id], version.number
        body = stored.setdefault(key, answer.body)
        headers = {name: answer.headers[name] for name in ("X-Report-Id", "X-Order-Id")}
        return reports.report_response(body, report_type, version.report_id, headers)

    put(Organization, "submit", submitted)
    put(api, "order_report", report)


@fault(SERVER, "panel-11-caller-is-kept-for-the-connection", "PROTO-5")
def kept_for_the_connection() -> None:
    """Who calls is in a variable of the thread that nobody clears: the first one on a connection stays the caller."""
    original = Tokens.verify
    context = threading.local()

    def verify(self: Tokens, request: Request, now: int) -> Token:
        token = original(self, request, now)
        if not hasattr(context, "token"):
            context.token = token
        kept: Token = context.token
        return kept

    put(Tokens, "verify", verify)
