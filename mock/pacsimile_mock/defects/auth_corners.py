"""Defects of tokens that show only in special cases: generated input, overlapping calls, or a second use."""

from __future__ import annotations

import re
from typing import Any

from pacsimile_mock import authorization
from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.defects.concurrency import LISTS, MARKS, concurrent_calls
from pacsimile_mock.errors import invalid_scope, invalid_token
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import TokenService
from pacsimile_mock.oauth2.tokens import InvalidToken, JwtTokens
from pacsimile_mock.oauth2.verifier import Verifier
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect


@defect("valid-token-refused-beside-others", "AUTH-17")
class RefusedBesideOthers(Pipeline):
    """A valid token is refused while two other clients list or acknowledge."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Refuse the call where two other clients are active."""
        with concurrent_calls(self).registered(operation_id, request) as own:
            if operation_id == LISTS and concurrent_calls(self).wait_until(lambda: self._has_two_others(own.client_id)):
                raise invalid_token("The token is not known.", token_sent=True, requirement="AUTH-17")
            return super().serve(operation_id, request)

    def _has_two_others(self, client_id: str) -> bool:
        calls = tuple(concurrent_calls(self).active)
        return len({call.client_id for call in calls if call.operation in (LISTS, MARKS)} - {client_id}) > 1


@defect("order-ids-401-asks-for-basic", "AUTH-10")
class AsksForBasic(Pipeline):
    """401 of `/orderId` requests HTTP Basic instead of a bearer token."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Change the scheme."""
        super().add_common_headers(answer, call)
        if call.operation == "getOrderIds" and answer.status == 401:
            answer.headers = [
                (name, value.replace("Bearer ", "Basic ") if name == "WWW-Authenticate" else value)
                for name, value in answer.headers
            ]


@defect("type-before-the-group", "AUTH-15")
class TypeBeforeGroup(ReportService):
    """`/report` checks for a type that no study group has before it checks whether the group exists."""

    def of_group(self, organization_id: str, study_group: str, report_type: str, now: Instant) -> Document:
        """Check the type first."""
        self.check_ruled_out(report_type, of_group=True)
        return super().of_group(organization_id, study_group, report_type, now)


@defect("expiry-leeway-1-s", "AUTH-18")
class ExpiryLeewayOfASecond(JwtTokens):
    """A token is accepted for one second after its `exp`."""

    def expiry(self, claims: dict[str, Any]) -> Instant:
        """Return a second later."""
        return super().expiry(claims) + SECOND


@defect("cached-token-known-by-its-signature", "AUTH-12")
class KnownBySignature(Verifier):
    """A token that was verified once is accepted by its signature alone, even if its other parts are altered."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Replace the token by the verified one with the same signature."""
        verified: dict[str, str] = self.__dict__.setdefault("verified", {})
        signature = text.rpartition(".")[2]
        grant = super().verify(verified.get(signature, text), now)
        verified.setdefault(signature, text)
        return grant


@defect("padded-payload-accepted", "AUTH-12")
class PaddedPayloadAccepted(Pipeline):
    """A token with base64 padding added to its payload is accepted."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Remove the padding."""
        return super().verify(re.sub(r"=+\.", ".", text), now)


@defect("scheme-by-its-beginning", "AUTH-13")
class SchemeByBeginning(Pipeline):
    """Every scheme that begins with `Bearer` is accepted."""

    def bearer(self, call: Call) -> str | None:
        """Compare only the first six letters."""
        sent = authorization.read(call.headers.get("authorization"))
        return (sent.credentials or None) if sent.scheme.startswith("bearer") else None


@defect("scopes-in-their-order-alone", "AUTH-6")
class ScopesInOrder(TokenService):
    """Narrower scopes are granted only in the client's own order."""

    def scopes(self, client: Client, requested: str | None) -> tuple[str, ...]:
        """Refuse any other order."""
        granted = super().scopes(client, requested)
        if list(granted) != [scope for scope in client.scopes if scope in granted]:
            raise invalid_scope(f"{granted[-1]!r} is unknown or beyond this client.")
        return granted


@defect("token-verified-once-a-minute", "AUTH-18")
class VerifiedOnceAMinute(Verifier):
    """A token that was verified is accepted for the following minute, even after its `exp`."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Return the remembered grant within that minute."""
        grants: dict[str, tuple[Grant, Instant]] = self.__dict__.setdefault("grants", {})
        grant, until = grants.get(text, (None, now))
        if grant is not None and grant.expires_at <= now < until:
            return grant
        grant = super().verify(text, now)
        if now >= until:
            grants[text] = grant, now + 60 * SECOND
        return grant


@defect("cached-token-known-by-its-payload", "AUTH-12")
class KnownByPayload(Verifier):
    """A token that was verified once is accepted by its payload alone, whatever its signature is."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Replace the token by the verified one with the same payload."""
        verified: dict[str, str] = self.__dict__.setdefault("verified", {})
        payload = text.rpartition(".")[0] or text
        grant = super().verify(verified.get(payload, text), now)
        verified.setdefault(payload, text)
        return grant


@defect("early-token-stays-refused", "AUTH-17")
class EarlyStaysRefused(Verifier):
    """A token that was refused is remembered as a bad one: sent before its `nbf`, it is refused after it too."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Remember what was refused."""
        refused: set[str] = self.__dict__.setdefault("refused", set())
        if text in refused:
            raise InvalidToken("The access token was refused before.")
        try:
            return super().verify(text, now)
        except InvalidToken:
            refused.add(text)
            raise
