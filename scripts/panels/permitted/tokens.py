"""Conducts of tokens and of the refusals around them."""

from __future__ import annotations

from collections import deque
from secrets import token_hex, token_urlsafe
from typing import Any

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Problem, TokenError, UntypedProblem, throttled
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2 import opaque
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import Issued, TokenRequest, TokenService
from pacsimile_mock.oauth2.tokens import JwtTokens
from pacsimile_spec import operations
from scripts.panels.permitted.conduct import Ambient, conduct

AS_IT_IS = "openapi.yaml, Token, access_token: “Send it as it is, and do not interpret it.”"
DEFAULT_SET = "openapi.yaml, Scope: “If left out or empty, you get your client's default set.”"


@conduct("tokens-of-four-kilobytes", AS_IT_IS)
class LongTokens(JwtTokens):
    """Tokens have some four thousand characters."""

    def claims(self, grant: Grant, now: Instant) -> dict[str, Any]:
        """Add a long claim."""
        return {**super().claims(grant, now), "groups": token_urlsafe(2100)}


@conduct(
    "opaque-tokens-of-all-characters",
    AS_IT_IS + " RFC 6750 section 2.1: b64token has - . _ ~ + / and = at its end",
    options=("--token-format", "opaque"),
)
class OddOpaqueTokens(Ambient):
    """Tokens are opaque, with every character that a bearer token may have."""

    def prepare(self) -> None:
        """Add them."""
        opaque.token_urlsafe = lambda size: f"{token_hex(size)}.-_~+/=="


@conduct("tokens-of-65-seconds", "requirements.yaml, AUTH-3: “`expires_in` is an integer in 1…3600.”")
class ShortLived(TokenService):
    """Tokens live for 65 seconds."""

    def lifetime(self) -> int:
        """Say so."""
        return 65


