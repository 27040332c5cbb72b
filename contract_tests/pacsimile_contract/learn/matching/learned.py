"""From what a source says of a service to the lines of a dialect file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pacsimile_contract.learn.matching.access import propose_access
from pacsimile_contract.learn.matching.acknowledgement import propose_acknowledgement
from pacsimile_contract.learn.matching.calls import propose_calls
from pacsimile_contract.learn.matching.codes import propose_codes
from pacsimile_contract.learn.matching.fields import FieldMatcher
from pacsimile_contract.learn.matching.headers import propose_headers
from pacsimile_contract.learn.matching.instants import propose_times
from pacsimile_contract.learn.matching.members import propose_members
from pacsimile_contract.learn.matching.operations import OperationMatcher
from pacsimile_contract.learn.matching.reading import Reading
from pacsimile_contract.learn.matching.refusals import propose_refusals
from pacsimile_contract.learn.matching.reports import propose_reports, propose_seen_media_types
from pacsimile_contract.learn.matching.vocabularies import propose_words
from pacsimile_contract.learn.proposal import Proposal
from pacsimile_contract.learn.service import NOTHING, Service
from pacsimile_contract.learn.sources.recorded import RecordedCall, service_of_calls


def proposal_of(service: Service) -> Proposal:
    """Return what is learned of a service from one source."""
    fields = FieldMatcher()
    proposal = Proposal(service.source, notes=list(service.notes))
    reading = Reading(service, OperationMatcher(service, fields).match(), fields, proposal)
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
        propose_access,
        propose_acknowledgement,
    ):
        propose(reading)
    return proposal


def proposal_of_calls(
    calls: Sequence[RecordedCall],
    source: str,
    base_path: str = "",
    known: Mapping[str, str] = NOTHING,
    statuses: Mapping[str, str] = NOTHING,
) -> Proposal:
    """Return what is learned of a service from recorded calls.

    They are read twice: the values by which calls asked, once it is known which parameter is which, are looked for in
    the answers then. `statuses` has those of orders that are known, in the contract's words.
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
"""The parameters whose values stand in answers, by the member that has them."""
