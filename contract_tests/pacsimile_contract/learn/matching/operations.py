"""Matches operations: which call of the service does what an operation of the contract does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pacsimile_contract.learn.contract import ANSWERS, names, own_operation
from pacsimile_contract.learn.matching.fields import FieldMatcher, TableMatch
from pacsimile_contract.learn.matching.kinds import kinds_of
from pacsimile_contract.learn.matching.pairs import NEVER, Pair, Score, decide
from pacsimile_contract.learn.matching.parameters import ParameterMatch, match_parameters
from pacsimile_contract.learn.service import Operation, Service, is_json, leaves
from pacsimile_contract.learn.words import best_likeness
from pacsimile_spec.operation_ids import OPERATION_IDS, RETRIEVALS, TOKEN_OPERATIONS

MOST_COMPARED = 40
"""Operations of the service whose answers are compared with those of an operation of the contract."""
_OF_REPORTS = re.compile(r"application/(pdf|dicom|octet-stream|fhir|hl7|x-hl7)|text/(plain|csv)")
_TABLE: dict[str, str] = {operation: table for table, operations in ANSWERS.items() for operation in operations}


@dataclass(slots=True)
class OperationMatch:
    """The call of the service for an operation of the contract. `others` are further calls for the same."""

    operation: str
    theirs: Operation
    pair: Pair
    parameters: ParameterMatch
    answer: TableMatch | None
    others: list[Operation] = field(default_factory=list)


class OperationMatcher:
    """Matches the operations of a service with those of the contract."""

    def __init__(self, service: Service, fields: FieldMatcher) -> None:
        self._service, self._fields = service, fields

    def match(self) -> dict[str, OperationMatch]:
        """Return the service's call for each operation of the contract that it has."""
        theirs = self._service.operations
        if not theirs:
            return {}
        rows = [self._row(operation) for operation in OPERATION_IDS]
        matches: dict[str, OperationMatch] = {}
        for operation, pair in zip(OPERATION_IDS, decide(rows, 0.38), strict=True):
            if pair is not None:
                call = theirs[pair.place]
                parameters = match_parameters(operation, call)
                matches[operation] = OperationMatch(operation, call, pair, parameters, self.answer(operation, call))
        self._find_others(matches, rows)
        return matches

    def answer(self, operation: str, theirs: Operation) -> TableMatch | None:
        """Return how the answer of a call matches the table of the operation; None if it has no JSON."""
        success = theirs.success()
        content = success.json() if success else None
        return None if content is None else self._fields.match(_TABLE[operation], content.shape)

    def _row(self, operation: str) -> list[Score]:
        by_request = [self._request_score(operation, theirs) for theirs in self._service.operations]
        ranks = sorted(range(len(by_request)), key=lambda index: (-by_request[index].value, index))[:MOST_COMPARED]
        return [
            self._total_score(operation, theirs, score) if index in ranks and score.value > NEVER else Score(NEVER)
            for index, (theirs, score) in enumerate(zip(self._service.operations, by_request, strict=True))
        ]  # fmt: skip

    def _request_score(self, operation: str, theirs: Operation) -> Score:
        """Score method, path and parameters."""
        if theirs.method != own_operation(operation).method:
            return Score(NEVER)
        path = path_likeness(operation, theirs)
        parameters = match_parameters(operation, theirs)
        return Score(0.45 * path + 0.35 * parameters.fit)

    def _total_score(self, operation: str, theirs: Operation, by_request: Score) -> Score:
        answer = self._answer_score(operation, theirs)
        evidence = "its path, parameters and answer" if answer > 0.4 else "its path and parameters"
        return Score(by_request.value + 0.45 * answer - (0.25 if answer < 0.1 else 0.0), evidence)

    def _answer_score(self, operation: str, theirs: Operation) -> float:
        success = theirs.success()
        match = self.answer(operation, theirs)
        fit = match.fit if match else 0.0
        if operation in TOKEN_OPERATIONS and self._service.token_url:
            path = self._service.token_url.partition("?")[0]
            fit = max(fit, 0.8 if path.endswith(theirs.path) else 0.0)
        if operation == "acknowledgeReports" and (success is None or not success.contents):
            return max(fit, 0.35)
        if operation in RETRIEVALS:
            return max(fit, _report_score(operation, theirs))
        return fit

    def _find_others(self, matches: dict[str, OperationMatch], rows: list[list[Score]]) -> None:
        """Find further calls for an operation: they answer alike, and take the other of `order_id` and `study_uid`."""
        taken = {id(match.theirs) for match in matches.values()}
        for operation in ("getStatus", "getResult"):
            if operation not in matches:
                continue
            match = matches[operation]
            own = {name for name, pair in match.parameters.pairs.items() if pair.score.value > 0.4}
            best = self._answer_score(operation, match.theirs)
            for theirs in self._service.operations:
                if id(theirs) in taken or theirs.method != match.theirs.method:
                    continue
                names_there = set(match_parameters(operation, theirs).sure_pairs)
                new = names_there & {"order_id", "study_uid"} - own
                if new and self._answer_score(operation, theirs) >= 0.8 * best > 0.2:
                    match.others.append(theirs)
                    taken.add(id(theirs))
                    own |= new


def path_likeness(operation: str, theirs: Operation) -> float:
    """Return how like the path of a call, or another of its names, is to a usual name of the operation."""
    known = names()["operations"][operation]
    segments = [segment for segment in theirs.path.split("/") if segment and not segment.startswith("{")]
    segments = [segment for segment in segments if not re.fullmatch(r"v\d+|api|rest", segment)]
    best = 0.0
    for start in range(len(segments)):
        part = "_".join(segments[start:])
        best = max(best, (1.0 - 0.02 * start) * best_likeness(known, part))
    own = _own_path_likeness(operation, segments)
    named = max((best_likeness(known, name) for name in theirs.names), default=0.0)
    return max(best, own, 0.8 * named)


def _own_path_likeness(operation: str, segments: list[str]) -> float:
    own = own_operation(operation).path.strip("/").split("/")
    return 1.0 if segments[-len(own) :] == own else 0.0


def _report_score(operation: str, theirs: Operation) -> float:
    """Return how much the answer of a call looks like a report's bytes, or a link to them."""
    success = theirs.success()
    if success is None:
        return 0.5 if any(code in theirs.answers for code in ("302", "303", "307")) else 0.0
    bytes_of = [media_type for media_type in success.contents if not is_json(media_type)]
    if any(_OF_REPORTS.match(media_type) for media_type in bytes_of):
        csv = any(media_type.startswith("text/csv") for media_type in success.contents)
        return 0.8 if csv == (operation == "getGroupReport") else 0.65
    content = success.json()
    places = leaves(content.shape) if content else []
    carried = [leaf for leaf in places if kinds_of(leaf.shape) & {"uri", "base64"} or leaf.shape.format == "binary"]
    return 0.5 if carried and len(places) < 12 else 0.0
