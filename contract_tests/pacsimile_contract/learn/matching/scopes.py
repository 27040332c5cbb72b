"""Proposes the words for scopes, by the operations that need them."""

from __future__ import annotations

from pacsimile_contract.learn.matching.reading import Reading
from pacsimile_contract.learn.matching.words import vocabulary_likeness
from pacsimile_spec.scopes import INGEST_WRITE, REPORTS_ACK, REPORTS_READ, STATUS_READ

_OPENS = {
    STATUS_READ: ("getStatus", "getOrderIds"),
    REPORTS_READ: ("getResult", "getGroupReport", "listReports"),
    REPORTS_ACK: ("acknowledgeReports",),
}


def propose_scopes(reading: Reading) -> None:
    """Propose the word for each scope: two of ours may be one of theirs."""
    for ours, operations in _OPENS.items():
        place, votes, asked = ("values", "scope", ours), dict[str, float](), 0
        for call in reading.calls(*operations):
            asked += call.scopes is not None
            for scope in call.scopes or ():
                alone = 1.0 if len(call.scopes or ()) == 1 else 0.3
                votes[scope] = votes.get(scope, 0.0) + alone + 0.5 * vocabulary_likeness("scope", ours, scope)
        if not votes:
            _propose_by_name(reading, ours)
            continue
        best = max(votes, key=lambda scope: (votes[scope], scope))
        rivals = [votes[scope] for scope in votes if scope != best]
        sure = max(rivals, default=0.0) < 0.5 * votes[best]
        reading.proposal.add(place, best, sure=sure, evidence=f"{asked} of its operations need it")
    _propose_by_name(reading, INGEST_WRITE)


def _propose_by_name(reading: Reading, ours: str) -> None:
    place = ("values", "scope", ours)
    used = {reading.proposal.lines[other].value for other in reading.proposal.lines if other[:2] == ("values", "scope")}
    scopes = [scope for scope in reading.service.scopes if scope not in used]
    ranked = sorted(scopes, key=lambda scope: (-vocabulary_likeness("scope", ours, scope), scope))
    if ranked and vocabulary_likeness("scope", ours, ranked[0]) >= 0.6:
        likeness = vocabulary_likeness("scope", ours, ranked[0])
        reading.proposal.add(place, ranked[0], sure=likeness >= 0.99, evidence="the word")
    elif ours == INGEST_WRITE and not reading.service.whole:
        if any(
            line.place[:2] == ("values", "scope") and line.value != line.place[2]
            for line in reading.proposal.lines.values()
        ):
            reading.proposal.ask(place, "by which scope are studies submitted? No operation that was seen needs it")
    elif ours != INGEST_WRITE and reading.operations:
        known = f"; {', '.join(scopes[:6])} are listed" if scopes else ""
        reading.proposal.ask(place, f"which scope opens {', '.join(_OPENS[ours])}?{known}")
