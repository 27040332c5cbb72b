"""Proposes the names of the headers of answers."""

from __future__ import annotations

from pacsimile_contract.learn.contract import Fact, header_facts
from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.matching.pairs import LEAST, Score, decide
from pacsimile_contract.learn.service import Shape
from pacsimile_contract.learn.words import best_likeness

_OF_RESULTS = ("X-Order-Id", "X-Report-Id", "Content-Digest", "Content-Disposition")
_HTTP = frozenset(
    [
        "date",
        "server",
        "connection",
        "content-length",
        "content-type",
        "transfer-encoding",
        "vary",
        "etag",
        "last-modified",
        "expires",
        "age",
        "pragma",
        "allow",
        "location",
        "link",
        "set-cookie",
        "strict-transport-security",
        "access-control-allow-origin",
        "content-encoding",
        "keep-alive",
        "x-powered-by",
        "via",
        "alt-svc",
        "accept-ranges",
        "content-security-policy",
        "x-frame-options",
        "referrer-policy",
    ]
)
"""Headers that carry none of the contract's facts."""


def propose_headers(source: MatchedSource) -> None:
    """Propose the name of each header, or that there is none."""
    if not source.operations:
        return
    seen = _seen(source)
    theirs = [name for name in seen if name.lower() not in _HTTP]
    facts = header_facts()
    rows = [[_score(fact, name, seen[name]) for name in theirs] for fact in facts.values()]
    pairs = decide(rows) if theirs else [None] * len(facts)
    taken = {theirs[pair.place] for pair in pairs if pair}
    left = [name for name in theirs if name not in taken]
    for ours, pair in zip(facts, pairs, strict=True):
        place = ("headers", ours)
        if pair is not None:
            name = theirs[pair.place]
            same = name.lower() == ours.lower()
            source.proposal.add(place, ours if same else name, sure=pair.sure or same, evidence=pair.score.evidence)
        elif ours in _OF_RESULTS and "getResult" not in source.operations:
            continue
        elif not seen or not (source.service.whole or ours in ("X-Request-Id", *_OF_RESULTS)):
            source.proposal.ask(place, f"which header says what {ours} says, if any? None is seen")
        else:
            shown = f"; not understood: {source.shown(left, 5)}" if left else ""
            evidence = f"no answer has a header that is recognized as it{shown}"
            source.proposal.add(place, None, sure=source.service.whole and not left, evidence=evidence)


def _seen(source: MatchedSource) -> dict[str, Shape]:
    """Return the headers of all answers by name, each spelling once."""
    result: dict[str, Shape] = {}
    spellings: dict[str, str] = {}
    for operation in source.operations:
        for call in source.calls(operation):
            for answer in call.answers.values():
                for name, shape in answer.headers.items():
                    spelling = spellings.setdefault(name.lower(), name)
                    result.setdefault(spelling, shape)
    for name in source.service.linked_headers:
        result.setdefault(spellings.setdefault(name.lower(), name), Shape())
    return result


def _score(fact: Fact, name: str, shape: Shape) -> Score:
    if name.lower() == fact.key.lower():
        return Score(1.5, "the name")
    plain = name.removeprefix("X-").removeprefix("x-")
    value = best_likeness([other.removeprefix("X-") for other in fact.names], plain)
    for title in shape.titles[:1]:
        value = max(value, 0.9 * best_likeness((fact.key,), title))
    return Score(value if value >= 0.45 else min(value, LEAST - 0.01), f"the name {name}")
