"""Proposes the places of the members of answers."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pacsimile_contract.learn.contract import ANSWERS, facts_of
from pacsimile_contract.learn.matching.fields import TableMatch, pointer
from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.matching.pairs import NEVER, kind_score
from pacsimile_contract.learn.service import Answer, Operation, SeenCall, Shape
from pacsimile_contract.learn.sources.recorded_calls import read_json
from pacsimile_spec.dialects.pointers import parse, value_at
from pacsimile_spec.dialects.tables import tables

_NEEDED = {("Token", "access_token"), ("ReportList", "reports")}
"""Members that every dialect must have a place for."""


def propose_members(source: MatchedSource) -> None:
    """Propose the places of the facts in JSON answers."""
    for table, operations in ANSWERS.items():
        operation = next((name for name in operations if name in source.operations), None)
        if operation is None:
            if not source.service.whole and source.operations:
                _ask_for(source, table, f"what does the answer of {operations[0]} say, and where? None is seen")
            continue
        match = source.operations[operation]
        shape = _shape(match.theirs.success())
        if table in ("JsonReport", "GroupJsonReport") and source.carried != "bytes":
            shape = _carried(source, match.theirs)
            if shape is None or _is_of_the_other(source, table, shape):
                _ask_for(source, table, "what does a report of the type json say, and where? It is not described")
                continue
        if shape is None or not (shape.members or shape.items):
            if table != "Acknowledgement":
                question = f"what does the answer of {match.theirs.label} say, and where? {_NOT_SEEN}"
                _ask_for(source, table, question)
            continue
        if shape.items is not None and not shape.members:
            question = f"the answer of {match.theirs.label} is a list, not an object: a dialect cannot say so"
            source.proposal.ask(("fields", table), question)
            continue
        propose_table(source, source.fields.match(table, shape), ("fields",), match.theirs.label)


def _ask_for(source: MatchedSource, table: str, question: str) -> None:
    """Ask for a table and the tables inside it."""
    for name in tables():
        if name.partition(".")[0] == table:
            source.proposal.ask(("fields", name), question)


def _carried(source: MatchedSource, call: Operation) -> Shape | None:
    """Return the shape of the JSON reports that were seen behind links or in base64; None if there were none."""
    line = source.proposal.lines.get(("reports_carried",))
    shape = Shape()
    for seen in call.seen:
        for document in _documents(source, seen, line.value if line else None):
            if isinstance(document, dict) and "resourceType" not in document:
                shape.observe(document)
    return shape if shape.members else None


def _documents(source: MatchedSource, seen: SeenCall, carried: Any) -> Iterator[Any]:
    if carried == "redirect":
        yield source.service.linked.get(seen.location)
    elif isinstance(carried, dict):
        (by, text), *_ = carried.items()
        value = value_at(seen.json, parse(text))
        if by == "url":
            yield source.service.linked.get(str(value))
        elif isinstance(value, str):
            with suppress(ValueError):
                yield read_json(b64decode(value), "application/json")


def _is_of_the_other(source: MatchedSource, table: str, shape: Shape) -> bool:
    """Whether a report is one of the other kind: a retrieval of one kind can be taken for that of the other."""
    (other,) = {"JsonReport", "GroupJsonReport"} - {table}
    return source.fields.match(other, shape).fit > source.fields.match(table, shape).fit


_NOT_SEEN = "No JSON of it is seen"


def _shape(answer: Answer | None) -> Shape | None:
    content = answer.json() if answer else None
    return content.shape if content else None


def propose_table(source: MatchedSource, match: TableMatch, where: tuple[str, ...], label: str) -> None:
    """Propose the places of a table's facts, and of the tables in it."""
    if not match.places:
        source.proposal.ask((*where, match.table), f"what stands there in the answer of {label}? Nothing of it is seen")
        return
    source.recognized.append(match)
    for fact in facts_of(match.table):
        member = fact.member
        assert member is not None
        place = (*where, match.table, member.name)
        leaf = match.place_of(member.name)
        if leaf is not None:
            pair = match.pairs[member.name]
            source.proposal.add(place, pointer(leaf), sure=pair.sure, evidence=f"{label}: {pair.score.evidence}")
            if member.name in match.inner:
                propose_table(source, match.inner[member.name], ("fields",), label)
        else:
            _propose_absence(source, match, member.name, place, label)
            inner = f"{match.table}.{member.name}"
            if not source.service.whole and inner in tables():
                source.proposal.ask(
                    ("fields", inner), f"what does the answer of {label} say there? Nothing of it is seen"
                )


def _propose_absence(source: MatchedSource, match: TableMatch, name: str, place: tuple[str, ...], label: str) -> None:
    """Propose that a fact is absent if the source shows the whole answer; ask if it does not."""
    fact = next(fact for fact in facts_of(match.table) if fact.member and fact.member.name == name)
    left = [leaf for leaf in match.left if kind_score(fact, leaf.shape).value > NEVER]
    shown = source.shown([pointer(leaf) for leaf in left]) if left else ""
    if (match.table, name) in _NEEDED:
        source.proposal.ask(
            place, f"where does the answer of {label} say {name}?{f' {shown} are not understood' if shown else ''}"
        )
    elif not source.service.whole and not tables()[match.table][name].required:
        source.proposal.ask(place, f"does the answer of {label} ever say {name}, and where? None that was seen does")
    elif left:
        evidence = f"nothing in {label} is recognized as it; not understood: {shown}"
        source.proposal.add(place, None, sure=False, evidence=evidence)
    elif source.service.whole:
        evidence = f"all that {label} says is something else"
        source.proposal.add(place, None, sure=True, evidence=evidence)
    else:
        evidence = f"it was in no answer of {label} that was seen"
        source.proposal.add(place, None, sure=False, evidence=evidence)
