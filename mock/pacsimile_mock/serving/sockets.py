"""Binds what the server listens on: its real port is known, and a busy one is an error, before anything is printed."""

from __future__ import annotations

import errno
import socket
import sys

BACKLOG = 1024
LOOPBACK = ("127.0.0.1", "localhost", "::1")
TRIES = 20


class CannotListen(Exception):
    """The address cannot be bound; the message says what to do."""


def bind(host: str, port: int) -> list[socket.socket]:
    """Bind `host`; loopback is both 127.0.0.1 and ::1 where there is one. Port 0 lets the system choose."""
    if host not in LOOPBACK:
        return [_bind(_family(host), host, port)]
    for _ in range(TRIES if port == 0 else 1):
        first = _bind(socket.AF_INET, "127.0.0.1", port)
        try:
            return [first, _bind(socket.AF_INET6, "::1", first.getsockname()[1])]
        except CannotListen as error:
            if not isinstance(error.__cause__, OSError) or error.__cause__.errno != errno.EADDRINUSE:
                return [first]  # no ::1 on this machine
            first.close()
            busy = error
    raise busy


def _family(host: str) -> socket.AddressFamily:
    try:
        return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]
    except (OSError, UnicodeError) as error:
        raise CannotListen(f"{host!r} is not an address of this machine: give --host 127.0.0.1 or 0.0.0.0") from error


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise CannotListen(f"{host} cannot be used on this machine: {error.strerror}") from error
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise CannotListen(_advice(error, host, port)) from error
    return listener


def _advice(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is busy: end what listens there, or give another --port (0 finds a free one)"
    if error.errno == errno.EACCES:
        return f"port {port} of {host} needs a privilege: give a --port above 1023"
    return f"cannot listen on {host} port {port}: {error.strerror}; give another --host or --port"
