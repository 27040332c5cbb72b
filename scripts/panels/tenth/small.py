"""Faults of the small server: each function makes it wrong before it starts."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from small_server import api, backlog, pdf, reports
from small_server.api import Service
from small_server.clock import HOUR, rfc3339
from small_server.content import Patient, Reading
from small_server.groups import GROUP_TYPES
from small_server.orders import FINAL, Order, Organization, Version
from small_server.problems import not_found, not_ready
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Response

from scripts.panels.faults import fault, put

SERVER = "small_server"


@fault(SERVER, "panel-one-row-for-the-token-of-a-client", "AUTH-17")
def one_row() -> None:
    """A client has one token for each set of scopes: a new one takes the row of the former, which is refused then."""
    issue = Tokens.issue
    rows: dict[tuple[str, frozenset[str]], bytes] = {}

    def replaced(tokens: Tokens, token: Token, now: int) -> str:
        value = issue(tokens, token, now)
        row = token.client.client_id, token.scopes
        tokens._tokens.pop(rows.get(row, b""), None)
        rows[row] = list(tokens._tokens)[-1]
        return value

    put(Tokens, "issue", replaced)


@fault(SERVER, "panel-progress-is-100-at-each-end", "STATUS-6")
def at_each_end() -> None:
    """Whoever ends an order sets its progress to 100, also where it is FAILED or CANCELLED."""
    move = Organization.move

    def ended(organization: Organization, order: Order, status: str, at: int, version_offset: str = "Z") -> None:
        move(organization, order, status, at, version_offset)
        if status in FINAL:
            order.progress = 100

    put(Organization, "move", ended)


@fault(SERVER, "panel-report-by-study-is-of-the-order-changed-last", "RESULTS-2")
def changed_last() -> None:
    """A report by study is that of the order with the latest `updated_at`: an amended old order hides the new one."""
    selected = api._selected

    def by_change(service: Service, client: Client, values: Mapping[str, str]) -> Order:
        if "report_type" not in values or "study_uid" not in values:
            return selected(service, client, values)
        orders = service.organization_of(client).of_study(values["study_uid"])
        if not orders:
            raise not_found("study")
        return max(orders, key=lambda order: order.updated_at)

    put(api, "_selected", by_change)


@fault(SERVER, "panel-birth-date-in-hl7-is-shifted-to-utc", "RESULTS-10")
def shifted_to_utc() -> None:
    """In HL7 v2, a birth date is midnight in the zone of the report, told in UTC: east of Greenwich the day before."""
    write = reports.write_hl7v2

    def written(version: Version, patient: Patient, reading: Reading) -> bytes:
        midnight = datetime.fromisoformat(f"{patient.birth_date}T00:00:00{version.offset}")
        return write(version, replace(patient, birth_date=midnight.astimezone(UTC).date().isoformat()), reading)

    put(reports, "write_hl7v2", written)


@fault(SERVER, "panel-pdf-has-full-pages-only", "GROUP-2")
def full_pages_only() -> None:
    """The number of pages of a PDF is rounded down: of a long group, the orders on the last page are missing."""
    write = pdf.write_pdf

    def full(lines: list[str]) -> bytes:
        pages = len(lines) // pdf.LINES_A_PAGE or 1
        return write(lines[: pages * pdf.LINES_A_PAGE])

    put(reports, "write_pdf", full)


@fault(SERVER, "panel-listing-is-sorted-by-the-time-as-written", "BATCH-13")
def as_written() -> None:
    """The listing is sorted by `completed_at` as it is written, with its offset: a page has not the oldest reports."""

    def text(version: Version) -> tuple[str, int]:
        return rfc3339(version.completed_at, version.offset), version.rank

    put(backlog, "_oldest_first", text)


@fault(SERVER, "panel-ids-after-an-unknown-one-are-not-found", "BATCH-11")
def after_an_unknown() -> None:
    """The loop over the ids of a POST ends at the first unknown one: those behind it are told as `not_found` too."""

    def mark(organization: Organization, report_ids: Iterable[str]) -> tuple[list[str], list[str]]:
        acknowledged: list[str] = []
        left = list(report_ids)
        try:
            while left:
                version = organization.versions[left[0]]
                if not version.acknowledged:
                    version.acknowledged = True
                    organization.waiting.pop(left[0], None)
                    acknowledged.append(left[0])
                left.pop(0)
        except KeyError:
            return acknowledged, left
        return acknowledged, []

    put(backlog, "_mark", mark)


@fault(SERVER, "panel-acknowledged-orders-are-cleaned-up", "BATCH-10")
def cleaned_up() -> None:
    """A job deletes orders whose reports are all acknowledged, a day after their last change."""
    own = Service.organization_of

    def cleaned(service: Service, client: Client) -> Organization:
        organization = own(service, client)
        for order in tuple(organization.orders.values()):
            done = order.versions and all(version.acknowledged for version in order.versions)
            if done and order.updated_at < service.clock.now() - 24 * HOUR:
                forget(organization, order)
        return organization

    put(Service, "organization_of", cleaned)


def forget(organization: Organization, order: Order) -> None:
    """Delete an order and its reports."""
    del organization.orders[order.order_id]
    organization.studies[order.study_uid].remove(order)
    if order.study_group is not None:
        organization.groups[order.study_group].remove(order)
    for version in order.versions:
        del organization.versions[version.report_id]


@fault(SERVER, "panel-organization-is-kept-with-the-thread", "SEC-1")
def kept_with_the_thread() -> None:
    """The organization is kept with the thread of the connection: the next caller there gets the first one's data."""
    own = Service.organization_of
    local = threading.local()

    def kept(service: Service, client: Client) -> Organization:
        if not hasattr(local, "organization"):
            local.organization = own(service, client)
        organization: Organization = local.organization
        return organization

    put(Service, "organization_of", kept)


@fault(SERVER, "panel-open-orders-of-a-group-are-counted-by-its-name", "SEC-8")
def counted_by_name() -> None:
    """The open orders of a group are counted by its name alone: another organization's delay the report."""
    submit, report = Organization.submit, api.group_report
    everybodys: dict[str, list[Order]] = defaultdict(list)

    def counted(organization: Organization, order: Order) -> None:
        submit(organization, order)
        everybodys[order.study_group or ""].append(order)

    def waiting(organization_id: str, study_group: str, members: list[Order], report_type: str) -> Response:
        if members and report_type in GROUP_TYPES and any(o.status not in FINAL for o in everybodys[study_group]):
            raise not_ready()
        return report(organization_id, study_group, members, report_type)

    put(Organization, "submit", counted)
    put(api, "group_report", waiting)
