"""Clients of the API that come through the balancer: each has an organization, and repeats what was not answered."""

from __future__ import annotations

import http.client
import json
import random
import time
from base64 import b64encode
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode

from invariants import Invariants

WAIT = 30.0
"""Seconds that a client waits for an answer."""
FORM_TYPE = "application/x-www-form-urlencoded"
ORDERS_PER_SUBMISSION = 2
"""Orders that one submission has."""
STUDY_ROOT = "1.3.6.1.4.1.32473.17"
CONNECTION_ERRORS = (OSError, http.client.HTTPException)


class NoAnswer(Exception):
    """The connection broke, or the answer is 503: it is not known whether the call was served."""


class Connection:
    """A persistent connection through the balancer."""

    def __init__(self, place: tuple[str, int], invariants: Invariants) -> None:
        self.place, self.invariants = place, invariants
        self._connection: http.client.HTTPConnection | None = None

    def call(self, method: str, path: str, authorization: str, content: Any = None, **query: object) -> tuple[int, Any]:
        """Make a call once; return status and JSON.

        Raises:
            NoAnswer: Nothing is known of it.
        """
        headers, body = {"Authorization": authorization}, None
        if isinstance(content, str):
            headers["Content-Type"], body = FORM_TYPE, content.encode()
        elif content is not None:
            headers["Content-Type"], body = "application/json", json.dumps(content).encode()
        target = f"{path}?{urlencode(query)}" if query else path
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(*self.place, timeout=WAIT)
            self._connection.request(method, target, body, headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except CONNECTION_ERRORS as error:
            self.close()
            refused = isinstance(error, ConnectionRefusedError)
            self.invariants.count("refused connections" if refused else "broken connections")
            raise NoAnswer from error
        if answer.status == 503:
            self.invariants.count("answers 503")
            if not answer.headers.get("Retry-After"):
                self.invariants.add_violation(f"{method} {path} was answered 503 without Retry-After: {text[:200]!r}")
            raise NoAnswer
        if answer.status >= 500:
            self.invariants.add_violation(f"{method} {path} was answered {answer.status}: {text[:300]!r}")
            raise NoAnswer
        return answer.status, json.loads(text) if text else None

    def close(self) -> None:
        """Close it; the next call opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass
class ClientContext:
    """What all clients share: the addresses, the checks, and the threads that call."""

    api: tuple[str, int]
    control: tuple[str, int]
    control_token: str
    invariants: Invariants
    pause: float
    """Seconds between two calls of one client."""
    stopping: Event = field(default_factory=Event)
    threads: list[Thread] = field(default_factory=list)

    def repeat(self, act: Callable[[], object], pause: float | None = None) -> None:
        """Repeat an act in a thread until the end. An act whose call was not answered starts over."""

        def repeat() -> None:
            while not self.stopping.is_set():
                try:
                    act()
                except NoAnswer:
                    self.stopping.wait(0.2)
                except Exception as error:
                    self.invariants.add_violation(
                        f"{getattr(act, '__qualname__', act)}: {type(error).__name__}: {error}"
                    )
                    return
                self.stopping.wait(self.pause if pause is None else pause)

        thread = Thread(target=repeat, daemon=True)
        thread.start()
        self.threads.append(thread)

    def end(self) -> None:
        """Stop all."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(2 * WAIT)

    def call_control(self, method: str, path: str, content: Any = None, **query: object) -> tuple[int, Any]:
        """Call the control API through the balancer, and repeat until it is answered."""
        connection = Connection(self.control, self.invariants)
        while True:
            try:
                return connection.call(method, f"/_mock{path}", f"Bearer {self.control_token}", content, **query)
            except NoAnswer:
                time.sleep(0.2)


class Client:
    """One client of an organization: it polls, lists and acknowledges."""

    def __init__(self, context: ClientContext, credentials: dict[str, Any], seed: int) -> None:
        self.context, self.organization = context, str(credentials["organization_id"])
        self.orders: deque[str] = deque()
        pair = f"{credentials['client_id']}:{credentials['client_secret']}"
        self.basic = "Basic " + b64encode(pair.encode()).decode()
        self.connection = Connection(context.api, context.invariants)
        self._random = random.Random(seed)
        self._token, self._got = "", 0.0

    def token(self) -> str:
        """Get a token."""
        status, answer = self.connection.call("POST", "/oauth2/token", self.basic, "grant_type=client_credentials")
        if status != 200:
            self.context.invariants.add_violation(f"a token request was answered {status}: {answer}")
            raise NoAnswer
        self.context.invariants.count("tokens")
        self.context.invariants.succeeded()
        return str(answer["access_token"])

    def ask(self, method: str, path: str, content: Any = None, **query: object) -> Any:
        """Call the API. An expired token is replaced; other refusals violate an invariant."""
        self._token = self._token or self.token()
        status, answer = self.connection.call(method, path, f"Bearer {self._token}", content, **query)
        if status == 401:
            self.context.invariants.count("expired tokens")
            self._token = ""
            if "expired" not in str(answer):
                self.context.invariants.add_violation(f"{method} {path} was answered 401: {answer}")
            raise NoAnswer
        if status != 200:
            self.context.invariants.add_violation(f"{method} {path} {query} was answered {status}: {answer}")
            raise NoAnswer
        self.context.invariants.succeeded()
        return answer

    def poll(self) -> None:
        """Ask for the status of an order; one that has ended is asked for no more."""
        if not self.orders:
            return
        order_id = self.orders[0]
        answer = self.ask("GET", "/status", order_id=order_id)
        self.context.invariants.status(answer["order_id"], answer["status"], answer["progress"])
        self.orders.rotate(-1)
        if answer["status"] == "COMPLETED" and self._random.random() < 0.5:
            self.orders.remove(order_id)

    def work(self) -> None:
        """Poll three times, then list and acknowledge."""
        for _ in range(3):
            self.poll()
            self.context.stopping.wait(self.context.pause)
        self.list_and_acknowledge()

    def list_and_acknowledge(self) -> None:
        """List a few reports, and acknowledge them, by name or without a body."""
        shown = self.list(self._random.randint(1, 20))
        if not shown:
            return
        invariants, by_name = self.context.invariants, self._random.random() < 0.5
        invariants.attempted(self.organization, shown)
        content = {"report_ids": sorted(shown)} if by_name else None
        answer = self.ask("POST", "/reports", content, organizationId=self.organization)
        if not set(answer["acknowledged"]) <= shown or answer["not_found"]:
            invariants.add_violation(f"an acknowledgement of {sorted(shown)} was answered {answer}")
        invariants.acknowledged(self.organization, shown, answer["acknowledged"])

    def list(self, limit: int | None = None) -> set[str]:
        """List up to `limit` reports, or all, and return their ids."""
        began, query = time.monotonic(), {} if limit is None else {"limit": limit}
        answer = self.ask("GET", "/reports", organizationId=self.organization, **query)
        listed = [(str(entry["report_id"]), str(entry["order_id"])) for entry in answer["reports"]]
        if answer["organization_id"] != self.organization:
            self.context.invariants.add_violation(f"{self.organization} got the listing of {answer['organization_id']}")
        self.context.invariants.listing(self.organization, listed, began, whole=limit is None)
        return {report_id for report_id, _ in listed}

    def intrude(self, other: Client) -> None:
        """Ask for another organization's order: it must not be answered."""
        if not other.orders:
            return
        self._token = self._token or self.token()
        status, answer = self.connection.call("GET", "/status", f"Bearer {self._token}", order_id=other.orders[0])
        self.context.invariants.count("intrusions")
        if status == 401:
            self._token = ""
        elif status not in (403, 404):
            self.context.invariants.add_violation(
                f"{self.organization} got another organization's order: {status} {answer}"
            )


class Revoker:
    """Gets tokens, revokes them, and tries revoked ones again and again."""

    def __init__(self, client: Client) -> None:
        self.client, self.revoked = client, list[str]()
        self._random = random.Random(7)

    def revoke(self) -> None:
        """Get a token, use it, revoke it, and try it."""
        token, invariants = self.client.token(), self.client.context.invariants
        if self._try(token) not in (200, 401):  # a jump of the clock may end it at once
            invariants.add_violation("a new token was refused")
        status, answer = self.client.connection.call(
            "POST", "/oauth2/revoke", self.client.basic, urlencode({"token": token})
        )
        if status != 200:
            invariants.add_violation(f"a revocation was answered {status}: {answer}")
            return
        invariants.count("revocations")
        self.revoked.append(token)
        for _ in range(4):  # whichever host it reaches
            self.check(token)

    def check_any(self) -> None:
        """Try a token that was revoked at any time before, of the latest hundred."""
        if self.revoked:
            self.check(self._random.choice(self.revoked[-100:]))

    def check(self, token: str) -> None:
        """Try a revoked token."""
        status = self._try(token)
        self.client.context.invariants.count("tries of revoked tokens")
        if status != 401:
            self.client.context.invariants.add_violation(f"a revoked token was answered {status}")

    def _try(self, token: str) -> int:
        query = {"organizationId": self.client.organization, "limit": 1}
        return self.client.connection.call("GET", "/reports", f"Bearer {token}", **query)[0]


class Submitter:
    """Submits orders of all organizations, each of which completes some world time later."""

    def __init__(self, context: ClientContext, clients: list[Client], world_seconds: tuple[int, int]) -> None:
        self.context, self.clients, self.world_seconds = context, clients, world_seconds
        self._random, self._studies = random.Random(3), 0
        self._connection = Connection(context.control, context.invariants)

    def submit(self) -> None:
        """Submit a few orders of a study of their own."""
        self._studies += 1
        client = self._random.choice(self.clients)
        study_uid, finishes = f"{STUDY_ROOT}.{self._studies}", self._random.randint(*self.world_seconds)
        order = {
            "organization_id": client.organization,
            "study_uid": study_uid,
            "moves": {"starts": finishes // 4, "finishes": finishes},
        }
        authorization = f"Bearer {self.context.control_token}"
        try:
            status, answer = self._connection.call(
                "POST", "/_mock/worlds/default/orders", authorization, [order] * ORDERS_PER_SUBMISSION
            )
        except NoAnswer:
            self.context.invariants.unanswered[study_uid] = client.organization
            raise
        if status != 201:
            self.context.invariants.add_violation(f"a submission was answered {status}: {answer}")
            return
        order_ids = [str(entry["order_id"]) for entry in answer["orders"]]
        self.context.invariants.submitted(client.organization, order_ids)
        client.orders.extend(order_ids)
        self.context.invariants.count("orders", len(order_ids))
