"""Reads YAML as plain strings that know where they stand: a date, `NO` or `0123` stays what was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.seed.model import ScenarioError
from pacsimile_spec import durations, given_documents
from pacsimile_spec.durations import DurationError
from pacsimile_spec.given_documents import DocumentError
from pacsimile_spec.suggestions import did_you_mean

INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})")
DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
DEEPEST = 4
MOST_MEMBERS = 20
MOST_VALUES = 2_000_000
"""Values of one scenario, which may list many orders."""


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a scenario's file."""

    file: str
    node: given_documents.Node

    def wrong(self, expected: str) -> ScenarioError:
        """Say that something else was expected here."""
        return ScenarioError(f"{self.file}:{self.node.line}:{self.node.column}: expected {expected}")

    def mapping(self, known: Iterable[str], required: Iterable[str] = ()) -> dict[str, Node]:
        """Read a mapping whose keys are all known."""
        if self.node.members is None:
            raise self.wrong(f"a mapping with {', '.join(known)}")
        nodes: dict[str, Node] = {}
        for key, value in self.node.members:
            name = Node(self.file, key).text()
            if name not in known:
                meant = did_you_mean(name, known)
                raise Node(self.file, key).wrong(f"one of {', '.join(known)}; {name!r} is not known here{meant}")
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

    def some(self) -> Iterator[Node]:
        """Read a list that is not empty."""
        if self.node.items == []:
            raise self.wrong("a list with at least one entry")
        return self.sequence()

    def text(self) -> str:
        """Read a word, as it was written."""
        if self.node.text is None:
            raise self.wrong("a word")
        return self.node.text

    def quoted(self) -> str:
        """The word as an error shows it, in quotes unless the file has `true`, `null` or a number there."""
        return self.text() if self.node.literal else repr(self.text())

    def matching(self, expected: str, fits: Callable[[str], object]) -> str:
        """Read a word of a certain form."""
        value = self.text()
        if not fits(value):
            raise self.wrong(f"{expected}, not {self.quoted()}")
        return value

    def not_in(self, taken: Container[str], value: str) -> str:
        """Give the word, which must be none of those taken."""
        if value in taken:
            raise self.wrong(f"another id: {value!r} is given twice")
        return value

    def one_of(self, allowed: Iterable[str]) -> str:
        """Read one of a few words."""
        value = self.text()
        if value not in tuple(allowed):
            raise self.wrong(f"one of {', '.join(allowed)}, not {self.quoted()}{did_you_mean(value, allowed)}")
        return value

    def whole_number(self, low: int, high: int) -> int:
        """Read a whole number."""
        value = self.matching(f"a whole number from {low} to {high}", lambda text: re.fullmatch("[0-9]{1,19}", text))
        if not low <= int(value) <= high:
            raise self.wrong(f"a whole number from {low} to {high}, not {value}")
        return int(value)

    def duration(self) -> Instant:
        """Read a duration, as microseconds."""
        try:
            return round(durations.seconds(self.text()) * SECOND)
        except DurationError as error:
            raise self.wrong(f"{error.expected}, not {error.given}") from None

    def counts_calls(self) -> bool:
        """Whether this is a number of status calls, such as 3 polls, rather than a duration."""
        return durations.polls(self.text()) is not None

    def calls(self) -> int:
        """Read a number of status calls, such as 3 polls."""
        count = durations.polls(self.text())
        if count is None:
            raise self.wrong(f"a number of status calls such as 3 polls, as finishes has it, not {self.quoted()}")
        return count

    def plain(self, deepest: int = DEEPEST) -> Any:
        """Read what stands here as JSON has it: mappings, numbers, true and false, null, words."""
        members, text = self.node.members, self.node.text
        if members is not None and deepest and len(members) <= MOST_MEMBERS:
            return {key.text: Node(self.file, value).plain(deepest - 1) for key, value in members}
        if text is None:
            raise self.wrong("a word, a number, or a small mapping of these")
        if self.node.quoted or text.lower() not in WORDS:
            return text if self.node.quoted else _number(text)
        return WORDS[text.lower()]

    def at(self, path: Iterable[str]) -> Node:
        """The place that a path of keys leads to, as far as it goes."""
        place = self.node
        for name in path:
            place = next((value for key, value in place.members or () if key.text == name), place)
        return Node(self.file, place)


def _number(text: str) -> int | float | str:
    """A number where it is one; else the word."""
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text


def compose(file: str, text: str) -> Node:
    """Parse a YAML document, or say where it is broken."""
    try:
        root = given_documents.compose(text, MOST_VALUES)
    except DocumentError as error:
        raise ScenarioError(f"{file}:{error.line}:{error.column}: {error}") from None
    if root is None:
        raise ScenarioError(f"{file}:1:1: expected a mapping with organizations and orders; the file is empty")
    return Node(file, root)
