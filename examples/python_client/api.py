"""The results API in Python: one token for all calls, and waiting when the service asks for it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

TIMEOUT = 30
"""Seconds after which a call without an answer is given up."""

EARLY = 60
"""Seconds before its end at which a token is replaced."""

LONGEST_WAIT = 3600.0
"""In seconds. No Retry-After of this API is longer."""

ATTEMPTS = 5
"""Attempts at a call that is answered 429 or 503, before the client gives up."""


class Unexpected(Exception):
    """The service did not do what its description says. The message says what it did."""


class ResultsApi:
    """Call the API with the credentials of one client."""

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        self.url = url.rstrip("/")
        self.credentials = (client_id, client_secret)
        self.session = requests.Session()
        self.token: str | None = None
        self.replace_at = 0.0

    def access_token(self) -> str:
        """Return the current token. It is kept, and replaced shortly before it expires."""
        if self.token is None or time.monotonic() >= self.replace_at:
            answer = self.session.get(f"{self.url}/oauth2/token", auth=self.credentials, timeout=TIMEOUT)
            expect(answer, 200)
            granted = answer.json()
            self.token = str(granted["access_token"])
            self.replace_at = time.monotonic() + granted["expires_in"] - EARLY
        return self.token

    def call(self, method: str, path: str, json: Any = None, **parameters: str) -> requests.Response:
        """Make a call. Repeat it with a new token after a 401, and at the time in Retry-After after a 429 or 503."""
        answer = self.attempt(method, path, json, parameters)
        if answer.status_code == 401:
            self.token = None
            answer = self.attempt(method, path, json, parameters)
        for _ in range(ATTEMPTS - 1):
            if answer.status_code not in (429, 503):
                break
            time.sleep(retry_after(answer))
            answer = self.attempt(method, path, json, parameters)
        return answer

    def attempt(self, method: str, path: str, json: Any, parameters: dict[str, str]) -> requests.Response:
        """Make a call once."""
        headers = {"Authorization": f"Bearer {self.access_token()}"}
        return self.session.request(
            method, self.url + path, params=parameters, json=json, headers=headers, timeout=TIMEOUT
        )


def expect(answer: requests.Response, *statuses: int) -> None:
    """Require one of these statuses. For any other, raise Unexpected with the service's own words."""
    if answer.status_code not in statuses:
        wanted = " or ".join(map(str, statuses))
        path = answer.url.partition("?")[0]
        raise Unexpected(
            f"{answer.request.method} {path}: {wanted} expected, {answer.status_code} came: {answer.text[:300]}"
        )


def retry_after(answer: requests.Response) -> float:
    """Return the seconds to wait before the next attempt. The header has seconds or a date (RFC 9110 §10.2.3)."""
    text = answer.headers.get("Retry-After", "")
    try:
        seconds = int(text) if text.isdigit() else (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except ValueError:
        raise Unexpected(f"{answer.status_code} with Retry-After {text!r}: seconds or a date expected") from None
    return min(max(seconds, 1.0), LONGEST_WAIT)
