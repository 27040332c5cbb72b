"""Refusals: the answers if the service does not do what was asked (RFC 9457, RFC 6749 section 5.2)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

TYPES = "https://example.org/problems#"


class Refusal(Exception):
    """An answer that is not a success, with its status, JSON body, media type and headers."""

    media_type = "application/problem+json"

    def __init__(self, status: int, members: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.members = dict(members)
        self.headers = dict(headers or {})


class TokenRefusal(Refusal):
    """A refusal by the token endpoint; `error` is one of RFC 6749's words."""

    media_type = "application/json"

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        headers = {"WWW-Authenticate": 'Basic realm="small-server", charset="UTF-8"'} if status == 401 else {}
        super().__init__(status, {"error_description": description, "error": error}, headers)


def problem(status: int, reason: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Refusal:
    """Return a problem. `reason` ends its type URI. The detail repeats nothing that the caller sent (SEC-5)."""
    members = {"title": HTTPStatus(status).phrase, "status": status, "type": TYPES + reason, "detail": detail, **more}
    return Refusal(status, members, headers)


LONGEST_NAME = 20
"""Characters of a parameter's name that a refusal repeats: every token and secret has more."""


def bad_parameters(errors: Sequence[tuple[str, str]]) -> Refusal:
    """Return a 400 that says what is wrong with the query. A long name is left out: it may be a token (SEC-5)."""
    shown = [
        {"parameter": name if len(name) <= LONGEST_NAME else "a long name", "reason": reason}
        for name, reason in errors[:20]
    ]
    return problem(400, "invalid-parameter", "The query cannot be used; see errors.", errors=shown)


def bad_body(detail: str) -> Refusal:
    """Return a 400 for a body that the operation does not accept."""
    return problem(400, "invalid-body", detail)


def unauthorized(token_was_sent: bool) -> Refusal:
    """Return a 401 with the Bearer challenge. It has `error` only if a token was sent (AUTH-10)."""
    challenge = 'Bearer realm="small-server"'
    if token_was_sent:
        challenge += ', error="invalid_token", error_description="expired, or not one of ours"'
    return problem(401, "invalid-token", "This call needs a valid bearer token.", {"WWW-Authenticate": challenge})


def insufficient_scope(scope: str) -> Refusal:
    """Return a 403 that names the required scope (AUTH-14)."""
    challenge = f'Bearer realm="small-server", error="insufficient_scope", scope="{scope}"'
    return problem(403, "insufficient-scope", "The token lacks this call's scope.", {"WWW-Authenticate": challenge})


def not_found(what: str) -> Refusal:
    """Return a 404 for an `order`, `study` or `study-group`: the same for an unknown one and for another's (SEC-1)."""
    return problem(404, f"{what}-not-found", "Nothing of your organization goes by that identifier.")


def type_not_available() -> Refusal:
    """Return a 404 for a report type that this order or group does not have (RESULTS-5)."""
    return problem(404, "report-type-not-available", "The report is not offered in that type.")


def throttled(status: int) -> Refusal:
    """Return a 429 or 503 that says when to try again (PROTO-4)."""
    reason = "too-many-requests" if status == 429 else "service-unavailable"
    return problem(status, reason, "Slow down, and ask again.", {"Retry-After": "1"})


def not_ready() -> Refusal:
    """Return a 409 for an order in process. It says when to ask again (RESULTS-4, GROUP-3)."""
    return problem(409, "report-not-ready", "Processing has not ended yet; ask again.", {"Retry-After": "5"})


def ended_without_report(reason: str) -> Refusal:
    """Return a final 409, `order-failed` or `order-cancelled`, without `Retry-After`, because waiting does not help."""
    return problem(409, reason, "Processing ended, and there will be no report.")
