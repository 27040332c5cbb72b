"""Faults of `examples/small_server` in tokens, orders and reports."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from small_server import api, groups, hl7v2, parameters, reports, tokens
from small_server.api import Operation, Service
from small_server.content import Patient, Reading
from small_server.orders import Order, Organization, Version
from small_server.problems import problem
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Request, Response

from scripts.panels.faults import fault, put

SERVER = "small_server"
WIDTH = 92


def wrap(path: str, method: str, around: Callable[[Operation], Operation]) -> None:
    """Have an operation answered by another one, which is made of it."""
    methods = dict(api.ROUTES[path])
    route = methods[method]
    assert route is not None
    methods[method] = replace(route, operation=around(route.operation))
    put(api, "ROUTES", {**api.ROUTES, path: methods})


@fault(SERVER, "small-scope-is-compared-without-case", "AUTH-6")
def scope_without_case() -> None:
    """Scopes are compared in small letters: `REPORTS.READ`, which nobody knows, is granted as `reports.read`."""
    narrow = tokens._narrow

    def lower(client: Client, asked: str | None) -> tuple[str, ...]:
        return narrow(client, None if asked is None else asked.lower())

    put(tokens, "_narrow", lower)


@fault(SERVER, "small-basic-gets-a-basic-challenge", "AUTH-10")
def basic_gets_basic() -> None:
    """An API call that comes with Basic is answered with a challenge of the scheme that it tried, not with Bearer."""
    verify = Tokens.verify

    def mirrored(self: Tokens, request: Request, now: int) -> Token:
        scheme = (request.header("Authorization") or "").partition(" ")[0]
        if scheme.lower() == "basic":
            challenge = {"WWW-Authenticate": 'Basic realm="small-server"'}
            raise problem(401, "invalid-token", "This call needs a valid bearer token.", challenge)
        return verify(self, request, now)

    put(Tokens, "verify", mirrored)


@fault(SERVER, "small-new-token-extends-the-former-ones", "AUTH-11")
def new_token_extends() -> None:
    """The end of a session is kept with its client: the next token that it gets moves the end of its older ones too."""
    issue = Tokens.issue

    def extended(self: Tokens, token: Token, now: int) -> str:
        for former in self._tokens.values():
            if former.client is token.client and former.not_before <= now < former.expires_at:
                former.expires_at = max(former.expires_at, token.expires_at)
        return issue(self, token, now)

    put(Tokens, "issue", extended)


@fault(SERVER, "small-token-is-looked-up-without-case", "AUTH-12")
def token_without_case() -> None:
    """Tokens are looked up in a column whose collation ignores case: any spelling of a token's letters is accepted."""
    digest = tokens._digest

    def folded(text: str) -> bytes:
        return digest(text.lower() if len(text) == 43 else text)  # a token has 43 characters, a secret 32

    put(tokens, "_digest", folded)


@fault(SERVER, "small-parameter-of-a-cache-buster-is-dropped", "STATUS-3")
def cache_buster() -> None:
    """A parameter `_` with a number, which a library of the user interface adds against caches, is left out."""
    decode_pairs = parameters.decode_pairs

    def without(encoded: str) -> list[tuple[str, str]]:
        return [pair for pair in decode_pairs(encoded) if not (pair[0] == "_" and pair[1].isdigit())]

    put(parameters, "decode_pairs", without)


@fault(SERVER, "small-order-that-failed-is-at-0", "STATUS-6")
def failed_at_0() -> None:
    """An order that fails while it is in PROCESSING has nothing to show, and its progress is set to 0."""
    move = Organization.move

    def emptied(self: Organization, order: Order, status: str, at: int, version_offset: str = "Z") -> None:
        begun = order.status == "PROCESSING"
        move(self, order, status, at, version_offset)
        if status == "FAILED" and begun:
            order.progress = 0

    put(Organization, "move", emptied)


@fault(SERVER, "small-amendment-completes-the-order-anew", "STATUS-7")
def completes_anew() -> None:
    """An amendment writes `completed_at` of the order, as the first version did."""
    amend = Organization.amend

    def anew(self: Organization, order: Order, at: int) -> Version:
        order.completed_at = at
        return amend(self, order, at)

    put(Organization, "amend", anew)


