"""Plays a fault's story: calls of a running server over HTTP, on data that its provider states make."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from http.client import HTTPConnection, HTTPMessage
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

PATIENCE = 60.0
"""Seconds to wait for an answer."""

Pairs = list[tuple[str, str]]


class Reply(NamedTuple):
    """What came back for one call."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """The reason of a problem: what its type ends with."""
        return str(self.json["type"]).replace("#", ":").rpartition(":")[2]


class Server:
    """A running server that offers provider states."""

    def __init__(self, url: str, token_url: str, states_url: str, states_token: str) -> None:
        self.url = url
        self.token_path = urlsplit(token_url).path
        self.states_path = urlsplit(states_url).path
        self.states_token = states_token

    def connection(self) -> HTTPConnection:
        """Open a connection; whoever opens it closes it."""
        return HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE)

    def send(
        self,
        method: str,
        target: str,
        headers: Pairs,
        body: bytes | None = None,
        connection: HTTPConnection | None = None,
    ) -> Reply:
        """Send one request, on a connection of its own unless one is given.

        Args:
            method: the method.
            target: path and query as they are sent.
            headers: the headers, which may repeat.
            body: the body; None for none.
            connection: a connection to send it on.
        """
        used = connection or self.connection()
        try:
            used.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers:
                used.putheader(name, value)
            if body is not None:
                used.putheader("Content-Length", str(len(body)))
            used.endheaders(body)
            answer = used.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            if connection is None:
                used.close()

    def state(self, name: str, **params: Any) -> dict[str, Any]:
        """Make a provider state, and return its values."""
        content = json.dumps({"state": name, "params": params, "action": "setup"}).encode()
        headers = [("Authorization", f"Bearer {self.states_token}"), ("Content-Type", "application/json")]
        reply = self.send("POST", self.states_path, headers, content)
        if reply.status != 200:
            raise RuntimeError(f"the state {name} was answered {reply.status}: {reply.body.decode()}")
        return dict(reply.json)

    def token(self, client_id: str, secret: str, **query: str) -> Reply:
        """Ask for a token by GET and HTTP Basic."""
        return self.send("GET", with_query(self.token_path, query), [basic(client_id, secret)])

    def token_by_form(self, form: Pairs, headers: Pairs | None = None) -> Reply:
        """Ask for a token by POST with a form."""
        media_type = ("Content-Type", "application/x-www-form-urlencoded")
        return self.send("POST", self.token_path, [media_type, *(headers or [])], urlencode(form).encode())

    def caller(self, values: dict[str, Any], prefix: str = "", **token: str) -> Caller:
        """Return a client that a state made; `prefix` is `second_` or `other_` where the state made two.

        Args:
            values: the state's values.
            prefix: what the names of its credentials begin with.
            token: the query of its token request, such as `scope`.
        """
        organization = values["other_organization_id" if prefix == "other_" else "organization_id"]
        client = values[f"{prefix}client_id"], values[f"{prefix}client_secret"]
        reply = self.token(*client, **token)
        return Caller(self, organization, *client, str(reply.json.get("access_token")))


class Caller:
    """A client of the API, with a token."""

    def __init__(self, server: Server, organization_id: str, client_id: str, secret: str, token: str) -> None:
        self.server = server
        self.organization_id = organization_id
        self.client_id = client_id
        self.secret = secret
        self.token = token

    def with_token(self, token: str) -> Caller:
        """Return the same client with another token."""
        return Caller(self.server, self.organization_id, self.client_id, self.secret, token)

    def call(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Pairs | None = None,
        connection: HTTPConnection | None = None,
    ) -> Reply:
        """Send a request with the token."""
        sent = [("Authorization", f"Bearer {self.token}"), *(headers or [])]
        return self.server.send(method, target, sent, body, connection)

    def get(self, path: str, **query: Any) -> Reply:
        """GET with these parameters."""
        return self.call("GET", with_query(path, query))

    def status(self, **selector: str) -> Any:
        """Return the status of an order."""
        return self.get("/status", **selector).json

    def report(self, report_type: str = "json", **selector: str) -> Reply:
        """Fetch the report of an order, or of a group where `study_group` is given."""
        path = "/report" if "study_group" in selector else "/results"
        return self.get(path, **selector, report_type=report_type)

    def listed(self, **query: Any) -> list[dict[str, Any]]:
        """Return the reports of a listing."""
        reply = self.get("/reports", organizationId=self.organization_id, **query)
        if reply.status != 200:
            raise RuntimeError(f"the listing was answered {reply.status}: {reply.body.decode()}")
        return list(reply.json["reports"])

    def listing(self, **query: Any) -> list[str]:
        """Return the ids of a listing."""
        return [report["report_id"] for report in self.listed(**query)]

    def post(
        self,
        content: Any = None,
        organization_id: str | None = None,
        connection: HTTPConnection | None = None,
    ) -> Reply:
        """Acknowledge with this content as JSON, or as it is where it is bytes; None for no body."""
        target = with_query("/reports", {"organizationId": organization_id or self.organization_id})
        if content is None:
            return self.call("POST", target, connection=connection)
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.call("POST", target, body, [("Content-Type", "application/json")], connection)

    def acknowledge(self, report_ids: list[str] | None = None) -> list[str]:
        """Acknowledge, and return what was newly marked."""
        reply = self.post(None if report_ids is None else {"report_ids": report_ids})
        if reply.status != 200:
            raise RuntimeError(f"the acknowledgement was answered {reply.status}: {reply.body.decode()}")
        return list(reply.json["acknowledged"])


Story = Callable[[Server], bool]
"""Plays a fault's story, and tells whether the server did right."""

STORIES: dict[str, Story] = {}


def shows(fault: str) -> Callable[[Story], Story]:
    """Register the story of a fault; its docstring tells it."""

    def register(story: Story) -> Story:
        STORIES[fault] = story
        return story

    return register


def with_query(path: str, query: dict[str, Any]) -> str:
    """Return a target: the path with these parameters, percent-encoded."""
    return f"{path}?{urlencode(query, quote_via=quote, safe='')}" if query else path


def basic(client_id: str, secret: str) -> tuple[str, str]:
    """Return the header of HTTP Basic."""
    return "Authorization", "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()
