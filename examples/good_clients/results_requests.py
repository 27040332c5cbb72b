"""Fetch every report that waits into a folder, and acknowledge what was stored: with the `requests` library.

    python results_requests.py FOLDER [--poll] [--order ORDER_ID]

The environment says where and who: API_URL, TOKEN_URL, CLIENT_ID, CLIENT_SECRET, ORGANIZATION_ID. `--order` waits for
that order first. `--poll` stays, and looks again after a pause. Exit status 0: nothing waits any more; 1: the service
could not be used, and one line says why.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import random
import sys
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from requests.exceptions import ChunkedEncodingError, SSLError

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


class Broken(Exception):
    """An answer did not arrive as it was sent."""


class Results:
    """Call the results API as one client, and keep its reports in a folder."""

    def __init__(self, folder: Path) -> None:
        environment = os.environ
        self.api_url, self.token_url = environment["API_URL"].rstrip("/"), environment["TOKEN_URL"]
        self.credentials = environment["CLIENT_ID"], environment["CLIENT_SECRET"]
        self.organization_id = environment["ORGANIZATION_ID"]
        self.folder = folder
        self.token: str | None = None
        self.replace_at = 0.0
        # rule 10
        self.session = requests.Session()  # one for all calls: it keeps its connection, and verifies certificates
        self.session.headers["Accept-Encoding"] = "identity"
        # end of rule 10

    # rule 1
    def access_token(self) -> str:
        """Return the token. It is kept, and replaced shortly before it expires."""
        if self.token is None or time.monotonic() >= self.replace_at:
            granted = self.expect_200(self.repeat(self.request_token)).json()
            self.token = str(granted["access_token"])
            self.replace_at = time.monotonic() + granted["expires_in"] - EARLY
        return self.token

    # end of rule 1

    # rule 2
    def request_token(self) -> requests.Response:
        """Ask for a token. The secret is in the Authorization header."""
        form = {"grant_type": "client_credentials"}
        return self.session.post(self.token_url, data=form, auth=self.credentials, timeout=TIMEOUT)

    def send(self, method: str, path: str, parameters: dict[str, str], content: Any = None) -> requests.Response:
        """Make a call once. The token is in the Authorization header."""
        headers = {"Authorization": f"Bearer {self.access_token()}"}
        url = self.api_url + path
        return self.session.request(method, url, params=parameters, json=content, headers=headers, timeout=TIMEOUT)

    # end of rule 2

    # rule 3
    def call(self, method: str, path: str, parameters: dict[str, str], content: Any = None) -> requests.Response:
        """Make a call. After a 401 repeat it once, with a new token."""
        answer = self.repeat(lambda: self.send(method, path, parameters, content))
        if answer.status_code == 401:
            self.token = None
            answer = self.repeat(lambda: self.send(method, path, parameters, content))
        return answer

    # end of rule 3

    # rule 5
    def repeat(self, send: Callable[[], requests.Response]) -> requests.Response:
        """Send until an answer came whole and decides something, with a pause after each failure."""
        for attempt in range(ATTEMPTS):
            try:
                answer = send()
                self.check_whole(answer)
            except SSLError:
                raise  # no certificate becomes better by waiting
            except (requests.ConnectionError, requests.Timeout, ChunkedEncodingError, Broken):
                time.sleep(self.pause(attempt))
                continue
            if not self.failed_for_now(answer):
                return answer
            time.sleep(max(self.pause(attempt), self.retry_after(answer)))
        raise GivenUp(f"{ATTEMPTS} attempts failed: is {self.api_url} in service?")

    def pause(self, attempt: int) -> float:
        """Return the seconds of a pause: twice as long each time, with some chance in it."""
        return min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE) * random.uniform(1, 1.5)

    # end of rule 5

    # rule 4
    def failed_for_now(self, answer: requests.Response) -> bool:
        """Tell whether to ask again later: also after a 409 with Retry-After, which is not final."""
        status = answer.status_code
        return status == 429 or status >= 500 or (status == 409 and "Retry-After" in answer.headers)

    def retry_after(self, answer: requests.Response) -> float:
        """Return the seconds that the service asks to wait. The header has seconds or a date (RFC 9110 §10.2.3)."""
        text = answer.headers.get("Retry-After", "0")
        if text.isdecimal():
            return float(text)
        try:
            return parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, OverflowError):
            return 0.0

    # end of rule 4

    # rule 6
    def wait_for(self, order_id: str) -> None:
        """Ask for an order's status, by its id and after growing pauses, until it is final."""
        pause = FIRST_PAUSE
        while self.get("/status", order_id=order_id).json()["status"] in ("RECEIVED", "PROCESSING"):
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    # end of rule 6

    # rule 7
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
        if answer is None:
            return None
        report_id = answer.headers["X-Report-Id"]  # a newer one, if it was amended meanwhile
        self.store(report_id, answer.content)
        if report["supersedes"] is not None and self.path(report["supersedes"]).exists():
            self.path(report["supersedes"]).rename(self.folder / f"{report['supersedes']}.superseded")
        return report_id

    # end of rule 7

    # rule 8
    def fetch(self, report: dict[str, Any]) -> requests.Response | None:
        """Fetch a report once."""
        report_type = "json" if "json" in report["report_types"] else report["report_types"][0]
        answer = self.call("GET", "/results", {"order_id": report["order_id"], "report_type": report_type})
        if answer.status_code in (404, 409):
            return None
        return self.expect_200(answer)

    def check_whole(self, answer: requests.Response) -> None:
        """Compare what came with the length and the digest that were sent. `repeat` asks again if it is broken."""
        length, digest = answer.headers.get("Content-Length"), answer.headers.get("Content-Digest")
        sha256 = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
        if length is not None and int(length) != len(answer.content):
            raise Broken(f"{len(answer.content)} bytes came of {length}")
        if digest is not None and f"sha-256=:{sha256}:" not in digest:
            raise Broken(f"the bytes have another digest than {digest}")
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            try:
                answer.json()
            except ValueError:
                raise Broken("this is no JSON") from None

    # end of rule 8

    # rule 9
    def store(self, report_id: str, content: bytes) -> None:
        """Write a report: first under another name, so that no half of it ever has its own."""
        part = self.path(report_id).with_suffix(".part")
        part.write_bytes(content)
        part.replace(self.path(report_id))

    def acknowledge(self, report_ids: list[str]) -> None:
        """Acknowledge by their ids the reports that are stored, and nothing else."""
        if report_ids:
            parameters = {"organizationId": self.organization_id}
            self.expect_200(self.call("POST", "/reports", parameters, {"report_ids": report_ids}))

    # end of rule 9

    def path(self, report_id: str) -> Path:
        """Return where a report is stored. No id leads out of the folder."""
        return self.folder / f"{quote(report_id, safe='')}.report"

    def get(self, path: str, **parameters: str) -> requests.Response:
        """Make a GET that must succeed."""
        return self.expect_200(self.call("GET", path, parameters))

    def expect_200(self, answer: requests.Response) -> requests.Response:
        """Require 200. Otherwise raise GivenUp with the service's own words."""
        if answer.status_code != 200:
            path = answer.url.partition("?")[0]
            raise GivenUp(f"{answer.request.method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer


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
    except (GivenUp, requests.RequestException, OSError) as error:
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