@conduct(
    "one-token-for-all",
    "openapi.yaml, Token, expires_in: “Its lifetime in seconds, from this answer on.”; info, Tokens: “Until it expires, it works on any "
    "connection and in parallel.” Nothing says that each answer has a new one",
)
class OneTokenForAll(TokenService):
    """A client that asks again for the same scopes gets the same token, with what is left of its lifetime."""

    def issue(self, request: TokenRequest, now: Instant, ends_after: int | None = None) -> Issued:
        """Keep tokens until a minute before they expire."""
        issued = super().issue(request, now, ends_after)
        kept: dict[object, Issued] = self.__dict__.setdefault("kept", {})
        grant = issued.grant
        key = (grant.client_id, grant.scopes, grant.issuer)
        former = kept.get(key)
        if former is not None and former.grant.expires_at - now > 60 * SECOND:
            return Issued(former.access_token, former.grant, (former.grant.expires_at - now) // SECOND)
        kept[key] = issued
        return issued


@conduct(
    "scopes-in-another-order",
    "openapi.yaml, Token, scope: “The scopes it has, separated by spaces, in no particular order.”",
)
class ScopesInAnotherOrder(TokenService):
    """The scopes of a token are named in reverse."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Sort in reverse."""
        return tuple(sorted(super().scopes(client, asked), reverse=True))


@conduct("default-set-without-acknowledging", DEFAULT_SET)
class NarrowDefault(TokenService):
    """A client of several scopes gets `reports.ack` only where it asks for it."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Leave one out of the default set."""
        granted = super().scopes(client, asked)
        if asked is not None or len(granted) < 3:
            return granted
        return tuple(scope for scope in granted if scope != "reports.ack")


@conduct("default-set-with-a-scope-of-the-vendor", DEFAULT_SET + " Token, scope: any scope-token")
class WideDefault(TokenService):
    """A client of several scopes gets a scope of the vendor's beside them, which opens nothing here."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Add one to the default set."""
        granted = super().scopes(client, asked)
        return granted if asked is not None or len(granted) < 3 else ("https://vendor.example/telemetry:read", *granted)


@conduct(
    "tokens-are-backdated",
    "requirements.yaml, AUTH-3: “exp less iat is at most 3900 s (issuers backdate)”; AUTH-12: “`JWT` is not judged”; RFC 7519 section 4.1.3: "
    "`aud` may be an array",
)
class Backdated(JwtTokens):
    """Tokens have `iat` and `nbf` of 290 s ago, an audience of two, and `typ` with a prefix."""

    def header(self) -> dict[str, Any]:
        """Spell the type in full."""
        return {**super().header(), "typ": "application/AT+JWT"}

    def claims(self, grant: Grant, now: Instant) -> dict[str, Any]:
        """Backdate."""
        claims = super().claims(grant, now)
        return {
            **claims,
            "iat": claims["iat"] - 290,
            "nbf": claims["iat"] - 290,
            "aud": [claims["aud"], "urn:vendor:other"],
        }


@conduct(
    "no-credentials-are-400",
    "requirements.yaml, AUTH-4: “The answer is 401 `invalid_client` if Basic was tried, else 400 or 401.”",
)
class NoCredentials(TokenService):
    """A token request without credentials is 400 `invalid_request`."""

    def credentials(self, request: TokenRequest, parameters: Any) -> Credentials | None:
        """Refuse."""
        sent = super().credentials(request, parameters)
        if sent is None:
            raise TokenError("Send credentials.", error="invalid_request")
        return sent


@conduct(
    "too-many-ids-are-413",
    "openapi.yaml, acknowledgeReports: “It takes up to 10,000 entries, duplicates counted. More are refused with 400 or 413.”",
)
class TooManyIds(Pipeline):
    """More than 10,000 ids are 413."""

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Refuse in another way."""
        try:
            return super().report_ids(operation_id, call)
        except Problem as problem:
            if "more than 10,000" in problem.detail:
                raise Problem("Split it.", reason="body-too-large") from None
            raise


@conduct(
    "head-and-options-answered",
    "openapi.yaml, info, Other methods: “`HEAD` answers like `GET` without a body, or 405. It is no listing: `HEAD /reports` is not "
    "remembered. `OPTIONS` answers 200 or 204 with `Allow`, or 405.”",
)
class HeadAndOptions(Pipeline):
    """HEAD answers as GET and OPTIONS 204, at every path of an operation; Allow names them first."""

    def methods(self, path: str) -> list[str]:
        """Name them too."""
        known = super().methods(path)
        return ["OPTIONS", *(["HEAD"] if "GET" in known else []), *known] if known else []

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Answer them."""
        known = super().methods(call.path)
        if call.method == "OPTIONS" and known and call.refused_early is None:
            return Answer(204, b"", None, [("Allow", ", ".join(self.methods(call.path)))])
        if call.method == "HEAD" and "GET" in known:
            call.operation = next(
                o.operation_id for o in operations().values() if (o.method, o.path) == ("GET", call.path)
            )
        return super().respond(call, values)

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Let a HEAD not be remembered."""
        if operation_id != "listReports" or request.call.method != "HEAD":
            return super().serve(operation_id, request)
        self.check_ownership(request, request.values["organizationId"])
        from pacsimile_mock.calls import serialization

        limit = request.values.get("limit")
        listed = self.world.queue.unacknowledged(
            request.organization_id, request.now, None if limit is None else int(limit)
        )
        reports = [serialization.listed(report, self.world.orders.offered(report.order)) for report in listed]
        return Answer.of_json(200, serialization.report_list(request.organization_id, reports))


@conduct(
    "odd-methods-are-501",
    "requirements.yaml, PROTO-2: “An undocumented method answers 405 with `Allow`, or 501 if it is implemented nowhere.”",
)
class NotImplementedAnywhere(Pipeline):
    """With a valid token, PUT, PATCH, DELETE and invented methods are 501."""

    def route(self, call: Call) -> str:
        """Tell methods that no path has."""
        try:
            return super().route(call)
        except Problem as problem:
            nowhere = problem.reason == "method-not-allowed" and call.method not in ("GET", "POST", "HEAD", "OPTIONS")
            if nowhere and not call.path.startswith("/oauth2"):
                try:
                    self.authenticate(call, self.world.clock.now())
                except Problem:
                    raise problem from None
                raise UntypedProblem("No such method here.", status=501, title="Not Implemented") from None
            raise


@conduct(
    "without-a-token-all-is-401",
    "requirements.yaml, PROTO-2: “Without a valid token, the answer is 401, 403, 404 or 405.”",
)
class TokenFirst(Pipeline):
    """Without a valid token, an unknown path and an undocumented method are 401."""

    def route(self, call: Call) -> str:
        """Ask for a token before a path is told to be unknown."""
        try:
            return super().route(call)
        except Problem:
            if not call.path.startswith("/oauth2"):
                self.authenticate(call, self.world.clock.now())
            raise


@conduct(
    "busy-now-and-then",
    "openapi.yaml, info, Waiting: “409 with `Retry-After`, 429 and 503 ask you to try again.”, and each operation lists 503",
)
class BusyNowAndThen(Pipeline):
    """Every sixtieth call with a valid token is 503, and has no effect."""

    def throttle(self, grant: Grant) -> None:
        """Count calls."""
        super().throttle(grant)
        self.calls = getattr(self, "calls", 0) + 1
        if self.calls % 60 == 0:
            raise throttled(503)


@conduct(
    "tokens-are-rationed",
    "openapi.yaml, TokenTooManyRequests: “Too many token requests. Keep a token until it expires, and wait as long as `Retry-After` says.”",
)
class RationedTokens(Pipeline):
    """More than twelve token requests within a second are 429."""

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Count token requests."""
        if call.operation in ("getToken", "postToken"):
            recent: deque[Instant] = self.__dict__.setdefault("recent", deque())
            now = self.world.clock.now()
            while recent and recent[0] < now - SECOND:
                recent.popleft()
            if len(recent) >= 12:
                raise throttled(429)
            recent.append(now)
        return super().respond(call, values)
