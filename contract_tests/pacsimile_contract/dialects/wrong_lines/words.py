"""Lines that say the service's words: those that answers have, and no line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pacsimile_contract.dialects.statuses import status_of
from pacsimile_contract.dialects.wrong_lines.calls import Call, Seen, objects_by_table
from pacsimile_contract.dialects.wrong_lines.lines import DialectFile, Note
from pacsimile_contract.unreadable import as_unreadable
from pacsimile_spec.dialects.model import Word
from pacsimile_spec.dialects.tables import VOCABULARIES, Member, tables
from pacsimile_spec.problems import PROBLEMS

_MOST_SHOWN = 4
_WITH_A_FACT = (
    ("OrderStatus", "status", "OrderStatus.status", "completed_at", "COMPLETED"),
    ("ReportList.reports", "report_status", "report_status", "supersedes", "amended"),
)
"""Words with a fact that no other word of the vocabulary has: table, member, vocabulary, fact and word."""
_OF_WHAT_IS_UNKNOWN = {
    "order_id": "order-not-found", "study_uid": "study-not-found", "study_group": "study-group-not-found",
}  # fmt: skip


@dataclass
class _Vocabulary:
    """What was seen of a vocabulary: the contract's words, and words that no line has, each with where it stood."""

    seen: set[str] = field(default_factory=set)
    unknown: dict[Word, list[Seen]] = field(default_factory=dict)


