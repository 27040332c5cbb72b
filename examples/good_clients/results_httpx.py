"""Fetch every report that waits into a folder, and acknowledge what was stored: with `httpx`.

    python results_httpx.py FOLDER [--poll] [--order ORDER_ID]

The environment says where and who: API_URL, TOKEN_URL, CLIENT_ID, CLIENT_SECRET, ORGANIZATION_ID. `--order` waits for
that order first. `--poll` stays, and looks again after a pause. Exit status 0: nothing waits any more; 1: the service
could not be used, and one line says why.

What differs from `results_requests.py`: the token is an `httpx.Auth`, and what fails is repeated by a transport.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import random
import sys
import time
from collections.abc import Generator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

TIMEOUT = 30
"""Seconds after which a call without an answer is given up."""
EARLY = 60
"""Seconds before its end at which a token is replaced."""
ATTEMPTS = 8
"""Attempts at a call that fails for now, before the program gives up."""
FIRST_PAUSE = float(os.environ.get("FIRST_PAUSE", "2"))
"""Seconds of the first pause. Each further one is twice as long."""
LONGEST_PAUSE = 300.0
"""Seconds up to which pauses grow."""
LIMIT = 100
"""Reports that a listing has at most."""


class GivenUp(Exception):
    """The service did not do what was asked. The message says what it did."""


class Token(httpx.Auth):
    """Send one token with all calls: replace it shortly before it expires, and once after a 401."""

    def __init__(self, url: str, client_id: str, client_secret: str) -> None:
        self.url = url
        self.basic = "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self.text: str | None = None
        self.replace_at = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the token, in the Authorization header."""
        if self.text is None or time.monotonic() >= self.replace_at:
            yield from self.renew()
        request.headers["Authorization"] = f"Bearer {self.text}"
        answer = yield request
        if answer.status_code == 401:
            yield from self.renew()
            request.headers["Authorization"] = f"Bearer {self.text}"
            yield request

    def renew(self) -> Generator[httpx.Request, httpx.Response, None]:
        """Ask for a token. The secret is in the Authorization header."""
        asked = httpx.Request("POST", self.url, data={"grant_type": "client_credentials"})
        asked.headers["Authorization"] = self.basic
        granted = expect_200((yield asked)).json()
        self.text = str(granted["access_token"])
        self.replace_at = time.monotonic() + granted["expires_in"] - EARLY


class Repeating(httpx.HTTPTransport):
    """Repeat what failed for now, after pauses that grow and at least as long as the service asks."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request until its answer came whole and decides something."""
        for attempt in range(ATTEMPTS):
            pause = min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE) * random.uniform(1, 1.5)
            try:
                answer = super().handle_request(request)
                answer.read()
                self.check_whole(answer)
            except (httpx.NetworkError, httpx.RemoteProtocolError, httpx.TimeoutException) as error:
                if "CERTIFICATE" in str(error):
                    raise  # none becomes better by waiting
                time.sleep(self.pause(pause, None))
                continue
            if not self.failed_for_now(answer):
                return answer
            time.sleep(self.pause(pause, answer))
        raise GivenUp(f"{ATTEMPTS} attempts failed: is {request.url.host} in service?")

    def pause(self, grown: float, answer: httpx.Response | None) -> float:
        """Return the seconds to wait before the next attempt."""
        return grown if answer is None else max(grown, retry_after(answer))

    def failed_for_now(self, answer: httpx.Response) -> bool:
        """Tell whether to ask again later: also after a 409 with Retry-After, which is not final."""
        status = answer.status_code
        return status == 429 or status >= 500 or (status == 409 and "Retry-After" in answer.headers)

    def check_whole(self, answer: httpx.Response) -> None:
        """Compare what came with the digest that was sent. The library compares the length."""
        sha256 = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
        digest = answer.headers.get("Content-Digest")
        if digest is not None and f"sha-256=:{sha256}:" not in digest:
            raise httpx.ReadError(f"the bytes have another digest than {digest}")
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            try:
                answer.json()
            except ValueError:
                raise httpx.ReadError("this is no JSON") from None


def retry_after(answer: httpx.Response) -> float:
    """Return the seconds that the service asks to wait. The header has seconds or a date (RFC 9110 §10.2.3)."""
    text = answer.headers.get("Retry-After", "0")
    if text.isdecimal():
        return float(text)
    try:
        return parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError):
        return 0.0


def expect_200(answer: httpx.Response) -> httpx.Response:
    """Require 200. Otherwise raise GivenUp with the service's own words."""
    if answer.status_code != 200:
        raise GivenUp(f"{answer.url.path} answered {answer.status_code}: {answer.text[:300]}")
    return answer


