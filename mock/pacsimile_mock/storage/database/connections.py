"""Pools connections to PostgreSQL, and refuses callers at once while the server cannot be reached.

The pool of psycopg connects in its own threads, logs failures there, and lets callers wait for the whole timeout. Here
a caller gets the reason of the failure, and does not wait for a server that has just refused another caller.
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
"""Seconds that a caller waits for a connection while all are in use."""
PAUSE = 0.5
"""Seconds after a failed attempt during which callers are refused without another attempt."""
TICK = 0.05
"""Seconds after which a waiting caller checks whether it still makes sense to wait."""

logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # outages are logged by the call that they affect


class Connections:
    """Hands out up to `most` connections at once, and keeps those that are given back."""

    def __init__(self, connect: Callable[[], Connection[Any]], most: int) -> None:
        self._connect = connect
        self._most = most
        self._pool: ConnectionPool[Connection[Any]] | None = None
        self._lock = Lock()
        self._failed_at = float("-inf")
        self._reason = ""

    def connect(self, conninfo: str = "", **options: Any) -> Connection[Any]:
        """Open a connection for the pool, and record the reason of a failure."""
        del conninfo, options
        try:
            return self._connect()
        except Error as error:
            self._reason = " ".join(str(error).split())
            self._failed_at = time.monotonic()
            raise

    def take(self) -> Connection[Any]:
        """Take a connection that works.

        Raises:
            Unavailable: The server cannot be reached, or all connections have been in use for `WAIT` seconds.
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
        except ValueError:  # it belongs to a pool that was closed meanwhile
            connection.close()

    def discard(self, connection: Connection[Any]) -> None:
        """Close a connection; the pool opens another in its place."""
        connection.close()
        self.give_back(connection)

    def close(self) -> None:
        """Close the pool; the next `take` opens a new one."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _opened(self) -> ConnectionPool[Connection[Any]]:
        with self._lock:
            if self._pool is None:
                self._pool = ConnectionPool(
                    connection_class=cast(Any, self),  # the pool uses only its `connect`
                    min_size=0,
                    max_size=self._most,
                    reconnect_timeout=0,  # the next caller that needs a connection tries again
                    num_workers=1,
                    open=True,
                )
            return self._pool


def _is_usable(connection: Connection[Any]) -> bool:
    """Whether a connection is open: an idle one has nothing to read, unless the server has closed it."""
    return not connection.closed and not _is_readable(connection.fileno())


def _is_readable(descriptor: int) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()  # takes descriptors above 1,023 too
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
