"""Faults of the mock in tokens, isolation and protocol."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import Problem, Refusal, TokenError
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.reading import client_id_of
from pacsimile_mock.oauth2.service import TokenRequest, TokenService
from pacsimile_mock.oauth2.tokens import AUDIENCE, InvalidToken, JwtTokens
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.orders.store import Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.scopes import REPORTS_READ, STATUS_READ

TOKEN_PARAMETERS = ("grant_type", "scope", "client_id", "client_secret")


@defect("mock-space-around-a-secret-is-stripped", "AUTH-4")
class StrippedSecret(TokenService):
    """White space around a secret is left out before it is compared, since secrets come from files with a line feed."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Strip the secret in each reading."""
        if sent is not None:
            sent = sent._replace(readings=tuple((name, secret.strip()) for name, secret in sent.readings))
        return super().authenticate(sent)


@defect("mock-unknown-token-parameter-may-repeat", "AUTH-5")
class UnknownMayRepeat(TokenService):
    """A repeated parameter is refused only if the token endpoint knows it; others are dropped before the check."""

    def parameters(self, request: TokenRequest) -> Any:
        """Keep the first of each unknown parameter."""
        form = None if request.form is None else _first_of_unknown(request.form)
        return super().parameters(request._replace(query=_first_of_unknown(request.query), form=form))


def _first_of_unknown(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    names = [name for name, _ in pairs]
    return [
        pair for index, pair in enumerate(pairs) if pair[0] in TOKEN_PARAMETERS or pair[0] not in names[:index]
    ]  # fmt: skip


@defect("mock-default-scopes-are-kept-by-organization", "AUTH-6")
class DefaultsOfOrganization(TokenService):
    """The default set of scopes is remembered by organization: its other clients get that of the first who asked."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Look the default set up in a cache with too wide a key."""
        if asked is not None:
            return super().scopes(client, asked)
        defaults: dict[str, tuple[str, ...]] = self.__dict__.setdefault("defaults", {})
        return defaults.setdefault(client.organization_id, client.scopes)


@defect("mock-audience-is-searched-for-in-a-string", "AUTH-12")
class AudienceInString(JwtTokens):
    """The audience is tested with `in`, for lists and strings alike: `urn:pacsimile:results-api:internal` passes."""

    def check_audience(self, claims: dict[str, Any]) -> None:
        """Find ours in the audience."""
        audience = claims.get("aud")
        if not isinstance(audience, str | list) or AUDIENCE not in audience:
            raise InvalidToken("The access token is meant for another service.")


@defect("mock-status-scope-opens-results-by-study", "AUTH-14")
class StudyLookupOpens(Pipeline):
    """`/results` by study looks the study up as `/status` does, and takes over the scope of that path."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Lend the scope of reports to whoever may ask for a study's status."""
        grant = super().authenticate(call, now)
        if call.operation == "getResult" and "study_uid=" in call.query and STATUS_READ in grant.scopes:
            return replace(grant, scopes=(*grant.scopes, REPORTS_READ))
        return grant


@defect("mock-third-wrong-secret-ends-the-tokens-of-a-client", "AUTH-17")
class WrongSecretsEndTokens(Pipeline):
    """Three wrong secrets in a row for a client end the tokens that the client itself holds."""

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Count the refusals of each client."""
        wrong: Counter[str] = self.__dict__.setdefault("wrong", Counter())
        try:
            return super().respond(call, values)
        except TokenError as refusal:
            client_id = client_id_of(call) if refusal.error == "invalid_client" else None
            if client_id in self.world.clients:
                wrong[client_id] += 1
                if wrong[client_id] % 3 == 0:
                    self.world.tokens.tokens.end(client_id)
                    self.world.verifier.forget()
            raise


@defect("mock-order-that-was-looked-up-is-found-by-anybody", "SEC-1")
class FoundByAnybody(OrderService):
    """Orders are kept by their id once they were looked up, and then found by other organizations too."""

    def by_id(self, organization_id: str, order_id: str) -> Order:
        """Look the order up in a cache whose key lacks the organization."""
        known: dict[str, Order] = self.__dict__.setdefault("known", {})
        if order_id not in known:
            known[order_id] = super().by_id(organization_id, order_id)
        return known[order_id]


@defect("mock-organization-goes-unchecked-where-ids-are-named", "SEC-2")
class UncheckedWithIds(Pipeline):
    """Whose organization it is is not checked for a POST with `report_ids`, as if the ids showed it."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Check the calls that name no report."""
        if request.report_ids is None:
            super().check_ownership(request, organization_id)


@defect("mock-shared-study-lists-the-orders-of-who-asked-first", "SEC-3")
class FirstAskerOwns(OrderService):
    """The owner of a study UID is remembered: of two organizations that use it, `/orderId` serves the first to both."""

    def listed(self, organization_id: str, study_uid: str) -> list[Order]:
        """List the orders of the organization that asked for the study first."""
        owners: dict[str, str] = self.__dict__.setdefault("owners", {})
        own = super().listed(organization_id, study_uid)
        owner = owners.setdefault(study_uid, organization_id)
        return own if owner == organization_id else super().listed(owner, study_uid)


@defect("mock-refused-method-is-told-with-its-query", "SEC-5")
class InstanceWithQuery(Pipeline):
    """The problem of a 405 has the whole target as `instance`, with the query and what secrets are in it."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Put the query into `instance` in one branch."""
        answer = super().refuse(refusal, call)
        if isinstance(refusal, Problem) and refusal.reason == "method-not-allowed" and call.query:
            content = {**json.loads(answer.body), "instance": f"{call.path}?{call.query}"}
            answer.body = json.dumps(content).encode()
        return answer


@defect("mock-request-id-is-the-millisecond", "PROTO-1")
class MillisecondIds(Pipeline):
    """`X-Request-Id` is the millisecond of the call, which two calls may share."""

    def answer(self, call: Call) -> Answer:
        """Name the call by the machine's clock."""
        call.request_id = f"{time.time_ns() // 1_000_000:x}"
        return super().answer(call)


@defect("mock-half-of-a-surrogate-pair-ends-in-500", "PROTO-3")
class SurrogateFails(Pipeline):
    """A body with half of a surrogate pair is read, as Python's `json` does, and fails when the answer is written."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Read what another parser refuses."""
        try:
            return super().report_ids(operation_id, call)
        except Problem as problem:
            if problem.reason != "invalid-body" or call.incomplete:
                raise
            try:
                content = json.loads(call.body)
            except (ValueError, RecursionError):
                raise problem from None
            ids = content.get("report_ids") if isinstance(content, dict) and len(content) == 1 else None
            if not isinstance(ids, list) or len(ids) > 10_000 or not all(isinstance(name, str) for name in ids):
                raise
            return ids


@defect("mock-listing-without-limit-has-the-greatest-limit", "PROTO-6")
class GreatestLimit(QueueService):
    """A listing without `limit` ends after 10,000 reports: the greatest limit is taken for the default."""

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """List up to 10,000."""
        return super().list_reports(organization_id, client_id, now, limit or 10_000)
