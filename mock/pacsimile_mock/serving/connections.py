"""Finds the connection with a client, which granian does not give, among the descriptors of this process."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from typing import Any

from pacsimile_mock.faults.capability import descriptors

LINGER_NOT = struct.pack("ii", 1, 0)
"""Closing a socket then drops what was not sent, and sends RST."""

Address = tuple[str, int]


def connections(scope: Any) -> Iterator[socket.socket]:
    """Yield a duplicate of each connection with this client; none where the system lists no descriptors.

    The caller closes it: until then the connection stays, whoever else closes theirs.
    """
    here, there = _address(scope.server), _address(scope.client)
    folder = descriptors()
    for entry in list(folder.iterdir()) if folder else ():
        connection = _duplicate(int(entry.name))
        if connection is not None and _ends(connection) == (here, there):
            yield connection
        elif connection is not None:
            connection.close()


def _duplicate(descriptor: int) -> socket.socket | None:
    """Return a duplicate of a descriptor that is a socket; None for any other."""
    try:
        copy = os.dup(descriptor)
    except OSError:
        return None
    try:
        return socket.socket(fileno=copy)
    except OSError:
        os.close(copy)
        return None


def _ends(connection: socket.socket) -> tuple[Address, Address] | None:
    try:
        here, there = connection.getsockname(), connection.getpeername()
    except OSError:
        return None
    return ((_host(here[0]), here[1]), (_host(there[0]), there[1])) if isinstance(there, tuple) else None


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    return _host(host), int(port or 0)


def _host(text: str) -> str:
    return text.strip("[]").partition("%")[0]  # a link-local address may carry its interface
