"""Faults of the small server."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from small_server import api, groups, reports
from small_server.api import Route, Service
from small_server.backlog import Backlog, read_report_ids
from small_server.clock import HOUR
from small_server.content import Patient, Reading
from small_server.orders import Order, Organization, Version
from small_server.parameters import read_query
from small_server.reports import report_response
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Request, Response, json_response

from scripts.panels.faults import fault, put

SERVER = "small_server"
MOST_AT_ONCE = 100
LATER = 0.5
"""Seconds after which a large acknowledgement is done."""
SUMMER = range(4, 11)
"""Months in which clocks are an hour ahead."""


def serve(path: str, method: str, operation: api.Operation) -> None:
    """Have an operation done by another function."""
    routes: Any = api.ROUTES[path]
    routes[method] = Route(routes[method].scope, operation)


@fault(SERVER, "twelfth-token-lives-an-hour-from-its-last-use", "AUTH-11")
def token_lives_from_its_last_use() -> None:
    """A token is kept like a session: each use lets it live for another hour."""
    verify = Tokens.verify

    def verified(self: Tokens, request: Request, now: int) -> Token:
        token = verify(self, request, now)
        token.expires_at = max(token.expires_at, now + HOUR)
        return token

    put(Tokens, "verify", verified)


@fault(SERVER, "twelfth-equally-old-orders-are-sorted-by-id", "ORDERID-2")
def sorted_by_id() -> None:
    """The order ids of a study are sorted by creation and then by id, which is random, instead of by submission."""

    def get_order_ids(service: Service, client: Client, request: Request) -> Response:
        answer = api.get_order_ids(service, client, request)
        study_uid = read_query(request.query, ("study_uid",))["study_uid"]

        def age(order: Order) -> tuple[int, str]:
            return order.created_at, order.order_id

        orders = sorted(service.organization_of(client).of_study(study_uid), key=age, reverse=True)
        order_ids = [order.order_id for order in orders]
        return replace(
            answer, body=json_response({"order_ids": order_ids, "study_uid": study_uid, "count": len(orders)}).body
        )

    serve("/orderId", "GET", get_order_ids)


@fault(SERVER, "twelfth-cancelled-order-does-not-count-for-the-report", "RESULTS-3")
def cancelled_does_not_count() -> None:
    """Where a study's most recent order was cancelled, its report is that of the one before."""

    def get_result(service: Service, client: Client, request: Request) -> Response:
        values = read_query(request.query, ("report_type",), api.SELECTORS)
        orders = service.organization_of(client).of_study(values.get("study_uid", ""))
        left = [order for order in orders if order.status != "CANCELLED"]
        if left and left[0] is not orders[0]:
            query = f"order_id={left[0].order_id}&report_type={values['report_type']}"
            return api.get_result(service, client, replace(request, query=query))
        return api.get_result(service, client, request)

    serve("/results", "GET", get_result)


@fault(SERVER, "twelfth-birth-date-goes-through-summer-time", "RESULTS-10")
def birth_date_goes_through_summer_time() -> None:
    """HL7 writes the birth date as of midnight less an hour of summer time: who was born in summer is a day older."""
    write = reports.write_hl7v2

    def write_hl7v2(version: Version, patient: Patient, reading: Reading) -> bytes:
        born = date.fromisoformat(patient.birth_date)
        if born.month in SUMMER:
            patient = replace(patient, birth_date=(born - timedelta(days=1)).isoformat())
        return write(version, patient, reading)

    put(reports, "write_hl7v2", write_hl7v2)


@fault(SERVER, "twelfth-pdf-is-set-once-for-an-order", "RESULTS-11")
def pdf_is_set_once() -> None:
    """A PDF is set once and kept by the order's id, so that after an amendment it is the former report."""
    make = api.order_report
    kept: dict[str, bytes] = {}

    def order_report(organization_id: str, version: Version, report_type: str) -> Response:
        answer = make(organization_id, version, report_type)
        if report_type != "pdf":
            return answer
        body = kept.setdefault(version.order.order_id, answer.body)
        names = {name: answer.headers[name] for name in ("X-Report-Id", "X-Order-Id")}
        return report_response(body, report_type, version.report_id, names)

    put(api, "order_report", order_report)


