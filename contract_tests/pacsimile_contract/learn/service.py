"""A service as a source shows it: its operations, and the shapes of their requests and answers.

A description (OpenAPI), recorded traffic and probes all become a `Service`, so that the same rules read them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

_IDENTIFYING = re.compile(r"\d{4,}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}|(\d+\.){3,}|.@|\s")
NOTHING: Mapping[str, str] = MappingProxyType({})
MOST_SAMPLES = 40
"""Values kept of one place."""


@dataclass(slots=True)
class Shape:
    """What a place in a JSON document may hold.

    `kinds` has names of JSON Schema types. `words` are the values of an enumeration; `closed` says that there are no
    others. `samples` were seen there. `titles` are the names of schemas that describe the place.
    """

    kinds: set[str] = field(default_factory=set)
    format: str = ""
    pattern: str = ""
    encoding: str = ""
    words: list[Any] = field(default_factory=list)
    closed: bool = False
    samples: list[Any] = field(default_factory=list)
    writable: list[Any] | None = None
    """The samples that may be written to a file, where they come from recorded traffic; None if all may."""
    required: bool = False
    members: dict[str, Shape] = field(default_factory=dict)
    items: Shape | None = None
    texts: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    objects: list[dict[str, Any]] = field(default_factory=list)
    """Whole objects that stood here."""
    anchors: set[str] = field(default_factory=set)
    """The facts whose values, known from elsewhere, stood here: `order_id`."""
    empty_allowed: bool = False
    """Whether an empty object may stand here instead."""

    def observe(self, value: Any, depth: int = 0, known: Mapping[str, str] = NOTHING) -> None:
        """Note a value that was seen here, and what is inside of it. `known` has the fact of each known value."""
        kind = kind_of(value)
        self.kinds.add(kind)
        if isinstance(value, str) and value in known:
            self.anchors.add(known[value])
        if depth > 12:
            return
        if isinstance(value, dict):
            self.empty_allowed |= not value
            if len(self.objects) < MOST_SAMPLES:
                self.objects.append(value)
            for name, inside in value.items():
                if name in known or _IDENTIFYING.search(str(name)):
                    continue  # the object is keyed by identifiers, which are never written to the file
                self.members.setdefault(str(name), Shape()).observe(inside, depth + 1, known)
        elif isinstance(value, list):
            self.items = self.items or Shape()
            for inside in value:
                self.items.observe(inside, depth + 1, known)
        elif len(self.samples) < MOST_SAMPLES and not any(
            type(value) is type(other) and value == other for other in self.samples
        ):
            self.samples.append(value)

    def at(self, steps: Sequence[str]) -> Shape | None:
        """Return the place that steps lead to; None if there is none."""
        here: Shape | None = self
        for step in steps:
            here = here.members.get(step) if here is not None else None
        return here

    def may_write(self, value: Any) -> bool:
        """Tell whether a value of this place may be written to a file."""
        allowed = self.writable
        return allowed is None or any(type(value) is type(other) and value == other for other in allowed)

    @property
    def values(self) -> list[Any]:
        """Words and samples, each once."""
        result: list[Any] = []
        for value in (*self.words, *self.samples):
            if not any(type(value) is type(other) and value == other for other in result):
                result.append(value)
        return result


def kind_of(value: Any) -> str:
    """Return the JSON Schema type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "object" if isinstance(value, dict) else "array" if isinstance(value, list) else "string"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A place within an answer: the steps of its pointer, and its shape."""

    steps: tuple[str, ...]
    shape: Shape
    place: int
    """Its number among the leaves of the answer."""

    @property
    def name(self) -> str:
        """The last step."""
        return self.steps[-1]


def leaves(shape: Shape, most: int = 600) -> list[Leaf]:
    """Return the places within a shape, objects before their members. Items of lists are left out."""
    result: list[Leaf] = []
    waiting: list[tuple[tuple[str, ...], Shape]] = [((), shape)]
    while waiting and len(result) < most:
        steps, here = waiting.pop(0)
        for name, inside in here.members.items():
            result.append(Leaf((*steps, name), inside, len(result)))
            if inside.members and len(steps) < 6:
                waiting.append(((*steps, name), inside))
    return result


class Content:
    """A body in one media type. Its shape is made when it is first needed."""

    def __init__(self, make: Callable[[], Shape]) -> None:
        self._make = make
        self._shape: Shape | None = None

    @property
    def shape(self) -> Shape:
        """The shape of the body."""
        if self._shape is None:
            self._shape = self._make()
        return self._shape


@dataclass(slots=True)
class Parameter:
    """A parameter of a call; `place` is query, path, header, cookie or form."""

    name: str
    place: str
    shape: Shape
    required: bool = False
    context: str = ""
    """What stands before it in the path: `orders` of `/orders/{id}`."""


@dataclass(slots=True)
class Answer:
    """An answer by its status code, or `default`; contents by media type, headers by name."""

    code: str
    contents: dict[str, Content] = field(default_factory=dict)
    headers: dict[str, Shape] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def json(self) -> Content | None:
        """Return the content of a JSON media type, None where there is none."""
        for media_type, content in self.contents.items():
            if is_json(media_type):
                return content
        return None


def is_json(media_type: str) -> bool:
    """Tell whether a media type is JSON: `application/json`, or one that ends in `+json`."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


