# ruff: noqa: S608 - the statements consist of constants of this module
"""Stores the faults of a world in a database; a change of faults raises the generation, a count does not."""

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
MATCH = Statement("UPDATE faults SET matched = matched + 1 WHERE world = ? AND number = ? RETURNING matched")
TRIGGER = Statement(
    "UPDATE faults SET met = met + 1 WHERE world = ? AND number = ? AND (? < 0 OR met < ?) RETURNING met"
)


class SqlFaults:
    """Stores the faults of one world for all workers; `changed` raises the generation, so that they read again."""

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
        """Return the faults of all worlds, by world."""
        faults: dict[str, list[SavedFault]] = defaultdict(list)
        for world, *row in engine.all(OF_ALL):
            faults[world].append(SavedFault(*row))
        return faults

    def add(self, content: str, set_at: Instant) -> SavedFault:
        """Store a new fault; its number is the new generation, which is unique."""
        with self._transaction():
            number = self._changed()
            self.engine.run(ADD, (self.world, number, content, set_at))
        return SavedFault(number, content, set_at)

    def remove(self, number: int) -> bool:
        """Remove a fault; return False where there is none."""
        with self._transaction():
            removed = self._first(REMOVE, number) is not None
            if removed:
                self._changed()
        return removed

    def clear(self) -> None:
        """Remove all faults."""
        with self._transaction():
            self.engine.run(CLEAR, (self.world,))
            self._changed()

    def saved(self) -> Sequence[SavedFault]:
        """Return all faults with their current counts."""
        return [SavedFault(*row) for row in self.engine.all(OF_WORLD, (self.world,))]

    def count_match(self, number: int) -> int:
        """Count a call of any worker that matches the fault, and return the new count."""
        row = self._first(MATCH, number)
        return 0 if row is None else int(row[0])

    def count_trigger(self, number: int, most: int | None) -> int:
        """Count a call of any worker that triggers the fault, and return the new count; 0 beyond `most`."""
        limit = -1 if most is None else most
        row = self._first(TRIGGER, number, limit, limit)
        return 0 if row is None else int(row[0])

    def _first(self, statement: Statement, number: int, *values: Any) -> tuple[Any, ...] | None:
        return self.engine.first(statement, (self.world, number, *values))
