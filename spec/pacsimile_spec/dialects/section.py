"""A part of a dialect file, with its place in the file. Its methods refuse other values than they expect."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from pacsimile_spec.dialects.pointers import Pointer, parse
from pacsimile_spec.given_documents import LONGEST_SHOWN, DocumentError, Node, shown
from pacsimile_spec.suggestions import did_you_mean

Choice = TypeVar("Choice", bound=str | int)

LONGEST = 200
"""Maximum characters of a text."""
_NUMBER = re.compile(r"[-+]?(\.inf|\.nan|\d[\d_]*\.?\d*([eE][-+]?\d+)?|\.\d+|0[xo][0-9a-f]+)|true|false", re.I)
"""What YAML reads as a number or a boolean."""


@dataclass(frozen=True, slots=True)
class Section:
    """The value at a place, such as `fields.OrderStatus.status`. All methods may raise DocumentError."""

    node: Node
    place: str = ""

    def error(self, problem: str) -> DocumentError:
        """Return an error about this place."""
        return self.node.error(f"{self.place}: {problem}" if self.place else problem)

    @property
    def is_null(self) -> bool:
        """Whether it is null: the service does not have this."""
        return self.node.text in ("null", "~") and not self.node.quoted

    @property
    def shown(self) -> str:
        """The value, short and escaped, for an error message."""
        if self.node.text is None:
            return "a list" if self.node.members is None else "a mapping"
        return self.node.text[:LONGEST_SHOWN] if self.node.literal else json.dumps(self.node.text[:LONGEST_SHOWN])

    def members(self, known: Iterable[str] | None = None) -> dict[str, Section]:
        """Return the members of a mapping by name. All names must be in `known`; None allows any name."""
        names = None if known is None else tuple(known)
        if self.node.members is None:
            example = f", such as {{{names[0]}: ...}}" if names else ""
            raise self.error(f"expected a mapping{example}; got {self.shown}")
        sections = {}
        for key, value in self.node.members:
            name = str(key.text)
            place = f"{self.place}.{shown(name)}" if self.place else shown(name)
            if names is not None and name not in names:
                raise key.error(f"{place}: unknown key; expected one of {', '.join(names)}{did_you_mean(name, names)}")
            if not name or len(name) > LONGEST or not name.isprintable():
                raise key.error(f"{self.place}: expected names of 1 to {LONGEST} printable characters")
            sections[name] = Section(value, place)
        return sections

    def items(self) -> list[Section]:
        """Return the items of a list. A single value counts as a list of one."""
        if self.node.items is None:
            return [self]
        if not self.node.items:
            raise self.error("expected at least one value; got an empty list")
        return [Section(item, self.place) for item in self.node.items]

    def text(self, expected: str, pattern: re.Pattern[str] | None = None) -> str:
        """Return a text that the pattern matches as a whole. A number or a boolean is no text unless it is quoted."""
        text = self._scalar(expected, pattern)
        if self.node.literal:
            raise self.error(f"expected {expected}; got {text}: write '{text}' if it is a text")
        return text

    def _scalar(self, expected: str, pattern: re.Pattern[str] | None = None) -> str:
        text = self.node.text
        if text is not None and len(text) > LONGEST:
            raise self.error(f"expected {LONGEST} characters at most; got {len(text)}: {self.shown}")
        if text is None or self.is_null or not text or not text.isprintable():
            raise self.error(f"expected {expected}; got {self.shown}")
        if pattern is not None and not pattern.fullmatch(text):
            raise self.error(f"expected {expected}; got {self.shown}")
        return text

    def word(self) -> str | int:
        """Return a word of a vocabulary: a text, or an integer if it is not quoted."""
        text = self._scalar("a word or an integer")
        if self.node.quoted:
            return text
        if re.fullmatch("-?[0-9]{1,15}", text):
            return int(text)
        if self.node.literal or _NUMBER.fullmatch(text):
            raise self.error(f"expected a word or an integer; got {text}: write '{text}' if it is a text")
        return text

    def choice(self, choices: Iterable[Choice]) -> Choice:
        """Return the choice that is written here."""
        by_text = {str(choice): choice for choice in choices}
        text = self.node.text or ""
        if text not in by_text:
            meant = "" if text.isdigit() else did_you_mean(text, by_text)
            raise self.error(f"expected {_any_of(by_text)}; got {self.shown}{meant}")
        if self.node.quoted and isinstance(by_text[text], int):
            raise self.error(f"expected {_any_of(by_text)}; got the text {self.shown}: write it without quotes")
        return by_text[text]

    def boolean(self) -> bool:
        """Return true or false."""
        if self.node.quoted:
            raise self.error(f"expected true or false; got the text {self.shown}")
        return self.choice(("true", "false")) == "true"

    def pointer(self) -> Pointer:
        """Return the steps of a JSON Pointer."""
        text = self.text("a JSON Pointer, such as /data/orderId")
        try:
            return parse(text)
        except ValueError as error:
            raise self.error(f"{error}; got {self.shown}") from None

    def pointer_or_none(self) -> Pointer | None:
        """Return the steps of a JSON Pointer, or None for null."""
        return None if self.is_null else self.pointer()


def _any_of(words: Iterable[str]) -> str:
    *rest, last = words
    return f"{', '.join(rest)} or {last}" if rest else last
