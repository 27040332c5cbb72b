"""Connections to PostgreSQL: psycopg_pool's, and a refusal at once where the server cannot be reached.

The pool connects in threads of its own, logs what went wrong there, and lets callers wait until their time is over. A
caller here is told the reason, and does not wait for a server that has just refused another.
"""

from __future__ import annotations

import logging
import select
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, cast

from psycopg import Connection, Error
from psycopg_pool import ConnectionPool, PoolTimeout

from pacsimile_mock.database_errors import Unavailable

WAIT = 10.0
"""Seconds that a caller waits for a connection where all are in use."""
PAUSE = 0.5
"""Seconds for which a server that could not be reached is not asked again: callers are refused, not held up."""
TICK = 0.05
"""Seconds after which a caller who waits looks whether there is still something to wait for."""

logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # outages are told of where they meet a call


class Connections:
    """Hands out connections, at most so many at once, and keeps those that are given back."""

    def __init__(self, connect: Callable[[], Connection[Any]], most: int) -> None:
        self._connect = connect
        self._most = most
        self._pool: ConnectionPool[Connection[Any]] | None = None
        self._lock = Lock()
        self._failed_at = float("-inf")
        self._reason = ""

    def connect(self, conninfo: str = "", **options: Any) -> Connection[Any]:
        """Connect, when the pool asks for it, and keep the reason where that fails."""
        del conninfo, options
        try:
            return self._connect()
        except Error as error:
            self._reason = " ".join(str(error).split())
            self._failed_at = time.monotonic()
            raise

    def take(self) -> Connection[Any]:
        """Take a connection that leads somewhere.

        Raises:
            Unavailable: The server cannot be reached, or all connections have been in use for WAIT.
        """
        pool = self._opened()
        began = time.monotonic()
        while self._failed_at < began - PAUSE or pool.get_stats()["pool_available"]:
            try:
                connection = pool.getconn(TICK)
            except PoolTimeout:
                if time.monotonic() > began + WAIT:
                    raise Unavailable("all connections to it are in use") from None
                continue
            if _is_usable(connection):
                return connection
            self.discard(connection)
        raise Unavailable(self._reason)

    def give_back(self, connection: Connection[Any]) -> None:
        """Keep a connection for the next caller."""
        pool = self._pool
        if pool is None:
            connection.close()
            return
        try:
            pool.putconn(connection)
        except ValueError:  # it is of a pool that was closed meanwhile
            connection.close()

    def discard(self, connection: Connection[Any]) -> None:
        """Close a connection; the pool opens another in its place."""
        connection.close()
        self.give_back(connection)

    def close(self) -> None:
        """Close what is kept; whoever takes a connection after that opens a pool anew."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _opened(self) -> ConnectionPool[Connection[Any]]:
        with self._lock:
            if self._pool is None:
                self._pool = ConnectionPool(
                    connection_class=cast(Any, self),  # only its `connect` is asked for
                    min_size=0,
                    max_size=self._most,
                    reconnect_timeout=0,  # whoever needs a connection asks for it again
                    num_workers=1,
                    open=True,
                )
            return self._pool


def _is_usable(connection: Connection[Any]) -> bool:
    """An idle connection has nothing to read, unless the server has said goodbye."""
    return not connection.closed and not _is_readable(connection.fileno())


def _is_readable(descriptor: int) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()  # takes descriptors above 1,023 too
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
