"""Matches the members of answers: where an object of the service has each fact of a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pacsimile_contract.learn.contract import CONTEXTS, Fact, facts_of
from pacsimile_contract.learn.matching.pairs import (
    LEAST,
    NEVER,
    Pair,
    Score,
    add_last,
    decide,
    kind_score,
    name_score,
)  # fmt: skip
from pacsimile_contract.learn.matching.words import words_score
from pacsimile_contract.learn.service import Leaf, Shape, leaves
from pacsimile_spec.dialects.pointers import spell

MOST_LEAVES = 120
"""Places of an object that are compared with the facts of a table."""


@dataclass(slots=True)
class TableMatch:
    """How an object of the service matches a table of the contract.

    `pairs` has the place of each recognized fact. `fit` is how much of the table was recognized, from 0 to 1. `left`
    has the places without a fact.
    """

    table: str
    places: list[Leaf]
    pairs: dict[str, Pair] = field(default_factory=dict)
    inner: dict[str, TableMatch] = field(default_factory=dict)
    fit: float = 0.0
    objects: list[dict[str, Any]] = field(default_factory=list)
    """Whole objects that were seen."""

    def place_of(self, member: str) -> Leaf | None:
        """Return the place of a fact."""
        return self.places[self.pairs[member].place] if member in self.pairs else None

    @property
    def left(self) -> list[Leaf]:
        """The places that go with no fact, and neither hold nor are held by one that does."""
        taken = [self.places[pair.place].steps for pair in self.pairs.values()]
        return [
            leaf for leaf in self.places
            if not any(_holds(steps, leaf.steps) or _holds(leaf.steps, steps) for steps in taken)
            and not leaf.shape.members
        ]  # fmt: skip


def _holds(outer: tuple[str, ...], inner: tuple[str, ...]) -> bool:
    return inner[: len(outer)] == outer


class FieldMatcher:
    """Matches objects with tables, and remembers each match."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], TableMatch] = {}
        self._kept: list[Shape] = []

    def match(self, table: str, shape: Shape) -> TableMatch:
        """Return how an object matches a table."""
        key = table, id(shape)
        if key not in self._known:
            self._kept.append(shape)  # keeps it alive, so that its id is not given to another
            self._known[key] = TableMatch(table, [])  # for a shape inside itself: it matches nothing
            self._known[key] = self._match(table, shape)
        return self._known[key]

    def _match(self, table: str, shape: Shape) -> TableMatch:
        facts, places = facts_of(table), leaves(shape, MOST_LEAVES)
        match = TableMatch(table, places, objects=shape.objects)
        if not places:
            return match
        scores = [[self._score(fact, leaf, len(facts), len(places), table) for leaf in places] for fact in facts]
        pairs = decide(scores)
        if sum(pair is None for pair in pairs) < len(pairs) / 3:
            self._add_last(facts, places, pairs, scores)
        for fact, pair in zip(facts, pairs, strict=True):
            if pair is None or fact.member is None:
                continue
            match.pairs[fact.member.name] = pair
            if fact.member.table:
                inside = places[pair.place].shape
                match.inner[fact.member.name] = self.match(fact.member.table, inside.items or inside)
        required = [fact for fact in facts if fact.member and fact.member.required]
        values = [match.pairs[f.member.name].score.value for f in required if f.member and f.member.name in match.pairs]
        match.fit = min(sum(values) / max(len(required), 1), 1.0)
        return match

    def _add_last(
        self, facts: tuple[Fact, ...], places: list[Leaf], pairs: list[Pair | None], scores: list[list[Score]]
    ) -> None:
        """Pair the one required fact that is left with the one place that is left."""
        taken = [places[pair.place].steps for pair in pairs if pair]
        free = [
            column for column, leaf in enumerate(places)
            if not any(_holds(steps, leaf.steps) or _holds(leaf.steps, steps) for steps in taken)
        ]  # fmt: skip
        narrowed = [[row[column] for column in free] for row in scores]
        rest: list[Pair | None] = [None if pair is None else Pair(-1, pair.score, pair.sure) for pair in pairs]
        add_last(rest, narrowed, [bool(fact.member and fact.member.required) for fact in facts])
        for row, pair in enumerate(rest):
            if pairs[row] is None and pair is not None:
                pairs[row] = Pair(free[pair.place], pair.score, pair.sure)

    def _score(self, fact: Fact, leaf: Leaf, facts: int, places: int, table: str) -> Score:
        member = fact.member
        assert member is not None
        kinds = kind_score(fact, leaf.shape)
        if kinds.value == NEVER:
            return kinds
        name = name_score(fact, leaf.name, leaf.steps[:-1], CONTEXTS[table], leaf.shape)
        value, evidence = 0.62 * name.value + 0.26 * kinds.value, [name.evidence if name.value > 0.25 else ""]
        evidence.append(kinds.evidence)
        if member.kind in ("word", "words") and member.vocabulary and member.vocabulary != "problem":
            words = words_score(member.vocabulary, leaf.shape.items or leaf.shape)
            value += 0.34 * words
            evidence.append("its words" if words > 0.4 else "")
        elif leaf.shape.closed and len(leaf.shape.words) > 1 and not fact.shape.closed:
            value -= 0.15
        anchors = leaf.shape.anchors | (leaf.shape.items.anchors if leaf.shape.items else set())
        if anchors and member.kind == "value":
            own = member.name.removesuffix("s") if "array" in fact.shape.kinds else member.name
            value += 0.5 if own in anchors else -0.35
            evidence.append("the value that was asked by" if own in anchors else "")
        if member.table:
            inside = self.match(member.table, leaf.shape.items or leaf.shape)
            value = 0.5 * value + 0.55 * inside.fit
            evidence.append("what stands inside" if inside.fit > 0.3 else "")
        order = abs(_index(fact, table) / max(facts - 1, 1) - leaf.place / max(places - 1, 1))
        value += 0.06 * (1 - order) + 0.03 * (member.required == leaf.shape.required)
        value -= 0.02 * (len(leaf.steps) - 1)
        if name.value < 0.25 and kinds.value < 1.0 and not evidence[-1]:
            value = min(value, LEAST - 0.02)
        return Score(value, ", ".join(text for text in evidence if text))


def _index(fact: Fact, table: str) -> int:
    return facts_of(table).index(fact)


def pointer(leaf: Leaf) -> str:
    """Return the JSON Pointer of a place."""
    return spell(leaf.steps)