@fault(SERVER, "small-uid-may-end-with-a-line-feed", "ORDERID-4")
def line_feed() -> None:
    """The pattern of a UID ends with `$`, which lets a line feed pass behind it: 404 where 400 should be."""
    uid = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+$")

    def is_uid(value: str) -> bool:
        return len(value) <= 64 and uid.match(value) is not None

    put(parameters, "RULES", {**parameters.RULES, "study_uid": is_uid})


@fault(SERVER, "small-report-of-a-study-is-the-last-completed", "RESULTS-2")
def last_completed() -> None:
    """Where all orders of a study are COMPLETED, `/results` takes the one that was completed last."""

    def around(operation: Operation) -> Operation:
        def sorted_by_completion(service: Service, client: Client, request: Request) -> Response:
            organization = service.organization_of(client)
            of_study = organization.of_study

            def by_completion(study_uid: str) -> list[Order]:
                orders = of_study(study_uid)
                if any(order.completed_at is None for order in orders):
                    return orders
                return sorted(orders, key=lambda order: (order.completed_at or 0, order.age_key), reverse=True)

            put(organization, "of_study", by_completion)
            try:
                return operation(service, client, request)
            finally:
                del organization.of_study

        return sorted_by_completion

    wrap("/results", "GET", around)


@fault(SERVER, "small-hl7v2-has-names-without-accents", "RESULTS-10")
def without_accents() -> None:
    """The interface for HL7 v2 takes names in ASCII: accents and umlauts are left out of PID-5."""

    def plain(text: str) -> str:
        return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()

    def written(version: Version, patient: Patient, reading: Reading) -> bytes:
        names = {"family_name": plain(patient.family_name), "given_name": plain(patient.given_name)}
        return hl7v2.write_hl7v2(version, replace(patient, **names), reading)

    put(reports, "write_hl7v2", written)


@fault(SERVER, "small-text-and-pdf-name-the-first-version", "RESULTS-11")
def name_first_version() -> None:
    """For text and PDF, `X-Report-Id` is the id that the order has kept from its first version."""
    order_report = reports.order_report

    def named(organization_id: str, version: Version, report_type: str) -> Response:
        response = order_report(organization_id, version, report_type)
        if report_type in ("txt", "pdf"):
            response.headers = {**response.headers, "X-Report-Id": version.order.first_report_id}
        return response

    put(api, "order_report", named)


@fault(SERVER, "small-group-waits-for-begun-orders-alone", "GROUP-3")
def begun_alone() -> None:
    """A group waits for its orders in PROCESSING; one that is RECEIVED has not begun, and is not waited for."""
    put(groups, "FINAL", (*groups.FINAL, "RECEIVED"))


@fault(SERVER, "small-pdf-of-a-group-cuts-long-lines", "GROUP-5")
def cuts_long_lines() -> None:
    """Lines of a group's PDF are cut at its margin: a first impression fits, an amended one loses its end."""
    to_text_or_pdf = groups.to_text_or_pdf

    def cut(lines: list[str], report_type: str) -> bytes:
        return to_text_or_pdf([line[:WIDTH] for line in lines] if report_type == "pdf" else lines, report_type)

    put(groups, "to_text_or_pdf", cut)


@fault(SERVER, "small-unknown-address-is-quoted-with-its-query", "SEC-5")
def quoted_address() -> None:
    """The 404 of an unknown path says which address was asked for, and a token in its query with it."""
    route = api._route

    def quoted(request: Request) -> object:
        if request.path not in api.ROUTES:
            raise problem(404, "not-found", f"There is nothing at {request.path}?{request.query}.")
        return route(request)

    put(api, "_route", quoted)


@fault(SERVER, "small-preflight-is-answered", "PROTO-2")
def preflight() -> None:
    """OPTIONS with the headers of a browser's preflight is answered with 200, as if the operation had it."""
    answer = Service.answer

    def answered(self: Service, request: Request) -> Response:
        asked = request.header("Access-Control-Request-Method")
        if request.method == "OPTIONS" and asked and request.path in api.ROUTES:
            return Response(b"", status=200, headers={"Access-Control-Allow-Methods": asked})
        return answer(self, request)

    put(Service, "answer", answered)
