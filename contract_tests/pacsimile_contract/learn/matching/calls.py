"""Proposes lines about calls: operations, their paths, and the names of their parameters."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pacsimile_contract.learn.contract import own_operation, parameter_facts
from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.matching.operations import OperationMatch
from pacsimile_contract.learn.matching.pairs import Score, decide
from pacsimile_contract.learn.matching.parameters import ParameterMatch, is_constant, match_parameters
from pacsimile_contract.learn.service import Operation, Parameter
from pacsimile_spec.documents import operations
from pacsimile_spec.operation_ids import API_OPERATIONS, OPERATION_IDS, TOKEN_OPERATIONS

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def propose_calls(source: MatchedSource) -> None:
    """Propose operations, paths, parameters and constants."""
    for operation in OPERATION_IDS:
        match = source.operations.get(operation)
        if match is not None:
            _propose_paths(source, match)
    for operation in OPERATION_IDS:
        if operation not in source.operations:
            _propose_absence(source, operation)
    _propose_parameters(source)
    _propose_constants(source)


def _propose_paths(source: MatchedSource, match: OperationMatch) -> None:
    operation, place = match.operation, ("paths", match.operation)
    sure = match.pair.sure
    templates: list[str] = []
    unclear: list[str] = []
    for call in (match.theirs, *match.others):
        template, complete, certain = _template(operation, call)
        (templates if complete else unclear).append(template)
        sure &= certain
    if not templates:
        question = (
            f"{operation} seems to be {match.theirs.label}: what stands in its braces? It is none of our parameters"
        )
        source.proposal.ask(place, question)
        return
    evidence = f"{match.theirs.label}: {match.pair.score.evidence}"
    one_of = set(operations()[operation].exactly_one_of)
    if not source.service.whole and one_of and any("{" in template for template in templates):
        shown = {name for name in one_of if any("{" + name + "}" in template for template in templates)}
        if shown != one_of:
            sure, evidence = False, f"{evidence}; no call by {', '.join(sorted(one_of - shown))} is seen"
    source.proposal.add(place, templates if len(templates) > 1 else templates[0], sure=sure, evidence=evidence)
    for template in unclear:
        source.proposal.notes.append(f"{template} was left out: what stands in its braces is none of our parameters")


def _template(operation: str, call: Operation) -> tuple[str, bool, bool]:
    """Return a path with the contract's names in braces, whether all are known, and whether they are sure."""
    match = match_parameters(operation, call)
    ours = {match.name_of(name).name: (name, pair.sure) for name, pair in match.pairs.items()}
    constants = {
        parameter.name: str(parameter.shape.words[0]) for parameter in call.parameters if is_constant(parameter)
    }
    complete, sure = True, True
    known = {parameter.name for parameter in operations()[operation].parameters}

    def rename(placeholder: re.Match[str]) -> str:
        nonlocal complete, sure
        name = placeholder[1]
        if name in constants:
            return constants[name]
        own, certain = ours.get(name, ("", False))
        complete &= own in known
        sure &= certain
        return "{" + (own or name) + "}"

    return _PLACEHOLDER.sub(rename, call.path), complete, sure


def _propose_absence(source: MatchedSource, operation: str) -> None:
    """Propose that the service lacks an operation, where the source would name it."""
    place, method = ("operations", operation), own_operation(operation).method
    if operation == "postToken" and source.service.token_url and "getToken" not in source.operations:
        path = urlsplit(source.service.token_url).path
        if path:
            source.proposal.add(("paths", operation), path, sure=True, evidence="the tokenUrl of its security scheme")
            return
    if not source.service.whole:
        source.proposal.ask(
            place, f"does the service have {operation}, and at which path? {source.service.source} does not show it"
        )
        return
    if operation in TOKEN_OPERATIONS:
        other = next(name for name in TOKEN_OPERATIONS if name != operation)
        known = other in source.operations or source.service.token_url is not None
        if not known:
            question = "where does a client get its token? The description has no such operation"
            source.proposal.ask(("paths", operation), question)
            return
        whence = "the other token operation is described, this one is not"
        source.proposal.add(place, False, sure=other in source.operations, evidence=whence)
        return
    taken = {id(call) for call in source.calls(*OPERATION_IDS)}
    left = [call for call in source.service.operations if id(call) not in taken and call.method == method]
    if left:
        shown = ", ".join(call.label for call in left[:3])
        evidence = f"no call is recognized as it; {len(left)} are left, such as {shown}"
    else:
        evidence = "every call that is described is another operation"
    source.proposal.add(place, False, sure=not left, evidence=evidence)


