"""Documents from users: YAML, in which each value knows its line and column, and the JSON of calls.

Nothing is interpreted here. A scalar stays the text in the file, and its readers say what is known or allowed. What no
reader can use is refused: duplicate keys, values nested too deeply, too many values, aliases that multiply values or
form a cycle.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pacsimile_spec import given_files

MOST_LEVELS = 20
"""Maximum depth of nested mappings and lists. Our own files have five levels."""
MOST_VALUES = 100_000
"""Maximum values of a YAML file. The values behind an alias are counted again."""
TAB = "a tab stands before the text of this line: indent with spaces"
LONGEST_SHOWN = 60
"""Maximum characters of a name in an error."""
_LITERAL = re.compile(r"true|false|null|-?[0-9]{1,30}(\.[0-9]{1,30})?")


class DocumentError(ValueError):
    """Something is wrong in a document. The message is the problem without the place.

    `line` and `column` count from 1.
    """

    def __init__(self, problem: str, line: int = 1, column: int = 1) -> None:
        super().__init__(problem)
        self.line, self.column = line, column


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a YAML file: a scalar, a list or a mapping. One of `text`, `items` and `members` is not None.

    `line` and `column` count from 1.
    """

    line: int
    column: int
    text: str | None = None
    """The scalar as written."""
    quoted: bool = False
    """Whether the scalar is quoted, or is a block."""
    items: list[Node] | None = None
    members: list[tuple[Node, Node]] | None = None
    """The keys with their values. A key is a scalar, and unique."""

    @property
    def literal(self) -> bool:
        """Tell whether it is `true`, `false`, `null` or a number, and not a text. An error shows it without quotes."""
        return not self.quoted and self.text is not None and _LITERAL.fullmatch(self.text) is not None

    def error(self, problem: str) -> DocumentError:
        """Return an error about this value."""
        return DocumentError(problem, self.line, self.column)


def read_yaml(path: Path, most_bytes: int, most_values: int = MOST_VALUES) -> Node | None:
    """Read a file with one YAML document, which may be JSON. Return None if it is empty.

    Raises:
        UnusableFile: it is not a regular file of at most `most_bytes` in UTF-8.
        DocumentError: it is not YAML, or is refused.
    """
    return compose(given_files.read_text(path, most_bytes), most_values)


