"""The shape of JSON values: which members there are, of which types and forms, and with which words."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pacsimile_contract.drift.forms import form
from pacsimile_contract.facts.identifier_members import HASHED_IDENTIFIER

_MANY_DIGITS = re.compile(r"(?!\([0-9A-F]{4},[0-9A-F]{4}\)$)(?:.*\d){3}", re.DOTALL)
"""Of a name that is a value; a DICOM tag is none."""
_MOST_WORDS, _MOST_PLACES, _MOST_VALUES, _DEEPEST = 60, 2000, 200_000, 40
Word = str | int
ANY_NAME = "*"
"""Stands for a member's name that is a value itself, such as an order's id."""


@dataclass(slots=True)
class Place:
    """What stands at one path.

    `words` are its texts and integers, None once there are too many. `members` are the names that an object there has,
    `always` those that every object there has.
    """

    types: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)
    words: set[Word] | None = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    always: set[str] | None = None


class Shape:
    """The shape of several values, by path: `reports[].status`. The path of the whole is empty."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}

    def add(self, value: Any, echoed: Collection[str] = (), *, redacted: bool = False) -> Shape:
        """Add a value. No form is taken from texts that are `echoed`, or that redaction changed."""
        for found, inner in walk(value):
            if found not in self.places and len(self.places) >= _MOST_PLACES:
                continue
            place = self.places.setdefault(found, Place())
            if redacted and isinstance(inner, str) and _is_redacted_inside(inner):
                place.types.add(json_type(inner))
            else:
                self._take(place, inner, echoed)
        return self

    @staticmethod
    def _take(place: Place, value: Any, echoed: Collection[str]) -> None:
        place.types.add(json_type(value))
        if isinstance(value, dict):
            names = {member_name(name) for name in value}
            place.members |= names
            place.always = names if place.always is None else place.always & names
        elif isinstance(value, str) and value not in echoed:
            place.forms.add(form(value))
        if isinstance(value, str | int) and not isinstance(value, bool) and place.words is not None:
            place.words.add(value)
            if len(place.words) > _MOST_WORDS:
                place.words = None

    def merge(self, others: Iterable[Shape]) -> Shape:
        """Add the shapes of other values."""
        for other in others:
            for path, place in other.places.items():
                own = self.places.setdefault(path, Place())
                own.types |= place.types
                own.forms |= place.forms
                own.members |= place.members
                own.words = None if own.words is None or place.words is None else own.words | place.words
                if place.always is not None:
                    own.always = set(place.always) if own.always is None else own.always & place.always
        return self


def _is_redacted_inside(text: str) -> bool:
    """Tell whether a hash stands in a text in the place of an identifier that was a part of it."""
    found = HASHED_IDENTIFIER.search(text)
    return found is not None and found[0] != text


def walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of a JSON value and of all that is in it. FHIR resources of different types stay apart."""
    waiting, count = deque([("", value, 0)]), 0
    while waiting and count < _MOST_VALUES:
        count += 1
        path, value, depth = waiting.popleft()
        if depth == _DEEPEST:
            pass
        elif isinstance(value, dict):
            if isinstance(kind := value.get("resourceType"), str) and kind.isalpha():
                path = f"{path}({kind})"
            waiting.extend((below(path, member_name(name)), member, depth + 1) for name, member in value.items())
        elif isinstance(value, list):
            waiting.extend((f"{path}[]", member, depth + 1) for member in value)
        yield path, value


def below(path: str, name: str) -> str:
    """Return the path of a member."""
    return f"{path}.{name}" if path else name


def member_name(name: str) -> str:
    """Return a member's name, `*` where it is a value itself: with three digits or more, or very long."""
    return ANY_NAME if len(name) > 64 or _MANY_DIGITS.match(name) else name


def json_type(value: Any) -> str:
    """Return the type of a JSON value in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "a text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"
