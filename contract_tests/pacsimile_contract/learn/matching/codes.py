"""Lines about status codes: of what is unknown, not ready, badly asked, another's, acknowledged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pacsimile_contract.english import counted
from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.matching.refusals import refusals
from pacsimile_contract.learn.service import Answer, Shape
from pacsimile_contract.learn.words import best_likeness, likeness
from pacsimile_spec.dialects.model import Codes
from pacsimile_spec.operation_ids import API_OPERATIONS, RETRIEVALS

_NOT_READY = ("not ready", "report not ready", "pending", "processing", "not yet", "in progress")


_UNKNOWN = "what does the service answer for an order that does not exist: 404, or 200 with an empty object?"
_READY = "what does the service answer for the report of an order that is still under way: 409, 404, 202 or 425?"
_WRONG = "what does the service answer to a parameter that is wrong: 400 or 422?"
_ACKNOWLEDGED = "what does the service answer to an acknowledgement: 200, 202 or 204?"
_FOREIGN = "what does the service answer to a listing of another's organization: 403 or 404?"


def propose_codes(source: MatchedSource) -> None:
    """Propose the status codes that a dialect may choose."""
    _propose_unknown(source)
    _propose_not_ready(source)
    _propose_bad_request(source)
    _propose_foreign(source)
    _propose_acknowledged(source)


def _ask_unseen(source: MatchedSource, code: str, question: str) -> None:
    """Ask for a code where no call shows it, and the source does not claim to show all."""
    if source.operations and not source.service.whole:
        _ask(source, code, question, ())


def _ask(source: MatchedSource, code: str, question: str, operations: Sequence[str]) -> None:
    """Ask for a code: with what the calls of these operations answered, and with what holds if nobody answers."""
    default = getattr(Codes(), code)
    source.proposal.ask(("codes", code), f"{question} {_seen(source, operations)} Left out, it is {default}")


def _seen(source: MatchedSource, operations: Sequence[str]) -> str:
    """Say which answers there are; the question stands because none of them shows the code."""
    calls = list(source.calls(*operations)) if operations else []
    counts = Counter(str(seen.status) for call in calls for seen in call.seen)
    if counts:
        answers = ", ".join(f"{number} times {code}" for code, number in sorted(counts.items()))
        return (
            f"{counted(sum(counts.values()), 'such call was', 'such calls were')} seen, and none shows it: {answers}."
        )
    described = sorted({code for call in calls for code in call.answers})
    if described:
        return f"None of the answers that are described shows it: {', '.join(described)}."
    return "No such call was seen."


def _codes(source: MatchedSource, *operations: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for call in source.calls(*operations):
        for code in call.answers:
            counts[code] = counts.get(code, 0) + 1
    return counts


def _propose_unknown(source: MatchedSource) -> None:
    operations = [name for name in ("getStatus", "getOrderIds") if name in source.operations]
    if not operations:
        _ask_unseen(source, "unknown", _UNKNOWN)
        return
    empty = 0
    for call in source.calls(*operations):
        success = call.success()
        content = success.json() if success else None
        empty += bool(content and content.shape.empty_allowed and content.shape.members)
    if empty:
        evidence = "an answer 200 may be an empty object"
        source.proposal.add(("codes", "unknown"), "200-empty", sure=True, evidence=evidence)
    elif "404" in _codes(source, *operations):
        source.proposal.add(
            ("codes", "unknown"), 404, sure=True, evidence=f"{' and '.join(operations)} have an answer 404"
        )
    else:
        _ask(source, "unknown", _UNKNOWN, operations)


def _propose_not_ready(source: MatchedSource) -> None:
    if not any(name in source.operations for name in RETRIEVALS):
        _ask_unseen(source, "not_ready", _READY)
        return
    place = ("codes", "not_ready")
    scores: dict[str, float] = {}
    waiting = 0.0
    for call in source.calls(*RETRIEVALS):
        for code in ("202", "425", "409", "404"):
            answer = call.answers.get(code)
            if answer is None:
                continue
            base = {"202": 0.7, "425": 0.9, "409": 0.4, "404": 0.05}[code]
            speaks = _speaks_of_waiting(answer)
            scores[code], waiting = max(scores.get(code, 0.0), base + speaks), max(waiting, speaks)
    if not scores or max(scores.values()) < 0.1:
        _ask(source, "not_ready", _READY, RETRIEVALS)
        return
    best = max(scores, key=lambda code: (scores[code], code))
    rivals = [score for code, score in scores.items() if code != best]
    sure = (
        scores[best] >= 0.4 and (source.service.whole or waiting > 0) and max(rivals, default=0.0) <= scores[best] - 0.2
    )
    source.proposal.add(place, int(best), sure=sure, evidence=f"the answer {best} of a retrieval")


def _speaks_of_waiting(answer: Answer) -> float:
    """Return how much an answer speaks of a report that is not ready yet."""
    score = 0.35 if any(name.lower() == "retry-after" for name in answer.headers) else 0.0
    texts = [*answer.texts]
    for content in answer.contents.values():
        texts += _strings(content.shape)
    if any("not ready" in text.lower() or "not yet" in text.lower() or "not-ready" in text.lower() for text in texts):
        return score + 0.5
    like = max((best_likeness(_NOT_READY, text[:60]) for text in texts[:200]), default=0.0)
    return score + (0.4 if like >= 0.7 else 0.0)


def _strings(shape: Shape, depth: int = 0) -> list[str]:
    result = [value for value in shape.values if isinstance(value, str)]
    for inside in (*shape.members.values(), *([shape.items] if shape.items else [])):
        if depth < 5:
            result += _strings(inside, depth + 1)
    return result


def _propose_bad_request(source: MatchedSource) -> None:
    counts = _codes(source, *API_OPERATIONS)
    place, calls = ("codes", "bad_request"), len(list(source.api_calls()))
    there = {code: counts[code] for code in ("400", "422") if code in counts}
    if not calls:
        _ask_unseen(source, "bad_request", _WRONG)
        return
    if not there:
        _ask(source, "bad_request", _WRONG, API_OPERATIONS)
        return
    best = max(there, key=lambda code: (there[code], code))
    sure = len(there) == 1
    evidence = f"{there[best]} of {calls} calls have an answer {best}"
    source.proposal.add(place, int(best), sure=sure, evidence=evidence)


def _propose_foreign(source: MatchedSource) -> None:
    operations = [name for name in ("listReports", "acknowledgeReports") if name in source.operations]
    if not operations:
        _ask_unseen(source, "foreign_organization", _FOREIGN)
        return
    place, counts = ("codes", "foreign_organization"), _codes(source, *operations)
    if "404" in counts:
        named = any(
            likeness("organization", word) > 0.3
            for _, answer, _, shape in refusals(source, *operations)
            if answer.code == "404"
            for text in (*answer.texts, *_strings(shape))
            for word in text.split()[:40]
        )
        evidence = f"{counts['404']} calls about the queue have an answer 404"
        source.proposal.add(place, 404, sure=counts["404"] == len(operations) and named, evidence=evidence)
    elif "403" in counts:
        evidence = "calls about the queue have an answer 403 and none of 404"
        source.proposal.add(place, 403, sure=source.service.whole, evidence=evidence)
    else:
        _ask(source, "foreign_organization", _FOREIGN, operations)


def _propose_acknowledged(source: MatchedSource) -> None:
    codes = sorted(code for code in _codes(source, "acknowledgeReports") if code in ("200", "202", "204"))
    place = ("codes", "acknowledged")
    if codes:
        evidence = f"the acknowledgement has an answer {' and '.join(codes)}"
        source.proposal.add(place, int(codes[0]), sure=len(codes) == 1, evidence=evidence)
    elif source.operations and ("acknowledgeReports" in source.operations or not source.service.whole):
        _ask(source, "acknowledged", _ACKNOWLEDGED, ("acknowledgeReports",))
