"""Decides what of recorded traffic may be written to a file: names and words of the service, never data of a call.

A name that only one order shows may be a value, such as the key of an object that is keyed by patients. It is kept if
its words are known, or if calls about different orders show it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pacsimile_contract.learn.contract import header_facts, names, parameter_facts, word_names
from pacsimile_contract.learn.matching.kinds import kinds_of_value
from pacsimile_contract.learn.service import Service, Shape
from pacsimile_contract.learn.words import known_words, meanings, tokens
from pacsimile_spec.dialects.tables import VOCABULARIES, tables

MOST_LEVELS = 40
MOST_TEXT = 100_000
"""Characters of a text that are looked into."""
_LONGEST_WORD = 40
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+*-]{1,60}/[\w!#$&^.+*-]{1,80}", re.ASCII)
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]{1,40})\"?\s*$", re.IGNORECASE | re.ASCII)
_HARMLESS = re.compile(r"v?\d{1,4}([.-]\d{1,2}){0,2}")
"""A version or a month, which identifies nobody."""


@cache
def _contract_names() -> frozenset[str]:
    """Return the names of the contract's facts and words, and the other names that are listed for them, in lower case.

    The names of what is inside the contract's tables are among them.
    """
    result = {member for members in tables().values() for member in members}
    for others in names().values():
        result |= {name for several in others.values() for name in several} | set(others)
    for vocabulary in VOCABULARIES:
        result |= {name for several in word_names(vocabulary).values() for name in several}
    result |= {name for fact in (*header_facts().values(), *parameter_facts().values()) for name in fact.names}
    return frozenset(name.lower() for name in result)


def is_known(name: str) -> bool:
    """Tell whether a name or a word is the contract's, or consists of words of the thesaurus."""
    if name.lower() in _contract_names() or known_words(name):
        return True
    own = [word for word in tokens(name) if word not in ("ids", "uids")]
    return bool(own) and all(known_words(word) for word in own)


def _is_abbreviated(word: str) -> bool:
    """Tell whether a word abbreviates known words."""
    own = tokens(word)
    return bool(own) and all(len(part) > 3 and len(meanings(part)) > 1 for part in own)


@cache
def _about_people(name: str) -> bool:
    own = {meaning for word in tokens(name) for meaning in meanings(word)}
    return bool(own & {"patient", "name", "birth", "person", "family", "given"})


@dataclass(slots=True)
class Disclosure:
    """Notes which calls show each name and word, and tells which may be written.

    Identifiers stand for the order that a call or a list item is about. Two that share an identifier are not different.
    """

    _first: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _several: set[tuple[str, str]] = field(default_factory=set)
    _in_texts: set[str] = field(default_factory=set)
    """The words of longer texts, and of the names of people, in lower case. Such a word may be a person's name."""

    def note(self, kind: str, text: str, identifiers: frozenset[str]) -> None:
        """Note that something stood in a call about the order of some identifiers."""
        key = kind, text
        if identifiers and not self._first.setdefault(key, identifiers) & identifiers:
            self._several.add(key)

    def note_public(self, kind: str, text: str) -> None:
        """Note that something can be no datum of an order."""
        self._several.add((kind, text))

    def note_document(self, document: Any, identifiers: frozenset[str], name: str = "", depth: int = 0) -> None:
        """Note the members and the texts of a JSON document."""
        if depth > MOST_LEVELS:
            return
        if isinstance(document, dict):
            for member, inside in document.items():
                self.note("member", member, identifiers)
                for item in inside if isinstance(inside, list) else ():
                    self.note(
                        "member", member, frozenset(_identifiers(item)) if isinstance(item, dict) else frozenset()
                    )
                self.note_document(inside, identifiers, member, depth + 1)
        elif isinstance(document, list):
            for item in document:
                own = frozenset(_identifiers(item)) if isinstance(item, dict) else frozenset[str]()
                self.note_document(item, own or identifiers, name, depth + 1)
        elif isinstance(document, str):
            self.note_text(name, document)
            if len(document) <= _LONGEST_WORD:
                self.note(f"word of {name}", document, identifiers)

    def note_text(self, name: str, text: str) -> None:
        """Note the words of a text; those of one word alone only where its name is about people."""
        words = re.findall(r"\w+", text[:MOST_TEXT].lower())
        if len(words) > 1 or _about_people(name):
            self._in_texts.update(words)

    def allows(self, kind: str, text: str) -> bool:
        """Tell whether a name may be written."""
        return (kind, text) in self._several or is_known(text)

    def allows_word(self, name: str, word: Any) -> bool:
        """Tell whether a value of a member or parameter may be written as a word of the service."""
        if isinstance(word, int):
            return abs(word) < 1000
        if not isinstance(word, str) or len(word) > _LONGEST_WORD:
            return False
        if is_known(word):
            return True
        if re.search(r"\s", word):
            return False
        written = (f"word of {name}", word) in self._several or _is_abbreviated(word)
        return written and self._in_texts.isdisjoint(re.findall(r"[^\W_]+", word.lower()))

    def pruned(self, document: Any, depth: int = 0) -> Any:
        """Return a JSON document without the members whose names may not be written."""
        if depth > MOST_LEVELS:
            return None
        if isinstance(document, dict):
            return {
                name: self.pruned(inside, depth + 1) for name, inside in document.items() if self.allows("member", name)
            }
        if isinstance(document, list):
            return [self.pruned(item, depth + 1) for item in document]
        return document

    def mark_words(self, service: Service) -> None:
        """Mark in each place of a service which of its values may be written."""
        for operation in service.operations:
            for parameter in operation.parameters:
                self._mark(parameter.shape, parameter.name)
            contents = [content for answer in operation.answers.values() for content in answer.contents.values()]
            for content in (*contents, *operation.bodies.values()):
                self._mark(content.shape, "")

    def _mark(self, shape: Shape, name: str) -> None:
        shape.writable = [value for value in shape.samples if self.allows_word(name, value)]
        for member, inside in shape.members.items():
            self._mark(inside, member)
        if shape.items is not None:
            self._mark(shape.items, name)


def identifiers_of(values: Mapping[str, str]) -> frozenset[str]:
    """Return the identifiers among the parameters of a call."""
    return frozenset(_identifiers(dict(values)))


def _identifiers(document: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    for value in document.values():
        if isinstance(value, dict) and depth < 3:
            yield from _identifiers(value, depth + 1)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 100_000:
            yield str(value)
        digits = isinstance(value, str) and any(char.isdigit() for char in value) and not _HARMLESS.fullmatch(value)
        if digits and not kinds_of_value(value) & {"instant", "date", "uri", "text"}:
            yield value


def plain_media_type(text: str) -> str:
    """Return a media type without its parameters but the charset; empty if it is none."""
    essence = text.partition(";")[0].strip()
    if not _MEDIA_TYPE.fullmatch(essence):
        return ""
    charset = _CHARSET.search(text)
    if charset is None:
        return essence
    try:
        codecs.lookup(charset[1])
    except LookupError:
        return essence
    return text if text.count(";") == 1 else f"{essence}; charset={charset[1]}"
