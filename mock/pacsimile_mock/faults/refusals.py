"""Makes the refusal for a fault that answers with a status."""

from __future__ import annotations

from http import HTTPStatus

from pacsimile_mock.errors import Problem, Refusal, UntypedProblem, invalid_client, invalid_request, invalid_token
from pacsimile_mock.exchange import Call
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

DETAIL = "A fault that was set answers this call; see the journal."

REASONS = {429: "too-many-requests", 500: "internal-error", 503: "service-unavailable"}
"""The problem type of each status that has exactly one in the contract."""

RETRY_AFTER = 1
"""The default in seconds; 429 and 503 must have the header (PROTO-4)."""


def refusal(call: Call, status: int, retry_after: int | None) -> Refusal:
    """Return a refusal with this status: an OAuth error for the token operations, a problem for all others."""
    answer = _token_error(status) if call.operation in TOKEN_OPERATIONS else None
    answer = answer or _problem(status)
    answer.requirement = None  # no clause requires it: the journal names the fault
    seconds = RETRY_AFTER if retry_after is None and status in (429, 503) else retry_after
    if seconds is not None:
        answer.headers = (*answer.headers, ("Retry-After", str(seconds)))
    return answer


def _token_error(status: int) -> Refusal | None:
    if status == 400:
        return invalid_request(DETAIL)
    return invalid_client(DETAIL) if status == 401 else None


def _problem(status: int) -> Refusal:
    if status == 401:
        return invalid_token(DETAIL, token_sent=True, requirement="AUTH-12")
    if status in REASONS:
        return Problem(DETAIL, reason=REASONS[status])
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = "Refused"
    return UntypedProblem(DETAIL, status=status, title=title)
