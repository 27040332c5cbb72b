"""Scores how well a place fits a fact, and pairs facts with places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pacsimile_contract.learn.assignment import assign
from pacsimile_contract.learn.contract import Fact
from pacsimile_contract.learn.matching.kinds import kinds_of
from pacsimile_contract.learn.service import Shape
from pacsimile_contract.learn.words import best_likeness, likeness

LEAST = 0.3
"""The score below which nothing is paired."""
SURE = 0.6
"""The score from which a pair may be sure."""
MARGIN = 0.1
"""By how much the second best must be worse."""
NEVER = -1.0
"""The score of an impossible pair."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well a place fits a fact, and by what it was recognized."""

    value: float
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """The place of a fact, by its number. `sure` says that no other place comes near."""

    place: int
    score: Score
    sure: bool


def decide(scores: Sequence[Sequence[Score]], least: float = LEAST) -> list[Pair | None]:
    """Pair facts (rows) with places (columns) so that the sum of scores is greatest.

    A pair is sure if it scores SURE or more, and every rival of its row or column is worse by MARGIN, or is better
    placed elsewhere.
    """
    values = [[score.value for score in row] for row in scores]
    mates = assign(values, least)
    own = {mate: values[row][mate] for row, mate in enumerate(mates) if mate is not None}
    result: list[Pair | None] = []
    for row, mate in enumerate(mates):
        if mate is None:
            result.append(None)
            continue
        score = values[row][mate]
        rivals = [
            value for column, value in enumerate(values[row])
            if column != mate and own.get(column, 0.0) < value + MARGIN
        ]  # fmt: skip
        rivals += [
            values[other][mate] for other, theirs in enumerate(mates)
            if other != row and (theirs is None or values[other][theirs] < values[other][mate] + MARGIN)
        ]  # fmt: skip
        sure = score >= SURE and max(rivals, default=0.0) <= score - MARGIN
        result.append(Pair(mate, scores[row][mate], sure))
    return result


def add_last(pairs: list[Pair | None], scores: Sequence[Sequence[Score]], needed: Sequence[bool]) -> None:
    """Pair, as unsure, each needed row and column that are left and possible only for each other."""
    taken = {pair.place for pair in pairs if pair}
    rows = [row for row, pair in enumerate(pairs) if pair is None and needed[row]]
    columns = [column for column in range(len(scores[0]) if scores else 0) if column not in taken]
    possible = [(row, column) for row in rows for column in columns if scores[row][column].value > NEVER / 2]
    for row, column in possible:
        if sum(row == other or column == there for other, there in possible) == 1:
            pairs[row] = Pair(column, Score(LEAST, "all else is recognized"), sure=False)


def name_score(fact: Fact, name: str, parents: Sequence[str], context: str, shape: Shape) -> Score:
    """Return how like a place's name is to those of a fact: its own, with the object around it, or its schema's."""
    best, evidence = best_likeness(fact.names, name, context), f"the name {name}"
    if likeness(fact.names[0], name, context) == best:
        best += 0.02  # the contract's own name before its other names
    if parents:
        longer = 0.97 * best_likeness(fact.names, "_".join((*parents[-1:], name)), context)
        if longer > best:
            best, evidence = longer, f"the name {parents[-1]}.{name}"
    for title in shape.titles[:1]:
        titled = 0.6 * best_likeness(fact.names, title, context)
        if titled > best:
            best, evidence = titled, f"the schema {title}"
    return Score(min(best, 1.0), evidence)


_NUMBERS = {"integer", "number"}


def kind_score(fact: Fact, shape: Shape) -> Score:
    """Return how the kinds agree: NEVER if impossible, -0.5 if unlikely, 0 to 1 if they fit."""
    ours, theirs = fact.shape.kinds - {"null"}, shape.kinds - {"null"}
    kind = fact.member.kind if fact.member else "value"
    containers = {"array", "object"}
    if theirs and ours and (ours & containers) != (theirs & containers) and (ours | theirs) & containers:
        return Score(NEVER)
    if "array" in ours:
        return _items_score(fact, shape, objects=kind == "objects")
    if "object" in ours:
        return Score(0.3 if shape.members else 0.0, "an object")
    mine, seen = kinds_of(fact.shape), kinds_of(shape)
    if kind == "time":
        return _time_score(shape, seen)
    if kind in ("word", "parameter"):
        return Score(-0.5 if seen & {"uid", "instant", "date", "boolean"} else 0.0)
    if theirs and ours and not (theirs & ours or (theirs | ours) <= _NUMBERS):
        digits = theirs | ours <= {"integer", "string"}
        return Score(-0.4 if digits and not seen & {"boolean", "instant"} else NEVER)
    if mine and seen:
        shared = mine & seen
        if shared:
            strong = shared & {"uid", "date", "uri", "boolean"}
            return Score(1.0 if strong else 0.4, f"a {sorted(strong)[0]}" if strong else "")
        return Score(-0.5 if (mine | seen) & {"uid", "instant", "date", "boolean", "uri"} else -0.1)
    return Score(0.0)


def _time_score(shape: Shape, seen: frozenset[str]) -> Score:
    if "instant" in seen:
        return Score(1.0, "an instant")
    if "boolean" in shape.kinds or seen & {"uid", "uri", "text", "boolean"}:
        return Score(NEVER)
    return Score(0.3 if shape.kinds & {"integer", "number"} else 0.0)


def _items_score(fact: Fact, shape: Shape, *, objects: bool) -> Score:
    items = shape.items or Shape()
    if objects != bool(items.members):
        return Score(NEVER if items.members or items.kinds else -0.2)
    ours, theirs = kinds_of(fact.shape.items or Shape()), kinds_of(items)
    return Score(0.5 if ours & theirs else 0.2 if not (ours and theirs) else 0.0, "a list")
