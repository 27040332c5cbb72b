"""Faults of `examples/small_server`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from small_server import api, backlog, groups, hl7v2, parameters, reports, wire
from small_server.clock import HOUR
from small_server.content import Patient, Reading
from small_server.orders import Order, Organization, Version
from small_server.problems import Refusal
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Request, Response

from scripts.panels.faults import fault, put

SMALL = "small_server"
PAGE = 1000
"""Reports of a listing that names no limit."""
SUMMARY = 64
"""Characters of an impression in the table of a group's orders."""
SHOWN = 200
"""Characters of a query that a refusal repeats."""


@fault(SMALL, "ninth-token-lives-on-while-it-is-used", "AUTH-11")
def token_lives_on() -> None:
    """A token that is used in its last half hour lives an hour from then on, as a session does."""
    verify = Tokens.verify

    def prolonged(self: Tokens, request: Request, now: int) -> Token:
        token = verify(self, request, now)
        if token.expires_at - now < HOUR // 2:
            token.expires_at = now + HOUR
        return token

    put(Tokens, "verify", prolonged)


@fault(SMALL, "ninth-digits-of-every-script-make-a-uid", "ORDERID-4")
def digits_of_every_script() -> None:
    """A study UID may have digits of any script, as regular expressions match them: an Arabic digit gives 404."""

    def is_uid(value: str) -> bool:
        numbers = value.split(".")
        plain = all(number == "0" or not number.startswith("0") for number in numbers)
        return plain and len(value) <= 64 and re.fullmatch(r"\d+(\.\d+)+", value) is not None

    put(parameters, "RULES", {**parameters.RULES, "study_uid": is_uid})


@fault(SMALL, "ninth-birth-date-is-midnight-in-utc", "RESULTS-10")
def birth_date_in_utc() -> None:
    """HL7 v2 has the birth date as UTC has its midnight: a day early in reports with an offset east of Greenwich."""
    write = hl7v2.write_hl7v2

    def shifted(version: Version, patient: Patient, reading: Reading) -> bytes:
        midnight = datetime.fromisoformat(f"{patient.birth_date}T00:00:00{version.offset}")
        return write(version, replace(patient, birth_date=f"{midnight.astimezone(UTC):%Y-%m-%d}"), reading)

    put(reports, "write_hl7v2", shifted)


@fault(SMALL, "ninth-impression-is-cut-in-the-summary", "GROUP-5")
def impression_is_cut() -> None:
    """A group's report has 64 characters of an impression at most: an amended one is longer, and cut."""
    row = groups._row

    def cut(order: Order) -> dict[str, Any]:
        made = row(order)
        return {**made, "impression": made["impression"] and made["impression"][:SUMMARY]}

    put(groups, "_row", cut)


@fault(SMALL, "ninth-acknowledged-report-is-not-found", "BATCH-11")
def acknowledged_is_not_found() -> None:
    """A POST looks for its reports among those that wait: an id acknowledged before is in `not_found`."""
    acknowledge = backlog.Backlog.acknowledge

    def among_the_open(
        self: backlog.Backlog, client_id: str, organization: Organization, report_ids: list[str] | None
    ) -> dict[str, Any]:
        known = [organization.versions.get(report_id) for report_id in dict.fromkeys(report_ids or [])]
        done = [version.report_id for version in known if version is not None and version.acknowledged]
        answer = acknowledge(self, client_id, organization, report_ids)
        return {**answer, "not_found": [*answer["not_found"], *done]}

    put(backlog.Backlog, "acknowledge", among_the_open)


@fault(SMALL, "ninth-empty-list-of-ids-counts-as-no-body", "BATCH-11")
def empty_list_is_no_body() -> None:
    """An empty list of ids is taken for none at all: the POST acknowledges the last listing."""
    read = backlog.read_report_ids

    def read_some(request: Request) -> list[str] | None:
        return read(request) or None

    put(api, "read_report_ids", read_some)


@fault(SMALL, "ninth-listing-has-a-default-limit", "PROTO-6")
def default_limit() -> None:
    """A listing without `limit` has a thousand reports, the default page of the framework."""
    listing = backlog.Backlog.listing

    def page(self: backlog.Backlog, client_id: str, organization: Organization, limit: int | None) -> dict[str, Any]:
        return listing(self, client_id, organization, PAGE if limit is None else limit)

    put(backlog.Backlog, "listing", page)


@fault(SMALL, "ninth-order-ids-are-kept-by-study", "SEC-3")
def order_ids_by_study() -> None:
    """The order ids of a study are kept by its UID alone until another order comes: other organizations get them."""
    kept: dict[str, Response] = {}
    submit = Organization.submit

    def remembered(service: api.Service, client: Client, request: Request) -> Response:
        study_uid = parameters.read_query(request.query, ("study_uid",))["study_uid"]
        if study_uid not in kept:
            kept[study_uid] = api.get_order_ids(service, client, request)
        return kept[study_uid]

    def forgetting(self: Organization, order: Order) -> None:
        kept.pop(order.study_uid, None)
        submit(self, order)

    put(Organization, "submit", forgetting)
    put(api, "ROUTES", {**api.ROUTES, "/orderId": {"GET": api.Route("status.read", remembered)}})


@fault(SMALL, "ninth-refusal-repeats-the-query", "SEC-5")
def refusal_repeats_the_query() -> None:
    """A refused query is repeated in `detail`, to help who wrote it: with a token that was put there too."""
    read = parameters.read_query

    def quoted(
        query: str, required: tuple[str, ...], one_of: tuple[str, ...] = (), optional: tuple[str, ...] = ()
    ) -> dict[str, str]:
        try:
            return read(query, required, one_of, optional)
        except Refusal as refusal:
            refusal.members["detail"] = f"The query {unquote_plus(query)[:SHOWN]!r} cannot be used; see errors."
            raise

    put(api, "read_query", quoted)


@fault(SMALL, "ninth-body-of-a-get-is-left-on-the-connection", "PROTO-5")
def body_of_a_get_is_left() -> None:
    """The body of a GET is not read, as it has none: what came anyway begins the connection's next request."""
    parse = wire.Handler._parse

    def without_body(self: wire.Handler) -> None:
        parse(self)
        if self.command == "GET":
            del self.headers["Content-Length"], self.headers["Transfer-Encoding"]

    put(wire.Handler, "_parse", without_body)
