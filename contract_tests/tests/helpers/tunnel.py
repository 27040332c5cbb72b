"""A tiny proxy that opens tunnels (RFC 9110 §9.3.6) and keeps what it was asked for."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Tunnel:
    """The proxy's address, and the first line of each connection."""

    url: str
    refuses: bool = False
    lines: list[str] = field(default_factory=list)
    bytes_seen: list[bytes] = field(default_factory=list)


def _splice(source: socket.socket, sink: socket.socket, seen: list[bytes]) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            seen.append(piece)
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _handle(connection: socket.socket, tunnel: Tunnel) -> None:
    with connection, contextlib.suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        tunnel.lines.append(head.decode("latin-1").partition("\r\n")[0])
        tunnel.bytes_seen.append(head)
        if tunnel.refuses:
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        host, _, port = tunnel.lines[-1].split(" ")[1].rpartition(":")
        with socket.create_connection((host, int(port)), 10) as beyond:
            connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=_splice, args=(beyond, connection, tunnel.bytes_seen), daemon=True)
            back.start()
            _splice(connection, beyond, tunnel.bytes_seen)
            back.join(10)


@contextmanager
def tunnelling(*, refuses: bool = False) -> Iterator[Tunnel]:
    """Serve as a proxy."""
    listening = socket.create_server(("127.0.0.1", 0))
    tunnel = Tunnel(f"http://127.0.0.1:{listening.getsockname()[1]}", refuses)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=_handle, args=(listening.accept()[0], tunnel), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield tunnel
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)