def compose(text: str, most_values: int = MOST_VALUES) -> Node | None:
    """Return the nodes of one YAML document, or None if it is empty.

    Raises:
        DocumentError: it is not YAML, or is refused.
    """
    unreadable = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if unreadable:
        before = text[: unreadable.start()]
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise DocumentError(f"this is not YAML: the character {unreadable[0]!a} stands here", *place)
    try:
        return _Composer(most_values).document(yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        line = text.splitlines()[mark.line : mark.line + 1] if mark else []
        problem = TAB if line and "\t" in _indentation(line[0]) else error.problem or error.context
        raise DocumentError(f"this is not YAML: {problem}", *place) from None
    except yaml.YAMLError as error:
        raise DocumentError(f"this is not YAML: {' '.join(str(error).split())}") from None


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


class _Whole(NamedTuple):
    """A node that is complete."""

    node: Node
    values: int = 1
    """The values in it, including itself."""
    levels: int = 0
    """Depth of nested mappings and lists, including itself."""


@dataclass(slots=True)
class _Open:
    """A mapping or list that has not ended yet."""

    node: Node
    anchor: str | None
    values: int = 1
    levels: int = 1
    key: Node | None = None
    """The key of a mapping that waits for its value."""
    names: set[str] = field(default_factory=set)

    def add(self, whole: _Whole) -> None:
        """Add a value."""
        self.values += whole.values
        self.levels = max(self.levels, whole.levels + 1)
        if self.node.items is not None:
            self.node.items.append(whole.node)
        elif self.node.members is not None:
            if self.key is None:
                self.key = self._named(whole.node)
            else:
                self.node.members.append((self.key, whole.node))
                self.key = None

    def _named(self, key: Node) -> Node:
        if key.text is None:
            raise key.error("expected a word as a key; a list or mapping stands here")
        if key.text in self.names:
            raise key.error(f"expected {shown(key.text)} once; it is given twice")
        self.names.add(key.text)
        return key


class _Composer:
    """Make nodes from the parser's events without recursion, so that no file can exhaust the stack."""

    def __init__(self, most_values: int) -> None:
        self.most_values = most_values
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.anchors: dict[str, _Whole | None] = {}
        """Named nodes; None for one whose end has not come yet."""

    def document(self, events: Iterable[Any]) -> Node | None:
        for event in events:
            place = event.start_mark.line + 1, event.start_mark.column + 1
            if isinstance(event, yaml.ScalarEvent):
                node = Node(*place, text=event.value, quoted=bool(event.style))
                self._put(_Whole(node), event.anchor)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._begin(event, place)
            elif isinstance(event, yaml.CollectionEndEvent):
                ended = self.open.pop()
                self._put(_Whole(ended.node, ended.values, ended.levels), ended.anchor)
            elif isinstance(event, yaml.AliasEvent):
                self._put(self._aliased(str(event.anchor), place))
            elif isinstance(event, yaml.DocumentStartEvent) and self.root:
                raise DocumentError("this is not YAML: another document begins here; expected one", *place)
        return self.root

    def _begin(self, event: yaml.CollectionStartEvent, place: tuple[int, int]) -> None:
        mapping = isinstance(event, yaml.MappingStartEvent)
        node = Node(*place, members=[]) if mapping else Node(*place, items=[])
        if len(self.open) >= MOST_LEVELS:
            raise _too_deep(node)
        if event.anchor:
            self.anchors[event.anchor] = None
        self.open.append(_Open(node, event.anchor))

    def _aliased(self, name: str, place: tuple[int, int]) -> _Whole:
        if name not in self.anchors:
            raise DocumentError(f"this is not YAML: nothing above is named {shown(name)}", *place)
        whole = self.anchors[name]
        if whole is None:
            raise DocumentError(f"expected an alias to a value that has ended; {shown(name)} holds itself", *place)
        line, column = place
        return whole._replace(node=replace(whole.node, line=line, column=column))

    def _put(self, whole: _Whole, anchor: str | None = None) -> None:
        """Add a complete node to the one around it."""
        if anchor:
            self.anchors[anchor] = whole
        if not self.open:
            self.root = whole.node
            return
        around = self.open[-1]
        around.add(whole)
        if len(self.open) + whole.levels > MOST_LEVELS:
            raise _too_deep(whole.node)
        if around.values > self.most_values:
            raise whole.node.error(f"is too long; expected {self.most_values} values at most")


def _too_deep(node: Node) -> DocumentError:
    return node.error(f"is nested too deeply; expected {MOST_LEVELS} levels at most")


def shown(name: str) -> str:
    """Return a name for an error: short, and escaped if it is not printable."""
    return name if name.isprintable() and len(name) <= LONGEST_SHOWN else json.dumps(name[:LONGEST_SHOWN])


def load_json(content: bytes) -> Any:
    """Read the JSON of a call (RFC 8259). Duplicate names in an object and numbers beyond a double are refused.

    Raises:
        DocumentError: it is not JSON, or is refused.
    """
    import orjson

    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise DocumentError(f"this is not JSON: {error.msg}", error.lineno, error.colno) from None
    try:
        json.loads(content, object_pairs_hook=_once)
    except RecursionError:
        raise DocumentError("is nested too deeply") from None
    return value


def _once(pairs: list[tuple[str, Any]]) -> None:
    names: set[str] = set()
    for name, _ in pairs:
        if name in names:
            raise DocumentError(f"expected {shown(name)} once; it is given twice")
        names.add(name)
