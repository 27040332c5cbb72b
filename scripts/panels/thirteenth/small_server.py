"""Faults of the small server. Each function changes a part of it before it starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from typing import Any

from small_server import api, backlog, reports
from small_server.api import Route, Service
from small_server.backlog import Backlog
from small_server.content import Patient, Reading
from small_server.hl7v2 import write_hl7v2
from small_server.orders import OFFERED_TYPES, Order, Organization, Version
from small_server.parameters import read_query
from small_server.pdf import LINES_A_PAGE, write_pdf
from small_server.problems import not_found, type_not_available
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Request, Response, json_response

from scripts.panels.faults import fault, put

SERVER = "small_server"
OVERLAP = 5 * 60_000
"""Milliseconds for which a client's former tokens live on after a new one."""


@fault(SERVER, "panel-13-new-token-ends-the-former-ones-after-five-minutes", "AUTH-17")
def former_tokens_end() -> None:
    """A client has one token: five minutes after it got a new one, its former ones are refused."""
    issue = Tokens.issue

    def issued(self: Tokens, token: Token, now: int) -> str:
        for kept in self._tokens.values():
            if kept.client is token.client:
                kept.expires_at = min(kept.expires_at, now + OVERLAP)
        return issue(self, token, now)

    put(Tokens, "issue", issued)


@fault(SERVER, "panel-13-last-of-two-authorization-headers-counts", "AUTH-13")
def last_header_counts() -> None:
    """Headers are put into a dictionary before the token is read: of two Authorization headers the last one counts."""
    verify = Tokens.verify

    def verified(self: Tokens, request: Request, now: int) -> Token:
        headers = Message()
        for name, value in {name.lower(): value for name, value in request.headers.items()}.items():
            headers[name] = value
        return verify(self, replace(request, headers=headers), now)

    put(Tokens, "verify", verified)


@fault(SERVER, "panel-13-order-ids-come-by-submission", "ORDERID-2")
def ids_by_submission() -> None:
    """The order ids of a study come by their rank of submission, which is not that of creation for late imports."""

    def get_order_ids(service: Service, client: Client, request: Request) -> Response:
        study_uid = read_query(request.query, ("study_uid",))["study_uid"]
        orders = service.organization_of(client).of_study(study_uid)
        if not orders:
            raise not_found("study")
        order_ids = [order.order_id for order in sorted(orders, key=lambda order: order.rank, reverse=True)]
        return json_response({"order_ids": order_ids, "study_uid": study_uid, "count": len(order_ids)})

    routes: Any = api.ROUTES
    routes["/orderId"]["GET"] = Route("status.read", get_order_ids)


@fault(SERVER, "panel-13-type-not-offered-is-refused-before-the-state", "RESULTS-5")
def offer_before_state() -> None:
    """A type that an order will not offer answers 404 while it is in process, so that its client gives up early."""
    selected = api._selected

    def checked(service: Service, client: Client, values: Mapping[str, str]) -> Order:
        order = selected(service, client, values)
        if "report_type" in values and values["report_type"] not in order.report_types:
            raise type_not_available()
        return order

    put(api, "_selected", checked)


@fault(SERVER, "panel-13-birth-date-goes-through-utc-in-hl7v2", "RESULTS-10")
def birth_date_in_utc() -> None:
    """HL7 takes the birth date for midnight at the order's place, in UTC: east of Greenwich it is the day before."""

    def written(version: Version, patient: Patient, reading: Reading) -> bytes:
        born = datetime.fromisoformat(f"{patient.birth_date}T00:00:00{version.order.offset}")
        return write_hl7v2(version, replace(patient, birth_date=born.astimezone(UTC).date().isoformat()), reading)

    put(reports, "write_hl7v2", written)


@fault(SERVER, "panel-13-pdf-loses-its-last-page-that-is-not-full", "GROUP-2")
def last_page_is_lost() -> None:
    """A PDF of several pages has full pages only: the orders of a large group that stand on the last one are lost."""

    def written(lines: list[str]) -> bytes:
        full = len(lines) // LINES_A_PAGE * LINES_A_PAGE
        return write_pdf(lines[:full] if full else lines)

    put(reports, "write_pdf", written)


@fault(SERVER, "panel-13-listing-is-remembered-by-its-last-completion", "BATCH-6")
def remembered_by_completion() -> None:
    """POST without a body takes all that completed up to the last one listed, also what became ready late."""
    acknowledge = Backlog.acknowledge

    def acknowledged(
        self: Backlog, client_id: str, organization: Organization, report_ids: list[str] | None
    ) -> dict[str, Any]:
        if report_ids is None:
            shown = self._shown.get(self.place(client_id, organization), [])
            last = max((organization.versions[report_id].completed_at for report_id in shown), default=-1)
            waiting = organization.waiting.values()
            report_ids = [version.report_id for version in waiting if version.completed_at <= last]
        return acknowledge(self, client_id, organization, report_ids)

    put(Backlog, "acknowledge", acknowledged)


@fault(SERVER, "panel-13-named-report-acknowledges-its-order", "BATCH-12")
def order_is_acknowledged() -> None:
    """An acknowledged report marks its order: an amended version that the client has not seen is not listed."""
    mark = backlog._mark

    def marked(organization: Organization, report_ids: Iterable[str]) -> tuple[list[str], list[str]]:
        acknowledged, unknown = mark(organization, report_ids)
        for report_id in acknowledged:
            for version in organization.versions[report_id].order.versions:
                version.acknowledged = True
                organization.waiting.pop(version.report_id, None)
        return acknowledged, unknown

    put(backlog, "_mark", marked)


@fault(SERVER, "panel-13-each-acknowledgement-ends-the-remembered-listing", "BATCH-11")
def listing_is_used_up() -> None:
    """Any POST uses up the remembered listing, also one with `report_ids`: what is left of it is listed again."""
    acknowledge = Backlog.acknowledge

    def acknowledged(
        self: Backlog, client_id: str, organization: Organization, report_ids: list[str] | None
    ) -> dict[str, Any]:
        answer = acknowledge(self, client_id, organization, report_ids)
        self._shown.pop(self.place(client_id, organization), None)
        return answer

    put(Backlog, "acknowledge", acknowledged)


@fault(SERVER, "panel-13-listing-names-the-types-of-the-service", "CONS-2")
def types_of_the_service() -> None:
    """A listing names the types that the service can make, not those that the order offers."""
    entry = backlog._entry

    def named(version: Version) -> dict[str, Any]:
        return {**entry(version), "report_types": OFFERED_TYPES}

    put(backlog, "_entry", named)
