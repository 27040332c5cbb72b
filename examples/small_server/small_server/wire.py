"""HTTP/1.1 on sockets: read a request, write an answer, and refuse what is not HTTP. It knows nothing of orders."""

import contextlib
import json
import re
import socket
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedReader
from typing import Any, NoReturn, cast

from small_server.body import read_body
from small_server.problems import Refusal, problem

ARRIVAL_SECONDS = 10.0
IDLE_SECONDS = 600.0


@dataclass(slots=True)
class Request:
    """One call. `path` and `query` are as sent, still percent-encoded."""

    method: str
    path: str
    query: str
    headers: Message
    body: bytes
    request_id: str

    def header(self, name: str) -> str | None:
        """Return the header's value. Repeated headers are joined with a comma (RFC 9110 section 5.3)."""
        values = self.headers.get_all(name)
        return ", ".join(values) if values else None


@dataclass(slots=True)
class Response:
    """One answer. The headers that every answer has are added when it is written."""

    body: bytes
    media_type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def json_response(
    value: Any, status: int = 200, media_type: str = "application/json", headers: Mapping[str, str] | None = None
) -> Response:
    """Return an answer in JSON. `<` is escaped, so that nothing in it is ever read as HTML (SEC-5)."""
    text = json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
    return Response(text.encode("ascii"), media_type, status, headers or {})


def refusal_response(refusal: Refusal, request_id: str) -> Response:
    """Return a refusal as an answer. A problem's `instance` names this occurrence, never the requested address."""
    members = refusal.members
    if refusal.media_type == "application/problem+json":
        members = {"instance": f"urn:uuid:{request_id}", **members}
    return json_response(members, refusal.status, refusal.media_type, refusal.headers)


class Server(ThreadingHTTPServer):
    """A thread for each connection. `answer` turns a request into a response. `now` is the time of `Date` in ms."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, answer: Callable[[Request], Response], now: Callable[[], int]) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.answer = answer
        self.now = now

    def server_bind(self) -> None:
        """Bind without looking up our own name in the DNS, which the base class does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a connection that its client broke. Report any other error in one line."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            print(f"small server: a connection ended with {type(error).__name__}", file=sys.stderr)


class Handler(BaseHTTPRequestHandler):
    """Serves one connection, request after request."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS

    def handle_one_request(self) -> None:
        """Read a request, answer it, and keep the connection unless one side wants it closed."""
        self.command, self.requestline, self.request_version = "", "", self.protocol_version
        self.close_connection = True
        try:
            self._await_request()
            self.raw_requestline = self.rfile.readline(65537)
            if self.raw_requestline in (b"\r\n", b"\n"):
                self.raw_requestline = self.rfile.readline(65537)
            if self.raw_requestline:
                self._serve(str(uuid.uuid4()))
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _await_request(self) -> None:
        """Wait. A connection may be idle for long, but a request that has begun must arrive in time."""
        self.connection.settimeout(IDLE_SECONDS)
        cast(BufferedReader, self.rfile).peek(1)
        self.connection.settimeout(ARRIVAL_SECONDS)

    def _serve(self, request_id: str) -> None:
        try:
            self._parse()
            body = read_body(self.headers, self.rfile, self.wfile)
        except Refusal as refusal:
            self.close_connection = True
            self._write(refusal_response(refusal, request_id), request_id)
            self._linger()
            return
        path, _, query = self._target().partition("?")
        request = Request(self.command, path, query, self.headers, body, request_id)
        self._write(self.server.answer(request), request_id)

    def _parse(self) -> None:
        if len(self.raw_requestline) > 65536:
            self.send_error(414)
        if not re.fullmatch(rb"[!-~]+ [!-~]+ HTTP/[0-9]\.[0-9]\r?\n", self.raw_requestline):
            self.send_error(400)
        self.parse_request()
        if self.headers.defects or self.headers.get_payload():
            self.send_error(400)
        if self.request_version != "HTTP/1.0" and len(self.headers.get_all("Host", [])) != 1:
            self.send_error(400)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> NoReturn:
        """Refuse what is not a valid HTTP request. The base class calls this too."""
        raise problem(code, "not-http", "The request is not one that HTTP/1.1 allows here.")

    def handle_expect_100(self) -> bool:
        """Send nothing yet. `100 Continue` is sent when the body's length is known to be acceptable."""
        return True

    def _target(self) -> str:
        target = str(self.raw_requestline, "iso-8859-1").split()[1]
        return re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?]*", "", target)

    def _write(self, response: Response, request_id: str) -> None:
        """Send head and body together. Two sends would meet Nagle's algorithm and the peer's delayed ACK."""
        headers = {
            "Date": formatdate(self.server.now() / 1000, usegmt=True),
            "Content-Type": response.media_type,
            "Content-Length": str(len(response.body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Request-Id": request_id,
            **response.headers,
        }
        if self.close_connection:
            headers["Connection"] = "close"
        lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        body = b"" if self.command == "HEAD" else response.body
        self.connection.settimeout(IDLE_SECONDS)
        self.connection.sendall("\r\n".join([*lines, "\r\n"]).encode("ascii") + body)

    def _linger(self) -> None:
        """Read for a moment what still arrives. Closing at once would reset the answer on its way."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(0.5)
            end = time.monotonic() + 3
            while time.monotonic() < end and self.connection.recv(65536):
                pass
