"""Collect reports: the client that the tests beside it are about. It knows nothing of a mock."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ATTEMPTS = 5
"""Attempts at a call that is answered 429 or 503, before the client gives up."""


class OrderFailed(Exception):
    """The order has ended without a report, and there will be none."""


class ResultsClient:
    """Call the results API for one organization. `sleep` waits for a number of seconds."""

    def __init__(
        self, url: str, client_id: str, secret: str, organization_id: str, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self.url = url
        self.basic = "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()
        self.organization_id = organization_id
        self.sleep = sleep
        self.token: str | None = None

    def wait_for_report(self, order_id: str, report_type: str = "pdf") -> bytes:
        """Ask until the report is ready, never sooner than the service says."""
        while True:
            try:
                return self._call("GET", "/results", {"order_id": order_id, "report_type": report_type})
            except HTTPError as error:
                with error:
                    if error.code != 409:
                        raise
                    if "Retry-After" not in error.headers:
                        raise OrderFailed(json.loads(error.read())["detail"]) from None
                    self.sleep(int(error.headers["Retry-After"]))

    def take_over(self, store: Callable[[str, bytes], object]) -> int:
        """Store every new report, acknowledge exactly these, and return their number."""
        taken = []
        for report in self._listed():
            wanted = {"order_id": report["order_id"], "report_type": "json"}
            store(report["report_id"], self._call("GET", "/results", wanted))
            taken.append(report["report_id"])
        if taken:
            body = json.dumps({"report_ids": taken}).encode()
            self._call("POST", "/reports", {"organizationId": self.organization_id}, body)
        return len(taken)

    def _listed(self) -> Iterator[dict[str, Any]]:
        yield from json.loads(self._call("GET", "/reports", {"organizationId": self.organization_id}))["reports"]

    def _call(self, method: str, path: str, query: dict[str, str], body: bytes | None = None) -> bytes:
        """Make a call. Repeat it with a new token after a 401, and at the time in Retry-After after a 429 or 503."""
        renewed = False
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._send(method, f"{path}?{urlencode(query)}", f"Bearer {self._token()}", body)
            except HTTPError as error:
                if error.code == 401 and not renewed:
                    renewed, self.token = True, None
                elif error.code in (429, 503) and attempt < ATTEMPTS:
                    self.sleep(int(error.headers["Retry-After"]))
                else:
                    raise
                error.close()
        raise AssertionError("the last attempt returns or raises")

    def _token(self) -> str:
        if self.token is None:
            self.token = json.loads(self._send("GET", "/oauth2/token", self.basic))["access_token"]
        return self.token

    def _send(self, method: str, target: str, authorization: str, body: bytes | None = None) -> bytes:
        headers = {"Authorization": authorization, **({"Content-Type": "application/json"} if body else {})}
        with urlopen(Request(self.url + target, body, headers, method=method), timeout=30) as answer:
            return bytes(answer.read())
