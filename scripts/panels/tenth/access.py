"""Faults of the mock in credentials and scopes, and in what a gateway remembers of other callers."""

from __future__ import annotations

from collections.abc import Mapping

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.oauth2.service import TokenRequest, TokenService
from pacsimile_mock.worlds.defect_registry import defect


@defect("panel-form-fields-are-trimmed-the-secret-too", "AUTH-4")
class TrimmedForm(TokenService):
    """The binder of forms trims each value, so that a secret with spaces around it counts as the right one."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Trim what came in a form."""
        if request.form is None:
            return super().credentials(request, parameters)
        return super().credentials(request, {name: value.strip() for name, value in parameters.items()})


@defect("panel-scopes-beyond-the-client-are-left-out", "AUTH-6")
class LeftOut(TokenService):
    """Of the scopes asked for, those beyond the client's are left out silently, unless none remains."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Grant what is common to the wish and the registration, as many authorization servers do."""
        common = [scope for scope in (asked or "").split() if scope in client.scopes]
        return super().scopes(client, " ".join(common) if common else asked)


@defect("panel-unknown-order-is-remembered-for-all-organizations", "CONS-1")
class UnknownForAll(Pipeline):
    """An order id that was answered 404 is remembered as unknown for ten seconds, whoever asked for it."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Keep misses by the order id, without the organization."""
        misses: dict[str, Instant] = self.__dict__.setdefault("misses", {})
        order_id = request.values.get("order_id", "")
        if request.now < misses.get(order_id, 0):
            raise self.world.orders.unknown_order(order_id)
        try:
            return super().serve(operation_id, request)
        except Problem as problem:
            if problem.reason == "order-not-found":
                misses[order_id] = request.now + 10 * SECOND
            raise
