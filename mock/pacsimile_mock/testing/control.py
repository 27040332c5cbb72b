"""Calls the control API of a server for tests."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Protocol

from pacsimile_mock.testing.tracebacks import is_refusal
from pacsimile_spec.control_client import ControlClient, ControlRefused

__tracebackhide__ = is_refusal


class ControlError(AssertionError):
    """The control API refused a call of the test; the message says why."""


class Control(Protocol):
    """Sends a call to the control API."""

    def __call__(self, method: str, path: str, content: Any = None) -> Any:
        """Call `path` below `/_mock`, and return the JSON of the answer.

        Raises:
            ControlError: The control API refused the call.
        """


class CalledWorld(Protocol):
    """A world whose part of the control API can be called."""

    def call(self, method: str, path: str, content: Any = None) -> Any:
        """Call `path` below the path of the world, and return the JSON of the answer."""


class HttpControl:
    """Sends calls over HTTP."""

    def __init__(self, control_url: str, token: str) -> None:
        self._client = ControlClient(control_url, token)

    def __call__(self, method: str, path: str, content: Any = None) -> Any:
        """Call the control API."""
        try:
            return self._client.call(method, path, content, _plain)
        except ControlRefused as error:
            raise ControlError(str(error)) from None


def body_of(content: Any) -> bytes | None:
    """Return the body of a call: JSON, with a timedelta as seconds and a datetime as RFC 3339; None for no body."""
    return None if content is None else json.dumps(content, default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be sent to the control API: give JSON, a timedelta or a datetime")


def error_of(body: bytes) -> ControlError:
    """Return the error for a refusal, whose body is a problem."""
    return ControlError(json.loads(body)["detail"])
