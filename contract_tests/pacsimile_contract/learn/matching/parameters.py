"""Matches the parameters of a call with those of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pacsimile_contract.learn.contract import Fact, own_operation, parameter_facts
from pacsimile_contract.learn.matching.pairs import NEVER, Pair, Score, add_last, decide, kind_score, name_score
from pacsimile_contract.learn.matching.words import words_score
from pacsimile_contract.learn.service import Operation, Parameter
from pacsimile_spec.documents import operations
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

_PROTOCOL_HEADERS = frozenset({"authorization", "accept", "content-type", "accept-language", "user-agent"})
"""Headers of a call that carry no parameter of the contract."""
CREDENTIALS = ("client_id", "client_secret")


@dataclass(slots=True)
class ParameterMatch:
    """The parameter of a call for each of the operation, by the contract's name.

    `fit` says from 0 to 1 how well the two lists agree.
    """

    theirs: list[Parameter]
    pairs: dict[str, Pair] = field(default_factory=dict)
    fit: float = 0.0

    @property
    def sure_pairs(self) -> list[str]:
        """The contract's names of the parameters that were surely recognized."""
        return [name for name, pair in self.pairs.items() if pair.sure]

    def name_of(self, ours: str) -> Parameter:
        """Return the service's parameter for one of the contract."""
        return self.theirs[self.pairs[ours].place]


def given_parameters(theirs: Operation) -> list[Parameter]:
    """Return what a call takes, apart from constants and what HTTP itself defines; the members of a form too."""
    result = [
        parameter
        for parameter in theirs.parameters
        if not (parameter.place == "header" and parameter.name.lower() in _PROTOCOL_HEADERS)
        and not is_constant(parameter)
    ]
    for media_type, content in theirs.bodies.items():
        if "form" in media_type:
            result += [Parameter(name, "form", shape) for name, shape in content.shape.members.items()]
    return result


def is_constant(parameter: Parameter) -> bool:
    """Whether a parameter has one value only."""
    grant = any(str(word) == "client_credentials" for word in parameter.shape.words)
    return parameter.shape.closed and len(parameter.shape.words) == 1 and not grant and parameter.required


def match_parameters(operation: str, theirs: Operation) -> ParameterMatch:
    """Return how the parameters of a call match those of an operation of the contract."""
    own = [parameter.name for parameter in operations()[operation].parameters]
    if operation in TOKEN_OPERATIONS:
        own = list(dict.fromkeys((*own, "grant_type", "scope", *CREDENTIALS)))
    given = given_parameters(theirs)
    match = ParameterMatch(given)
    if not given:
        match.fit = 0.6 if operation in TOKEN_OPERATIONS else 0.0
        return match
    facts = [parameter_facts()[name] for name in own]
    scores = parameter_scores(facts, given)
    pairs = decide(scores)
    needed = {parameter.name for parameter in operations()[operation].parameters if parameter.required}
    if len(given) <= len(own):
        add_last(pairs, scores, [name in needed for name in own])
    for name, pair in zip(own, pairs, strict=True):
        if pair is not None:
            match.pairs[name] = pair
    match.fit = _fit(operation, match)
    return match


def parameter_scores(facts: Sequence[Fact], given: Sequence[Parameter]) -> list[list[Score]]:
    """Return how well each parameter of a call fits each of the contract."""
    return [[_score(fact, parameter) for parameter in given] for fact in facts]


def _score(fact: Fact, parameter: Parameter) -> Score:
    kinds = kind_score(fact, parameter.shape)
    if kinds.value == NEVER:
        return kinds
    name = name_score(fact, parameter.name, (), parameter.context, parameter.shape)
    value = 0.75 * name.value + 0.25 * kinds.value
    evidence = [f"the parameter {parameter.name}" if name.evidence.startswith("the name") else name.evidence]
    if parameter.shape.anchors:
        own = {"organizationId": "organization_id"}.get(fact.key, fact.key)
        value += 0.5 if own in parameter.shape.anchors else -0.35
        evidence.append("a value that is known" if own in parameter.shape.anchors else "")
    if fact.key == "report_type":
        words = words_score("report_type", parameter.shape)
        value += 0.35 * words
        evidence.append("its words" if words > 0.4 else "")
    elif parameter.shape.closed and len(parameter.shape.words) > 1:
        value -= 0.2
    elif fact.key == "grant_type" and "client_credentials" in parameter.shape.values:
        value += 0.5
    return Score(value, ", ".join(text for text in (*evidence, kinds.evidence) if text))


def _fit(operation: str, match: ParameterMatch) -> float:
    known = operations()[operation]
    required = [parameter.name for parameter in known.parameters if parameter.required]
    scores = {name: min(pair.score.value, 1.0) for name, pair in match.pairs.items()}
    needed = [scores.get(name, 0.0) for name in required]
    if known.exactly_one_of:
        needed.append(max(scores.get(name, 0.0) for name in known.exactly_one_of))
    covered = sum(needed) / len(needed) if needed else max(scores.values(), default=0.4)
    own = own_operation(operation).parameters
    strange = len(match.theirs) - len(match.pairs)
    return covered * (1 - 0.15 * min(strange, 4)) if own or operation in TOKEN_OPERATIONS else 0.3
