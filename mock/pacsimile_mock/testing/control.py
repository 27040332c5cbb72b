"""Calls of the control API, by whatever carries them: a socket, or the application in this process."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import Any, Protocol

TIMEOUT_SECONDS = 30.0


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
        self._url, self._token = control_url, token
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy

    def __call__(self, method: str, path: str, content: Any = None) -> Any:
        """Call the control API."""
        body = written(content)
        asked = urllib.request.Request(  # noqa: S310 - the URL is the server's own
            self._url + path, body, {"Authorization": f"Bearer {self._token}"}, method=method
        )
        try:
            with self._opener.open(asked, timeout=TIMEOUT_SECONDS) as answer:
                return read(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                raise refused(error.read()) from None


def written(content: Any) -> bytes | None:
    """The body of a call: JSON, a timedelta in it as seconds, a datetime as RFC 3339; None for none."""
    return None if content is None else json.dumps(content, default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be sent to the control API: give JSON, a timedelta or a datetime")


def read(body: bytes) -> Any:
    """The JSON of an answer; None where it has no body."""
    return json.loads(body) if body else None


def refused(body: bytes) -> ControlError:
    """The refusal that a problem tells of."""
    return ControlError(json.loads(body)["detail"])
