"""Proposes the service's words: statuses, report types, scopes and reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.matching.pairs import Pair, Score
from pacsimile_contract.learn.matching.reasons import propose_reasons
from pacsimile_contract.learn.matching.scopes import propose_scopes
from pacsimile_contract.learn.matching.status_hints import report_status_hints, status_hints
from pacsimile_contract.learn.matching.words import explanations, pair_words, vocabulary_likeness, words_of
from pacsimile_contract.learn.service import Shape
from pacsimile_spec.dialects.tables import VOCABULARIES, tables
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES


def propose_words(source: MatchedSource) -> None:
    """Propose the words of each vocabulary."""
    _propose(source, "OrderStatus.status", status_hints(source))
    _propose(source, "report_status", report_status_hints(source))
    _propose_report_types(source)
    propose_scopes(source)
    propose_reasons(source)


def _shapes(source: MatchedSource, vocabulary: str) -> list[Shape]:
    """Return the shapes of the places with words of a vocabulary; for report types the parameter first."""
    places = [leaf.shape.items or leaf.shape for _, member, leaf in source.placed() if member.vocabulary == vocabulary]
    if vocabulary == "report_type":
        for operation, match in source.operations.items():
            if operation in ("getResult", "getGroupReport") and "report_type" in match.parameters.pairs:
                places.insert(0, match.parameters.name_of("report_type").shape)
    return places


def _collected(shapes: list[Shape]) -> tuple[list[str | int], bool]:
    """Return the words of several places, and whether they are complete. Closed lists take precedence over samples."""
    closed = [shape for shape in shapes if shape.closed]
    result: list[str | int] = []
    for shape in closed or shapes:
        for word in words_of(shape):
            if not any(type(word) is type(other) and word == other for other in result):
                result.append(word)
    return result, bool(closed)


def _texts(source: MatchedSource, shapes: list[Shape]) -> list[str]:
    result = [text for shape in shapes for text in shape.texts]
    for operation in source.api_calls():
        for answer in operation.refusals():
            for content in answer.contents.values():
                result += [text for text in _sample_texts(content.shape) if "(" in text or "=" in text]
    return result


def _sample_texts(shape: Shape) -> list[str]:
    inside = [value for value in shape.samples if isinstance(value, str)]
    for member in shape.members.values():
        inside += _sample_texts(member)
    return inside


def _propose(source: MatchedSource, vocabulary: str, hints: Mapping[tuple[str, str | int], Score]) -> None:
    shapes = _shapes(source, vocabulary)
    if not shapes:
        return
    theirs, complete = _collected(shapes)
    if not complete and not _is_placed_surely(source, vocabulary) and not _are_like(vocabulary, theirs):
        theirs = []  # what was seen may be anything, a person's name among it
    meant = explanations(theirs, _texts(source, shapes))
    pairs = pair_words(vocabulary, theirs, meant, hints)
    further = _further(vocabulary, theirs, {word for word, _ in pairs.values()}, meant)
    for ours in VOCABULARIES[vocabulary]:
        place = ("values", vocabulary, ours)
        if ours in pairs:
            word, pair = pairs[ours]
            others = [other for other, (mine, _) in further.items() if mine == ours]
            sure = pair.sure and all(further[other][1] for other in others)
            value: Any = [word, *others] if others else word
            source.proposal.add(place, value, sure=sure, evidence=pair.score.evidence)
        else:
            left = [str(word) for word in theirs if word not in further and all(word != w for w, _ in pairs.values())]
            shown = f"; not understood: {source.shown(left, 6)}" if left and complete else ""
            source.proposal.ask(place, f"what does the service say for {ours}?{shown}")


def _is_placed_surely(source: MatchedSource, vocabulary: str) -> bool:
    """Whether a place of a vocabulary's words was surely recognized."""
    return any(
        member.vocabulary == vocabulary and match.pairs[name].sure
        for match in source.recognized
        for name, member in tables()[match.table].items()
        if name in match.pairs
    )


def _are_like(vocabulary: str, theirs: list[str | int]) -> bool:
    """Whether most words are numbers, or like those of a vocabulary."""
    like = [
        isinstance(w, int) or max(vocabulary_likeness(vocabulary, o, w) for o in VOCABULARIES[vocabulary]) > 0.5
        for w in theirs
    ]
    return sum(like) * 2 > len(like)


