"""A gateway before a server: it hands requests on as they came, and answers in its own way."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from typing import BinaryIO

PATIENCE = 0.3
"""Seconds that the head of a request may take to arrive before it is handed on as it is."""


@dataclass
class Asked:
    """A request's head."""

    method: str = ""
    target: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    """By names in lower case."""
    size: int = 0
    """Bytes of the head."""


@dataclass
class Reply:
    """An answer."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return a header's value."""
        return next((value for other, value in self.headers if other.lower() == name.lower()), None)

    def without(self, *names: str) -> None:
        """Leave headers out."""
        left_out = {name.lower() for name in names}
        self.headers = [header for header in self.headers if header[0].lower() not in left_out]


class Gateway:
    """Takes connections for a server on another port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.own_port = self.listener.getsockname()[1]

    def serve(self) -> None:
        """Serve until the process ends."""
        while True:
            client, _ = self.listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Connection(self, client).run, daemon=True).start()

    def refusal(self, asked: Asked) -> bytes | None:
        """Return the whole answer to a request that the gateway refuses itself; b"" closes the connection."""
        del asked

    def forwarded(self, head: bytes) -> bytes:
        """Return the head of a request as the server gets it."""
        return head

    def send(self, client: socket.socket, reply: Reply, asked: Asked) -> bool:
        """Send an answer; return whether the connection stays."""
        client.sendall(written(reply))
        return (reply.header("Connection") or "").lower() != "close"


def written(reply: Reply, version: str = "1.1", body: bytes | None = None) -> bytes:
    """Write an answer."""
    lines = [f"HTTP/{version} {reply.status} {reply.reason}", *(f"{name}: {value}" for name, value in reply.headers)]
    return "\r\n".join([*lines, "\r\n"]).encode("latin-1") + (reply.body if body is None else body)


def head_of(data: bytes) -> Asked:
    """Read the head of a request, as far as it can be read."""
    text = data.decode("latin-1")
    first, *rest = text.split("\r\n")
    method, _, target = first.partition(" ")
    pairs = [line.partition(":") for line in rest if ":" in line]
    return Asked(
        method, target.rpartition(" ")[0], {name.lower(): value.strip() for name, _, value in pairs}, len(data)
    )


class Connection:
    """One client's connection and the one to the server behind."""

    def __init__(self, gateway: Gateway, client: socket.socket) -> None:
        self.gateway = gateway
        self.client = client
        self.server = socket.create_connection(("127.0.0.1", gateway.port))
        self.server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.asked = Asked()
        self.in_head = True
        self.left = 0

    def run(self) -> None:
        """Hand requests on, while another thread hands answers back."""
        answers = threading.Thread(target=self._answers, daemon=True)
        answers.start()
        with contextlib.suppress(OSError):
            self._requests()
        answers.join(30)
        for end in (self.client, self.server):
            with contextlib.suppress(OSError):
                end.close()

    def _requests(self) -> None:
        head = b""
        while True:
            if self.in_head and head:
                self.client.settimeout(PATIENCE)
            try:
                data = self.client.recv(65536)
            except TimeoutError:
                self.server.sendall(head)
                head, self.in_head, self.asked = b"", False, head_of(head)
                self.client.settimeout(None)
                continue
            self.client.settimeout(None)
            if not data:
                self.server.sendall(head)
                self.server.shutdown(socket.SHUT_WR)
                return
            if not self.in_head:
                self.server.sendall(data)
                continue
            head += data
            end = head.find(b"\r\n\r\n")
            if end < 0 and len(head) < 300_000:
                continue
            body = head[end + 4 :] if end >= 0 else b""
            head = head[: end + 4] if end >= 0 else head
            self.asked = head_of(head)
            refused = self.gateway.refusal(self.asked)
            if refused is not None:
                self.client.sendall(refused)
                self.client.shutdown(socket.SHUT_WR)
                self.server.shutdown(socket.SHUT_RDWR)
                self.client.settimeout(1)
                with contextlib.suppress(OSError):
                    while self.client.recv(65536):
                        pass
                return
            self.in_head = False
            self.server.sendall(self.gateway.forwarded(head) + body)
            head = b""

    def _answers(self) -> None:
        with contextlib.suppress(OSError, ValueError), self.server.makefile("rb") as source:
            while True:
                reply = self._reply(source)
                if reply is None:
                    break
                if reply.status < 200:
                    self.client.sendall(written(reply))
                    continue
                asked, self.in_head = self.asked, True
                if not self.gateway.send(self.client, reply, asked):
                    break
        with contextlib.suppress(OSError):
            self.client.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)

    def _reply(self, source: BinaryIO) -> Reply | None:
        first = source.readline()
        if not first:
            return None
        _, status, *reason = first.decode("latin-1").strip().split(" ", 2)
        headers = []
        while line := source.readline().decode("latin-1").rstrip("\r\n"):
            name, _, value = line.partition(":")
            headers.append((name, value.strip()))
        reply = Reply(int(status), reason[0] if reason else "", headers, b"")
        if self.asked.method == "HEAD" or reply.status < 200 or reply.status in (204, 304):
            return reply
        if "chunked" in (reply.header("Transfer-Encoding") or ""):
            reply.body = _chunks(source)
            reply.without("Transfer-Encoding")
            reply.headers.append(("Content-Length", str(len(reply.body))))
        elif reply.header("Content-Length") is not None:
            reply.body = source.read(int(reply.header("Content-Length") or 0))
        else:
            reply.body = source.read()
        return reply


def _chunks(source: BinaryIO) -> bytes:
    body = b""
    while size := int(source.readline().partition(b";")[0], 16):
        body += source.read(size)
        source.readline()
    while source.readline() not in (b"\r\n", b""):
        pass
    return body
