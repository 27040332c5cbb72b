"""Faults of the mock in tokens, parameters, orders and paths."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from pacsimile_mock import authorization, parameters
from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem, TokenError, invalid_request
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2 import credentials
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import TokenRequest, TokenService
from pacsimile_mock.oauth2.tokens import JwtTokens
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderFacts, OrderService
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec import operations
from pacsimile_spec.statuses import FAILED, PROCESSING

MINUTE = 60 * SECOND
AGAIN = 90 * MINUTE
"""How long after its failure an order is tried again."""
BLANK = r"(?:\+|%20|%09|%0A|%0D)+"
"""White space in a query."""
VALID = "1.2"
"""A study UID that stands for one of any length."""


@defect("mock-basic-is-taken-as-it-is", "AUTH-1")
class BasicAsItIs(TokenService):
    """Id and secret of HTTP Basic are compared as they are sent: form-urlencoded, as OAuth2 asks, they are wrong."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Keep the first reading."""
        sent = super().credentials(request, parameters)
        return None if sent is None else sent._replace(readings=sent.readings[:1])


@defect("mock-client-id-beside-basic-is-a-second-way", "AUTH-2")
class ClientIdBesideBasic(TokenService):
    """A `client_id` in the form counts as credentials: beside HTTP Basic it is refused, though it has no secret."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Refuse two ways."""
        scheme = authorization.read(request.authorization).scheme
        if scheme == "basic" and request.form is not None and "client_id" in parameters:
            raise invalid_request("The client authenticates twice.", "AUTH-2")
        return super().credentials(request, parameters)


@defect("mock-client-is-found-without-case", "AUTH-4")
class FoundWithoutCase(TokenService):
    """Clients are looked up by a column whose collation ignores case: `HOSPITAL` gets the tokens of `hospital`."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Spell the id as it is kept."""
        if sent is not None:
            names = {name.lower(): name for name in tuple(self.clients)}
            sent = sent._replace(readings=tuple((names.get(name.lower(), name), word) for name, word in sent.readings))
        return super().authenticate(sent)


@defect("mock-empty-secret-is-an-anonymous-bind", "AUTH-4")
class AnonymousBind(TokenService):
    """Secrets are checked by a bind to a directory, which takes an empty one for an anonymous bind: it succeeds."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Bind."""
        for client_id, secret in () if sent is None else sent.readings:
            if not secret and client_id in self.clients:
                return self.clients[client_id]
        return super().authenticate(sent)


@defect("mock-repeated-scope-is-joined", "AUTH-5")
class RepeatedScope(TokenService):
    """A parameter that comes twice is read as an array, and that of `scope` is joined: it is not refused."""

    def parameters(self, request: TokenRequest) -> Mapping[str, str]:
        """Join it."""
        sent = request.query if request.form is None else request.form
        asked = [value for name, value in sent if name == "scope" and value]
        if len(asked) > 1:
            joined = [*(pair for pair in sent if pair[0] != "scope"), ("scope", " ".join(asked))]
            request = request._replace(query=joined) if request.form is None else request._replace(form=joined)
        return super().parameters(request)


@defect("mock-basic-opens-the-operations", "AUTH-9")
class BasicOpens(Pipeline):
    """HTTP Basic was turned on for the whole service: with id and secret, each operation answers without a token."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Accept the credentials."""
        header = call.headers.get("authorization")
        if authorization.read(header).scheme == "basic":
            with suppress(TokenError):
                client = credentials.authenticate(credentials.read(header, {}), self.world.clients)
                call.client_id = client.client_id
                return self.world.tokens.grant(client, client.scopes, now)
        return super().authenticate(call, now)


@defect("mock-issuer-is-compared-by-its-path", "AUTH-12")
class IssuerByPath(JwtTokens):
    """The issuer's host is another one behind each balancer, and so not compared: anybody's `/oauth2` is accepted."""

    def check_issuer(self, claims: dict[str, object]) -> None:
        """Compare the path."""
        issuer = claims.get("iss")
        if not isinstance(issuer, str) or urlsplit(issuer).path != "/oauth2":
            super().check_issuer(claims)


@defect("mock-who-may-fetch-may-acknowledge", "AUTH-14")
class MayAcknowledge(Pipeline):
    """The scope of `/reports` is asked for by its path, whatever the method: `reports.read` acknowledges too."""

    def permits(self, grant: Grant, scope: str) -> bool:
        """Take either scope."""
        return super().permits(grant, scope) or (scope == "reports.ack" and "reports.read" in grant.scopes)


