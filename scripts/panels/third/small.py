"""Faults of `examples/small_server` in tokens, orders and reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

from small_server import api, clock, orders, parameters, problems, reports, tokens
from small_server.api import Operation, Service
from small_server.content import Patient, Reading
from small_server.orders import Order, Organization, Version
from small_server.problems import Refusal, TokenRefusal
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Request, Response, json_response

from scripts.panels.faults import fault, put

SERVER = "small_server"
IDLE = 15 * 60 * clock.SECOND
SHOWN = 200


def wrap(path: str, method: str, around: Callable[[Operation], Operation]) -> None:
    """Have an operation answered by another one, which is made of it."""
    methods = dict(api.ROUTES[path])
    route = methods[method]
    assert route is not None
    methods[method] = replace(route, operation=around(route.operation))
    put(api, "ROUTES", {**api.ROUTES, path: methods})


@fault(SERVER, "small-empty-token-parameter-is-dropped-before-counting", "AUTH-5")
def dropped_before_counting() -> None:
    """Parameters without a value are dropped as they are read: `scope=` beside another `scope` is no repetition."""

    def unrepeated(encoded: str) -> dict[str, str]:
        try:
            pairs = [(name, value) for name, value in parameters.decode_pairs(encoded) if value]
        except ValueError:
            raise TokenRefusal("invalid_request", "the parameters are percent-encoded UTF-8") from None
        if len({name for name, _ in pairs}) < len(pairs):
            raise TokenRefusal("invalid_request", "a parameter is repeated")
        return dict(pairs)

    put(tokens, "_unrepeated", unrepeated)


@fault(SERVER, "small-expired-token-is-refused-without-a-challenge", "AUTH-10")
def no_challenge() -> None:
    """The 401 for a token that has expired is made in a place of its own, without `WWW-Authenticate`."""
    verify = Tokens.verify

    def without(kept: Tokens, request: Request, now: int) -> Token:
        try:
            return verify(kept, request, now)
        except Refusal as refusal:
            text = (request.header("Authorization") or "").partition(" ")[2]
            token = kept._tokens.get(tokens._digest(text))
            if token is not None and now >= token.expires_at:
                refusal.headers.pop("WWW-Authenticate", None)
            raise

    put(Tokens, "verify", without)


@fault(SERVER, "small-idle-token-ends", "AUTH-17")
def idle() -> None:
    """A token that was not used for a quarter of an hour has ended, as a session would have."""
    issue, verify = Tokens.issue, Tokens.verify
    used: dict[str, int] = {}

    def noted(kept: Tokens, token: Token, now: int) -> str:
        value = issue(kept, token, now)
        used[value] = now
        return value

    def not_idle(kept: Tokens, request: Request, now: int) -> Token:
        token = verify(kept, request, now)
        text = (request.header("Authorization") or "").partition(" ")[2].strip()
        if now - used.get(text, now) > IDLE:
            raise problems.unauthorized(token_was_sent=True)
        used[text] = now
        return token

    put(Tokens, "issue", noted)
    put(Tokens, "verify", not_idle)


@fault(SERVER, "small-order-may-be-given-with-its-own-study", "STATUS-3")
def with_its_study() -> None:
    """`order_id` and `study_uid` together are refused only if the order is not one of that study."""

    def around(operation: Operation) -> Operation:
        def lenient(service: Service, client: Client, request: Request) -> Response:
            try:
                pairs = parameters.decode_pairs(request.query)
            except ValueError:
                return operation(service, client, request)
            values = dict(pairs)
            order = service.organization_of(client).orders.get(values.get("order_id", ""))
            if order is not None and order.study_uid == values.get("study_uid"):
                rest = [(name, value) for name, value in pairs if name != "study_uid"]
                request = replace(request, query=urlencode(rest))
            return operation(service, client, request)

        return lenient

    wrap("/status", "GET", around)
    wrap("/results", "GET", around)


@fault(SERVER, "small-cancelling-leaves-updated-at", "STATUS-7")
def cancelling() -> None:
    """Cancelling an order is another statement than moving it, and does not set `updated_at`."""
    move = Organization.move

    def moved(organization: Organization, order: Order, status: str, at: int, version_offset: str = "Z") -> None:
        before = order.updated_at
        move(organization, order, status, at, version_offset)
        if status == "CANCELLED":
            order.updated_at = before

    put(Organization, "move", moved)


@fault(SERVER, "small-padding-of-a-uid-is-left-out", "STATUS-8")
def padding() -> None:
    """A study UID may have spaces behind it, as DICOM pads values to an even length: they are left out."""
    of_study = Organization.of_study

    def unpadded(organization: Organization, study_uid: str) -> list[Order]:
        return of_study(organization, study_uid.rstrip(" \0"))

    rules = {**parameters.RULES, "study_uid": lambda value: parameters.is_uid(value.rstrip(" \0"))}
    put(parameters, "RULES", rules)
    put(Organization, "of_study", unpadded)


@fault(SERVER, "small-study-lists-two-hundred-orders", "ORDERID-1")
def two_hundred() -> None:
    """`/orderId` has a study's newest 200 orders, which is the limit that the list's query has by default."""

    def around(operation: Operation) -> Operation:
        def limited(service: Service, client: Client, request: Request) -> Response:
            answer = json.loads(operation(service, client, request).body)
            order_ids = answer["order_ids"][:SHOWN]
            return json_response({**answer, "order_ids": order_ids, "count": len(order_ids)})

        return limited

    wrap("/orderId", "GET", around)


@fault(SERVER, "small-received-order-does-not-say-when-to-ask-again", "RESULTS-4")
def received() -> None:
    """The 409 of an order that is RECEIVED has no `Retry-After`; that of one in PROCESSING has it."""

    def around(operation: Operation) -> Operation:
        def silent(service: Service, client: Client, request: Request) -> Response:
            try:
                return operation(service, client, request)
            except Refusal as refusal:
                if refusal.status == 409 and "Retry-After" in refusal.headers:
                    values = parameters.read_query(request.query, ("report_type",), api.SELECTORS)
                    if api._selected(service, client, values).status == "RECEIVED":
                        del refusal.headers["Retry-After"]
                raise

        return silent

    wrap("/results", "GET", around)


@fault(SERVER, "small-hl7v2-is-written-in-latin-1", "RESULTS-8")
def latin_1() -> None:
    """An HL7 message is written in Latin-1 and says of itself that it is in UTF-8: most names do not show it."""
    write = reports.write_hl7v2

    def in_latin_1(version: Version, patient: Patient, reading: Reading) -> bytes:
        return write(version, patient, reading).decode("utf-8").encode("latin-1", "replace")

    put(reports, "write_hl7v2", in_latin_1)


@fault(SERVER, "small-third-version-calls-itself-final", "RESULTS-11")
def third_is_final() -> None:
    """HL7 v2 has the status `C` if the version is the second one: a third one calls itself `F`."""
    write = reports.write_hl7v2

    def only_second(version: Version, patient: Patient, reading: Reading) -> bytes:
        if version.number <= 2:
            return write(version, patient, reading)
        control_id = version.order.order_id[-16:].encode()
        message = write(replace(version, number=1), patient, reading)
        return message.replace(b"|1-%s|" % control_id, b"|%d-%s|" % (version.number, control_id))

    put(reports, "write_hl7v2", only_second)


@fault(SERVER, "small-group-drops-an-open-order-with-a-newer-one", "GROUP-3")
def replaced() -> None:
    """An unfinished order of a study that has a newer order in the group counts as replaced, and is not waited for."""
    group_report = api.group_report

    def without_replaced(organization_id: str, study_group: str, members: list[Order], report_type: str) -> Response:
        newest: dict[str, Order] = {}
        for order in sorted(members, key=lambda order: order.age_key):
            newest[order.study_uid] = order
        kept = [order for order in members if order.status in orders.FINAL or newest[order.study_uid] is order]
        return group_report(organization_id, study_group, kept, report_type)

    put(api, "group_report", without_replaced)
