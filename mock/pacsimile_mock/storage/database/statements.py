"""Defines SQL statements in the parameter styles of both drivers."""

from __future__ import annotations

from typing import NamedTuple


class Statement(str):
    """A statement with `?` for values, the style `qmark` of PEP 249 that sqlite3 takes.

    Args:
        text: The statement.
        locks: Whether it locks the rows that it reads until the transaction ends; in SQLite, writers lock the file.
        postgresql: The statement for PostgreSQL, where more than the parameter style differs.
    """

    format_style: str
    """The statement with `%s` for values, the style `format` that psycopg takes."""

    def __new__(cls, text: str, *, locks: bool = False, postgresql: str | None = None) -> Statement:
        """Make the statement in both styles."""
        statement = super().__new__(cls, text)
        format_style = (postgresql or text).replace("%", "%%").replace("?", "%s")
        statement.format_style = f"{format_style} FOR UPDATE" if locks else format_style
        return statement


class Bulk(NamedTuple):
    """The statements that insert new rows into a table."""

    insert: Statement
    copy: str
    """PostgreSQL's COPY, for many rows."""

    @classmethod
    def of(cls, table: str, columns: str) -> Bulk:
        """Make the statements for a table and its columns, a list of names separated by commas."""
        marks = ", ".join("?" for _ in columns.split(","))
        insert = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - our own names
        return cls(Statement(insert), f"COPY {table} ({columns}) FROM STDIN")
