"""A database in the few words that the stores need: statements with `?`, and transactions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from queue import Empty, SimpleQueue
from typing import Any

from pacsimile_mock.database.errors import Unavailable

Row = tuple[Any, ...]
KEPT_CONNECTIONS = 8


class Engine(ABC):
    """Opens connections to one database, keeps some, and hands them out."""

    errors: tuple[type[Exception], ...]
    """What the driver raises where the database does not answer."""

    def __init__(self) -> None:
        self._idle: SimpleQueue[Any] = SimpleQueue()
        self._current: ContextVar[Any] = ContextVar("connection", default=None)

    @abstractmethod
    def connect(self) -> Any:
        """Open a connection that commits each statement by itself."""

    @abstractmethod
    def begin(self, connection: Any) -> None:
        """Begin a transaction that may write."""

    @abstractmethod
    def tables(self) -> set[str]:
        """Name the tables that there are."""

    def spelled(self, statement: str) -> str:
        """Spell a statement with `?` as the driver has it."""
        return statement

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the statements inside take effect together, or not at all; inside another one, join it."""
        if self._current.get() is not None:
            yield
            return
        with self._connection() as connection:
            self.begin(connection)
            token = self._current.set(connection)
            try:
                yield
            except BaseException:
                self._roll_back(connection)
                raise
            finally:
                self._current.reset(token)
            connection.execute("COMMIT")

    def _roll_back(self, connection: Any) -> None:
        with suppress(*self.errors):  # a connection that broke has rolled back already
            connection.execute("ROLLBACK")

    def all(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run a statement, and give its rows."""
        with self._connection() as connection:
            cursor = connection.execute(self.spelled(statement), values)
            return list(cursor.fetchall()) if cursor.description else []

    def one(self, statement: str, values: Sequence[Any] = ()) -> Row | None:
        """Run a statement, and give its first row."""
        rows = self.all(statement, values)
        return rows[0] if rows else None

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run a statement."""
        self.all(statement, values)

    def run_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of values."""
        with self._connection() as connection:
            connection.cursor().executemany(self.spelled(statement), rows)

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        joined = self._current.get()
        if joined is not None:
            yield joined
            return
        try:
            connection = self._taken()
        except self.errors as error:
            raise _unavailable(error) from error
        try:
            yield connection
        except self.errors as error:
            with suppress(*self.errors):
                connection.close()
            raise _unavailable(error) from error
        except BaseException:
            self._give_back(connection)
            raise
        else:
            self._give_back(connection)

    def _taken(self) -> Any:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self.connect()

    def _give_back(self, connection: Any) -> None:
        if self._idle.qsize() < KEPT_CONNECTIONS:
            self._idle.put(connection)
        else:
            connection.close()


def _unavailable(error: Exception) -> Unavailable:
    return Unavailable(" ".join(str(error).split()))
