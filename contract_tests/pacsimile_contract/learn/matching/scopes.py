"""Proposes the words for scopes, by the operations that need them."""

from __future__ import annotations

from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.matching.words import vocabulary_likeness
from pacsimile_spec.scopes import INGEST_WRITE, REPORTS_ACK, REPORTS_READ, STATUS_READ

_OPENS = {
    STATUS_READ: ("getStatus", "getOrderIds"),
    REPORTS_READ: ("getResult", "getGroupReport", "listReports"),
    REPORTS_ACK: ("acknowledgeReports",),
}


def propose_scopes(source: MatchedSource) -> None:
    """Propose the word for each scope: two of ours may be one of theirs."""
    for ours, operations in _OPENS.items():
        place, votes, asked = ("values", "scope", ours), dict[str, float](), 0
        for call in source.calls(*operations):
            asked += call.scopes is not None
            for scope in call.scopes or ():
                alone = 1.0 if len(call.scopes or ()) == 1 else 0.3
                votes[scope] = votes.get(scope, 0.0) + alone + 0.5 * vocabulary_likeness("scope", ours, scope)
        if not votes:
            _propose_by_name(source, ours)
            continue
        best = max(votes, key=lambda scope: (votes[scope], scope))
        rivals = [votes[scope] for scope in votes if scope != best]
        sure = max(rivals, default=0.0) < 0.5 * votes[best]
        source.proposal.add(place, best, sure=sure, evidence=f"{asked} of its operations need it")
    _propose_by_name(source, INGEST_WRITE)


def _propose_by_name(source: MatchedSource, ours: str) -> None:
    place = ("values", "scope", ours)
    used = {source.proposal.lines[other].value for other in source.proposal.lines if other[:2] == ("values", "scope")}
    scopes = [scope for scope in source.service.scopes if scope not in used]
    ranked = sorted(scopes, key=lambda scope: (-vocabulary_likeness("scope", ours, scope), scope))
    if ranked and vocabulary_likeness("scope", ours, ranked[0]) >= 0.6:
        likeness = vocabulary_likeness("scope", ours, ranked[0])
        source.proposal.add(place, ranked[0], sure=likeness >= 0.99, evidence="the word")
    elif ours == INGEST_WRITE and not source.service.whole:
        if any(
            line.place[:2] == ("values", "scope") and line.value != line.place[2]
            for line in source.proposal.lines.values()
        ):
            source.proposal.ask(place, "by which scope are studies submitted? No operation that was seen needs it")
    elif ours != INGEST_WRITE and source.operations:
        known = f"; {', '.join(scopes[:6])} are listed" if scopes else ""
        source.proposal.ask(place, f"which scope opens {', '.join(_OPENS[ours])}?{known}")
