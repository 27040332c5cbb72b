"""From what a source says of a service to the lines of a dialect file."""

from __future__ import annotations

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
from pacsimile_contract.learn.matching.reports import propose_reports
from pacsimile_contract.learn.matching.vocabularies import propose_words
from pacsimile_contract.learn.proposal import Proposal
from pacsimile_contract.learn.service import Service


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
        propose_times,
        propose_codes,
        propose_headers,
        propose_access,
        propose_acknowledgement,
    ):
        propose(reading)
    return proposal
