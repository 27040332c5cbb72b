"""Proposes the places of the members of answers."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pacsimile_contract.learn.contract import ANSWERS, facts_of
from pacsimile_contract.learn.matching.fields import TableMatch, pointer
from pacsimile_contract.learn.matching.pairs import NEVER, kind_score
from pacsimile_contract.learn.matching.reading import Reading
from pacsimile_contract.learn.service import Answer, Operation, Seen, Shape
from pacsimile_contract.learn.sources.recorded import read_json
from pacsimile_spec.dialects.pointers import parse, value_at
from pacsimile_spec.dialects.tables import tables

_NEEDED = {("Token", "access_token"), ("ReportList", "reports")}
"""Members that every dialect must have a place for."""


def propose_members(reading: Reading) -> None:
    """Propose the places of the facts in JSON answers."""
    for table, operations in ANSWERS.items():
        operation = next((name for name in operations if name in reading.operations), None)
        if operation is None:
            if not reading.service.whole and reading.operations:
                _ask_for(reading, table, f"what does the answer of {operations[0]} say, and where? None is seen")
            continue
        match = reading.operations[operation]
        shape = _shape(match.theirs.success())
        if table in ("JsonReport", "GroupJsonReport") and reading.carried != "bytes":
            shape = _carried(reading, match.theirs)
            if shape is None:
                _ask_for(reading, table, "what does a report of the type json say, and where? It is not described")
                continue
        if shape is None or not (shape.members or shape.items):
            if table != "Acknowledgement":
                question = f"what does the answer of {match.theirs.label} say, and where? {_NOT_SEEN}"
                _ask_for(reading, table, question)
            continue
        if shape.items is not None and not shape.members:
            question = f"the answer of {match.theirs.label} is a list, not an object: a dialect cannot say so"
            reading.proposal.ask(("fields", table), question)
            continue
        propose_table(reading, reading.fields.match(table, shape), ("fields",), match.theirs.label)


def _ask_for(reading: Reading, table: str, question: str) -> None:
    """Ask for a table and the tables inside it."""
    for name in tables():
        if name.partition(".")[0] == table:
            reading.proposal.ask(("fields", name), question)


def _carried(reading: Reading, call: Operation) -> Shape | None:
    """Return the shape of the JSON reports that were seen behind links or in base64; None if there were none."""
    line = reading.proposal.lines.get(("reports_carried",))
    shape = Shape()
    for seen in call.seen:
        for document in _documents(reading, seen, line.value if line else None):
            if isinstance(document, dict) and "resourceType" not in document:
                shape.observe(document)
    return shape if shape.members else None


def _documents(reading: Reading, seen: Seen, carried: Any) -> Iterator[Any]:
    if carried == "redirect":
        yield reading.service.linked.get(seen.location)
    elif isinstance(carried, dict):
        (by, text), *_ = carried.items()
        value = value_at(seen.json, parse(text))
        if by == "url":
            yield reading.service.linked.get(str(value))
        elif isinstance(value, str):
            with suppress(ValueError):
                yield read_json(b64decode(value), "application/json")


_NOT_SEEN = "No JSON of it is seen"


def _shape(answer: Answer | None) -> Shape | None:
    content = answer.json() if answer else None
    return content.shape if content else None


def propose_table(reading: Reading, match: TableMatch, where: tuple[str, ...], label: str) -> None:
    """Propose the places of a table's facts, and of the tables in it."""
    if not match.places:
        reading.proposal.ask(
            (*where, match.table), f"what stands there in the answer of {label}? Nothing of it is seen"
        )
        return
    reading.recognized.append(match)
    for fact in facts_of(match.table):
        member = fact.member
        assert member is not None
        place = (*where, match.table, member.name)
        leaf = match.place_of(member.name)
        if leaf is not None:
            pair = match.pairs[member.name]
            reading.proposal.add(place, pointer(leaf), sure=pair.sure, evidence=f"{label}: {pair.score.evidence}")
            if member.name in match.inner:
                propose_table(reading, match.inner[member.name], ("fields",), label)
        else:
            _propose_absence(reading, match, member.name, place, label)


def _propose_absence(reading: Reading, match: TableMatch, name: str, place: tuple[str, ...], label: str) -> None:
    """Propose that a fact is absent if the source shows the whole answer; ask if it does not."""
    fact = next(fact for fact in facts_of(match.table) if fact.member and fact.member.name == name)
    left = [leaf for leaf in match.left if kind_score(fact, leaf.shape).value > NEVER]
    shown = ", ".join(pointer(leaf) for leaf in left[:4])
    if (match.table, name) in _NEEDED:
        reading.proposal.ask(
            place, f"where does the answer of {label} say {name}?{f' {shown} are not understood' if shown else ''}"
        )
    elif not reading.service.whole and not tables()[match.table][name].required:
        reading.proposal.ask(place, f"does the answer of {label} ever say {name}, and where? None that was seen does")
    elif left:
        evidence = f"nothing in {label} is recognized as it; not understood: {shown}"
        reading.proposal.add(place, None, sure=False, evidence=evidence)
    elif reading.service.whole:
        evidence = f"all that {label} says is something else"
        reading.proposal.add(place, None, sure=True, evidence=evidence)
    else:
        evidence = f"it was in no answer of {label} that was seen"
        reading.proposal.add(place, None, sure=False, evidence=evidence)
