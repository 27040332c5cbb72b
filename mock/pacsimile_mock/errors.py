"""Refusals of the service: problems (RFC 9457), and the token endpoint's errors (RFC 6749 §5.2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from pacsimile_spec.problems import PROBLEMS


@dataclass(eq=False)
class Refusal(Exception):
    """Raised to refuse a call; `requirement` is the clause that calls for it."""

    detail: str
    requirement: str | None = field(default=None, kw_only=True)
    headers: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)


@dataclass(eq=False)
class Problem(Refusal):
    """A refusal of an API operation, answered as `application/problem+json`; `reason` is a key of `PROBLEMS`."""

    reason: str = field(kw_only=True)
    errors: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)

    @property
    def status(self) -> int:
        """The HTTP status that goes with the reason."""
        return PROBLEMS[self.reason].status


@dataclass(eq=False)
class UntypedProblem(Refusal):
    """A refusal that the contract has no type for, such as a gateway's 502: `about:blank` (RFC 9457 section 4.2.1)."""

    status: int = field(kw_only=True)
    title: str = field(kw_only=True)


@dataclass(eq=False)
class TokenError(Refusal):
    """A refusal of a token operation, answered as RFC 6749 §5.2 has it."""

    error: str = field(kw_only=True)
    status: int = field(default=400, kw_only=True)


def invalid_request(detail: str, requirement: str = "AUTH-5") -> TokenError:
    """Return the refusal of a malformed token request: a parameter missing, repeated, or at odds with another."""
    return TokenError(detail, error="invalid_request", requirement=requirement)


def invalid_client(detail: str) -> TokenError:
    """Return the refusal of a client that was not authenticated: 401 with a challenge (RFC 6749 §5.2)."""
    return TokenError(
        detail,
        error="invalid_client",
        status=401,
        requirement="AUTH-4",
        headers=(("WWW-Authenticate", 'Basic realm="pacsimile", charset="UTF-8"'),),
    )


def unsupported_grant_type(detail: str) -> TokenError:
    """Return the refusal of an unknown grant type."""
    return TokenError(detail, error="unsupported_grant_type", requirement="AUTH-5")


def invalid_scope(detail: str) -> TokenError:
    """Return the refusal of a scope that is unknown, or that the client may not have."""
    return TokenError(detail, error="invalid_scope", requirement="AUTH-6")


def invalid_parameter(name: str, reason: str, requirement: str = "STATUS-3") -> Problem:
    """Return the refusal of a query parameter that is missing, unknown, repeated or malformed."""
    shown = name[:100]
    return Problem(
        f"The query parameter {shown!r} {reason}.",
        reason="invalid-parameter",
        errors=((shown, reason),),
        requirement=requirement,
    )


def not_found(reason: str, detail: str, requirement: str) -> Problem:
    """Return the refusal of an order, study or group that is unknown or another organization's, both alike (SEC-1)."""
    return Problem(detail, reason=reason, requirement=requirement)


def invalid_token(detail: str, *, token_sent: bool, requirement: str) -> Problem:
    """Return the refusal of a missing or invalid token: 401 with the challenge of RFC 6750 §3."""
    challenge = 'Bearer realm="pacsimile"'
    if token_sent:
        challenge += ', error="invalid_token", error_description="' + detail.replace('"', "'") + '"'
    return Problem(detail, reason="invalid-token", requirement=requirement, headers=(("WWW-Authenticate", challenge),))


def throttled(status: int) -> Problem:
    """Return the refusal of a throttled client: 429 or 503."""
    return Problem(
        "Throttled by a provider state: try again after Retry-After.",
        reason="too-many-requests" if status == 429 else "service-unavailable",
        requirement="PROTO-4",
        headers=(("Retry-After", "1"),),
    )


def unavailable() -> Problem:
    """Return the refusal of a call while the database does not answer (BATCH-14)."""
    return Problem(
        "The database does not answer for the moment. What was asked is done wholly or not at all: "
        "try again after Retry-After.",
        reason="service-unavailable",
        requirement="BATCH-14",
        headers=(("Retry-After", "5"),),
    )


def failure() -> Problem:
    """Return the answer to a call on which the mock itself failed."""
    return Problem("The mock itself failed: its standard error says why. Please report it.", reason="internal-error")


def insufficient_scope(scope: str) -> Problem:
    """Return the refusal of a valid token without the operation's scope: 403 with the challenge of RFC 6750 §3.1."""
    challenge = f'Bearer realm="pacsimile", error="insufficient_scope", scope="{scope}"'
    return Problem(
        f"The access token does not carry the scope {scope!r}. Request a token with this scope, "
        "or use a client that has it.",
        reason="insufficient-scope",
        requirement="AUTH-14",
        headers=(("WWW-Authenticate", challenge),),
    )
