"""Refusals: problems by RFC 9457, and the errors of the token endpoint by RFC 6749 section 5.2."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

REASONS = {
    "invalid-token": (401, "A valid access token is needed"),
    "insufficient-scope": (403, "The access token lacks the scope of this operation"),
    "organization-not-allowed": (403, "The client may not act for this organization"),
    "invalid-parameter": (400, "A query parameter is missing, unknown or malformed"),
    "invalid-body": (400, "The request body cannot be used"),
    "unsupported-media-type": (415, "The media type of the request body is not supported"),
    "body-too-large": (413, "The request body is too large"),
    "not-found": (404, "There is nothing at this path"),
    "order-not-found": (404, "There is no such order"),
    "study-not-found": (404, "There is no order of this study"),
    "study-group-not-found": (404, "There is no such study group"),
    "method-not-allowed": (405, "The path does not know this method"),
    "report-not-ready": (409, "The report is not ready yet"),
    "order-failed": (409, "Processing failed, there will be no report"),
    "order-cancelled": (409, "The order was cancelled, there will be no report"),
    "report-type-not-available": (404, "The report is not available in this type"),
    "too-many-requests": (429, "Too many requests"),
    "service-unavailable": (503, "The service is unavailable for the moment"),
    "internal-error": (500, "The service failed"),
}
PREFIX = "tag:clinic.example,2026:problem:"
REALM = 'realm="clinic"'
PATHS = ("/oauth2/token", "/oauth2/keys", "/status", "/orderId", "/results", "/report", "/reports", "/states")


class Problem(Exception):
    """A refusal of the API.

    Args:
        reason: a key of `REASONS`.
        detail: what happened here, and what to do about it.
        headers: what the answer has besides the usual headers.
        errors: the parameters at fault, with the reason.
    """

    def __init__(
        self,
        reason: str,
        detail: str,
        headers: dict[str, str] | None = None,
        errors: dict[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        self.headers = headers or {}
        self.errors = errors or {}


class TokenError(Exception):
    """A refusal of the token endpoint: a code of RFC 6749, and what to do about it."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


class JsonAnswer(Response):
    """An answer in JSON, in ASCII: what a caller sent may have halves of surrogate pairs."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The bytes of a body."""
        return json.dumps(content, separators=(",", ":")).encode()


def problem_answer(request: Request, problem: Problem) -> Response:
    """The answer that a problem is told by."""
    status, title = REASONS[problem.reason]
    path = request.scope["path"] if request.scope["path"] in PATHS else "/"  # a caller may have put a secret into it
    body: dict[str, Any] = {
        "type": PREFIX + problem.reason,
        "title": title,
        "status": status,
        "detail": problem.detail,
        "instance": path,
    }
    if problem.errors:
        body["errors"] = [{"parameter": name, "reason": reason} for name, reason in problem.errors.items()]
    return JsonAnswer(body, status, problem.headers, media_type="application/problem+json")


def token_error_answer(problem: TokenError) -> Response:
    """The answer of the token endpoint to a request that it refuses."""
    body = {"error": problem.error, "error_description": problem.description}
    if problem.error == "invalid_client":
        return JsonAnswer(body, 401, {"WWW-Authenticate": f'Basic {REALM}, charset="UTF-8"'})
    return JsonAnswer(body, 400)
