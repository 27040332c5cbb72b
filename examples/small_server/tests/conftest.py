"""A running small server for the tests, and the few calls that they need."""

import base64
import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

SERVE = Path(__file__).resolve().parent.parent / "serve.py"


@dataclass
class Answer:
    """One answer: its status, its headers, its bytes."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """What a problem's type ends with."""
        return str(self.json["type"].rpartition("#")[2])


@dataclass
class Caller:
    """Calls of one client, with its token."""

    server: "Running"
    organization_id: str
    token: str

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None, **query: str
    ) -> Answer:
        """One call with these query parameters."""
        target = path + ("?" + urlencode(query, quote_via=quote) if query else "")
        return self.server.call(method, target, body, {"Authorization": f"Bearer {self.token}", **(headers or {})})

    def get(self, path: str, **query: str) -> Answer:
        """A GET."""
        return self.call("GET", path, **query)

    def listed(self, **query: str) -> list[str]:
        """The ids that the listing shows."""
        reports = self.get("/reports", organizationId=self.organization_id, **query).json["reports"]
        return [report["report_id"] for report in reports]

    def acknowledge(self, document: Any = None) -> Answer:
        """A POST without a body, or with this one."""
        body = None if document is None else json.dumps(document).encode()
        headers = {} if document is None else {"Content-Type": "application/json"}
        return self.call("POST", "/reports", body, headers, organizationId=self.organization_id)


@dataclass
class Running:
    """The server's process and what it announced."""

    announced: dict[str, Any]
    connections: list[http.client.HTTPConnection] = field(default_factory=list)

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        parts = urlsplit(self.announced["url"])
        return str(parts.hostname), int(parts.port or 0)

    def call(
        self, method: str, target: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One call on a connection that is kept for the test."""
        if not self.connections:
            self.connections.append(http.client.HTTPConnection(*self.address, timeout=10))
        connection = self.connections[0]
        connection.request(method, target, body, headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    def hang_up(self) -> None:
        """Close the kept connection."""
        while self.connections:
            self.connections.pop().close()

    def raw(self, data: bytes, half_close: bool = True) -> bytes:
        """All that comes back for these bytes."""
        with socket.create_connection(self.address, timeout=10) as connection:
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            received = b""
            while part := connection.recv(65536):
                received += part
        return received

    def state(self, name: str, **params: Any) -> Any:
        """A provider state's values."""
        answer = self.try_state(name, **params)
        assert answer.status == 200, answer.body
        return answer.json

    def try_state(self, name: str, **params: Any) -> Answer:
        """A provider state's answer, whatever it is."""
        body = json.dumps({"state": name, "params": params, "action": "setup"}).encode()
        headers = {"Authorization": f"Bearer {self.announced['states_token']}", "Content-Type": "application/json"}
        return self.call("POST", "/states", body, headers)

    def token(self, client_id: str, secret: str, **query: str) -> Answer:
        """The token endpoint's answer to GET with Basic."""
        target = "/oauth2/token" + ("?" + urlencode(query, quote_via=quote) if query else "")
        return self.call("GET", target, headers={"Authorization": basic(client_id, secret)})

    def caller(self, values: dict[str, Any], prefix: str = "") -> Caller:
        """The client of a state's values, with a token."""
        token = self.token(values[f"{prefix}client_id"], values[f"{prefix}client_secret"]).json["access_token"]
        own = values.get(f"{prefix}organization_id", values["organization_id"])
        return Caller(self, own, token)


def basic(client_id: str, secret: str) -> str:
    """The value of a Basic Authorization header."""
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


@pytest.fixture(autouse=True)
def _connection_of_one_test(small_server: Running) -> Iterator[None]:
    """Close the kept connection after each test: until the next one, the server may have waited long enough for it."""
    yield
    small_server.hang_up()


@pytest.fixture(scope="session")
def small_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for all tests; at the end it must have been silent."""
    errors = tmp_path_factory.mktemp("small_server") / "stderr.txt"
    with (
        errors.open("wb") as stderr,
        subprocess.Popen([sys.executable, str(SERVE), "--port", "0"], stdout=subprocess.PIPE, stderr=stderr) as process,
    ):
        assert process.stdout is not None
        running = Running(json.loads(process.stdout.readline()))
        yield running
        process.terminate()
        assert process.wait(10) == 0
    assert errors.read_text() == ""
