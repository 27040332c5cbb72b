"""Finds the parameters of an operation. Refusals name the missing ones, and the words for report types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pacsimile_contract.learn.contract import names, word_names
from pacsimile_contract.learn.matching.words import vocabulary_likeness
from pacsimile_contract.learn.probing.caller import Caller, document_of, texts_of
from pacsimile_contract.learn.sources.recorded_calls import RecordedCall
from pacsimile_contract.learn.words import best_likeness, tokens

MOST_TRIES = 14
"""Most requests for one operation."""
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*[A-Za-z0-9]")
_QUOTED = re.compile(r"""['"`]([A-Za-z_][A-Za-z0-9_.-]*)['"`]""")
_COMMON = frozenset(
    ["the", "give", "one", "of", "or", "is", "was", "were", "none", "exactly", "parameter", "query", "missing", "must",
     "required", "known", "not", "be", "it", "to", "your", "has", "no", "and", "check", "identifiers", "match", "error",
     "spelling", "case", "takes", "given", "a", "an", "in", "for", "value", "invalid", "field", "request"]
)  # fmt: skip


@dataclass(slots=True)
class Agreement:
    """How an operation is called: its path, its parameters by the contract's names, and the last call."""

    path: str
    names: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    """The service's words for report types, by the contract's."""
    hints: dict[str, str] = field(default_factory=dict)
    """Names of other parameters that refusals mentioned, by the contract's."""
    last: RecordedCall | None = None
    others: list[str] = field(default_factory=list)
    """Further paths of the same operation."""

    def path_for(self, given: Mapping[str, str]) -> str:
        """Return the first path whose parameters are all given, or else the first path."""
        fitting = [path for path in (self.path, *self.others) if set(re.findall(r"\{(\w+)\}", path)) <= set(given)]
        return fitting[0] if fitting else self.path

    @property
    def answered(self) -> bool:
        """Whether the last call succeeded, or was refused for a value and not for a parameter."""
        return self.last is not None and self.last.status not in (400, 401, 403, 405, 422)


def negotiate(
    caller: Caller,
    operation: str,
    path: str,
    wanted: Sequence[tuple[str, str]],
    known: Mapping[str, str],
    first: RecordedCall | None = None,
) -> Agreement:
    """Call an operation with different parameters until it is answered, and return how.

    Args:
        caller: asks.
        operation: its operationId.
        path: where it is, with known values in it.
        wanted: the parameters that it needs, by the contract's names, with their values.
        known: the service's names of parameters that are known, by the contract's.
        first: the answer without parameters, where it was asked already.
    """
    agreement = Agreement(path, last=first or caller.get(path, operation=_operation_for_safety(operation), silent=True))
    tries = 0
    for name, value in wanted:
        refusal = agreement.last
        if refusal is None or refusal.status not in (400, 422):
            break
        for candidate in _candidates(name, agreement, refusal, known):
            tries += 1
            if tries > MOST_TRIES or caller.spent:
                return agreement
            given = {agreement.names[n]: v for n, v in wanted if n in agreement.names} | {candidate: value}
            call = caller.get(path, given, operation=_operation_for_safety(operation), silent=True)
            if call is None:
                return agreement
            if _accepted(call, refusal, candidate, name):
                caller.keep(call)
                agreement.names[name], agreement.last = candidate, call
                break
            _note_hints(agreement, call)
            if name == "report_type" and _learn_words(agreement, call):
                agreement.names[name], agreement.last = candidate, call
                break
    return agreement


def _operation_for_safety(operation: str) -> str | None:
    """Return the operation for the safety rules, which have rules of their own only for listings."""
    return operation if operation == "listReports" else None


def _accepted(call: RecordedCall, before: RecordedCall, candidate: str, name: str) -> bool:
    """Tell whether a parameter was understood: the call succeeded, or was refused for another reason than before."""
    if call.status not in (400, 422):
        return call.status < 500
    texts, earlier = texts_of(document_of(call)), texts_of(document_of(before))
    return texts != earlier and candidate not in _words(call) and bool(name)


def _words(call: RecordedCall) -> list[str]:
    return [word for text in texts_of(document_of(call)) for word in _WORD.findall(text[:500])]


def _note_hints(agreement: Agreement, call: RecordedCall) -> None:
    for name, given in names()["parameters"].items():
        ranked = mentioned(call, (name, *given))
        if ranked:
            agreement.hints.setdefault(name, ranked[0])


def _learn_words(agreement: Agreement, call: RecordedCall) -> bool:
    """Note the words for report types that a refusal lists. Return whether at least two are known."""
    listed = [word for word in _words(call) if word.lower() not in _COMMON]
    for ours in word_names("report_type"):
        best = max(listed, key=lambda word: vocabulary_likeness("report_type", ours, word), default="")
        if best and vocabulary_likeness("report_type", ours, best) >= 0.8:
            agreement.words[ours] = best
    return len(agreement.words) > 1


def mentioned(call: RecordedCall, known: Sequence[str]) -> list[str]:
    """Return the words of an answer that may name a parameter, the most likely first."""
    scored = {
        word: best_likeness(known, word) for word in _words(call) if word.lower() not in _COMMON and len(word) < 40
    }
    return sorted((word for word in scored if scored[word] >= 0.5), key=lambda word: (-scored[word], word))


def _candidates(name: str, agreement: Agreement, refusal: RecordedCall, known: Mapping[str, str]) -> list[str]:
    """Return the possible names of a parameter: known ones, those that a refusal mentions, then usual ones."""
    own = (name, *names()["parameters"][name])
    result = [known[name]] if name in known else []
    result += mentioned(refusal, own)[:4]
    quoted = [word for text in texts_of(document_of(refusal)) for word in _QUOTED.findall(text[:500])]
    result += [word for word in quoted if word.lower() not in _COMMON][:4]
    result += [agreement.hints[name]] if name in agreement.hints else []
    for other in own:
        words = tokens(other)
        result += ["_".join(words), words[0] + "".join(word.title() for word in words[1:])]
    result.insert(1 if result else 0, name)
    return [word for word in dict.fromkeys(result) if word not in agreement.names.values()]
