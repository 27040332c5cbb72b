"""Guards the control API: admits only calls with the control token."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from pacsimile_mock import authorization
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control_errors import ControlError
from pacsimile_mock.errors import Problem, UntypedProblem
from pacsimile_mock.wsgi_calls import BODY_CAP, REFUSED_EARLY

Environ = Mapping[str, Any]

BULK_CAP = 64 * 1024 * 1024
"""The most bytes of a request body that submits orders."""
BULK = re.compile(r"/_mock/worlds/[^/]+/orders")

CONSOLE = "/_mock/ui/"
"""What the console's addresses begin with. Its forms come without the control token in a header."""
FORM_CAP = 64 * 1024
"""The most bytes of a form."""

REASONS = {400: "bad-request", 408: "body-too-slow", 421: "host-not-allowed", 503: "too-many-bodies"}
"""The reason of a refusal at admission, by its status."""


def check_admission(environ: Environ) -> None:
    """Refuse a call that admission has refused, such as one with a foreign `Host`.

    Raises:
        ControlError: Admission has refused the call.
    """
    refusal = environ.get(REFUSED_EARLY)
    if isinstance(refusal, Problem | UntypedProblem):
        raise ControlError(refusal.status, REASONS[refusal.status], refusal.detail)


def check_token(environ: Environ, state: ServerState) -> None:
    """Refuse a call without the control token.

    Raises:
        ControlError: 401.
    """
    if not _knows_token(environ, state):
        raise ControlError(
            401, "control-token", "Send the control token as 'Authorization: Bearer <token>': see --control-token."
        )


def allowance(environ: Environ, state: ServerState) -> int:
    """Return how many bytes of a body a call with these headers may send; 0 without the token."""
    if environ["PATH_INFO"].startswith(CONSOLE):
        return FORM_CAP  # a form has its token inside
    if not _knows_token(environ, state):
        return 0
    return BULK_CAP if BULK.fullmatch(environ["PATH_INFO"]) else BODY_CAP


def _knows_token(environ: Environ, state: ServerState) -> bool:
    sent = authorization.bearer(environ.get("HTTP_AUTHORIZATION")) or ""
    return compare_digest(sent.encode(), state.control_token.encode())
