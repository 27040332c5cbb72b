"""The client of the control API: JSON there and back, and a refusal with the mock's own words."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from pacsimile_spec.control_client import ControlClient, ControlRefused, is_health

ANSWERS = {
    "/_mock/worlds": (201, b'{"world": "w-1"}'),
    "/_mock/nothing": (204, b""),
    "/_mock/refused": (409, b'{"detail": "the order is COMPLETED"}'),
    "/_mock/other": (500, b"<html>"),
}


class Answering(BaseHTTPRequestHandler):
    """Answers by the path, and remembers what came."""

    came: list[tuple[str, str, str, bytes]]

    def do_GET(self) -> None:
        """Answer a call."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        type(self).came.append((self.command, self.path, self.headers["Authorization"], body))
        status, content = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        """Answer a call with a body."""
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[ControlClient]:
    """A client of a server that answers, beside a proxy that nobody must ask."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    Answering.came = []
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield ControlClient(f"http://127.0.0.1:{server.server_port}/_mock/", "t0ken")
        finally:
            server.shutdown()
            serving.join()


@pytest.mark.parametrize(
    ("document", "known"),
    [({"ready": True, "version": "1"}, True), ({"ready": True}, False), ({"version": "1"}, False), ([], False)],
)
def test_a_mock_is_known_by_its_health(document: object, known: bool) -> None:
    """Another server may be ready, or have a version."""
    assert is_health(document) is known


def test_json_goes_there_and_comes_back(client: ControlClient) -> None:
    """With the token; None for no body."""
    assert client.call("POST", "/worlds", {"seed": 1}) == {"world": "w-1"}
    assert client.call("GET", "/nothing") is None
    assert Answering.came == [
        ("POST", "/_mock/worlds", "Bearer t0ken", json.dumps({"seed": 1}).encode()),
        ("GET", "/_mock/nothing", "Bearer t0ken", b""),
    ]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [("/refused", 409, "^the order is COMPLETED$"), ("/other", 500, "answered 500: is a pacsimile mock there")],
)
def test_a_refusal_is_an_error(client: ControlClient, path: str, status: int, said: str) -> None:
    """With its detail, or, of what is no mock, with its status."""
    with pytest.raises(ControlRefused, match=said) as caught:
        client.call("GET", path)
    assert caught.value.status == status
