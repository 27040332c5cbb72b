"""What the control API answers when it refuses."""

from __future__ import annotations


class ControlError(Exception):
    """A refusal: told as `application/problem+json` with this status."""

    def __init__(self, status: int, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.reason = reason
        self.detail = detail


def bad_request(detail: str) -> ControlError:
    """What was sent cannot be used."""
    return ControlError(400, "bad-request", detail)


def not_found(detail: str) -> ControlError:
    """There is nothing of that name."""
    return ControlError(404, "not-found", detail)
