"""Connections that are kept for the next request to a host, and which of them a request takes."""

import http.client
import select
import socket
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_REMEMBERED = 5_000
"""URLs of which the last connection is remembered."""


@dataclass(eq=False)
class Connection:
    """A connection to a host, and whether an answer came on it."""

    http: http.client.HTTPConnection
    used: bool = False

    def alive(self) -> bool:
        """Whether the server has neither closed an idle connection nor sent what nobody asked for."""
        return self.http.sock is not None and not _has_news(self.http.sock)


def _has_news(sock: socket.socket) -> bool:
    """Whether something can be read, the end included; by poll where there is one, which takes any number of files."""
    if not hasattr(select, "poll"):
        return bool(select.select([sock], [], [], 0)[0])
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


class Connections:
    """Up to `most_idle` connections for each host that nobody uses at the moment."""

    def __init__(self, most_idle: int) -> None:
        self._most_idle = most_idle
        self._idle: dict[str, list[Connection]] = {}
        self._last: dict[str, Connection] = {}
        """By URL, the connection on which it was asked for last."""
        self._lock = threading.Lock()

    def take(self, url: str, *, again: bool) -> Connection | None:
        """Return an idle connection that is open, or None: the one that was used last.

        With `again` it is the one on which the same URL was asked for last, if that is idle and open.
        """
        while True:
            with self._lock:
                idle, last = self._idle.get(_place(url), []), self._last.get(url)
                if not idle:
                    return None
                connection = idle.pop(idle.index(last) if again and last in idle else -1)
            if connection.alive():
                return connection
            connection.http.close()

    def keep(self, connection: Connection, url: str) -> None:
        """Keep it for the next request. Close the oldest if there are too many: a call that changes data opens one."""
        with self._lock:
            self._last.pop(url, None)
            self._last[url] = connection
            if len(self._last) > MOST_REMEMBERED:
                del self._last[next(iter(self._last))]
            idle = self._idle.setdefault(_place(url), [])
            idle.append(connection)
            surplus = idle.pop(0) if len(idle) > self._most_idle else None
        if surplus is not None:
            surplus.http.close()

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            kept = [connection for many in self._idle.values() for connection in many]
            self._idle.clear()
            self._last.clear()
        for connection in kept:
            connection.http.close()


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
