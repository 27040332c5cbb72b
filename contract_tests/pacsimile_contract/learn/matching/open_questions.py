"""Asks about sections of a dialect of which calls showed nothing, because they may differ from the contract."""

from __future__ import annotations

from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.proposal import Place

_WORDS = {
    "OrderStatus.status": "which words does the service have for the statuses of an order? None is seen",
    "report_status": "which words does the service have for final and amended? None is seen",
    "report_type": "by which words are report types asked for? None is seen",
    "scope": "how are the scopes called? None is seen",
    "problem": "by which words does a refusal say its reason? None is seen",
}
_QUESTIONS: dict[Place, str] = {
    **{("values", vocabulary): question for vocabulary, question in _WORDS.items()},
    ("times",): "how are times written: RFC 3339, numbers since 1970, or text with a pattern? None is seen",
    ("reports_carried",): "how do the bytes of a report come: as the body, by a redirect, by a link, in base64?",
}
_OF_RETRIEVALS: dict[Place, str] = {
    ("headers", name): f"which header says what {name} says, if any? No retrieval is seen"
    for name in ("X-Order-Id", "X-Report-Id", "Content-Digest", "Content-Disposition")
} | {("media_types",): "in which media types do reports come? No retrieval is seen"}


def ask_open_questions(source: MatchedSource) -> None:
    """Ask about each section of which a source shows nothing. One that shows the whole service leaves none."""
    if source.service.whole or not source.operations:
        return
    questions = _QUESTIONS if "getResult" in source.operations else _QUESTIONS | _OF_RETRIEVALS
    known = [*source.proposal.lines, *source.proposal.questions]
    for place, question in questions.items():
        if not any(other[: len(place)] == place for other in known):
            source.proposal.ask(place, question)
