"""Proposes lines about acknowledgements: the forms of the call, and whether it is answered."""

from __future__ import annotations

from pacsimile_contract.learn.matching.fields import pointer
from pacsimile_contract.learn.matching.matched_source import MatchedSource


def propose_acknowledgement(source: MatchedSource) -> None:
    """Propose the forms of an acknowledgement."""
    match = source.operations.get("acknowledgeReports")
    if match is None:
        if source.operations and not source.service.whole:
            question = (
                "is there a body, and where do the reports stand in it? Is there an answer? No call of it is seen"
            )
            source.proposal.ask(("acknowledgement",), question)
        return
    call, where = match.theirs, ("acknowledgement",)
    if call.body_required:
        source.proposal.add((*where, "without_body"), False, sure=True, evidence="the body is required")
    elif call.body_required is False:
        evidence = "the body may be left out"
        source.proposal.add((*where, "without_body"), True, sure=True, evidence=evidence)
    elif source.service.whole:
        source.proposal.add((*where, "body"), None, sure=True, evidence=f"{call.label} takes no body")
    else:
        question = "does an acknowledgement without a body acknowledge the last listing?"
        source.proposal.ask((*where, "without_body"), question)
    _propose_body(source)
    success = call.success()
    if success is not None and not success.contents:
        source.proposal.add((*where, "answer"), None, sure=True, evidence=f"the answer {success.code} has no content")


def _propose_body(source: MatchedSource) -> None:
    call, place = source.operations["acknowledgeReports"].theirs, ("acknowledgement", "body", "report_ids")
    contents = [content for media_type, content in call.bodies.items() if "json" in media_type]
    for content in contents:
        table = source.fields.match("AcknowledgementRequest", content.shape)
        leaf = table.place_of("report_ids")
        if leaf is not None:
            pair = table.pairs["report_ids"]
            only = len([other for other in table.places if other.shape.items]) == 1
            evidence = pair.score.evidence if pair.sure or not only else "the only list in the body"
            source.proposal.add(place, pointer(leaf), sure=pair.sure or only, evidence=evidence)
            return
        lists = [leaf for leaf in table.places if leaf.shape.items]
        if len(lists) == 1:
            source.proposal.add(place, pointer(lists[0]), sure=False, evidence="the only list in the body")
            return
    if contents:
        source.proposal.ask(place, "where in the body of an acknowledgement do the reports stand?")
