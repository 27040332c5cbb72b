"""Faults of `examples/small_server`."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from email.message import Message
from io import BufferedIOBase
from typing import Any, BinaryIO

from small_server import api, body, groups, hl7v2, parameters, reports, tokens, wire
from small_server.api import Operation, Service
from small_server.backlog import Backlog
from small_server.clock import HOUR
from small_server.content import Patient, Reading
from small_server.orders import Order, Organization, Version
from small_server.parameters import decode_pairs
from small_server.problems import bad_parameters
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Request, Response, json_response

from scripts.panels.faults import fault, put

SERVER = "small_server"
COLUMN = 128
"""Bytes of a group's name."""
WEEK = 7 * 24 * HOUR
ONCE = 1.0
"""Seconds in which a listing is written once."""


def wrap(path: str, method: str, around: Callable[[Operation], Operation]) -> None:
    """Have an operation answered by another one, which is made of it."""
    methods = dict(api.ROUTES[path])
    route = methods[method]
    assert route is not None
    methods[method] = replace(route, operation=around(route.operation))
    put(api, "ROUTES", {**api.ROUTES, path: methods})


@fault(SERVER, "small-commas-separate-scopes", "AUTH-6")
def commas() -> None:
    """Scopes are separated by commas too, as some providers write them: `status.read,reports.read` is granted."""
    narrow = tokens._narrow
    put(tokens, "_narrow", lambda client, asked: narrow(client, asked and asked.replace(",", " ")))


@fault(SERVER, "small-token-is-verified-once-a-connection", "AUTH-11")
def once_a_connection() -> None:
    """A token is verified with the first call of a connection: on one that is kept open it never expires."""
    verify = Tokens.verify
    connection = threading.local()  # each connection has a thread

    def verified(self: Tokens, request: Request, now: int) -> Token:
        sent = request.headers.get_all("Authorization", [])
        known: tuple[list[str], Token] | None = getattr(connection, "known", None)
        if known is not None and known[0] == sent:
            return known[1]
        token = verify(self, request, now)
        connection.known = sent, token
        return token

    put(Tokens, "verify", verified)


@fault(SERVER, "small-study-lists-what-waits", "ORDERID-1")
def what_waits() -> None:
    """`/orderId` leaves out orders whose report was acknowledged, as long as the study has others."""

    def around(operation: Operation) -> Operation:
        def waiting(service: Service, client: Client, request: Request) -> Response:
            told = json.loads(operation(service, client, request).body)
            orders = service.organization_of(client).orders
            ids = [name for name in told["order_ids"] if not is_done(orders[name])] or told["order_ids"]
            return json_response({**told, "order_ids": ids, "count": len(ids)})

        return waiting

    def is_done(order: Order) -> bool:
        return bool(order.versions) and order.versions[-1].acknowledged

    wrap("/orderId", "GET", around)


@fault(SERVER, "small-uid-may-have-digits-of-any-script", "ORDERID-4")
def any_script() -> None:
    r"""The pattern of a UID has `\d`, which stands for the digits of every script: an Arabic one is not refused."""

    def is_uid(value: str) -> bool:
        return len(value) <= 64 and re.fullmatch(r"(0|[^\D0]\d*)(\.(0|[^\D0]\d*))+", value) is not None

    put(parameters, "RULES", {**parameters.RULES, "study_uid": is_uid})


@fault(SERVER, "small-hl7v2-doubles-apostrophes", "RESULTS-10")
def doubled() -> None:
    """Names come into HL7 v2 as they were quoted for a database: `O'Hara` is `O''Hara` there."""

    def written(version: Version, patient: Patient, reading: Reading) -> bytes:
        quoted = replace(patient, family_name=patient.family_name.replace("'", "''"))
        return hl7v2.write_hl7v2(version, quoted, reading)

    put(reports, "write_hl7v2", written)


@fault(SERVER, "small-group-name-is-measured-in-bytes", "GROUP-1")
def in_bytes() -> None:
    """A group's name may have 128 bytes, not characters: a hundred umlauts are refused as too long."""

    def around(operation: Operation) -> Operation:
        def measured(service: Service, client: Client, request: Request) -> Response:
            response = operation(service, client, request)
            if len(dict(decode_pairs(request.query))["study_group"].encode()) > COLUMN:
                raise bad_parameters([("study_group", "has a value that is not allowed")])
            return response

        return measured

    wrap("/report", "GET", around)


@fault(SERVER, "small-group-names-who-asked-first", "GROUP-2")
def asked_first() -> None:
    """The head of a group's json is kept by the group's name: it names the organization that asked for it first."""
    first: dict[str, str] = {}

    def headed(organization_id: str, study_group: str, members: list[Order], report_type: str) -> Response:
        response = groups.group_report(organization_id, study_group, members, report_type)
        named = first.setdefault(study_group, organization_id)
        return groups.group_report(named, study_group, members, report_type) if report_type == "json" else response

    put(api, "group_report", headed)


@fault(SERVER, "small-listing-has-a-week", "BATCH-1")
def a_week() -> None:
    """A listing has what was completed in the last seven days: what arrives with an older time is never there."""

    def around(operation: Operation) -> Operation:
        def recent(service: Service, client: Client, request: Request) -> Response:
            organization, since = service.organization_of(client), service.clock.now() - WEEK
            waiting = organization.waiting
            organization.waiting = {name: each for name, each in waiting.items() if each.completed_at > since}
            try:
                return operation(service, client, request)
            finally:
                organization.waiting = waiting

        return recent

    wrap("/reports", "GET", around)


@fault(SERVER, "small-listing-is-written-once-a-second", "BATCH-5")
def once_a_second() -> None:
    """What a client was shown is written once a second: a page right after a whole listing is not remembered."""
    listing = Backlog.listing
    at: dict[tuple[str, str], float] = {}

    def written(self: Backlog, client_id: str, organization: Organization, limit: int | None) -> dict[str, Any]:
        place, now = self.place(client_id, organization), time.monotonic()
        before = self._shown.get(place, [])
        told = listing(self, client_id, organization, limit)
        if now - at.get(place, -ONCE) < ONCE:
            self._shown[place] = before
        else:
            at[place] = now
        return told

    put(Backlog, "listing", written)


@fault(SERVER, "small-chunked-body-counts-as-none", "BATCH-11")
def chunked() -> None:
    """Whether there is a body is asked of `Content-Length`: one that comes in chunks acknowledges the last listing."""

    def read(headers: Message, source: BinaryIO | BufferedIOBase, reply: BinaryIO | BufferedIOBase) -> bytes:
        content = body.read_body(headers, source, reply)
        return b"" if "Transfer-Encoding" in headers else content

    put(wire, "read_body", read)
