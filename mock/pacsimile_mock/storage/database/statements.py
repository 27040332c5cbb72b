"""Statements of SQL, spelled for both drivers when a module is imported."""

from __future__ import annotations

from typing import NamedTuple


class Statement(str):
    """A statement with `?` for values, which sqlite3 takes as it is (PEP 249: qmark); psycopg takes `%s` (format).

    Args:
        text: The statement.
        locks: Whether it holds the rows that it reads until the transaction ends; SQLite's writers hold the whole file.
        postgresql: How PostgreSQL has it, where that differs in more than the marks.
    """

    format_style: str

    def __new__(cls, text: str, *, locks: bool = False, postgresql: str | None = None) -> Statement:
        """Spell it."""
        statement = super().__new__(cls, text)
        spelled = (postgresql or text).replace("%", "%%").replace("?", "%s")
        statement.format_style = f"{spelled} FOR UPDATE" if locks else spelled
        return statement


class Bulk(NamedTuple):
    """How many new rows come into a table."""

    insert: Statement
    copy: str
    """PostgreSQL's own way, for many."""

    @classmethod
    def of(cls, table: str, columns: str) -> Bulk:
        """Make it of the names of a table and its columns, as SQL has them."""
        marks = ", ".join("?" for _ in columns.split(","))
        insert = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - our own names
        return cls(Statement(insert), f"COPY {table} ({columns}) FROM STDIN")
