"""Reads YAML as strings with their position in the file, so that a date, `NO` or `0123` stays as it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.seed.model import ScenarioError
from pacsimile_spec import durations, given_documents
from pacsimile_spec.durations import DurationError
from pacsimile_spec.given_documents import LONGEST_SHOWN, DocumentError
from pacsimile_spec.suggestions import did_you_mean

INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
DEEPEST = 4
MOST_MEMBERS = 20
MOST_VALUES = 2_000_000
"""The most values of one scenario, which may list many orders."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a scenario's file, with its position. All readers raise ScenarioError for any other value."""

    file: str
    node: given_documents.Node

    def wrong(self, expected: str) -> ScenarioError:
        """Return the error that something else is expected here."""
        return ScenarioError(f"{self.file}:{self.node.line}:{self.node.column}: expected {expected}")

    def mapping(self, known: Iterable[str], required: Iterable[str] = ()) -> dict[str, Node]:
        """Read a mapping; an unknown key, or a required one that is missing, is an error."""
        if self.node.members is None:
            raise self.wrong(f"a mapping with {', '.join(known)}")
        nodes: dict[str, Node] = {}
        for key, value in self.node.members:
            name = Node(self.file, key).text()
            if name not in known:
                hint = did_you_mean(name, known)
                raise Node(self.file, key).wrong(
                    f"one of {', '.join(known)}; {name[:LONGEST_SHOWN]!r} is not known here{hint}"
                )
            nodes[name] = Node(self.file, value)
        for name in required:
            if name not in nodes:
                raise self.wrong(f"a mapping with {name}, which is missing")
        return nodes

    def sequence(self) -> Iterator[Node]:
        """Read a list."""
        if self.node.items is None:
            raise self.wrong("a list")
        return (Node(self.file, item) for item in self.node.items)

    def nonempty_sequence(self) -> Iterator[Node]:
        """Read a list that is not empty."""
        if self.node.items == []:
            raise self.wrong("a list with at least one entry")
        return self.sequence()

    def text(self) -> str:
        """Read a scalar as it is written."""
        if self.node.text is None:
            raise self.wrong("a word")
        return self.node.text

    def quoted(self) -> str:
        """Return the scalar for an error, short: in quotes unless it is `true`, `null` or a number in the file."""
        return self.text() if self.node.literal else repr(self.text()[:LONGEST_SHOWN])

    def matching(self, expected: str, accepts: Callable[[str], object]) -> str:
        """Read a scalar that `accepts` returns a true value for; `expected` describes it in the error."""
        value = self.text()
        if not accepts(value):
            raise self.wrong(f"{expected}, not {self.quoted()}")
        return value

    def not_in(self, taken: Container[str], value: str) -> str:
        """Return the value, which must not be one of those taken."""
        if value in taken:
            raise self.wrong(f"another id: {value!r} is given twice")
        return value

    def one_of(self, allowed: Iterable[str]) -> str:
        """Read one of the allowed words."""
        value = self.text()
        if value not in tuple(allowed):
            raise self.wrong(f"one of {', '.join(allowed)}, not {self.quoted()}{did_you_mean(value, allowed)}")
        return value

    def whole_number(self, low: int, high: int) -> int:
        """Read a whole number from `low` to `high`."""
        value = self.matching(f"a whole number from {low} to {high}", lambda text: re.fullmatch("[0-9]{1,19}", text))
        if not low <= int(value) <= high:
            raise self.wrong(f"a whole number from {low} to {high}, not {value}")
        return int(value)

    def duration(self) -> Instant:
        """Read a duration, and return it in microseconds."""
        try:
            return round(durations.seconds(self.text()) * SECOND)
        except DurationError as error:
            raise self.wrong(f"{error.expected}, not {error.given}") from None

    def counts_calls(self) -> bool:
        """Whether the value is a number of status calls, such as 3 polls, rather than a duration."""
        return durations.polls(self.text()) is not None

    def calls(self) -> int:
        """Read a number of status calls, such as 3 polls."""
        count = durations.polls(self.text())
        if count is None:
            raise self.wrong(f"a number of status calls such as 3 polls, as finishes has it, not {self.quoted()}")
        return count

    def plain(self, deepest: int = DEEPEST) -> Any:
        """Read a value as JSON: a mapping up to `deepest` levels deep, a number, a boolean, null, or a string."""
        members, text = self.node.members, self.node.text
        if members is not None and deepest and len(members) <= MOST_MEMBERS:
            return {key.text: Node(self.file, value).plain(deepest - 1) for key, value in members}
        if text is None:
            raise self.wrong("a word, a number, or a small mapping of these")
        if self.node.quoted or text.lower() not in WORDS:
            return text if self.node.quoted else _number(text)
        return WORDS[text.lower()]

    def at(self, path: Iterable[str]) -> Node:
        """Return the value at a path of keys; a key that does not exist is skipped."""
        node = self.node
        for name in path:
            node = next((value for key, value in node.members or () if key.text == name), node)
        return Node(self.file, node)


def _number(text: str) -> int | float | str:
    """Return the number that the text is; the text itself where it is none."""
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text


def compose(file: str, text: str) -> Node:
    """Parse a YAML document.

    Raises:
        ScenarioError: It is not well-formed, or empty; the message has the line and column.
    """
    try:
        root = given_documents.compose(text, MOST_VALUES)
    except DocumentError as error:
        raise ScenarioError(f"{file}:{error.line}:{error.column}: {error}") from None
    if root is None:
        raise ScenarioError(f"{file}:1:1: expected a mapping with organizations and orders; the file is empty")
    return Node(file, root)