@dataclass(frozen=True, slots=True)
class SeenCall:
    """A call that was seen: its parameters by name, and its answer. It is never written to a file."""

    given: Mapping[str, str]
    status: int
    media_type: str
    json: Any = None
    headers: frozenset[str] = frozenset()
    body: Any = None
    """The JSON of its own body; None without one."""
    location: str = ""
    """Where a redirect leads."""


@dataclass(slots=True)
class Operation:
    """An operation of the service. `scopes` are those that its token needs; None if the source does not say."""

    method: str
    path: str
    parameters: list[Parameter] = field(default_factory=list)
    bodies: dict[str, Content] = field(default_factory=dict)
    body_required: bool | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    scopes: tuple[str, ...] | None = None
    schemes: tuple[str, ...] = ()
    """How a client authenticates: `basic`, `oauth2`, `bearer`, `header NAME`, `query NAME`."""
    names: tuple[str, ...] = ()
    """Its other names: operationId, summary, tags."""
    seen: list[SeenCall] = field(default_factory=list)
    """The calls of it that were seen."""

    @property
    def label(self) -> str:
        """Method and path, as evidence shows them."""
        return f"{self.method} {self.path}"

    def success(self) -> Answer | None:
        """Return the answer of a call that succeeded."""
        codes = sorted(code for code in self.answers if code.startswith("2"))
        with_content = [code for code in codes if self.answers[code].contents]
        code = next(iter(with_content or codes), None)
        return None if code is None else self.answers[code]

    def refusals(self) -> Iterator[Answer]:
        """Yield the answers that refuse, by code."""
        for code in sorted(self.answers):
            if code.startswith(("4", "5")) or code == "default":
                yield self.answers[code]


@dataclass(slots=True)
class Service:
    """A service as one source shows it.

    `whole` says that the source shows everything: what it does not mention is absent. This is true of a description,
    not of traffic.
    """

    source: str
    operations: list[Operation] = field(default_factory=list)
    whole: bool = False
    token_url: str | None = None
    scopes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unfollowed: Mapping[str, str] = NOTHING
    """Each reference of a description that was not followed, and why. It grows while bodies are read."""
    linked: dict[str, Any] = field(default_factory=dict)
    """The JSON at links in answers, by the link."""
    linked_headers: list[str] = field(default_factory=list)
    """The headers of the answers at links."""
    statuses: dict[str, str] = field(default_factory=dict)
    """Statuses of orders that are known, in the contract's words."""
