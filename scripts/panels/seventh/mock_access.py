"""Faults of the mock in tokens, paths, the status and the orders of a study."""

from __future__ import annotations

from contextlib import suppress
from secrets import compare_digest
from urllib.parse import parse_qs

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import TokenError
from pacsimile_mock.exchange import Call
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import TokenService
from pacsimile_mock.oauth2.tokens import InvalidToken
from pacsimile_mock.oauth2.verifier import Verifier
from pacsimile_mock.orders.lifecycle import State
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec import operations
from pacsimile_spec.statuses import COMPLETED, PROCESSING

FORM = "application/x-www-form-urlencoded"
COLUMN = 255
"""Characters of an id of a report."""
SUFFIX = ".json"
"""What a path may end with."""
REWORKED = 2 * SECOND
"""How long it takes until an amended report is made."""
YEAR = 365 * 86_400 * SECOND


def token_of_form(call: Call) -> str | None:
    """Return the token in the form that a POST has as its body; None without one."""
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if call.method != "POST" or media_type != FORM or "authorization" in call.headers:
        return None
    return parse_qs(call.body.decode("latin-1")).get("access_token", [None])[0]


@defect("mock-secret-of-a-colleague-counts", "AUTH-4")
class SecretOfColleague(TokenService):
    """Secrets are kept by organization: a client's id gets a token with the secret of another client of the same."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Compare the secrets of the whole organization."""
        with suppress(TokenError):
            return super().authenticate(sent)
        for client_id, secret in () if sent is None else sent.readings:
            client = self.clients.get(client_id)
            for colleague in tuple(self.clients.values()):
                same = client is not None and colleague.organization_id == client.organization_id
                if client is not None and same and compare_digest(secret.encode(), colleague.client_secret.encode()):
                    return client
        return super().authenticate(sent)


@defect("mock-token-in-a-form-counts", "AUTH-13")
class TokenInForm(Pipeline):
    """The library takes a token from a form as well, as RFC 6750 has it: a POST without a header acknowledges."""

    def bearer(self, call: Call) -> str | None:
        """Look into the form."""
        return super().bearer(call) or token_of_form(call)

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Take the form for used up."""
        return None if token_of_form(call) is not None else super().report_ids(operation_id, call)


@defect("mock-who-may-fetch-may-look-orders-up", "AUTH-14")
class MayLookUp(Pipeline):
    """`/orderId` asks for either of the reading scopes: `reports.read` alone lists the orders of a study."""

    def authorize(self, grant: Grant, operation_id: str) -> None:
        """Take either scope."""
        if operation_id != "getOrderIds" or "reports.read" not in grant.scopes:
            super().authorize(grant, operation_id)


@defect("mock-token-that-came-early-stays-refused", "AUTH-17")
class StaysRefused(Verifier):
    """A token that was refused once is kept as a bad one: used before its `nbf`, it is refused after it too."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Keep what was refused."""
        refused: set[str] = self.__dict__.setdefault("refused", set())
        if text in refused:
            raise InvalidToken("The access token was refused before.")
        try:
            return super().verify(text, now)
        except InvalidToken:
            refused.add(text)
            raise


@defect("mock-amended-order-is-in-processing-again", "STATUS-5")
class ProcessedAgain(OrderService):
    """An amendment is a second run of the same job: for two seconds the order is in PROCESSING, at 95."""

    def state(self, order: Order, now: Instant) -> State:
        """Run it again."""
        state = super().state(order, now)
        amended = max((at for at in order.amendments if at <= now), default=None)
        if state.status != COMPLETED or amended is None or now - amended >= REWORKED:
            return state
        return state._replace(status=PROCESSING, progress=95, completed_at=None)


@defect("mock-study-lists-the-orders-of-a-year", "ORDERID-1")
class OrdersOfYear(OrderService):
    """`/orderId` reads the partition of the newest order: what was created more than a year before is not there."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """Leave out what is older."""
        orders = super().listed(organization_id, study_uid)
        return [order for order in orders if orders[0].created_at - order.created_at < YEAR]


@defect("mock-path-may-end-with-json", "PROTO-2")
class EndsWithJson(Pipeline):
    """The router takes a suffix for the format that is wanted, as some frameworks do: `/status.json` is answered."""

    def route(self, call: Call) -> str:
        """Look for the path without it."""
        if call.operation is None and call.path.endswith(SUFFIX):
            path = call.path.removesuffix(SUFFIX)
            for name, operation in operations().items():
                if (operation.method, operation.path) == (call.method, path):
                    call.operation = name
        return super().route(call)


@defect("mock-long-id-of-a-body-ends-in-500", "PROTO-3")
class LongId(Pipeline):
    """Ids of reports are looked up in a column of 255 characters, and the driver fails on a longer one: 500."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Look them up."""
        ids = super().report_ids(operation_id, call)
        if any(len(name) > COLUMN for name in ids or ()):
            raise RuntimeError("the value is too long for its column")
        return ids
