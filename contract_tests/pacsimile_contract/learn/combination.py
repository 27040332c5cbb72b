"""Combines the proposals of several sources into one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from pacsimile_contract.learn.proposal import Line, Place, Proposal

_CHOSEN = ("paths", "parameters", "fields", "errors")
"""What is chosen from all that a source shows, so that who shows less chooses worse."""


def combined(proposals: Sequence[Proposal]) -> Proposal:
    """Return one proposal of several, in which later sources count more: first descriptions, then what was seen.

    Where sources disagree, a sure line counts more than an unsure one. Of sure ones the later source counts more; where
    a fact stands unsurely, the source that shows all places to choose from. The line is unsure then, and its evidence
    has both. Evidence names a source by its number in the combined source: `[1]`.
    """
    if len(proposals) == 1:
        _drop_answered(proposals[0])
        return proposals[0]
    numbers = {source: f"[{number}]" for number, source in enumerate(dict.fromkeys(p.source for p in proposals), 1)}
    result = Proposal(" and ".join(f"{number} {source}" for source, number in numbers.items()))
    for proposal in proposals:
        result.notes += [note for note in proposal.notes if note not in result.notes]
    for place in dict.fromkeys(place for proposal in proposals for place in proposal.lines):
        given = [(numbers[p.source], p.lines[place]) for p in proposals if place in p.lines]
        whole = {numbers[proposal.source] for proposal in proposals if proposal.whole and place[0] in _CHOSEN}
        result.lines[place] = _combined(place, given, whole)
    _drop_absences(result)
    known = set(result.lines)
    for proposal in proposals:
        for place, question in proposal.questions.items():
            if not any(_within(line, place) for line in known):
                result.questions.setdefault(place, question)
    _drop_answered(result)
    return result


def _combined(place: Place, given: list[tuple[str, Line]], whole: Collection[str]) -> Line:
    groups: dict[str, list[tuple[str, Line]]] = {}
    if place[0] == "paths":
        given = _with_all_paths(given)
    for source, line in given:
        groups.setdefault(_key(place, line.value), []).append((source, line))
    ranked = sorted(groups.values(), key=lambda group: _weight(group, given, whole))
    best = ranked[-1]
    evidence = "; ".join(f"{source} {line.evidence}" for source, line in best)
    sure = any(line.sure for _, line in best)
    if len(ranked) > 1:
        others = "; ".join(
            f"{source} says {line.value} ({line.evidence})" for group in ranked[:-1] for source, line in group
        )
        evidence, sure = f"{evidence}; but {others}", False
    return Line(place, best[0][1].value, sure, evidence)


def _weight(
    group: list[tuple[str, Line]], given: list[tuple[str, Line]], whole: Collection[str]
) -> tuple[bool, bool, int, bool, int]:
    """Return what ranks a value: said surely, said at all, by how many, by who shows all, by how late a source."""
    last = max(index for index, entry in enumerate(given) if entry in group)
    sure = any(line.sure for _, line in group)
    shown = not sure and any(source in whole for source, _ in group)
    return sure, group[0][1].value is not None, len(group), shown, last


def _key(place: Place, value: Any) -> str:
    """Return the same text for values that mean the same: the case of a header's name says nothing (RFC 9110, 5.1)."""
    if place[0] == "paths" and isinstance(value, list):
        value = sorted(value)
    return repr(value).lower() if place[0] == "headers" else repr(value)


def _with_all_paths(given: list[tuple[str, Line]]) -> list[tuple[str, Line]]:
    """Return the lines of an operation's paths; who saw some of another's paths does not say that there are no more."""
    result = []
    for source, line in given:
        wider = [other for _, other in given if _paths(line) < _paths(other)]
        whole = max(wider, key=lambda other: len(_paths(other)), default=line)
        result.append((source, Line(line.place, whole.value, whole.sure, line.evidence)))
    return result


def _paths(line: Line) -> set[str]:
    return set(line.value) if isinstance(line.value, list) else {str(line.value)}


def _drop_absences(proposal: Proposal) -> None:
    """Drop the absence of an operation whose path another source knows."""
    for place in list(proposal.lines):
        if place[0] == "operations" and ("paths", place[1]) in proposal.lines:
            del proposal.lines[place]


def _drop_answered(proposal: Proposal) -> None:
    """Drop the questions about the answer of an acknowledgement where it is known to be empty."""
    code, answer = (proposal.lines.get(place) for place in (("codes", "acknowledged"), ("acknowledgement", "answer")))
    if (code is not None and code.value == 204) or (answer is not None and answer.value is None):
        for place in [place for place in proposal.questions if place[:2] == ("fields", "Acknowledgement")]:
            del proposal.questions[place]


def _within(place: Place, other: Place) -> bool:
    return place[: len(other)] == other or ((place[0], other[0]) == ("paths", "operations") and place[1] == other[1])
