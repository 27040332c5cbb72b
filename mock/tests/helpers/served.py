"""The mock as a process of its own, reached over real sockets."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mock.tests.helpers.fork_server import prepared


def _loopbacks() -> list[str]:
    """The loopback addresses of this machine: some have no IPv6."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return ["127.0.0.1"]
    return ["127.0.0.1", "::1"]


LOOPBACKS = _loopbacks()
PATIENCE = 30
"""Seconds after which something hangs."""


@dataclass
class Reply:
    """One answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Served:
    """A mock that runs, what it announced, and where its standard error is written."""

    process: subprocess.Popen[bytes]
    line: dict[str, Any]
    errors: Path
    tokens: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is."""
        return str(self.line["url"])

    @property
    def address(self) -> tuple[str, int]:
        """Its host and port."""
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 0)

    @property
    def organization_id(self) -> str:
        """The first client's organization."""
        return str(self.line["clients"][0]["organization_id"])

    def basic(self, client: int = 0) -> str:
        """HTTP Basic of a client."""
        one = self.line["clients"][client]
        return "Basic " + b64encode(f"{one['client_id']}:{one['client_secret']}".encode()).decode()

    @property
    def token(self) -> str:
        """A token of the first client, which may do everything."""
        if not self.tokens:
            reply = self.call("GET", "/oauth2/token", {"Authorization": self.basic()})
            self.tokens.append(reply.json["access_token"])
        return self.tokens[0]

    def call(
        self,
        method: str,
        target: str,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        host: str | None = None,
    ) -> Reply:
        """Make a call on a connection of its own."""
        connection = http.client.HTTPConnection(host or self.address[0], self.address[1], timeout=PATIENCE)
        try:
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, target: str) -> Reply:
        """GET with the token."""
        return self.call("GET", target, {"Authorization": f"Bearer {self.token}"})

    def listing(self) -> list[str]:
        """The report ids that are listed now."""
        reply = self.get(f"/reports?organizationId={self.organization_id}")
        return [one["report_id"] for one in reply.json["reports"]]

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(self.address, timeout=PATIENCE)

    def raw(self, data: bytes, *, half_close: bool = False) -> bytes:
        """All that comes back for these bytes, until the server closes."""
        with self.connect() as connection:
            try:
                connection.sendall(data)
                if half_close:
                    connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # refused before all was sent: what was answered can be read still
            return read_all(connection)

    def head(self, method: str, target: str, *lines: str | bytes, close: bool = True) -> bytes:
        """A request's head with the token, as bytes."""
        given = [line.encode() if isinstance(line, str) else line for line in lines]
        last = [b"Connection: close"] if close else []
        first = [
            f"{method} {target} HTTP/1.1".encode(),
            b"Host: 127.0.0.1",
            b"Authorization: Bearer %s" % self.token.encode(),
        ]
        return b"\r\n".join([*first, *given, *last, b"", b""])

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it, and tell its exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def read_all(connection: socket.socket) -> bytes:
    """Everything until the other side closes, or resets."""
    received = b""
    try:
        while part := connection.recv(1 << 16):
            received += part
    except ConnectionError:
        pass
    return received


def reset(connection: socket.socket) -> None:
    """Break a connection off, so that the other side gets a reset instead of an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def statuses(received: bytes) -> list[int]:
    """The statuses of the answers in a stream."""
    return [int(found) for found in re.findall(rb"(?:^|(?<=[\n}]))HTTP/1\.[01] (\d{3}) ", received)]


def command(*arguments: str) -> list[str]:
    """The command line of `pacsimile`."""
    return [sys.executable, "-m", "pacsimile", *arguments]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """An environment in which nothing of the user's own `PACSIMILE_…` settings is left."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PACSIMILE_")}
    return {**own, "PACSIMILE_RUNTIME_DIR": str(folder / "runtime"), **more}


@contextmanager
def serving(folder: Path, *arguments: str, forked: bool = True, **more: str) -> Iterator[Served]:
    """Serve on a free port until the block ends; then the process must have ended well, and said nothing on stderr.

    It is forked, which is cheap, unless the test is about the process itself.
    """
    errors = folder / "stderr.txt"
    with errors.open("wb") as stderr:
        process = subprocess.Popen(
            [*(prepared() if forked else command()), "serve", "--port", "0", "--json", *arguments],
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environment(folder, **more),
        )
    with process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first, errors.read_text()
        served = Served(process, json.loads(first), errors)
        try:
            yield served
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
    assert process.returncode == 0
    assert errors.read_text() == ""
