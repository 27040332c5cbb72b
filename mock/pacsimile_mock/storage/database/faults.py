# ruff: noqa: S608 - the statements are put together of our own words
"""The faults of a world in a database: what is set raises the generation, what is counted does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from pacsimile_mock.clock import Instant
from pacsimile_mock.faults.store import SavedFault
from pacsimile_mock.storage.database.engine import Engine
from pacsimile_mock.storage.database.statements import Statement

COLUMNS = "number, content, set_at, matched, met"
OF_ALL = Statement(f"SELECT world, {COLUMNS} FROM faults ORDER BY number")
OF_WORLD = Statement(f"SELECT {COLUMNS} FROM faults WHERE world = ? ORDER BY number")
ADD = Statement(f"INSERT INTO faults (world, {COLUMNS}) VALUES (?, ?, ?, ?, 0, 0)")
REMOVE = Statement("DELETE FROM faults WHERE world = ? AND number = ? RETURNING number")
CLEAR = Statement("DELETE FROM faults WHERE world = ?")
COUNT = Statement("UPDATE faults SET matched = matched + 1 WHERE world = ? AND number = ? RETURNING matched")
TAKE = Statement("UPDATE faults SET met = met + 1 WHERE world = ? AND number = ? AND (? < 0 OR met < ?) RETURNING met")


class SqlFaults:
    """Keeps the faults of one world for all workers; `changed` tells them to look again."""

    def __init__(
        self,
        engine: Engine,
        world: str,
        transaction: Callable[[], AbstractContextManager[object]],
        changed: Callable[[], int],
    ) -> None:
        self.engine = engine
        self.world = world
        self._transaction = transaction
        self._changed = changed

    @staticmethod
    def of_all(engine: Engine) -> dict[str, list[SavedFault]]:
        """The faults of all worlds, by world."""
        faults: dict[str, list[SavedFault]] = defaultdict(list)
        for world, *row in engine.all(OF_ALL):
            faults[world].append(SavedFault(*row))
        return faults

    def add(self, content: str, set_at: Instant) -> SavedFault:
        """Keep a new fault; its number is that of the change, which no other ever has."""
        with self._transaction():
            number = self._changed()
            self.engine.run(ADD, (self.world, number, content, set_at))
        return SavedFault(number, content, set_at)

    def remove(self, number: int) -> bool:
        """Forget a fault; False where there is none."""
        with self._transaction():
            gone = self._one(REMOVE, number) is not None
            if gone:
                self._changed()
        return gone

    def clear(self) -> None:
        """Forget all."""
        with self._transaction():
            self.engine.run(CLEAR, (self.world,))
            self._changed()

    def saved(self) -> Sequence[SavedFault]:
        """All faults, with their counts as they are now."""
        return [SavedFault(*row) for row in self.engine.all(OF_WORLD, (self.world,))]

    def count(self, number: int) -> int:
        """Count a call that fits, and tell which one it is, among those of all workers."""
        counted = self._one(COUNT, number)
        return 0 if counted is None else int(counted[0])

    def take(self, number: int, most: int | None) -> int:
        """Count a call that meets the fault, and tell which one it is; 0 where `most` have, of whichever worker."""
        limit = -1 if most is None else most
        taken = self._one(TAKE, number, limit, limit)
        return 0 if taken is None else int(taken[0])

    def _one(self, statement: Statement, number: int, *values: Any) -> tuple[Any, ...] | None:
        return self.engine.one(statement, (self.world, number, *values))
