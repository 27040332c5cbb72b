"""The statement as a document free of any format: a title block, and sections with a table each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["text", "code", "verdict"]
"""What the cells of a column hold: words, what is typed or sent letter by letter, or a verdict."""
Tone = Literal["good", "bad", "open"]
"""Whether a notice is good news, bad news, or says that something is not known."""

Row = tuple[str, ...]
"""A cell a column, in the table's order. Cells are plain text, which may be a service's: writers escape it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `share` is its part of the width of a page, beside the shares of the others."""

    title: str
    share: int
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a heading. They are in the order of the contract or of the alphabet, the same in each run."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section: a paragraph, then a table that has rows, then a command to type."""

    title: str
    words: str
    table: Table | None = None
    command: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A line at the top, which nobody overlooks."""

    tone: Tone
    words: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A conformance statement.

    Attributes:
        service: What it is about.
        judged_at: When the run ended.
        notices: How the run ended, the most important first.
        summary: What a reader wants to know first: name and value.
        sections: The sections, in their order.
    """

    service: str
    judged_at: datetime
    notices: tuple[Notice, ...]
    summary: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
