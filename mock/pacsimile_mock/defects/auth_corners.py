"""Defects of tokens that show in a corner: in generated input, by overlapping calls, on the second time."""

from __future__ import annotations

import re
from typing import Any

from pacsimile_mock import authorization
from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.defects.crowd import LISTS, MARKS, crowd
from pacsimile_mock.errors import invalid_scope, invalid_token
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import TokenService
from pacsimile_mock.oauth2.tokens import JwtTokens
from pacsimile_mock.oauth2.verifier import Verifier
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect


@defect("valid-token-refused-beside-others", "AUTH-17")
class RefusedBesideOthers(Pipeline):
    """A valid token is refused while two other clients list or acknowledge."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Look who is there."""
        with crowd(self).joined(operation_id, request) as own:
            here = [guest for guest in tuple(crowd(self).here) if guest.operation in (LISTS, MARKS)]
            others = {guest.client_id for guest in here} - {own.client_id}
            if operation_id == LISTS and (len(others) > 1 or crowd(self).hold(lambda: self._two(own.client_id))):
                raise invalid_token("The token is not known.", token_sent=True, requirement="AUTH-17")
            return super().serve(operation_id, request)

    def _two(self, client_id: str) -> bool:
        here = tuple(crowd(self).here)
        return len({guest.client_id for guest in here if guest.operation in (LISTS, MARKS)} - {client_id}) > 1


@defect("order-ids-401-asks-for-basic", "AUTH-10")
class AsksForBasic(Pipeline):
    """401 of `/orderId` asks for HTTP Basic instead of a bearer token."""

    def finish(self, answer: Answer, call: Call) -> None:
        """Change the scheme."""
        super().finish(answer, call)
        if call.operation == "getOrderIds" and answer.status == 401:
            answer.headers = [
                (name, value.replace("Bearer ", "Basic ") if name == "WWW-Authenticate" else value)
                for name, value in answer.headers
            ]


@defect("type-before-the-group", "AUTH-15")
class TypeBeforeGroup(ReportService):
    """`/report` tells of a type that no study group has before it tells of a group that there is not."""

    def of_group(self, organization_id: str, study_group: str, report_type: str, now: Instant) -> Document:
        """Look at the type first."""
        self.check_ruled_out(report_type, of_group=True)
        return super().of_group(organization_id, study_group, report_type, now)


@defect("expiry-leeway-1-s", "AUTH-18")
class ExpiryLeewayOfASecond(JwtTokens):
    """A token is accepted for one second after its `exp`."""

    def expiry(self, claims: dict[str, Any]) -> Instant:
        """Put the end off for a second."""
        return super().expiry(claims) + SECOND


@defect("cached-token-known-by-its-signature", "AUTH-12")
class KnownBySignature(Verifier):
    """A token that was verified is known again by its signature alone, whatever was altered before it."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Put the token that the signature was seen with in the place of the one sent."""
        seen: dict[str, str] = self.__dict__.setdefault("seen", {})
        signature = text.rpartition(".")[2]
        grant = super().verify(seen.get(signature, text), now)
        seen.setdefault(signature, text)
        return grant


@defect("padded-payload-accepted", "AUTH-12")
class PaddedPayloadAccepted(Pipeline):
    """A token that was altered by base64 padding behind its payload is accepted."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Take the padding away."""
        return super().verify(re.sub(r"=+\.", ".", text), now)


@defect("scheme-by-its-beginning", "AUTH-13")
class SchemeByBeginning(Pipeline):
    """Any scheme that begins with `Bearer` is taken for it."""

    def bearer(self, call: Call) -> str | None:
        """Compare six letters."""
        sent = authorization.read(call.headers.get("authorization"))
        return (sent.credentials or None) if sent.scheme.startswith("bearer") else None


@defect("scopes-in-their-order-alone", "AUTH-6")
class ScopesInOrder(TokenService):
    """Narrower scopes are granted in the client's own order alone."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Refuse another order."""
        wanted = super().scopes(client, asked)
        if list(wanted) != [scope for scope in client.scopes if scope in wanted]:
            raise invalid_scope(f"{wanted[-1]!r} is unknown or beyond this client.")
        return wanted


@defect("token-verified-once-a-minute", "AUTH-18")
class VerifiedOnceAMinute(Verifier):
    """A token that was verified is good for the minute after, also past its `exp`."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Give what was remembered, as long as it is."""
        kept: dict[str, tuple[Grant, Instant]] = self.__dict__.setdefault("kept", {})
        grant, until = kept.get(text, (None, now))
        if grant is not None and grant.expires_at <= now < until:
            return grant
        grant = super().verify(text, now)
        if now >= until:
            kept[text] = grant, now + 60 * SECOND
        return grant


@defect("cached-token-known-by-its-payload", "AUTH-12")
class KnownByPayload(Verifier):
    """A token that was verified is known again by its payload, whatever its signature is now."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Put the token that the payload was seen with in the place of the one sent."""
        seen: dict[str, str] = self.__dict__.setdefault("seen", {})
        payload = text.rpartition(".")[0] or text
        grant = super().verify(seen.get(payload, text), now)
        seen.setdefault(payload, text)
        return grant
