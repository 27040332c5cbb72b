"""A mock in the test's own process that speaks a dialect."""

from __future__ import annotations

from pathlib import Path

from mock.tests.helpers.in_process import Service
from pacsimile_mock.config import WorldOptions
from pacsimile_spec.dialects import SHIPPED, dialect_text


def speaking(dialect: str, *, scenario: str = "empty", defects: tuple[str, ...] = (), **server: object) -> Service:
    """A mock whose default world speaks a dialect: a shipped one by its name, or the text of a file without a name."""
    text = dialect_text(dialect) if dialect in SHIPPED or Path(dialect).is_file() else f"name: vendor\n{dialect}"
    return Service(WorldOptions(scenario=scenario, pace="manual", dialect=text, defects=defects), **server)
