"""Proposes the words for the reasons of refusals, by their operation, status code and text."""

from __future__ import annotations

import re

from pacsimile_contract.learn.contract import word_names
from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.matching.pairs import Score, decide
from pacsimile_contract.learn.matching.refusals import refusals
from pacsimile_contract.learn.matching.words import vocabulary_likeness
from pacsimile_contract.learn.sources.disclosure import is_known
from pacsimile_contract.learn.words import coverage
from pacsimile_spec.dialects.pointers import parse, value_at
from pacsimile_spec.operation_ids import API_OPERATIONS
from pacsimile_spec.problems import PROBLEMS

_REASON = re.compile(r"(?!.*(\d{5}|[0-9a-fA-F]{8}-))[\w.:/#-]{1,80}")
"""A possible word for a reason: not a sentence, and not an identifier."""
_OPERATIONS = {
    "order-not-found": ("getStatus", "getResult"),
    "study-not-found": ("getStatus", "getOrderIds", "getResult"),
    "study-group-not-found": ("getGroupReport",),
    "report-not-ready": ("getResult", "getGroupReport"),
    "order-failed": ("getResult", "getGroupReport"),
    "order-cancelled": ("getResult",),
    "report-type-not-available": ("getResult", "getGroupReport"),
    "organization-not-allowed": ("listReports", "acknowledgeReports"),
    "invalid-body": ("acknowledgeReports",),
    "unsupported-media-type": ("acknowledgeReports",),
    "body-too-large": ("acknowledgeReports",),
}
"""The operations with a reason. Any operation may have the other reasons."""
_CODES = {
    "invalid-parameter": ("400", "422"),
    "invalid-body": ("400", "422"),
    "report-not-ready": ("409", "404", "202", "425"),
    "organization-not-allowed": ("403", "404"),
}


def propose_reasons(source: MatchedSource) -> None:
    """Propose the word for each reason that was seen; ask for the others where one differs."""
    line = source.proposal.lines.get(("errors", "type"))
    if line is None or line.value is None:
        return
    words, hidden = _seen_words(source, line.value)
    if not words:
        if source.operations:
            question = f"which words stand in {line.value} of a refusal for each reason? No example is seen"
            source.proposal.ask(("values", "problem"), question)
        return
    theirs = list(words)
    rows = [[words[word].get(reason, Score(0.0)) for word in theirs] for reason in PROBLEMS]
    pairs = dict(zip(PROBLEMS, decide(rows, 0.4), strict=True))
    own = not hidden and all(word in PROBLEMS for word in theirs)
    for reason, pair in pairs.items():
        place = ("values", "problem", reason)
        if pair is not None:
            word = theirs[pair.place]
            source.proposal.add(place, word, sure=pair.sure or word == reason, evidence=pair.score.evidence)
        elif not own:
            source.proposal.ask(place, f"which word stands in {line.value} for {reason}?")


def _seen_words(source: MatchedSource, where: str) -> tuple[dict[str | int, dict[str, Score]], bool]:
    """Return the scores of reasons for each word that stands in refusals, and whether words were left out.

    A word is left out if it may be a datum of a call.
    """
    steps, detail = parse(where), source.proposal.lines.get(("errors", "detail"))
    detail_steps = parse(detail.value) if detail and detail.value else ()
    words: dict[str | int, dict[str, Score]] = {}
    hidden = False
    for operation, answer, _, shape in refusals(source, *API_OPERATIONS):
        place_of_words = shape.at(steps)
        for example in shape.objects:
            word = value_at(example, steps)
            if place_of_words is None or isinstance(word, bool) or not isinstance(word, (str, int)):
                continue
            written = place_of_words.may_write(word) or is_known(str(_bare(word)))
            hidden |= not written
            if written and _REASON.fullmatch(str(word)):
                text = value_at(example, detail_steps) if detail_steps else ""
                _note(words.setdefault(_bare(word), {}), operation, answer.code, _bare(word), str(text or ""))
    return words, hidden


def _bare(word: str | int) -> str | int:
    """Return the part of a URI after its last `/`, `:` or `#`. Other words stay as they are."""
    if isinstance(word, str) and re.match(r"[a-z][a-z0-9+.-]*:", word):
        return re.split(r"[/:#]", word)[-1] or word
    return word


def _possible(operation: str, code: str) -> list[str]:
    """Return the reasons that an answer of an operation may have."""
    return [
        reason
        for reason, problem in PROBLEMS.items()
        if operation in _OPERATIONS.get(reason, (operation,))
        and code in ("default", *_CODES.get(reason, (str(problem.status),)))
    ]


def _note(scores: dict[str, Score], operation: str, code: str, word: str | int, text: str) -> None:
    """Score the reasons that a word may stand for. One that is impossible in this answer is excluded for good."""
    possible = _possible(operation, code)
    first = not scores
    for reason in PROBLEMS:
        if reason not in possible or (not first and reason not in scores):
            scores[reason] = Score(0.0) if word != reason else Score(1.5, "the word")
            continue
        before = scores.get(reason, Score(0.01))
        like = vocabulary_likeness("problem", reason, word)
        said = max(coverage(name, text[:200]) for name in word_names("problem")[reason]) if text else 0.0
        value = 0.3 + 0.3 / len(possible) + 0.65 * like + 0.15 * said
        evidence = f"the word, in an answer {code} of {operation}" if like > 0.3 else f"an answer {code} of {operation}"
        if word == reason:
            value, evidence = 1.5, "the word"
        if before.value > 0:
            scores[reason] = max(before, Score(value, evidence), key=lambda score: score.value)
