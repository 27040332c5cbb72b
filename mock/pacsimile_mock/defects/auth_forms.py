"""Defects of access that an unusual form of a call shows: HEAD, a slash, odd headers, cookies and schemes."""

from __future__ import annotations

from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.defects.changed_calls import operation_at
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.scopes import REPORTS_ACK, REPORTS_READ, STATUS_READ

EVERYTHING = (STATUS_READ, REPORTS_READ, REPORTS_ACK)


@defect("head-needs-no-scope", "AUTH-14")
class HeadNeedsNoScope(Pipeline):
    """HEAD is answered as GET is, but for a token of any scope."""

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Answer HEAD without looking at the scope."""
        name = operation_at(call, "GET", call.path) if call.method == "HEAD" else None
        if name is None:
            return super().respond(call, values)
        now = self.world.clock.now()
        grant = self.authenticate(call, now)
        values.update(self.parameters(name, call))
        return self.serve(name, Request(call, grant, values, None, now))


@defect("slash-at-the-end-needs-no-scope", "AUTH-14")
class SlashNeedsNoScope(Pipeline):
    """A path may end with a slash, and then no scope is looked for, as the table of scopes has the path without it."""

    def route(self, call: Call) -> str:
        """Find the operation without the slash."""
        found = operation_at(call, call.method, call.path.removesuffix("/")) if call.path.endswith("/") else None
        if found is not None:
            call.operation = found
        return super().route(call)

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Leave the scope out."""
        if not call.path.endswith("/") or operation_at(call, call.method, call.path[:-1]) is None:
            return super().respond(call, values)
        name, now = self.route(call), self.world.clock.now()
        grant = self.authenticate(call, now)
        values.update(self.parameters(name, call))
        return self.serve(name, Request(call, grant, values, self.report_ids(name, call), now))


@defect("forwarded-for-loopback-needs-no-token", "AUTH-9")
class LoopbackNeedsNoToken(Pipeline):
    """A call that a gateway forwarded for 127.0.0.1 needs no token: it is made as the client that called last."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Trust the gateway's header."""
        last: Grant | None = self.__dict__.get("last")
        if last is not None and call.headers.get("x-forwarded-for") == "127.0.0.1" and self.bearer(call) is None:
            return last
        grant = super().authenticate(call, now)
        self.__dict__["last"] = grant
        return grant


@defect("bearer-in-lower-case-has-every-scope", "AUTH-14")
class LowerCaseHasAll(Pipeline):
    """A token behind `bearer`, in lower case, is verified by other code, which does not read its scopes."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Grant all scopes."""
        grant = super().authenticate(call, now)
        is_lower = call.headers.get("authorization", "").startswith("bearer ")
        return replace(grant, scopes=EVERYTHING) if is_lower else grant


@defect("token-in-a-cookie-counts", "AUTH-13")
class TokenInACookie(Pipeline):
    """Without an Authorization header, the token that a user interface keeps in a cookie counts."""

    def bearer(self, call: Call) -> str | None:
        """Read the cookie."""
        cookies = [pair.strip().partition("=") for pair in call.headers.get("cookie", "").split(";")]
        kept = next((value for name, _, value in cookies if name == "access_token"), None)
        return super().bearer(call) or kept


@defect("scheme-token-counts", "AUTH-13")
class SchemeToken(Pipeline):
    """A token counts behind the scheme `Token` too, as a framework has it."""

    def bearer(self, call: Call) -> str | None:
        """Accept that scheme."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        return token if scheme == "Token" else super().bearer(call)
