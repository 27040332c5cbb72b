"""Makes a proposal of what a source shows of a service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pacsimile_contract.learn.matching.acknowledgement import propose_acknowledgement
from pacsimile_contract.learn.matching.calls import propose_calls
from pacsimile_contract.learn.matching.codes import propose_codes
from pacsimile_contract.learn.matching.credentials import propose_credentials
from pacsimile_contract.learn.matching.fields import FieldMatcher
from pacsimile_contract.learn.matching.headers import propose_headers
from pacsimile_contract.learn.matching.instants import propose_times
from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.matching.members import propose_members
from pacsimile_contract.learn.matching.open_questions import ask_open_questions
from pacsimile_contract.learn.matching.operations import OperationMatcher
from pacsimile_contract.learn.matching.refusals import propose_refusals
from pacsimile_contract.learn.matching.reports import propose_reports, propose_seen_media_types
from pacsimile_contract.learn.matching.unfollowed import doubt_absences
from pacsimile_contract.learn.matching.vocabularies import propose_words
from pacsimile_contract.learn.proposal import Proposal
from pacsimile_contract.learn.service import NOTHING, Service
from pacsimile_contract.learn.sources.recorded_calls import RecordedCall, service_of_calls


def proposal_of(service: Service) -> Proposal:
    """Return what one source teaches of a service."""
    fields = FieldMatcher()
    proposal = Proposal(service.source, notes=list(service.notes), whole=service.whole)
    source = MatchedSource(service, OperationMatcher(service, fields).match(), fields, proposal)
    for propose in (
        propose_calls,
        propose_reports,
        propose_members,
        propose_refusals,
        propose_words,
        propose_seen_media_types,
        propose_times,
        propose_codes,
        propose_headers,
        propose_credentials,
        propose_acknowledgement,
        ask_open_questions,
        doubt_absences,
    ):
        propose(source)
    return proposal


def proposal_of_calls(
    calls: Sequence[RecordedCall],
    source: str,
    base_path: str = "",
    known: Mapping[str, str] = NOTHING,
    statuses: Mapping[str, str] = NOTHING,
) -> Proposal:
    """Return what recorded calls teach of a service.

    The calls are read twice. The first time shows which parameter is which. The second time the values of these
    parameters are looked for in the answers.

    Args:
        calls: The calls, in the order in which they were made.
        source: The name of the source, for evidence.
        base_path: What paths are relative to.
        known: The facts of values that are known from elsewhere: `{"ORD-1": "order_id"}`.
        statuses: The statuses of known orders, in the contract's words.
    """
    service = service_of_calls(calls, source, base_path, known)
    matches = OperationMatcher(service, FieldMatcher()).match()
    values = dict(known)
    for match in matches.values():
        for name in match.parameters.pairs:
            if name in _ANCHORS:
                theirs = match.parameters.name_of(name).name
                for call in match.theirs.seen:
                    if call.status == 200 and call.given.get(theirs):
                        values.setdefault(call.given[theirs], _ANCHORS[name])
    service = service_of_calls(calls, source, base_path, values)
    service.statuses = dict(statuses)
    return proposal_of(service)


_ANCHORS = {
    "order_id": "order_id",
    "study_uid": "study_uid",
    "study_group": "study_group",
    "organizationId": "organization_id",
}
"""The member of answers that repeats the value of a parameter."""
