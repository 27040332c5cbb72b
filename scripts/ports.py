"""Ports for programs that cannot choose one themselves."""

import socket


def free_port(*addresses: str) -> int:
    """Return a port that is free now on each of these addresses; without one, on 127.0.0.1."""
    while True:
        listeners: list[socket.socket] = []
        port = 0
        try:
            for address in addresses or ("127.0.0.1",):
                listeners.append(socket.create_server((address, port)))
                port = listeners[0].getsockname()[1]
        except OSError:
            continue
        finally:
            for listener in listeners:
                listener.close()
        return port
