"""A client on the standard library that delivers all, unless it is told to make a mistake.

    python program.py [half] [twice] [once-an-order] [without-body] [once] [unacknowledged] [poll] [hasty] [fork]
        [daemon] [loud] [hang]

half: takes half a report for a whole one. twice: lists again before it acknowledges, and acknowledges that.
once-an-order: fetches no order a second time. without-body: acknowledges without a body, also after a broken listing.
once: tries each call once. unacknowledged: acknowledges nothing. poll: never ends. hasty: repeats without a pause.
fork: leaves a process behind. daemon: leaves one in a session of its own.
loud: writes its token, its secret and some megabytes. hang: makes no call and ignores SIGTERM.
"""

import base64
import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlencode

WAYS = set(sys.argv[1:])
API_URL, ORGANIZATION_ID = os.environ["API_URL"], os.environ["ORGANIZATION_ID"]
LIMIT = 50


class Token:
    """The token of this run."""

    text = ""

    @classmethod
    def ask(cls) -> None:
        """Get one."""
        pair = f"{os.environ['CLIENT_ID']}:{os.environ['CLIENT_SECRET']}"
        basic = base64.b64encode(pair.encode()).decode()
        cls.text = json.loads(send("GET", os.environ["TOKEN_URL"], None, f"Basic {basic}"))["access_token"]


def send(method: str, url: str, content: object, authorization: str) -> bytes:
    """Make a call, again while it fails for now."""
    attempts = 1 if "once" in WAYS or ("without-body" in WAYS and "reports?" in url and method == "GET") else 8
    body = None if content is None else json.dumps(content).encode()
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    pause = 0.15
    for attempt in range(attempts):
        try:
            request = urllib.request.Request(url, body, headers, method=method)
            with urllib.request.urlopen(request, timeout=20) as answer:
                came = answer.read()
                check(came, answer.headers.get("Content-Digest", ""))
                return came
        except urllib.error.HTTPError as error:
            if (error.code < 500 and error.code != 429) or attempt + 1 == attempts:
                raise
            pause = max(pause, float(error.headers.get("Retry-After", 0)))
        except (OSError, http.client.HTTPException, ValueError):
            if attempt + 1 == attempts:
                raise
        time.sleep(0 if "hasty" in WAYS else pause)
        pause *= 2
    raise AssertionError


def check(came: bytes, digest: str) -> None:
    """Refuse a body that is not what was sent."""
    own = f"sha-256=:{base64.b64encode(hashlib.sha256(came).digest()).decode()}:"
    if digest and digest != own and "half" not in WAYS:
        raise ValueError("broken on the way")


def call(method: str, path: str, content: object = None, **parameters: object) -> bytes:
    """Make a call of the API, once more with a new token after a 401."""
    url = f"{API_URL}{path}?{urlencode(parameters)}"
    if not Token.text:
        Token.ask()
    try:
        return send(method, url, content, f"Bearer {Token.text}")
    except urllib.error.HTTPError as error:
        if error.code != 401 or "once" in WAYS:
            raise
    Token.ask()
    return send(method, url, content, f"Bearer {Token.text}")


def listing() -> list[dict[str, str]]:
    """List what waits."""
    return json.loads(call("GET", "/reports", organizationId=ORGANIZATION_ID, limit=LIMIT))["reports"]


def work(stored: set[str], orders: set[str]) -> int:
    """List, fetch and acknowledge once; return how many were listed."""
    try:
        reports = listing()
    except (OSError, http.client.HTTPException) as error:
        if "without-body" not in WAYS or isinstance(error, urllib.error.HTTPError):
            raise
        reports = []
    for report in reports:
        known = report["order_id"] in orders if "once-an-order" in WAYS else report["report_id"] in stored
        if not known:
            call("GET", "/results", order_id=report["order_id"], report_type="txt")
        stored.add(report["report_id"])
        orders.add(report["order_id"])
    named = listing() if "twice" in WAYS else reports
    if "without-body" in WAYS:
        call("POST", "/reports", organizationId=ORGANIZATION_ID)
    elif named and "unacknowledged" not in WAYS:
        call("POST", "/reports", {"report_ids": [one["report_id"] for one in named]}, organizationId=ORGANIZATION_ID)
    return len(reports)


def main() -> None:
    """Work until nothing waits, or on and on."""
    if "hang" in WAYS:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
    if {"fork", "daemon"} & WAYS:
        sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
        left = subprocess.Popen(sleep, start_new_session="daemon" in WAYS)
        sys.stdout.write(f"left {left.pid}\n")
    stored, orders = set[str](), set[str]()
    while True:
        number = work(stored, orders)
        if "poll" in WAYS:
            time.sleep(0.3)
        elif number < LIMIT or "unacknowledged" in WAYS:
            break
    if "loud" in WAYS:
        secrets = Token.text, os.environ["CLIENT_SECRET"], os.environ["PACSIMILE_CONTROL_TOKEN"]
        megabytes = ("x" * 100_000 + "\n") * 30
        sys.stdout.write(f"{' '.join(secrets)}\n{megabytes}Authorization: Bearer {Token.text}\n")


main()
