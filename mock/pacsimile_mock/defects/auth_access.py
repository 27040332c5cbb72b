"""Defects of the checks before a call is served: token, scope, and their order."""

from __future__ import annotations

from urllib.parse import parse_qsl

from pacsimile_mock.calls.pipeline import Pipeline, ServedWorld
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.changed_calls import replaced_problem, without
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS
from pacsimile_spec.scopes import INGEST_WRITE


def first_grant(world: ServedWorld, now: Instant) -> Grant:
    """Return the grant of the world's first client."""
    client = next(iter(world.clients.values()))
    return Grant(world.name, client.client_id, client.organization_id, client.scopes, now)


@defect("no-token-needed", "AUTH-9")
class NoTokenNeeded(Pipeline):
    """A call without a token is served as the first client's."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Accept a call without a token."""
        return super().authenticate(call, now) if self.bearer(call) else first_grant(self.world, now)


@defect("group-report-without-authorization", "AUTH-9")
class GroupReportWithoutAuthorization(Pipeline):
    """`/report` without an Authorization header is served as the first client's."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Accept a call without the header."""
        if call.operation == "getGroupReport" and "authorization" not in call.headers:
            return first_grant(self.world, now)
        return super().authenticate(call, now)


@defect("any-token-accepted", "AUTH-12")
class AnyTokenAccepted(Pipeline):
    """Any token is accepted."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Accept every token."""
        try:
            return super().authenticate(call, now)
        except Problem:
            if self.bearer(call) is None:
                raise
            return first_grant(self.world, now)


@defect("token-in-query-accepted", "AUTH-13")
class TokenInQuery(Pipeline):
    """A token in the query is accepted as one in the header is."""

    def bearer(self, call: Call) -> str | None:
        """Read the query too."""
        sent = dict(parse_qsl(call.query)).get("access_token")
        call.query = "&".join(pair for pair in call.query.split("&") if not pair.startswith("access_token="))
        return super().bearer(call) or sent


@defect("missing-token-is-403", "AUTH-9")
class MissingTokenIs403(Pipeline):
    """A missing token is answered with 403."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Change the status."""
        with replaced_problem(
            "invalid-token", by="insufficient-scope" if self.bearer(call) is None else "invalid-token"
        ):
            return super().authenticate(call, now)


@defect("missing-scope-is-401", "AUTH-14")
class MissingScopeIs401(Pipeline):
    """A missing scope is answered with 401."""

    def authorize(self, grant: Grant, operation_id: str) -> None:
        """Change the status."""
        with replaced_problem("insufficient-scope", by="invalid-token"):
            super().authorize(grant, operation_id)


@defect("scope-ignored", "AUTH-14")
class ScopeIgnored(Pipeline):
    """Any valid token opens any operation."""

    def permits(self, grant: Grant, scope: str) -> bool:
        """Permit every grant except one with the ingestion scope only."""
        return grant.scopes != (INGEST_WRITE,)


@defect("scope-by-prefix", "AUTH-14")
class ScopeByPrefix(Pipeline):
    """`reports.read` permits operations that require `reports.ack`."""

    def permits(self, grant: Grant, scope: str) -> bool:
        """Compare the parts before the full stop."""
        return any(granted.partition(".")[0] == scope.partition(".")[0] for granted in grant.scopes)


@defect("ingest-opens-everything", "AUTH-16")
class IngestOpens(Pipeline):
    """The scope of the ingestion service permits every operation."""

    def permits(self, grant: Grant, scope: str) -> bool:
        """Permit the ingestion scope."""
        return super().permits(grant, scope) or INGEST_WRITE in grant.scopes


@defect("parameters-before-token", "AUTH-15")
class ParametersBeforeToken(Pipeline):
    """The query is checked before the token."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Check the parameters first."""
        self.parameters(self.route(call), call)
        return super().authenticate(call, now)


@defect("no-challenge-on-401", "AUTH-10")
class NoChallenge(Pipeline):
    """401 has no `WWW-Authenticate`."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Remove the header."""
        super().add_common_headers(answer, call)
        if call.operation not in TOKEN_OPERATIONS:
            answer.headers = [
                (name, value) for name, value in answer.headers if name != "WWW-Authenticate" or answer.status != 401
            ]


@defect("token-answer-cacheable", "AUTH-7")
class TokenCacheable(Pipeline):
    """Caches may store a token."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Allow caching."""
        super().add_common_headers(answer, call)
        if call.operation in TOKEN_OPERATIONS:
            answer.headers = [
                (name, "max-age=600" if name == "Cache-Control" else value) for name, value in answer.headers
            ]


@defect("get-token-not-offered", "AUTH-1")
class GetTokenNotOffered(Pipeline):
    """GET at the token endpoint is refused."""

    def route(self, call: Call) -> str:
        """Refuse the method."""
        if call.operation == "getToken":
            raise Problem("POST only.", reason="method-not-allowed", headers=(("Allow", "POST"),))
        return super().route(call)


@defect("posted-token-cacheable", "AUTH-7")
class PostedTokenCacheable(Pipeline):
    """Private caches may store the answer to a token request by POST."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Allow caching."""
        super().add_common_headers(answer, call)
        if call.operation == "postToken" and answer.status == 200:
            without(answer, "Cache-Control")
            answer.headers.append(("Cache-Control", "private, max-age=3000"))


@defect("status-query-before-the-scope", "AUTH-15")
class StatusQueryFirst(Pipeline):
    """The query of `/status` is checked before the token's scope."""

    def authorize(self, grant: Grant, operation_id: str) -> None:
        """Leave the scope for later."""
        if operation_id != "getStatus":
            super().authorize(grant, operation_id)

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Check it once the query is known to be right."""
        if operation_id == "getStatus":
            super().authorize(request.grant, operation_id)
        return super().serve(operation_id, request)