def _propose_parameters(source: MatchedSource) -> None:
    given: dict[str, Parameter] = {}
    scores: dict[tuple[str, str], list[Score]] = {}
    applicable: dict[str, int] = {}
    for operation, match in source.operations.items():
        for call in (match.theirs, *match.others):
            parameters = match_parameters(operation, call)
            _note(parameters, given, scores)
            for name in parameters.pairs:
                applicable[name] = applicable.get(name, 0) + 1
    names, theirs = list(parameter_facts()), list(given)
    rows = [[_mean(scores.get((name, other), [])) for other in theirs] for name in names]
    for name, pair in zip(names, decide(rows) if theirs else [None] * len(names), strict=True):
        if pair is None:
            _ask_for_parameter(source, name)
            continue
        parameter = given[theirs[pair.place]]
        if parameter.place == "path" and parameter.name.lower() in ("id", "uid", "name", "key"):
            # a client never sends the name of a parameter that is in the path
            if not source.service.whole:
                question = f"what is {name} called where it stands in a query? It is seen in a path alone"
                source.proposal.ask(("parameters", name), question)
            continue
        source.proposal.add(("parameters", name), parameter.name, sure=pair.sure, evidence=pair.score.evidence)


def _note(match: ParameterMatch, given: dict[str, Parameter], scores: dict[tuple[str, str], list[Score]]) -> None:
    for name, pair in match.pairs.items():
        parameter = match.name_of(name)
        if parameter.name not in given or given[parameter.name].place == "path":
            given[parameter.name] = parameter
        scores.setdefault((name, parameter.name), []).append(pair.score)


def _mean(scores: list[Score]) -> Score:
    if not scores:
        return Score(0.0)
    return Score(sum(score.value for score in scores) / len(scores) + 0.02 * len(scores), scores[0].evidence)


def _ask_for_parameter(source: MatchedSource, name: str) -> None:
    """Ask for a parameter, where an operation is there that has it and it is not known to be left out."""
    users = [
        operation for operation in (source.operations if source.service.whole else API_OPERATIONS)
        if any(parameter.name == name for parameter in operations()[operation].parameters)
    ]  # fmt: skip
    if users and name not in ("grant_type", "scope", "limit"):
        source.proposal.ask(("parameters", name), f"by which parameter does {users[0]} take what we call {name}?")
    elif users and name == "limit":
        question = "may a listing be limited, and by which parameter? None is seen"
        source.proposal.ask(("parameters", name), question)


def _propose_constants(source: MatchedSource) -> None:
    """Propose the parameters that have one and the same value in every call."""
    seen: dict[tuple[str, str], int] = {}
    calls = list(source.api_calls())
    for call in calls:
        for parameter in call.parameters:
            if parameter.place == "query" and is_constant(parameter):
                key = parameter.name, str(parameter.shape.words[0])
                seen[key] = seen.get(key, 0) + 1
    for (name, value), times in seen.items():
        everywhere = times == len(calls)
        evidence = f"it has this value in {'every call' if everywhere else f'{times} of {len(calls)} calls'}"
        source.proposal.add(("constants", name), value, sure=everywhere and len(calls) > 1, evidence=evidence)
