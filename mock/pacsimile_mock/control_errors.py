"""Defines the refusals of the control API."""

from __future__ import annotations


class ControlError(Exception):
    """A refusal, answered as `application/problem+json` with this status."""

    def __init__(self, status: int, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.reason = reason
        self.detail = detail


def bad_request(detail: str) -> ControlError:
    """Return the refusal of wrong input."""
    return ControlError(400, "bad-request", detail)


def not_found(detail: str) -> ControlError:
    """Return the refusal of an unknown name."""
    return ControlError(404, "not-found", detail)
