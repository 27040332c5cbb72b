"""What a mock answers: by situation, and the shape of its answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.drift.documents import structure
from pacsimile_contract.drift.shape import Shape
from pacsimile_contract.drift.situation import (
    Conversation,
    Outcome,
    Situation,
    later,
    outcome,
    report_type,
    sent_values,
)
from pacsimile_contract.evidence.bounds import read_json
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_spec import description
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.identity import identity
from pacsimile_spec.problems import PROBLEMS

TRANSPORT_HEADERS = frozenset(
    {"connection", "content-encoding", "content-length", "date", "keep-alive", "server", "transfer-encoding", "vary"}
)
"""Headers that a server or a gateway adds as it likes."""


@dataclass(frozen=True, slots=True)
class Key:
    """What answers have in common whose shapes are one: for `/status` also the order's status in the answer."""

    operation: str
    outcome: Outcome
    report_type: str | None
    status: str | None


@dataclass(slots=True)
class Answers:
    """What the answers of one key look like. Names of headers are in lower case, by which they are compared."""

    body: Shape = field(default_factory=Shape)
    document: Shape = field(default_factory=Shape)
    media_types: set[str] = field(default_factory=set)
    headers: Mapping[str, str] | None = None
    """Headers that every answer has: the name as it is written, by the name in lower case."""
    headers_ever: set[str] = field(default_factory=set)

    def take(self, exchange: Exchange) -> None:
        """Take an answer."""
        body, document = bodies(exchange)
        if body is not None:
            self.body.add(body, sent_values(exchange))
        if document is not None:
            self.document.add(document)
        self.media_types.add(exchange.media_type_received)
        names = headers_of(exchange)
        self.headers_ever |= names.keys()
        known = names if self.headers is None else self.headers
        self.headers = {lower: name for lower, name in known.items() if lower in names}


class Catalogue:
    """The answers of a mock to sample calls, of which every kind should be there.

    Args:
        exchanges: the sample calls with their answers, in their order.
    """

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self.dialect = identity()
        self._by_situation: dict[Situation, set[Outcome]] = {}
        self._answers: dict[Key, Answers] = {}
        self._unions: dict[tuple[str, int], Answers] = {}
        conversation = Conversation()
        for exchange in exchanges:
            if not is_comparable(exchange):
                continue
            self.dialect = exchange.dialect or self.dialect
            self._by_situation.setdefault(conversation.situation(exchange), set()).add(outcome(exchange))
            self._answers.setdefault(key_of(exchange), Answers()).take(exchange)
        self.vocabularies = vocabularies(self.dialect)
        self.names = frozenset(
            name for answers in self._answers.values() for shape in (answers.body, answers.document)
            for place in shape.places.values() for name in place.members
        )  # fmt: skip
        self.reasons = frozenset(key.outcome.reason for key in self._answers if key.outcome.reason)

    def outcomes(self, operation: str) -> set[Outcome]:
        """Return every outcome of an operation."""
        return {key.outcome for key in self._answers if key.operation == operation}

    def outcomes_in(self, situation: Situation) -> set[Outcome]:
        """Return the outcomes in a situation, whatever the order has come to since; none if no sample was in it."""
        outcomes: set[Outcome] = set()
        for subject in later(situation.subject):
            alike = Situation(situation.operation, situation.credentials, situation.form, subject)
            outcomes |= self._by_situation.get(alike, set())
        return outcomes

    def answers(self, key: Key) -> Answers | None:
        """Return the answers that are most like this one: of the same key, else of the same operation and status."""
        return self._answers.get(key) or self.union(key)

    def union(self, key: Key) -> Answers | None:
        """Return all answers of an operation and status together, of a refusal else all refusals of the operation."""
        status, chosen = key.outcome.status, []
        cached = self._unions.get((key.operation, status))
        if cached is not None and key.report_type is None:
            return cached
        own = [other for other in self._answers if other.operation == key.operation]
        chosen = [other for other in own if other.outcome.status == status and other.report_type == key.report_type]
        chosen = chosen or [other for other in own if other.outcome.status == status]
        if not chosen and status >= 400:
            chosen = [other for other in own if other.outcome.status >= 400]
        if not chosen:
            return None
        made = _together([self._answers[other] for other in chosen])
        if key.report_type is None:
            self._unions[key.operation, status] = made
        return made


def _together(parts: list[Answers]) -> Answers:
    headers = dict(parts[0].headers or {})
    for part in parts:
        headers = {lower: name for lower, name in headers.items() if lower in (part.headers or {})}
    return Answers(
        Shape().merge(part.body for part in parts),
        Shape().merge(part.document for part in parts),
        set().union(*(part.media_types for part in parts)),
        headers,
        set().union(*(part.headers_ever for part in parts)),
    )


def is_comparable(exchange: Exchange) -> bool:
    """Whether a call is of a known operation, was sent as clients send, and was answered within our bounds."""
    unusual = exchange.sent.raw is not None or exchange.sent.cut is not None
    return (
        exchange.operation is not None and exchange.received is not None and not unusual and not exchange.exceeded_bound
    )


def key_of(exchange: Exchange) -> Key:
    """Return the key of an answered call."""
    answered, status = outcome(exchange), None
    if exchange.operation == "getStatus" and answered.status < 300:
        status = facts.order_status(exchange).status
    return Key(str(exchange.operation), answered, report_type(exchange) if answered.status < 300 else None, status)


def headers_of(exchange: Exchange) -> dict[str, str]:
    """Return the names of an answer's headers, by the name in lower case, without those of the transport."""
    pairs = exchange.received.headers if exchange.received else ()
    return {name.lower(): name for name, _ in pairs if name.lower() not in TRANSPORT_HEADERS}


def bodies(exchange: Exchange) -> tuple[Any, Any]:
    """Return an answer's JSON as it was on the wire, and the structure of a document that is no JSON; None for none."""
    if not exchange.body_was_stored or exchange.received is None or exchange.answer is None:
        return None, None
    document = structure(report_type(exchange), exchange.answer.body) if exchange.succeeded else None
    if "json" not in exchange.media_type_received:
        return None, document
    if exchange.respelled is None:
        return exchange.json, document
    try:
        return read_json(exchange.received.body), document
    except ValueError:
        return None, document


@cache
def vocabularies(dialect: Dialect) -> tuple[frozenset[str | int], ...]:
    """Return the closed lists of words of a dialect, and those of the description that no dialect respells."""
    spelled = [
        frozenset(word for words in values.theirs.values() for word in words) for values in dialect.values.values()
    ]
    problems = frozenset[str | int](problem.uri for problem in PROBLEMS.values())
    described = [frozenset(words) for words in _enumerations(description()["components"]["schemas"])]
    return (*spelled, problems, *described)


def _enumerations(value: Any) -> Iterator[list[str]]:
    if isinstance(value, Mapping):
        if isinstance(words := value.get("enum"), list):
            yield [word for word in words if isinstance(word, str)]
        for member in value.values():
            yield from _enumerations(member)
    elif isinstance(value, list):
        for member in value:
            yield from _enumerations(member)
