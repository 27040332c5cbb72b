"""Calls of the control API, by whatever carries them: a socket, or the application in this process."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Protocol

from pacsimile_spec.control_client import ControlClient, ControlRefused


class ControlError(AssertionError):
    """The control API refused a call: the test asked for what cannot be; the message says why."""


class Control(Protocol):
    """Carries a call to the control API."""

    def __call__(self, method: str, path: str, content: Any = None) -> Any:
        """Call `path` below `/_mock`, and give its JSON; ControlError where it is refused."""


class CalledWorld(Protocol):
    """A world that the control API is asked about."""

    def call(self, method: str, path: str, content: Any = None) -> Any:
        """Call `path` below the world's own, and give its JSON."""


class OverHttp:
    """Calls over a socket."""

    def __init__(self, control_url: str, token: str) -> None:
        self._client = ControlClient(control_url, token)

    def __call__(self, method: str, path: str, content: Any = None) -> Any:
        """Call the control API."""
        try:
            return self._client.call(method, path, content, _plain)
        except ControlRefused as error:
            raise ControlError(str(error)) from None


def written(content: Any) -> bytes | None:
    """The body of a call: JSON, a timedelta in it as seconds, a datetime as RFC 3339; None for none."""
    return None if content is None else json.dumps(content, default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be sent to the control API: give JSON, a timedelta or a datetime")


def refused(body: bytes) -> ControlError:
    """The refusal that a problem tells of."""
    return ControlError(json.loads(body)["detail"])
