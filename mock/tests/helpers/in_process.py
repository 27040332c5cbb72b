"""The mock in the test's own process: its WSGI application, called without a socket, in a world whose clock stands."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from werkzeug.datastructures import Headers
from werkzeug.test import Client as WsgiClient

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.config import ServerOptions, WorldOptions
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.orders.model import Order
from pacsimile_mock.seed.submission import Submission, Submitter
from pacsimile_mock.serving.app import create_app
from pacsimile_spec.problems import PREFIX

URL = "http://127.0.0.1:8080"
START: Instant = 4_102_444_800 * SECOND
"""Where the clock stands at first: a whole second, 2100-01-01T00:00:00Z."""


@dataclass
class Reply:
    """What came back for one call."""

    status: int
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """The reason of a problem: what its type ends with."""
        assert self.headers["Content-Type"] == "application/problem+json"
        return str(self.json["type"]).removeprefix(PREFIX)

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and reason of a problem."""
        return self.status, self.reason


def basic(client_id: str, secret: str) -> str:
    """The Authorization header of HTTP Basic."""
    return "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()


class Service:
    """A server without a socket; its default world begins empty, and its clock stands at START."""

    def __init__(self, options: WorldOptions | None = None, **server: Any) -> None:
        world = options or WorldOptions(scenario="empty", pace="manual")
        self.state = ServerState(ServerOptions(world=world, **server), URL)
        self.app = create_app(self.state)
        self.wsgi = WsgiClient(self.app)
        self.world = self.state.worlds.default
        if not self.world.clock.frozen:
            self.world.move_clock(lambda clock: (clock.freeze(), clock.set(START)))
        self.submitter = Submitter(self.world)

    def call(
        self,
        method: str,
        target: str,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        environ: dict[str, Any] | None = None,
    ) -> Reply:
        """Make one call; `target` is the path and query as they are sent."""
        path, _, query = target.partition("?")
        answer = self.wsgi.open(
            path,
            method=method,
            base_url=URL,
            query_string=query,
            headers=headers,
            data=body,
            environ_overrides=environ,
        )
        return Reply(answer.status_code, answer.headers, answer.get_data())

    def client(self, organization_id: str = "hospital", scopes: tuple[str, ...] | None = None) -> Caller:
        """A new client of an organization, which may do everything unless `scopes` says less."""
        made = self.submitter.client(organization_id, *(() if scopes is None else (scopes,)))
        return Caller(self, made)

    def order(
        self,
        status: str = "COMPLETED",
        organization_id: str = "hospital",
        *,
        ago: float = 3600,
        finished_ago: float = 60,
        **fields: Any,
    ) -> Order:
        """A new order that reached its status so many seconds ago."""
        now = self.world.clock.now()
        created, changed = now - int(ago * SECOND), now - int(finished_ago * SECOND)
        return self.submitter.submit(Submission(organization_id, status, created, max(created, changed), **fields))

    def ready(self, count: int, organization_id: str = "hospital") -> list[str]:
        """Ids of so many new reports, ready a second apart."""
        orders = [self.order(organization_id=organization_id, finished_ago=60 + count - n) for n in range(count)]
        return [order.report_id(1) for order in orders]


class Caller:
    """A client of the API, with its token."""

    def __init__(self, service: Service, client: Client) -> None:
        self.service = service
        self.client = client
        self.token = self.new_token()

    def new_token(self, **query: str) -> str:
        """Fetch a token, as AUTH-1 has it."""
        reply = self.ask_token(**query)
        assert reply.status == 200, reply.body
        return str(reply.json["access_token"])

    def ask_token(self, **query: str) -> Reply:
        """Ask for a token by GET and HTTP Basic."""
        target = "/oauth2/token" + ("?" + urlencode(query, quote_via=quote) if query else "")
        return self.service.call(
            "GET", target, {"Authorization": basic(self.client.client_id, self.client.client_secret)}
        )

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None, **query: Any
    ) -> Reply:
        """Make a call with this client's token."""
        target = path + ("?" + urlencode(query, quote_via=quote) if query else "")
        return self.service.call(method, target, {"Authorization": f"Bearer {self.token}", **(headers or {})}, body)

    def get(self, path: str, **query: Any) -> Reply:
        """GET with this client's token."""
        return self.call("GET", path, **query)

    def listing(self, **query: Any) -> list[str]:
        """The report ids that a listing shows."""
        reply = self.get("/reports", organizationId=self.client.organization_id, **query)
        assert reply.status == 200, reply.body
        assert reply.json["count"] == len(reply.json["reports"])
        return [one["report_id"] for one in reply.json["reports"]]

    def post(self, body: bytes | None, media_type: str | None = "application/json", **headers: str) -> Reply:
        """Acknowledge with this body; None for none at all."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and media_type is not None:
            sent["Content-Type"] = media_type
        return self.call("POST", "/reports", body, sent, organizationId=self.client.organization_id)

    def acknowledge(self, report_ids: list[str] | None = None) -> list[str]:
        """Acknowledge, and tell what was newly marked."""
        reply = self.post(None if report_ids is None else json.dumps({"report_ids": report_ids}).encode())
        assert reply.status == 200, reply.body
        assert reply.json["count"] == len(reply.json["acknowledged"])
        return list(reply.json["acknowledged"])
