"""What speaks for the meaning of a status, apart from its word: the rest of the answer, and the order of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pacsimile_contract.learn.matching.fields import TableMatch
from pacsimile_contract.learn.matching.pairs import Score
from pacsimile_contract.learn.matching.reading import Reading
from pacsimile_contract.learn.matching.words import by_position, words_of
from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED, FINAL, PROCESSING, RECEIVED, STATUSES

Hints = dict[tuple[str, str | int], Score]


def status_hints(reading: Reading) -> Hints:
    """Return for pairs of (status, the service's word) how much speaks for them."""
    hints: Hints = {}
    for match in reading.recognized:
        if match.table == "OrderStatus" and "status" in match.pairs:
            _hint_by_answers(match, hints)
            leaf = match.place_of("status")
            words = words_of(leaf.shape) if leaf and leaf.shape.closed else []
            if words and all(isinstance(word, int) for word in words):
                for ours, word in by_position(words, STATUSES).items():
                    _add(hints, ours, word, 0.45, "the order of the numbers")
    for match in reading.recognized:
        if match.table == "GroupJsonReport.orders" and "status" in match.pairs:
            _hint_by_group(match, hints)
    return hints


def _add(hints: Hints, ours: str, word: str | int, weight: float, evidence: str) -> None:
    """Let evidence add up: 0.5 and 0.5 make 0.75."""
    before = hints.get((ours, word), Score(0.0))
    if evidence in before.evidence:
        return
    shown = f"{before.evidence}, {evidence}" if before.evidence else evidence
    hints[ours, word] = Score(1 - (1 - before.value) * (1 - weight), shown)


def value_at(document: Any, steps: tuple[str, ...]) -> Any:
    """Return what stands at a place in a JSON value, None where there is nothing."""
    for step in steps:
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _hint_by_answers(match: TableMatch, hints: Hints) -> None:
    for answer in match.objects:
        facts = {
            name: _fact(match, name, answer)
            for name in ("progress", "completed_at", "report_types", "created_at", "updated_at")
        }
        word = _fact(match, "status", answer)
        if not isinstance(word, (str, int)) or isinstance(word, bool):
            continue
        finished = bool(facts["completed_at"]) or bool(facts["report_types"]) or facts["progress"] == 100
        if finished:
            _add(hints, COMPLETED, word, 0.85, "an answer that has a report")
        elif facts["progress"] == 0 and facts["created_at"] == facts["updated_at"] is not None:
            _add(hints, RECEIVED, word, 0.7, "an answer of an order that did not change yet")
        elif isinstance(facts["progress"], int) and facts["progress"]:
            for ours, weight in ((PROCESSING, 0.35), (FAILED, 0.3), (CANCELLED, 0.25)):
                _add(hints, ours, word, weight, "an answer of an order on its way")


def _fact(match: TableMatch, name: str, answer: Mapping[str, Any]) -> Any:
    leaf = match.place_of(name)
    return None if leaf is None else value_at(answer, leaf.steps)


def _hint_by_group(match: TableMatch, hints: Hints) -> None:
    """Use that each order of a group report has a final status."""
    leaf = match.place_of("status")
    if leaf is None or not leaf.shape.closed:
        return
    words = words_of(leaf.shape)
    if len(words) == len(FINAL):
        for word in words:
            for ours in (COMPLETED, FAILED, CANCELLED):
                _add(hints, ours, word, 0.15, "the report of a group has it")
        for ours, word in by_position(words, (COMPLETED, FAILED, CANCELLED)).items():
            _add(hints, ours, word, 0.2, "its place among the final ones")