@fault(SERVER, "twelfth-csv-of-a-group-joins-reports", "GROUP-2")
def csv_joins_reports() -> None:
    """The CSV of a group comes from a join with the reports, and lacks failed and cancelled orders."""
    write = groups._csv

    def rows_with_a_report(rows: list[dict[str, Any]]) -> bytes:
        return write([row for row in rows if row["report_id"]])

    put(groups, "_csv", rows_with_a_report)


@fault(SERVER, "twelfth-listings-add-up-until-they-are-acknowledged", "BATCH-5")
def listings_add_up() -> None:
    """What a client was shown adds up over its listings until a POST without a body, which acknowledges all of it."""
    list_reports, mark = Backlog.listing, Backlog.acknowledge

    def listing(self: Backlog, client_id: str, organization: Organization, limit: int | None) -> dict[str, Any]:
        place = self.place(client_id, organization)
        before = self._shown.get(place, [])
        answer = list_reports(self, client_id, organization, limit)
        self._shown[place] = list(dict.fromkeys([*before, *self._shown[place]]))
        return answer

    def acknowledge(
        self: Backlog, client_id: str, organization: Organization, report_ids: list[str] | None
    ) -> dict[str, Any]:
        answer = mark(self, client_id, organization, report_ids)
        if report_ids is None:
            self._shown.pop(self.place(client_id, organization), None)
        return answer

    put(Backlog, "listing", listing)
    put(Backlog, "acknowledge", acknowledge)


@fault(SERVER, "twelfth-after-a-post-the-rest-counts-as-listed", "BATCH-8")
def rest_counts_as_listed() -> None:
    """After a POST without a body, the remembered listing is made anew of what is left: a repeated POST takes that."""
    mark = Backlog.acknowledge

    def acknowledge(
        self: Backlog, client_id: str, organization: Organization, report_ids: list[str] | None
    ) -> dict[str, Any]:
        answer = mark(self, client_id, organization, report_ids)
        place = self.place(client_id, organization)
        if report_ids is None and place in self._shown:
            self._shown[place] = list(organization.waiting)
        return answer

    put(Backlog, "acknowledge", acknowledge)


@fault(SERVER, "twelfth-large-acknowledgements-are-done-later", "CONS-1")
def large_acknowledgements_are_done_later() -> None:
    """An acknowledgement of more than a hundred ids is answered at once, and done half a second later by a worker."""

    def acknowledge_reports(service: Service, client: Client, request: Request) -> Response:
        values = read_query(request.query, ("organizationId",))
        report_ids = read_report_ids(request)
        if report_ids is None or len(report_ids) <= MOST_AT_ONCE:
            return api.acknowledge_reports(service, client, request)
        organization = api._own_organization(service, client, values["organizationId"])
        known = {name: organization.versions.get(name) for name in report_ids}
        acknowledged = [name for name, version in known.items() if version and not version.acknowledged]

        def work() -> None:
            with service.lock:
                service.backlog.acknowledge(client.client_id, organization, acknowledged)

        threading.Timer(LATER, work).start()
        return json_response(
            {
                "acknowledged": acknowledged,
                "not_found": [name for name, version in known.items() if version is None],
                "count": len(acknowledged),
                "organization_id": organization.organization_id,
            }
        )

    serve("/reports", "POST", acknowledge_reports)


@fault(SERVER, "twelfth-named-reports-need-no-organization", "SEC-2")
def named_reports_need_no_organization() -> None:
    """A POST with ids is not compared with `organizationId`, since the ids are looked for in one's own organization."""

    def acknowledge_reports(service: Service, client: Client, request: Request) -> Response:
        read_query(request.query, ("organizationId",))
        report_ids = read_report_ids(request)
        if report_ids is None:
            return api.acknowledge_reports(service, client, request)
        organization = service.organization_of(client)
        return json_response(service.backlog.acknowledge(client.client_id, organization, report_ids))

    serve("/reports", "POST", acknowledge_reports)
