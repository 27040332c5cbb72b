"""Servers to try the judge against: a tiny one that says what a test wants and records, and the small example."""

import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pacsimile_contract.target.model import Client, Limits, States, Target

ROOT = Path(__file__).parents[2]
Reply = tuple[int, Mapping[str, str], bytes] | None
Say = Callable[[str, str, bytes], Reply]
"""(method, path and query, body) → status, headers, body; None closes the connection."""


@dataclass
class Recording:
    """A server on loopback that keeps every request line, header and body."""

    url: str
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def target(self, **more: Any) -> Target:
        """Return a target that points at it, with a client that no state made."""
        primary = Client("primary", "client-1", "the-secret-of-client-1", "org-a")
        return Target(self.url, self.url + "/oauth2", {"primary": primary}, **{"profile": "strict", **more})


def _handler(recording: list[tuple[str, str, dict[str, str], bytes]], say: Say) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are two sends: the second would wait for an acknowledgement

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            recording.append((self.command, self.path, dict(self.headers), body))
            reply = say(self.command, self.path, body)
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply[0])
            for name, value in {"Content-Length": str(len(reply[2])), **reply[1]}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply[2])

        do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = do_OPTIONS = handle_any  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
            """Stay silent."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # the base's five are fewer than AUTH-17 connects at once: the others would wait a second

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent where the client went away; print any other error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def recording_servers() -> Iterator[Callable[..., Recording]]:
    """Yield a function that starts a recording server which answers as told, over TLS where a context is given."""
    servers = []

    def start(say: Say, tls: ssl.SSLContext | None = None) -> Recording:
        server = _Server(("127.0.0.1", 0), BaseHTTPRequestHandler)
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        recording = Recording(f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}")
        server.RequestHandlerClass = _handler(recording.requests, say)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return recording

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Recording]]:
    """Return a function that starts recording servers for one test."""
    with recording_servers() as start:
        yield start


@pytest.fixture(scope="module")
def serve_all() -> Iterator[Callable[..., Recording]]:
    """Return the same for all tests of a file: what is recorded once, and read by several."""
    with recording_servers() as start:
        yield start


def as_json(status: int, document: object, **headers: str) -> Reply:
    """Return a JSON reply."""
    return status, {"Content-Type": "application/json", **headers}, json.dumps(document).encode()


@pytest.fixture(scope="session")
def small_server() -> Iterator[dict[str, Any]]:
    """Start the small example server; give the line it prints."""
    command = [sys.executable, str(ROOT / "examples/small_server/serve.py"), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="session")
def small_target(small_server: dict[str, Any]) -> Target:
    """Return the small server as a target with states."""
    first = small_server["clients"][0]
    client = Client("primary", first["client_id"], first["client_secret"], first["organization_id"])
    states = States(small_server["states_url"], small_server["states_token"])
    return Target(
        small_server["url"], small_server["oauth2_endpoint"], {"primary": client}, "strict", states=states,
        limits=Limits(timeout=5.0),
    )  # fmt: skip
