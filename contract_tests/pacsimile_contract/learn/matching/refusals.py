"""Proposes lines about refusals: the media type, and the places of their facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pacsimile_contract.learn.contract import facts_of
from pacsimile_contract.learn.matching.fields import TableMatch, pointer
from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.matching.members import propose_table
from pacsimile_contract.learn.matching.pairs import Pair
from pacsimile_contract.learn.service import Answer, Leaf, Shape, is_json
from pacsimile_spec.operation_ids import API_OPERATIONS, TOKEN_OPERATIONS

_LEAST = 0.25
"""The fit from which an answer counts as a problem."""


@dataclass(slots=True)
class _Votes:
    """What the refusals of a service say of one member: places with the sum of their scores."""

    scores: dict[str, float] = field(default_factory=dict)
    best: dict[str, tuple[Pair, Leaf]] = field(default_factory=dict)

    def add(self, pair: Pair, leaf: Leaf) -> None:
        key = pointer(leaf)
        self.scores[key] = self.scores.get(key, 0.0) + pair.score.value
        if key not in self.best or pair.score.value > self.best[key][0].score.value:
            self.best[key] = pair, leaf

    def winner(self) -> tuple[str, Pair, bool] | None:
        """Return the place with the greatest sum, a pair of it, and whether no other place comes near."""
        if not self.scores:
            return None
        ranked = sorted(self.scores, key=lambda key: (-self.scores[key], key))
        alone = len(ranked) == 1 or self.scores[ranked[1]] < 0.4 * self.scores[ranked[0]]
        return ranked[0], self.best[ranked[0]][0], alone


def refusals(source: MatchedSource, *operations: str) -> Iterator[tuple[str, Answer, str, Shape]]:
    """Yield (operation, answer, media type, shape) of each JSON refusal of some operations."""
    for operation in operations:
        for call in source.calls(operation):
            for answer in call.refusals():
                for media_type, content in answer.contents.items():
                    if is_json(media_type):
                        yield operation, answer, media_type, content.shape


def propose_refusals(source: MatchedSource) -> None:
    """Propose how problems and token errors are written."""
    _propose_media_type(source)
    api = [shape for _, _, _, shape in refusals(source, *API_OPERATIONS)]
    _propose_table(source, "Problem", ("errors",), api)
    _propose_errors(source, api)
    token = [
        shape for _, answer, _, shape in refusals(source, *TOKEN_OPERATIONS) if answer.code in ("400", "401", "default")
    ]
    if any(operation in source.operations for operation in TOKEN_OPERATIONS):
        _propose_table(source, "TokenError", ("fields", "TokenError"), token)


def _propose_errors(source: MatchedSource, shapes: list[Shape]) -> None:
    """Propose the members of what `errors` lists, where the refusals that fit the best have a list of objects."""
    inner = [
        match.inner["errors"]
        for match in (source.fields.match("Problem", shape) for shape in shapes if shape.members)
        if match.fit >= _LEAST and "errors" in match.inner
    ]
    if inner:
        propose_table(source, max(inner, key=lambda match: match.fit), ("fields",), "a refusal")


def _propose_media_type(source: MatchedSource) -> None:
    counts: dict[str, int] = {}
    for _, _, media_type, _ in refusals(source, *API_OPERATIONS):
        counts[media_type] = counts.get(media_type, 0) + 1
    if not counts:
        question = "in which media type do refusals come, and what do they say? None with JSON is seen"
        source.proposal.ask(("errors", "media_type"), question)
        return
    best = max(counts, key=lambda name: (counts[name], name))
    evidence = f"{counts[best]} of {sum(counts.values())} refusals"
    essence = best.partition(";")[0].strip()
    source.proposal.add(
        ("errors", "media_type"), essence, sure=counts[best] * 4 >= 3 * sum(counts.values()), evidence=evidence
    )


def _propose_table(source: MatchedSource, table: str, where: tuple[str, ...], shapes: list[Shape]) -> None:
    matches = [source.fields.match(table, shape) for shape in shapes if shape.members]
    matches = [match for match in matches if match.fit >= _LEAST] or matches[:1]
    if not matches:
        if source.operations:
            what = "a refusal" if table == "Problem" else "a refusal of the token operation"
            source.proposal.ask(where, f"what does {what} say, and where? None with JSON is seen")
        return
    votes: dict[str, _Votes] = {}
    for match in matches:
        for name in match.pairs:
            leaf = match.place_of(name)
            if leaf is not None:
                votes.setdefault(name, _Votes()).add(match.pairs[name], leaf)
    source.recognized.append(max(matches, key=lambda match: match.fit))
    taken: set[str] = set()
    for fact in facts_of(table):
        member = fact.member
        assert member is not None
        place = (*where, member.name)
        winner = votes.get(member.name, _Votes()).winner()
        if winner is not None and winner[0] not in taken:
            key, pair, alone = winner
            taken.add(key)
            evidence = f"refusals: {pair.score.evidence}"
            source.proposal.add(place, key, sure=pair.sure and alone, evidence=evidence)
        else:
            _propose_absence(source, matches, place, required=member.required)


def _propose_absence(
    source: MatchedSource, matches: list[TableMatch], place: tuple[str, ...], *, required: bool
) -> None:
    left = {pointer(leaf) for match in matches for leaf in match.left}
    if left:
        evidence = f"no refusal is recognized to say it; not understood: {source.shown(sorted(left))}"
        if source.service.whole or required:
            source.proposal.add(place, None, sure=False, evidence=evidence)
        else:
            source.proposal.ask(place, f"does a refusal say its {place[-1]}, and where? {evidence}")
    elif source.service.whole:
        source.proposal.add(place, None, sure=True, evidence="all that refusals say is something else")
    elif required:
        source.proposal.add(place, None, sure=False, evidence="no refusal that was seen says it")
    elif any(answer.code in ("400", "422") for _, answer, _, _ in refusals(source, *API_OPERATIONS)):
        evidence = "a refusal of a parameter was seen, and does not say it"
        source.proposal.add(place, None, sure=False, evidence=evidence)
    else:
        source.proposal.ask(place, f"does a refusal say its {place[-1]}, and where? None that was seen does")
