"""Defects of what answers and audit records disclose, and of headers that must be ignored."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from urllib.parse import parse_qs, unquote_plus

import orjson

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.defects.changed_calls import edited
from pacsimile_mock.defects.concurrency import FETCHES, concurrent_calls
from pacsimile_mock.errors import Problem, Refusal, TokenError
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.journal import Journal
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.service import TokenRequest, TokenService
from pacsimile_mock.worlds.defect_registry import defect

NOT_FOUND, BAD_REQUEST, CONFLICT = 404, 400, 409


@defect("asked-as-the-client-beside", "SEC-1")
class AskedAsTheOther(Pipeline):
    """A foreign report is served while a client of its organization also fetches a report."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Try again with the organization of the other client."""
        with concurrent_calls(self).registered(operation_id, request) as own:
            try:
                return super().serve(operation_id, request)
            except Problem as problem:
                if operation_id != FETCHES or problem.status != NOT_FOUND:
                    raise
                other = concurrent_calls(self).wait_for_other(own)
                if other is None:
                    raise
                granted = replace(request.grant, organization_id=other.organization_id)
                return super().serve(operation_id, replace(request, grant=granted))


@defect("query-repeated-in-answers", "SEC-5")
class QueryRepeated(Pipeline):
    """`instance` of a problem repeats the query, with any secret in it."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Add the query."""
        answer = super().refuse(refusal, call)
        if isinstance(refusal, Problem):
            edited(answer, lambda content: content.update(instance=f"{call.path}?{call.query}"))
        return answer


TRACE = 'Traceback (most recent call last):\n  File "service.py", line 71, in parameters\nValueError: limit'


@defect("token-repeated-in-401", "SEC-5")
class TokenRepeated(Pipeline):
    """401 repeats the token that was sent."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Add the token."""
        answer, token = super().refuse(refusal, call), self.bearer(call)
        if answer.status != 401 or token is None:
            return answer
        return edited(answer, lambda content: content.update(detail=f"{content.get('detail')} It was {token}."))


@defect("malformed-body-is-quoted", "SEC-5")
class MalformedBodyQuoted(Pipeline):
    """The refusal of a malformed body quotes it."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Quote the body behind the answer's words."""
        super().add_common_headers(answer, call)
        if call.operation == "acknowledgeReports" and answer.status == 400 and call.body:
            problem = orjson.loads(answer.body)
            problem["detail"] += f" Got {call.body[:200].decode('utf-8', 'replace')}"
            answer.body = orjson.dumps(problem)


@defect("refused-method-is-told-with-its-query", "SEC-5")
class RefusedMethodWithQuery(Pipeline):
    """The problem of a method that a path does not know has the query in its `instance`."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Put it there."""
        super().add_common_headers(answer, call)
        if answer.status == 405 and call.query:
            answer.body = orjson.dumps({**orjson.loads(answer.body), "instance": f"{call.path}?{call.query}"})


@defect("stack-trace-in-400", "SEC-5")
class StackTrace(Pipeline):
    """400 of a listing contains a stack trace."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Add the stack trace."""
        if call.operation == "listReports" and isinstance(refusal, Problem) and refusal.reason == "invalid-parameter":
            refusal.detail = TRACE
        return super().refuse(refusal, call)


@defect("group-name-raw-in-a-header", "SEC-5")
class RawInHeader(Pipeline):
    """A refusal of `/report` has a `Content-Disposition` with the group's name as it was sent."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Add the header."""
        answer = super().refuse(refusal, call)
        group = parse_qs(call.query).get("study_group", [""])[0]
        if call.operation == "getGroupReport" and group.isascii() and group.isprintable():
            answer.headers.append(("Content-Disposition", f'attachment; filename="{group}.json"'))
        return answer


@defect("acknowledgements-refused-are-not-recorded", "SEC-6")
class RefusedUnrecorded(Journal):
    """A refused acknowledgement has no audit record."""

    def write(self, call: Call, answer: Answer, values: Mapping[str, str], began_ns: int) -> Entry:
        """Record it under another request id."""
        refused = call.operation == "acknowledgeReports" and answer.status >= 400
        return super().write(replace(call, request_id="-") if refused else call, answer, values, began_ns)


@defect("token-requests-are-recorded-twice", "SEC-6")
class RecordedTwice(Journal):
    """A token request has two audit records."""

    def write(self, call: Call, answer: Answer, values: Mapping[str, str], began_ns: int) -> Entry:
        """Write the record twice."""
        if call.operation == "postToken":
            super().write(call, answer, values, began_ns)
        return super().write(call, answer, values, began_ns)


@defect("conflicts-are-not-recorded", "SEC-6")
class ConflictsUnrecorded(Journal):
    """A call that is answered with 409 has no audit record."""

    def write(self, call: Call, answer: Answer, values: Mapping[str, str], began_ns: int) -> Entry:
        """Record it under another request id."""
        unrecorded = answer.status == CONFLICT
        return super().write(replace(call, request_id="-") if unrecorded else call, answer, values, began_ns)


@defect("sets-a-cookie", "SEC-7")
class SetsCookie(Pipeline):
    """Answers set a session cookie."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Add the header."""
        super().add_common_headers(answer, call)
        answer.headers.append(("Set-Cookie", f"session={call.request_id}; HttpOnly"))


@defect("method-override-obeyed", "SEC-7")
class OverrideObeyed(Pipeline):
    """A listing with `X-HTTP-Method-Override: POST` acknowledges."""

    def route(self, call: Call) -> str:
        """Follow the header."""
        operation = super().route(call)
        overridden = call.headers.get("x-http-method-override", "").upper() == "POST"
        return "acknowledgeReports" if operation == "listReports" and overridden else operation


@defect("browser-gets-a-page-that-quotes", "SEC-5")
class BrowserGetsPage(Pipeline):
    """Who accepts HTML gets a page for a wrong request, with its query as it was typed."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Replace the problem by a page."""
        answer = super().refuse(refusal, call)
        if answer.status == BAD_REQUEST and call.query and "text/html" in call.headers.get("accept", ""):
            return replace(answer, body=f"<p>Wrong: {unquote_plus(call.query)}</p>".encode(), media_type="text/html")
        return answer


@defect("malformed-basic-is-quoted", "SEC-5")
class QuotesBasic(TokenService):
    """The refusal of HTTP Basic without a colon quotes what it held, which may be a secret alone."""

    def credentials(self, request: TokenRequest, parameters: Mapping[str, str]) -> Credentials | None:
        """Quote it."""
        try:
            return super().credentials(request, parameters)
        except TokenError as error:
            with suppress(ValueError):
                held = b64decode((request.authorization or "").rpartition(" ")[2], validate=True)
                if held and b":" not in held:
                    error.detail = f"No colon is in {held.decode()!r}."
            raise
