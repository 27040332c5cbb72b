"""Defects of what answers and records tell, and of what they must not depend on: SEC-5 to SEC-7, PROTO-5, AUTH-7."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.defects.protocol import edited, without
from pacsimile_mock.errors import Problem, Refusal
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.journal import Journal
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.worlds.defect_registry import defect

TRACE = 'Traceback (most recent call last):\n  File "service.py", line 71, in parameters\nValueError: limit'


@defect("token-repeated-in-401", "SEC-5")
class TokenRepeated(Pipeline):
    """401 repeats the token that was sent."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Show the token."""
        answer, token = super().refuse(refusal, call), self.bearer(call)
        if answer.status != 401 or token is None:
            return answer
        return edited(answer, lambda told: told.update(detail=f"{told.get('detail')} It was {token}."))


@defect("stack-trace-in-400", "SEC-5")
class StackTrace(Pipeline):
    """400 of a listing shows a stack trace."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Show where it happened."""
        if call.operation == "listReports" and isinstance(refusal, Problem) and refusal.reason == "invalid-parameter":
            refusal.detail = TRACE
        return super().refuse(refusal, call)


@defect("group-name-raw-in-a-header", "SEC-5")
class RawInHeader(Pipeline):
    """A refusal of `/report` names the file that there would have been, with the group's name as it was sent."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Name the file."""
        answer = super().refuse(refusal, call)
        group = parse_qs(call.query).get("study_group", [""])[0]
        if call.operation == "getGroupReport" and group.isascii() and group.isprintable():
            answer.headers.append(("Content-Disposition", f'attachment; filename="{group}.json"'))
        return answer


@defect("acknowledgements-refused-are-not-recorded", "SEC-6")
class RefusedUnrecorded(Journal):
    """An acknowledgement that was refused leaves no audit record."""

    def write(self, call: Call, answer: Answer, values: Mapping[str, str], began_ns: int) -> Entry:
        """Record it as if it were nobody's."""
        refused = call.operation == "acknowledgeReports" and answer.status >= 400
        return super().write(replace(call, request_id="-") if refused else call, answer, values, began_ns)


@defect("token-requests-are-recorded-twice", "SEC-6")
class RecordedTwice(Journal):
    """A token request leaves two audit records."""

    def write(self, call: Call, answer: Answer, values: Mapping[str, str], began_ns: int) -> Entry:
        """Record it once more."""
        if call.operation == "postToken":
            super().write(call, answer, values, began_ns)
        return super().write(call, answer, values, began_ns)


@defect("sets-a-cookie", "SEC-7")
class SetsCookie(Pipeline):
    """Answers set a session cookie."""

    def finish(self, answer: Answer, call: Call) -> None:
        """Add it."""
        super().finish(answer, call)
        answer.headers.append(("Set-Cookie", f"session={call.request_id}; HttpOnly"))


@defect("method-override-obeyed", "SEC-7")
class OverrideObeyed(Pipeline):
    """A listing that says POST in `X-HTTP-Method-Override` acknowledges."""

    def routed(self, call: Call) -> str:
        """Obey the header."""
        operation = super().routed(call)
        overridden = call.headers.get("x-http-method-override", "").upper() == "POST"
        return "acknowledgeReports" if operation == "listReports" and overridden else operation


@defect("cookie-decides", "PROTO-5")
class CookieDecides(Pipeline):
    """Who sends a cookie is told fewer report types."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Look at the cookie."""
        answer = super().serve(operation_id, request)
        if operation_id != "getStatus" or "cookie" not in request.call.headers:
            return answer
        return edited(answer, lambda told: told.update(report_types=told["report_types"][:1]))


@defect("refused-call-touches-orders", "PROTO-5")
class RefusedTouches(Pipeline):
    """A call that is refused for lack of a token moves `updated_at` of every order by a microsecond."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Count those calls."""
        if isinstance(refusal, Problem) and refusal.requirement == "AUTH-9":
            self.__dict__["refused"] = self.__dict__.get("refused", 0) + 1
        return super().refuse(refusal, call)

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Tell a later time."""
        answer, refused = super().serve(operation_id, request), self.__dict__.get("refused", 0)
        if operation_id != "getStatus" or not refused:
            return answer
        return edited(answer, lambda told: told.update(updated_at=_later(told["updated_at"], refused)))


def _later(told: str, microseconds: int) -> str:
    return (datetime.fromisoformat(told) + timedelta(microseconds=microseconds)).isoformat()


@defect("posted-token-cacheable", "AUTH-7")
class PostedTokenCacheable(Pipeline):
    """The answer to a token request by POST may be kept by private caches."""

    def finish(self, answer: Answer, call: Call) -> None:
        """Allow it."""
        super().finish(answer, call)
        if call.operation == "postToken" and answer.status == 200:
            without(answer, "Cache-Control")
            answer.headers.append(("Cache-Control", "private, max-age=3000"))


@defect("digest-of-the-text-reversed", "RESULTS-9")
class ReversedDigest(Pipeline):
    """`Content-Digest` is that of the bytes in reverse order."""

    def finish(self, answer: Answer, call: Call) -> None:
        """Digest something else."""
        super().finish(answer, call)
        digest = b64encode(sha256(answer.body[::-1]).digest()).decode()
        answer.headers = [
            (name, f"sha-256=:{digest}:" if name == "Content-Digest" else value) for name, value in answer.headers
        ]