@defect("mock-body-is-parsed-before-its-type-is-checked", "AUTH-15")
class ParsedFirst(Pipeline):
    """The body is bound to an object before anybody looks at its media type: what is no JSON gets 400, never 415."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Parse it."""
        if call.body:
            headers = {**call.headers, "content-type": "application/json", "content-encoding": "identity"}
            super().report_ids(operation_id, replace(call, headers=headers))
        return super().report_ids(operation_id, call)


@defect("mock-semicolon-separates-parameters", "STATUS-3")
class SemicolonSeparates(Pipeline):
    """A query is split at `;` as well as at `&`, as HTML 4 recommended and some libraries did for long."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Split it."""
        return super().parameters(operation_id, replace(call, query=call.query.replace(";", "&")))


@defect("mock-brackets-behind-a-name-are-dropped", "STATUS-3")
class BracketsAreDropped(Pipeline):
    """`order_id[]` is an array with the name `order_id`, of which the first member is taken: it is not refused."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop the brackets."""
        query = re.sub(r"(?i)(?:\[|%5B)(?:\]|%5D)(?==)", "", call.query)
        return super().parameters(operation_id, replace(call, query=query))


@defect("mock-failed-order-is-tried-again", "STATUS-5")
class TriedAgain(OrderService):
    """A job puts what failed back to work after an hour and a half: the status goes from FAILED to PROCESSING."""

    def state(self, order: Order, now: Instant) -> State:
        """Put it back."""
        state = super().state(order, now)
        if state.status != FAILED or now - state.updated_at < AGAIN:
            return state
        return state._replace(status=PROCESSING, updated_at=state.updated_at + AGAIN)


@defect("mock-updated-at-is-kept-in-local-time", "STATUS-6")
class KeptInLocalTime(OrderService):
    """`updated_at` is kept as local time and read as UTC: west of Greenwich, orders change before they are created."""

    def facts(self, order: Order, now: Instant) -> OrderFacts:
        """Read it as UTC."""
        facts = super().facts(order, now)
        moved = facts.state.updated_at + order.offset * MINUTE
        return replace(facts, state=facts.state._replace(updated_at=moved))


@defect("mock-values-are-trimmed", "STATUS-8")
class ValuesAreTrimmed(Pipeline):
    """The framework strips white space from each value that comes in: an id with a space behind it names the order."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Strip them."""
        pieces = [piece.partition("=") for piece in call.query.split("&")]
        stripped = [(name, sign, re.sub(f"(?i)^{BLANK}|{BLANK}$", "", value)) for name, sign, value in pieces]
        return super().parameters(operation_id, replace(call, query="&".join(map("".join, stripped))))


@defect("mock-uid-may-be-of-any-length", "ORDERID-4")
class AnyLength(Pipeline):
    """A study UID is checked by its characters, and not by its length: one of 70 characters is unknown, not refused."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Leave the length aside."""
        given = dict(parameters.pairs(call.query)).get("study_uid", "")
        if len(given) <= 64 or not re.fullmatch(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+", given, re.ASCII):
            return super().parameters(operation_id, call)
        values = super().parameters(operation_id, replace(call, query=call.query.replace(given, VALID)))
        return {**values, "study_uid": given}


@defect("mock-report-of-a-foreign-order-is-forbidden", "SEC-1")
class ForeignIsForbidden(ReportService):
    """`/results` finds the order first, and then asks whether it is the caller's: another one's answers 403."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Forbid it."""
        try:
            return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
        except Problem:
            if order_id is not None and self.store.find_order(order_id) is not None:
                raise Problem("This order is not yours.", reason="organization-not-allowed") from None
            raise


@defect("mock-count-is-that-of-all-that-waits", "PROTO-1")
class CountOfAll(Pipeline):
    """`count` of a listing with a limit is the number of all reports that wait, as a pager wants it."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Count them all."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports" or "limit" not in request.values:
            return answer
        waiting = self.world.queue.unacknowledged(request.organization_id, request.now, None)
        return replace(answer, body=json.dumps({**json.loads(answer.body), "count": len(waiting)}).encode())


@defect("mock-matrix-parameters-are-cut-off-a-path", "PROTO-2")
class MatrixParameters(Pipeline):
    """The router cuts off what follows a `;` in a path, as servlets do for session ids: `/status;v=1` is answered."""

    def route(self, call: Call) -> str:
        """Look for the path without it."""
        if call.operation is None and ";" in call.path:
            path = re.sub(";[^/]*", "", call.path)
            for name, operation in operations().items():
                if (operation.method, operation.path) == (call.method, path):
                    call.operation = name
        return super().route(call)
