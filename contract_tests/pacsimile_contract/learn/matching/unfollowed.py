"""What a description leaves open where a reference in it leads nowhere: an absence may be what stands there."""

from __future__ import annotations

from dataclasses import replace

from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_spec.plain import one_line


def reference_notes(source: MatchedSource) -> list[str]:
    """Return a note for each reference that was not followed."""
    return [
        f"$ref {one_line(reference)[:80]} was not followed: {why}"
        for reference, why in sorted(source.service.unfollowed.items())
    ]


def doubt_absences(source: MatchedSource) -> None:
    """Note the references that were not followed, ask for operations that they may hide, and doubt other absences."""
    notes = reference_notes(source)
    if not notes:
        return
    proposal = source.proposal
    proposal.notes += notes
    shown = f"{notes[0]}{f', and {len(notes) - 1} others were not' if len(notes) > 1 else ''}"
    for place, line in list(proposal.lines.items()):
        if place[0] == "operations" and line.value is False:
            del proposal.lines[place]
            proposal.ask(place, f"does the service have {place[1]}, and at which path? {shown}")
        elif line.value is None and line.sure:
            proposal.lines[place] = replace(line, sure=False, evidence=f"{line.evidence}; but {shown}")