class Results:
    """Call the results API as one client, and keep its reports in a folder."""

    token_flow: type[Token] = Token
    transport: type[Repeating] = Repeating
    verify = True

    def __init__(self, folder: Path) -> None:
        environment = os.environ
        self.organization_id = environment["ORGANIZATION_ID"]
        self.folder = folder
        self.token = self.token_flow(environment["TOKEN_URL"], environment["CLIENT_ID"], environment["CLIENT_SECRET"])
        self.client = httpx.Client(  # one for all calls: it keeps its connection, and verifies certificates
            base_url=environment["API_URL"],
            transport=self.transport(verify=self.verify),
            auth=self.token,
            headers={"Accept-Encoding": "identity"},
            timeout=TIMEOUT,
        )

    def wait_for(self, order_id: str) -> None:
        """Ask for an order's status, by its id and after growing pauses, until it is final."""
        pause = FIRST_PAUSE
        while self.get("/status", order_id=order_id).json()["status"] in ("RECEIVED", "PROCESSING"):
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def collect(self) -> int:
        """Fetch all that waits, page by page, until a listing is not full; return the number of reports."""
        number = 0
        while True:
            listed = self.listing()
            stored = [report_id for report in listed if (report_id := self.take(report)) is not None]
            self.acknowledge(stored)
            number += len(stored)
            if len(listed) < LIMIT or not stored:
                return number

    def listing(self) -> list[dict[str, Any]]:
        """Return the oldest reports that are not acknowledged."""
        answer = self.get("/reports", organizationId=self.organization_id, limit=str(LIMIT))
        return list(answer.json()["reports"])

    def take(self, report: dict[str, Any]) -> str | None:
        """Store a listed report, amended or not, and return its id; None where it is not to be had any more."""
        if self.path(report["report_id"]).exists():
            return str(report["report_id"])  # stored by a run that ended before its acknowledgement
        answer = self.fetch(report)
        if answer.status_code in (404, 409):
            return None
        report_id = expect_200(answer).headers["X-Report-Id"]  # a newer one, if it was amended meanwhile
        self.store(report_id, answer.content)
        if report["supersedes"] is not None and self.path(report["supersedes"]).exists():
            self.path(report["supersedes"]).rename(self.folder / f"{report['supersedes']}.superseded")
        return str(report_id)

    def fetch(self, report: dict[str, Any]) -> httpx.Response:
        """Fetch a report once."""
        report_type = "json" if "json" in report["report_types"] else report["report_types"][0]
        return self.client.get("/results", params={"order_id": report["order_id"], "report_type": report_type})

    def store(self, report_id: str, content: bytes) -> None:
        """Write a report: first under another name, so that no half of it ever has its own."""
        part = self.path(report_id).with_suffix(".part")
        part.write_bytes(content)
        part.replace(self.path(report_id))

    def acknowledge(self, report_ids: list[str]) -> None:
        """Acknowledge by their ids the reports that are stored, and nothing else."""
        if report_ids:
            parameters = {"organizationId": self.organization_id}
            expect_200(self.client.post("/reports", params=parameters, json={"report_ids": report_ids}))

    def path(self, report_id: str) -> Path:
        """Return where a report is stored. No id leads out of the folder."""
        return self.folder / f"{quote(report_id, safe='')}.report"

    def get(self, path: str, **parameters: str) -> httpx.Response:
        """Make a GET that must succeed."""
        return expect_200(self.client.get(path, params=parameters))


def main(client: type[Results] = Results) -> int:
    """Run the program, with this client."""
    parser = argparse.ArgumentParser(description="Fetch every report that waits into a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--poll", action="store_true", help="stay, and look again after a pause")
    parser.add_argument("--order", help="wait for this order first")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    try:
        run(client(given.folder), given.order, given.poll)
    except (GivenUp, httpx.HTTPError, OSError) as error:
        print(f"results: {error}", file=sys.stderr)
        return 1
    except KeyError as error:
        print(f"results: {error} is missing: set it in the environment, or ask the service why", file=sys.stderr)
        return 1
    return 0


def run(client: Results, order_id: str | None, poll: bool) -> None:
    """Collect once, or for ever with pauses that grow while nothing comes."""
    if order_id is not None:
        client.wait_for(order_id)
    pause = FIRST_PAUSE
    while True:
        number = client.collect()
        print(f"stored and acknowledged {number} reports", flush=True)
        if not poll:
            return
        pause = FIRST_PAUSE if number else min(2 * pause, LONGEST_PAUSE)
        time.sleep(pause)


if __name__ == "__main__":
    sys.exit(main())