def _further(
    vocabulary: str, theirs: list[str | int], taken: set[str | int], meant: Mapping[str | int, str]
) -> dict[str | int, tuple[str, bool]]:
    """Return (the contract's word, sure) for each word of the service that is a further word for it."""
    result: dict[str | int, tuple[str, bool]] = {}
    if vocabulary != "OrderStatus.status":
        return result
    for word in theirs:
        if word in taken:
            continue
        scores = [
            (
                max(
                    vocabulary_likeness(vocabulary, ours, word),
                    vocabulary_likeness(vocabulary, ours, meant.get(word, word)),
                ),
                ours,
            )
            for ours in VOCABULARIES[vocabulary]
        ]
        best, ours = max(scores, key=lambda scored: scored[0])
        if best >= 0.5:
            result[word] = ours, best >= 0.8
    return result


def _propose_report_types(source: MatchedSource) -> None:
    """Propose the words for report types, and which of them are offered."""
    shapes = _shapes(source, "report_type")
    theirs, complete = _collected(shapes)
    has_groups = "getGroupReport" in source.operations
    ours = [name for name in VOCABULARIES["report_type"] if name in ORDER_TYPES or has_groups]
    pairs = pair_words("report_type", theirs, explanations(theirs, _texts(source, shapes)), None, ours)
    for name, (word, pair) in pairs.items():
        source.proposal.add(("values", "report_type", name), word, sure=pair.sure, evidence=pair.score.evidence)
    offered = [name for name in (*ORDER_TYPES, *(set(GROUP_TYPES) - set(ORDER_TYPES))) if name in pairs]
    if not theirs:
        source.proposal.ask(("report_types",), "which report types does the service offer, and by which words?")
        return
    left = [str(word) for word in theirs if all(word != other for other, _ in pairs.values())]
    shown = f"; not understood: {source.shown(left, 6)}" if left else ""
    for name in ours if left else ():
        if name not in pairs:
            source.proposal.ask(("values", "report_type", name), f"what does the service say for {name}?{shown}")
    if complete and offered:
        sure = not left and all(pair.sure for _, pair in pairs.values())
        source.proposal.add(("report_types",), offered, sure=sure, evidence=f"the words that are listed{shown}")
    elif offered:
        fetched, refused = _fetched(source, pairs)
        if not has_groups and set(ORDER_TYPES) <= set(fetched):  # nothing says that those of groups are not offered
            fetched += [name for name in GROUP_TYPES if name not in ORDER_TYPES]
        lacking = [name for name in ours if name not in fetched]
        if fetched and refused.issuperset(lacking):
            evidence = f"these were fetched, and {', '.join(lacking) or 'none'} refused"
            source.proposal.add(("report_types",), fetched, sure=not lacking and has_groups, evidence=evidence)
        elif lacking:
            offered = fetched or offered
            question = f"does the service offer {', '.join(lacking)}? {', '.join(offered)} were seen{shown}"
            source.proposal.ask(("report_types",), question)


def _fetched(source: MatchedSource, pairs: Mapping[str, tuple[str | int, Pair]]) -> tuple[list[str], set[str]]:
    """Return the report types that were fetched or listed as available, and those that were refused."""
    words = {name: name for name in VOCABULARIES["report_type"] if name not in pairs}
    words |= {str(word): name for name, (word, _) in pairs.items()}
    fetched: set[str] = set()
    refused: set[str] = set()
    for operation in ("getResult", "getGroupReport"):
        match = source.operations.get(operation)
        if match is None or "report_type" not in match.parameters.pairs:
            continue
        parameter = match.parameters.name_of("report_type").name
        for call in match.theirs.seen:
            name = words.get(call.given.get(parameter, ""))
            if name is not None:
                (fetched if call.status < 400 else refused).add(name)
    for _, member, leaf in source.placed():
        if member.vocabulary == "report_type" and leaf.shape.items:
            fetched |= {words[str(word)] for word in words_of(leaf.shape.items) if str(word) in words}
    return [name for name in VOCABULARIES["report_type"] if name in fetched], refused - fetched
