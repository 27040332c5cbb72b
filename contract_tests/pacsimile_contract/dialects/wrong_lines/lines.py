"""A dialect with the lines of its file, and what is noted about one of them."""

from __future__ import annotations

from dataclasses import dataclass

from pacsimile_contract.dialects.file_lines import line_of_key
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.given_documents import compose

_OWN_PLACES = {"Problem": ("errors",), "AcknowledgementRequest": ("acknowledgement", "body")}
"""Tables that are not under `fields`."""


@dataclass(frozen=True, slots=True)
class Note:
    """A line that is wrong: its number (None: the file has no such line), what it is about, its value, and why."""

    line: int | None
    what: str
    value: str
    why: str

    def words(self, file: str) -> str:
        """Return the note as a line of a report, where the file is named so."""
        return f"{file if self.line is None else f'{file}:{self.line}'}: {self.what}: {self.value}: {self.why}"


class DialectFile:
    """A dialect and the lines of its file."""

    def __init__(self, dialect: Dialect, text: str) -> None:
        self.dialect = dialect
        self._root = compose(text)

    def line(self, *place: str) -> int | None:
        """Return the line of a key by the names that lead to it; None if the file does not have it."""
        return line_of_key(self._root, place)

    def line_of_field(self, table: str, member: str) -> int | None:
        """Return the line that says where a fact stands."""
        return self.line(*_OWN_PLACES.get(table, ("fields", table)), member)

    @staticmethod
    def name_of_field(table: str, member: str) -> str:
        """Return the place of a fact as it stands in the file, such as `fields.OrderStatus.status`."""
        return ".".join((*_OWN_PLACES.get(table, ("fields", table)), member))

    def line_of_path(self, operation: str, index: int) -> int | None:
        """Return the line of one of an operation's paths, counted from 0."""
        members = (self._root.members if self._root is not None else None) or []
        paths = next((value.members for key, value in members if key.text == "paths"), None) or []
        node = next((value for key, value in paths if key.text == operation), None)
        if node is None or node.items is None:
            return None if node is None else node.line
        return node.items[index].line
