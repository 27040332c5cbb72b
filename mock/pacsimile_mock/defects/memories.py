"""Defects of what is remembered: past its time, known again by a part of it, or lost to a refused call."""

from __future__ import annotations

import orjson

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Refusal
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.oauth2.verifier import Verifier
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.statuses import COMPLETED, PROCESSING

LISTS, MARKS = "listReports", "acknowledgeReports"
MALFORMED, FORBIDDEN, REFUSED = range(400, 401), range(403, 404), range(400, 500)


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


def _study_status_kept(name: str, status: str, summary: str) -> None:
    """Register the defect of the status of a study being the same as long as its newest order has this status."""

    class StudyStatusKept(Pipeline):
        def serve(self, operation_id: str, request: Request) -> Answer:
            """Keep the first answer of that order in that status."""
            answer = super().serve(operation_id, request)
            if operation_id != "getStatus" or "study_uid" not in request.values:
                return answer
            kept: dict[tuple[str, str], bytes] = self.__dict__.setdefault("kept", {})
            told = orjson.loads(answer.body)
            if told["status"] == status:
                answer.body = kept.setdefault((request.organization_id, told["order_id"]), answer.body)
            return answer

    StudyStatusKept.__doc__ = summary
    defect(name, "CONS-2")(StudyStatusKept)


_study_status_kept(
    "study-status-keeps-its-progress",
    PROCESSING,
    "By `study_uid` a PROCESSING order is told as it was when it was asked for first, by `order_id` as it is.",
)
_study_status_kept(
    "study-status-misses-an-amendment",
    COMPLETED,
    "By `study_uid` a COMPLETED order is told as it was before it was amended, by `order_id` as it is.",
)


def _refused_call_forgets(name: str, operation_id: str, statuses: range, summary: str) -> None:
    """Register the defect of a refused call making the service forget the client's most recent listing."""

    class RefusedCallForgets(Pipeline):
        def refuse(self, refusal: Refusal, call: Call) -> Answer:
            """Put an empty listing in its place."""
            answer = super().refuse(refusal, call)
            client = self.world.clients.get(call.client_id or "")
            if call.operation == operation_id and answer.status in statuses and client is not None:
                self.world.queue.remember(client.organization_id, client.client_id, (), self.world.clock.now())
            return answer

    RefusedCallForgets.__doc__ = summary
    defect(name, "BATCH-5")(RefusedCallForgets)


_refused_call_forgets(
    "malformed-listing-forgets-the-last",
    LISTS,
    MALFORMED,
    "A listing that is refused with 400 makes the service forget the client's last one.",
)
_refused_call_forgets(
    "forbidden-listing-forgets-the-last",
    LISTS,
    FORBIDDEN,
    "A listing that is refused with 403 makes the service forget the client's last one.",
)
_refused_call_forgets(
    "refused-acknowledgement-forgets-the-listing",
    MARKS,
    REFUSED,
    "An acknowledgement that is refused makes the service forget the client's last listing.",
)
