"""Faults of the mock in credentials, tokens, scopes, and between organizations."""

from __future__ import annotations

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import LIFETIME_SECONDS, Client, Grant
from pacsimile_mock.oauth2.service import TokenService
from pacsimile_mock.oauth2.tokens import InvalidToken
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

LIFETIME = LIFETIME_SECONDS * SECOND
HALF_HOUR = 30 * 60 * SECOND


@defect("ninth-white-space-around-a-secret-is-forgiven", "AUTH-4")
class ForgivenWhiteSpace(TokenService):
    """White space around a secret is taken off before it is compared, since secrets are pasted from files."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Strip the secrets."""
        if sent is not None:
            sent = sent._replace(readings=tuple((client_id, secret.strip()) for client_id, secret in sent.readings))
        return super().authenticate(sent)


@defect("ninth-who-reads-reports-reads-statuses", "AUTH-14")
class ImpliedScope(Pipeline):
    """The scope `reports.read` implies `status.read`, as roles of a directory contain each other."""

    def permits(self, grant: Grant, scope: str) -> bool:
        """Take a scope for a role that contains others."""
        return super().permits(grant, scope) or (scope == "status.read" and super().permits(grant, "reports.read"))


@defect("ninth-new-token-ends-those-of-half-an-hour-ago", "AUTH-17")
class EndsOlderTokens(Pipeline):
    """A new token of a client ends its tokens that are half an hour older, as if it had replaced them."""

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Note when a client has got a token."""
        answer = super().respond(call, values)
        if call.operation in TOKEN_OPERATIONS and call.client_id is not None:
            self._renewals()[call.client_id] = self.world.clock.now()
        return answer

    def verify(self, text: str, now: Instant) -> Grant:
        """Refuse a token that was issued long before the newest."""
        grant = super().verify(text, now)
        issued = grant.expires_at - LIFETIME
        if self._renewals().get(grant.client_id, issued) - issued > HALF_HOUR:
            raise InvalidToken("The access token was replaced by a newer token.")
        return grant

    def _renewals(self) -> dict[str, Instant]:
        renewals: dict[str, Instant] = self.__dict__.setdefault("renewals", {})
        return renewals


@defect("ninth-state-is-checked-before-the-owner", "SEC-1")
class StateBeforeOwner(ReportService):
    """An order is loaded by its id and its state checked before its owner: a foreign unfinished order gives 409."""

    def selected(self, organization_id: str, *, order_id: str | None, study_uid: str | None, now: Instant) -> Order:
        """Check the state of the order, whoever owns it."""
        order = None if order_id is None else self.store.find_order(order_id)
        if order is not None and order.organization_id != organization_id:
            self.check_state(order.state(now), order, now)
        return super().selected(organization_id, order_id=order_id, study_uid=study_uid, now=now)
