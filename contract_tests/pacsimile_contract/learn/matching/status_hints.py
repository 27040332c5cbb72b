"""Collects hints about the meaning of a status apart from its word: the rest of the answer, the order of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pacsimile_contract.learn.matching.fields import TableMatch
from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.matching.pairs import Score
from pacsimile_contract.learn.matching.words import by_position, words_of
from pacsimile_contract.learn.service import is_json
from pacsimile_contract.learn.words import coverage
from pacsimile_spec.dialects.pointers import value_at
from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED, FINAL, PROCESSING, RECEIVED, STATUSES

Hints = dict[tuple[str, str | int], Score]


def status_hints(source: MatchedSource) -> Hints:
    """Return the hints for pairs of (status, the service's word)."""
    hints: Hints = {}
    for match in source.recognized:
        if match.table == "OrderStatus" and "status" in match.pairs:
            _hint_by_answers(match, hints)
            leaf = match.place_of("status")
            words = words_of(leaf.shape) if leaf else []
            if words and all(isinstance(word, int) for word in words):
                for ours, word in by_position(words, STATUSES).items():
                    _add(hints, ours, word, 0.45, "the order of the numbers")
    _hint_by_retrievals(source, hints)
    for match in source.recognized:
        if match.table == "GroupJsonReport.orders" and "status" in match.pairs:
            _hint_by_group(match, hints)
    return hints


def report_status_hints(source: MatchedSource) -> Hints:
    """Return the hints for pairs of (report status, the service's word)."""
    hints: Hints = {}
    for match in source.recognized:
        leaf = match.place_of("report_status") if match.table in ("ReportList.reports", "JsonReport") else None
        words = words_of(leaf.shape) if leaf else []
        if words and all(isinstance(word, int) for word in words):
            for ours, word in by_position(words, ("final", "amended")).items():
                _add(hints, ours, word, 0.45, "the order of the numbers")
        for report in match.objects if leaf and "supersedes" in match.pairs else ():
            word, former = _fact(match, "report_status", report), _fact(match, "supersedes", report)
            if isinstance(word, (str, int)) and not isinstance(word, bool):
                ours, why = ("amended", "a former version") if former else ("final", "no former version")
                _add(hints, ours, word, 0.7 if former else 0.5, f"a report that has {why}")
    return hints


def _add(hints: Hints, ours: str, word: str | int, weight: float, evidence: str) -> None:
    """Add a hint for a pair. Weights combine as probabilities: 0.5 and 0.5 make 0.75."""
    before = hints.get((ours, word), Score(0.0))
    if evidence in before.evidence:
        return
    shown = f"{before.evidence}, {evidence}" if before.evidence else evidence
    hints[ours, word] = Score(1 - (1 - before.value) * (1 - weight), shown)


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
    """Add hints from group reports, in which each order has a final status."""
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


def _hint_by_retrievals(source: MatchedSource, hints: Hints) -> None:
    """Add hints from retrievals for orders whose status was seen, and from the order in which statuses came."""
    seen = _statuses(source)
    _hint_by_known_statuses(source, seen, hints)
    for words in seen.values():
        _hint_by_succession(words, hints)
    retrieval = source.operations.get("getResult")
    if retrieval is None or "order_id" not in retrieval.parameters.pairs:
        return
    name = retrieval.parameters.name_of("order_id").name
    for call in retrieval.theirs.seen:
        statuses = seen.get(call.given.get(name, ""), [])
        if len(set(map(str, statuses))) != 1:
            continue
        if call.status == 200 and not is_json(call.media_type):
            _add(hints, COMPLETED, statuses[0], 0.85, "its report could be fetched")
        elif call.status >= 300 or call.status == 202:
            for ours, names in _REFUSAL_WORDS.items():
                score = max(coverage(name, text) for name in names for text in (*_texts(call.json), ""))
                if score >= 0.9:
                    _add(hints, ours, statuses[0], 0.6, "what its retrieval answered")


_REFUSAL_WORDS = {
    FAILED: ("failed", "order failed"),
    CANCELLED: ("cancelled",),
    PROCESSING: ("order is processing", "in progress"),
    RECEIVED: ("order is received", "queued"),
}
"""Words in the refusal of a retrieval, by the status of the order."""


def _statuses(source: MatchedSource) -> dict[str, list[str | int]]:
    """Return the status words that were seen of each order, by its id, in the order in which they came."""
    result: dict[str, list[str | int]] = {}
    match, table = (
        source.operations.get("getStatus"),
        next((m for m in source.recognized if m.table == "OrderStatus"), None),
    )
    leaf, own = (table.place_of("status"), table.place_of("order_id")) if table else (None, None)
    if match is None or leaf is None or own is None:
        return result
    for operation in (match.theirs, *match.others):
        for call in operation.seen:
            order, word = value_at(call.json, own.steps), value_at(call.json, leaf.steps)
            if isinstance(order, str) and isinstance(word, (str, int)) and not isinstance(word, bool):
                words = result.setdefault(order, [])
                if not words or words[-1] != word:
                    words.append(word)
    return result


def _hint_by_known_statuses(source: MatchedSource, seen: dict[str, list[str | int]], hints: Hints) -> None:
    for order, status in source.service.statuses.items():
        if len(seen.get(order, ())) == 1:
            _add(hints, status, seen[order][0], 0.9, "an order of which it is known")


def _hint_by_succession(words: list[str | int], hints: Hints) -> None:
    if len(words) == 3:
        for ours, word in zip((RECEIVED, PROCESSING), words, strict=False):
            _add(hints, ours, word, 0.6, "how it changed")


def _texts(document: Any) -> list[str]:
    if isinstance(document, dict):
        return [text for inside in document.values() for text in _texts(inside)]
    return [document[:200]] if isinstance(document, str) else []
