"""Faults of `examples/small_server` in tokens, parameters, orders and reports."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from small_server import api, groups, hl7v2, reports, tokens
from small_server.api import Operation, Service
from small_server.clock import HOUR
from small_server.content import BANNER, Patient, Reading
from small_server.orders import Version
from small_server.problems import Refusal, TokenRefusal, not_found, unauthorized
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Request, Response, json_response

from scripts.panels.faults import fault, put

SERVER = "small_server"
COLUMN = 32
"""Characters of a token by which it is looked up."""
DOWNLOADS = 10
"""How often a report can be fetched."""


def wrap(path: str, method: str, around: Callable[[Operation], Operation]) -> None:
    """Have an operation answered by another one, which is made of it."""
    methods = dict(api.ROUTES[path])
    route = methods[method]
    assert route is not None
    methods[method] = replace(route, operation=around(route.operation))
    put(api, "ROUTES", {**api.ROUTES, path: methods})


def credentials_of(request: Request) -> str:
    """Return what stands behind the scheme of a call's one Authorization header."""
    return (request.header("Authorization") or "").partition(" ")[2].strip(" ")


@fault(SERVER, "small-lifetime-is-a-string", "AUTH-3")
def lifetime_is_string() -> None:
    """`expires_in` comes from a file of settings, in which all values are text, and is sent as `"3600"`."""
    answer = Tokens.answer

    def as_text(self: Tokens, request: Request, now: int) -> tuple[Response, Client]:
        response, client = answer(self, request, now)
        content = json.loads(response.body)
        response.body = json.dumps({**content, "expires_in": str(content["expires_in"])}).encode()
        return response, client

    put(Tokens, "answer", as_text)


@fault(SERVER, "small-openid-is-granted-to-everybody", "AUTH-6")
def openid_for_everybody() -> None:
    """The scope `openid` is known to the identity provider, and left out of what it compares: it is not refused."""
    narrow = tokens._narrow

    def without_openid(client: Client, asked: str | None) -> tuple[str, ...]:
        rest = [scope for scope in (asked or "").split(" ") if scope not in ("", "openid")]
        return narrow(client, " ".join(rest) if rest else None if asked and "openid" in asked else asked)

    put(tokens, "_narrow", without_openid)


@fault(SERVER, "small-expiry-is-kept-in-local-time", "AUTH-11")
def in_local_time() -> None:
    """The end of a token is kept in local time, which is an hour ahead, and compared with UTC: it works an hour on."""
    verify = Tokens.verify
    put(Tokens, "verify", lambda self, request, now: verify(self, request, now - HOUR))


@fault(SERVER, "small-token-is-looked-up-by-its-beginning", "AUTH-12")
def by_beginning() -> None:
    """Tokens are looked up in a column of 32 characters: what follows these may be anything."""
    issue, verify = Tokens.issue, Tokens.verify
    known: dict[str, str] = {}

    def issued(self: Tokens, token: Token, now: int) -> str:
        value = issue(self, token, now)
        known[value[:COLUMN]] = value
        return value

    def verified(self: Tokens, request: Request, now: int) -> Token:
        whole = known.get(credentials_of(request)[:COLUMN])
        if whole is not None and len(request.headers.get_all("Authorization", [])) == 1:
            request.headers.replace_header("Authorization", f"Bearer {whole}")
        return verify(self, request, now)

    put(Tokens, "issue", issued)
    put(Tokens, "verify", verified)


@fault(SERVER, "small-token-is-bound-to-its-user-agent", "AUTH-17")
def bound_to_agent() -> None:
    """A token belongs to the `User-Agent` that used it first, lest it be stolen: from another one it is refused."""
    verify = Tokens.verify
    agents: dict[str, str] = {}

    def bound(self: Tokens, request: Request, now: int) -> Token:
        token = verify(self, request, now)
        agent = request.header("User-Agent") or ""
        if agents.setdefault(credentials_of(request), agent) != agent:
            raise unauthorized(token_was_sent=True)
        return token

    put(Tokens, "verify", bound)


@fault(SERVER, "small-failed-order-is-passed-over-by-study", "STATUS-2")
def failed_passed_over() -> None:
    """`/status` by study tells of the newest order that did not fail, if there is one: the older result still holds."""

    def around(operation: Operation) -> Operation:
        def passing(service: Service, client: Client, request: Request) -> Response:
            organization = service.organization_of(client)
            of_study = organization.of_study
            put(organization, "of_study", lambda uid: sorted(of_study(uid), key=lambda order: order.status == "FAILED"))
            try:
                return operation(service, client, request)
            finally:
                del organization.of_study

        return passing

    wrap("/status", "GET", around)