def unknown_words(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the lines of `values`, and of `report_types`, where answers have a word that no line has.

    It is the line of the contract's word that no answer has, if only one can be meant, else that of the vocabulary. If
    answers have all words of the contract, a further one is the service's own fault.
    """
    vocabularies = {name: _Vocabulary() for name in VOCABULARIES}
    for table, seen in objects_by_table(calls).items():
        for member in tables()[table].values():
            if member.vocabulary is not None:
                for one in seen:
                    _take(lines, vocabularies[member.vocabulary], member, one)
    for name, vocabulary in vocabularies.items():
        yield from _of_problems(lines, vocabulary) if name == "problem" else _of_words(lines, name, vocabulary)
    yield from _report_types(lines, vocabularies["report_type"])


def swapped_words(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the lines of two words that are swapped.

    No answer with the one has the fact that only it has, and each answer with the other has it. The fact is the time at
    which an order was completed (STATUS-6), or the report that an amended one supersedes.
    """
    objects = objects_by_table(calls)
    for table, member, name, its_fact, ours in _WITH_A_FACT:
        seen = [one for one in objects.get(table, ()) if its_fact in one.document]
        with_fact: dict[str, set[bool]] = {}
        for one in seen:
            word = one.document.get(member)
            if isinstance(word, str) and as_unreadable(word) is None:
                with_fact.setdefault(word, set()).add(one.document[its_fact] is not None)
        others = [word for word, facts in with_fact.items() if word != ours and facts == {True}]
        if with_fact.get(ours) != {False} or len(others) != 1:
            continue
        for word, why in (
            (ours, f"no answer with it has {its_fact}"),
            (others[0], f"each answer with it has {its_fact}"),
        ):
            line = lines.line("values", name, word)
            if line is not None and word in lines.dialect.values[name].theirs:
                yield Note(line, f"values.{name}", f"{word}: {_written(lines.dialect.values[name].theirs[word])}", why)


def _take(lines: DialectFile, vocabulary: _Vocabulary, member: Member, one: Seen) -> None:
    words = lines.dialect.values[str(member.vocabulary)]
    for value in _values(member, one.document.get(member.name)):
        unread = as_unreadable(value)
        word = value if unread is None else unread[1]
        if not isinstance(word, str | int) or isinstance(word, bool):
            continue
        ours = re.split(r"[/:#]", word)[-1] if member.vocabulary == "problem" and isinstance(word, str) else word
        if unread is None and isinstance(ours, str) and ours in words.theirs:
            vocabulary.seen.update(words.meanings(words.written(ours)))
        else:
            vocabulary.unknown.setdefault(word, []).append(one)


def _values(member: Member, value: Any) -> list[Any]:
    if value is None:
        return []
    if member.kind == "scopes":
        unread = as_unreadable(value)
        scopes = value if unread is None else unread[1]
        return scopes.split() if isinstance(scopes, str) else []
    if member.kind == "words":
        return value if isinstance(value, list) else []
    return [value]


def _of_words(lines: DialectFile, name: str, vocabulary: _Vocabulary) -> Iterator[Note]:
    offered = lines.dialect.report_types if name == "report_type" else VOCABULARIES[name]
    missing = [word for word in offered if word not in vocabulary.seen]
    if not vocabulary.unknown or not missing:
        return
    own_line = lines.line("values", name)
    if own_line is None:
        return
    listed = [word for word in missing if lines.line("values", name, word) is not None] or missing
    by_word = {word: _meant(name, word, seen, listed) for word, seen in vocabulary.unknown.items()}
    for meant in dict.fromkeys(by_word.values()):
        theirs = [word for word, candidates in by_word.items() if candidates == meant]
        yield _note(lines, name, own_line, meant, {word: vocabulary.unknown[word] for word in theirs})


def _note(
    lines: DialectFile, name: str, own_line: int | None, meant: tuple[str, ...], unknown: Mapping[Word, list[Seen]]
) -> Note:
    words = ", ".join(seen[0].call.shown(word) for word, seen in list(unknown.items())[:_MOST_SHOWN])
    written = {ours: _written(lines.dialect.values[name].theirs[ours]) for ours in meant}
    line = lines.line("values", name, meant[0]) if len(meant) == 1 else None
    what, value = f"values.{name}", ", ".join(f"{ours}: {theirs}" for ours, theirs in written.items())
    which = "its word" if len(meant) == 1 else "these words"
    return Note(line or own_line, what, value, f"answers have {words}, which no line has, and none has {which}")


def _written(words: tuple[Word, ...]) -> str:
    return ", ".join(map(str, words))


def _meant(name: str, word: object, seen: Sequence[Seen], missing: Sequence[str]) -> tuple[str, ...]:
    """Return which of the missing words a word of answers may mean: one, where the rest of the answers tells."""
    candidates = tuple(missing)
    if word in missing:  # the contract's own, where a line has another
        candidates = (str(word),)
    elif name == "OrderStatus.status":
        complete = [one.document.get("completed_at") is not None for one in seen]
        if all(complete):
            candidates = tuple(ours for ours in missing if ours == "COMPLETED")
        elif not any(complete):
            candidates = tuple(ours for ours in missing if ours != "COMPLETED")
    elif name == "report_status":
        amended = [one.document.get("supersedes") is not None for one in seen]
        kind = "amended" if all(amended) else "final" if not any(amended) else None
        candidates = tuple(ours for ours in missing if kind in (None, ours))
    return candidates or tuple(missing)


def _of_problems(lines: DialectFile, vocabulary: _Vocabulary) -> Iterator[Note]:
    """Yield the lines of reasons: of those with the status of the refusal, that no refusal has."""
    listed = [
        reason
        for reason in PROBLEMS
        if lines.line("values", "problem", reason) is not None and reason not in vocabulary.seen
    ]
    by_meaning: dict[tuple[str, ...], dict[Word, list[Seen]]] = {}
    for word, seen in vocabulary.unknown.items():
        meant = tuple(reason for reason in listed if any(_fits(lines, reason, one.call) for one in seen))
        if meant:
            by_meaning.setdefault(meant, {})[word] = seen
    for meant, unknown in by_meaning.items():
        yield _note(lines, "problem", lines.line("values", "problem"), meant, unknown)


def _fits(lines: DialectFile, reason: str, call: Call) -> bool:
    """Whether a refusal may have a reason, by its status and by what was asked for."""
    if call.status not in (status_of(lines.dialect, reason), PROBLEMS[reason].status):
        return False
    unknown = [_OF_WHAT_IS_UNKNOWN[name] for name in call.exchange.given if name in _OF_WHAT_IS_UNKNOWN]
    return reason not in _OF_WHAT_IS_UNKNOWN.values() or reason in unknown


def _report_types(lines: DialectFile, vocabulary: _Vocabulary) -> Iterator[Note]:
    line, offered = lines.line("report_types"), lines.dialect.report_types
    left_out = [name for name in VOCABULARIES["report_type"] if name in vocabulary.seen and name not in offered]
    if line is not None and left_out:
        why = f"answers have {', '.join(left_out)}, which it leaves out"
        yield Note(line, "report_types", ", ".join(offered), why)