@fault(SERVER, "small-unknown-order-is-null", "STATUS-4")
def unknown_is_null() -> None:
    """A lookup that finds no order returns null, which is sent as such with 200."""

    def around(operation: Operation) -> Operation:
        def looked_up(service: Service, client: Client, request: Request) -> Response:
            try:
                return operation(service, client, request)
            except Refusal as refusal:
                if str(refusal.members["type"]).endswith("order-not-found"):
                    return json_response(None)
                raise

        return looked_up

    wrap("/status", "GET", around)


@fault(SERVER, "small-group-belongs-to-the-study", "STATUS-7")
def group_of_study() -> None:
    """`study_group` is a column of the study: a new order of it in another group moves its older orders there too."""

    def around(operation: Operation) -> Operation:
        def joined(service: Service, client: Client, request: Request) -> Response:
            response = operation(service, client, request)
            told = json.loads(response.body)
            of_study = service.organization_of(client).of_study(told["study_uid"])
            named = [order.study_group for order in of_study if order.study_group is not None]
            return json_response({**told, "study_group": named[0] if named else None})

        return joined

    wrap("/status", "GET", around)


@fault(SERVER, "small-report-can-be-fetched-ten-times", "RESULTS-6")
def ten_times() -> None:
    """A report's link is good for ten downloads; after that, it answers 404."""
    downloads: Counter[str] = Counter()

    def around(operation: Operation) -> Operation:
        def counted(service: Service, client: Client, request: Request) -> Response:
            response = operation(service, client, request)
            downloads[response.headers["X-Report-Id"]] += 1
            if downloads[response.headers["X-Report-Id"]] > DOWNLOADS:
                raise not_found("order")
            return response

        return counted

    wrap("/results", "GET", around)


@fault(SERVER, "small-csv-is-joined-with-commas", "RESULTS-8")
def joined_with_commas() -> None:
    """A group's CSV is made by joining values with commas: an impression that has one becomes two fields."""

    def written(rows: list[dict[str, Any]]) -> bytes:
        lines = [[*rows[0], "note"], *([value or "" for value in row.values()] + [BANNER] for row in rows)]
        return "".join(",".join(line) + "\r\n" for line in lines).encode()

    put(groups, "_csv", written)


@fault(SERVER, "small-hl7v2-has-the-given-name-first", "RESULTS-10")
def given_name_first() -> None:
    """PID-5 has the names in the order in which they are spoken: the given name where the family name belongs."""

    def written(version: Version, patient: Patient, reading: Reading) -> bytes:
        spoken = replace(patient, family_name=patient.given_name, given_name=patient.family_name)
        return hl7v2.write_hl7v2(version, spoken, reading)

    put(reports, "write_hl7v2", written)


@fault(SERVER, "small-cancelled-order-keeps-its-group-waiting", "GROUP-3")
def keeps_waiting() -> None:
    """A group waits until each order is COMPLETED or FAILED: CANCELLED came later, and nobody thought of this list."""
    put(groups, "FINAL", ("COMPLETED", "FAILED"))


@fault(SERVER, "small-shared-study-lists-the-orders-of-all", "SEC-3")
def orders_of_all() -> None:
    """The query of `/orderId` has no condition on the organization: a shared study has everybody's orders."""

    def around(operation: Operation) -> Operation:
        def unfiltered(service: Service, client: Client, request: Request) -> Response:
            told = json.loads(operation(service, client, request).body)
            everybody = service.organizations.values()
            orders = [order for organization in everybody for order in organization.of_study(told["study_uid"])]
            orders.sort(key=lambda order: order.age_key, reverse=True)
            return json_response({**told, "order_ids": [order.order_id for order in orders], "count": len(orders)})

        return unfiltered

    wrap("/orderId", "GET", around)


@fault(SERVER, "small-wrong-secret-is-quoted", "SEC-5")
def secret_is_quoted() -> None:
    """The description of `invalid_client` says which secret was wrong, to help whoever mistyped it."""
    authenticate = Tokens._authenticate

    def quoting(self: Tokens, candidates: list[tuple[str, str]]) -> Client:
        try:
            return authenticate(self, candidates)
        except TokenRefusal:
            if not candidates:
                raise
            raise TokenRefusal("invalid_client", f"the secret {candidates[0][1]} is not right", 401) from None

    put(Tokens, "_authenticate", quoting)


@fault(SERVER, "small-null-members-are-left-out", "PROTO-1")
def left_out() -> None:
    """The library that writes JSON leaves out what is null: `completed_at` is not there until there is one."""

    def compact(value: Any) -> Any:
        if isinstance(value, list):
            return [compact(each) for each in value]
        if isinstance(value, dict):
            return {name: compact(each) for name, each in value.items() if each is not None}
        return value

    put(api, "json_response", lambda value: json_response(compact(value)))
