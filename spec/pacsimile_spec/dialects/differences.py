"""Lists where a dialect differs from the contract, as rows of a table for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from pacsimile_spec.dialects.identity import identity
from pacsimile_spec.dialects.model import Carried, Dialect, PathTemplate, Times, Word
from pacsimile_spec.dialects.pointers import Pointer, spell

NOTHING = "not there"
"""Written instead of a spelling where one side does not have the fact."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that a service spells otherwise.

    Attributes:
        fact: The fact, by the contract's names, such as `OrderStatus.status: COMPLETED`.
        kind: What differs: `path`, `place`, `word`, `time`, `code` and the like.
        contract: The contract's spelling.
        service: The service's spelling.
    """

    fact: str
    kind: str
    contract: str
    service: str


def differences(dialect: Dialect) -> list[Difference]:
    """Return the facts that a dialect spells otherwise than the contract, in the contract's order."""
    return [row for row in _rows(dialect) if row.contract != row.service]


def _rows(dialect: Dialect) -> Iterator[Difference]:
    own = identity()
    for operation, templates in own.paths.items():
        yield Difference(operation, "path", _paths(templates), _paths(dialect.paths.get(operation, ())))
    for name, value in dialect.constants.items():
        yield Difference(f"parameter {name} of every call", "parameter", NOTHING, f"{name}={value}")
    for name, theirs in dialect.parameters.items():
        yield Difference(f"parameter {name}", "parameter", name, theirs)
    for table, members in own.fields.items():
        for member, pointer in members.items():
            yield Difference(f"{table}.{member}", "place", _place(pointer), _place(dialect.fields[table][member]))
    for vocabulary, words in own.values.items():
        for word, ours in words.theirs.items():
            other_words = dialect.values[vocabulary].theirs[word]
            yield Difference(f"{vocabulary}: {word}", "word", _words(ours), _words(other_words))
    yield Difference("every instant", "time", _times(own.times), _times(dialect.times))
    for code in fields(own.codes):
        statuses = (str(getattr(codes, code.name)) for codes in (own.codes, dialect.codes))
        yield Difference(code.name.replace("_", " "), "code", *statuses)
    for name in own.headers:
        yield Difference(f"header {name}", "header", name, dialect.headers[name] or NOTHING)
    yield from _report_rows(dialect, own)
    yield Difference("a refusal", "media type", own.error_media_type, dialect.error_media_type)
    yield Difference("id and secret of a token request", "token", own.credentials, dialect.credentials)
    unknown = own.unknown_parameters, dialect.unknown_parameters
    yield Difference("a parameter that an operation does not have", "conduct", *unknown)
    yield from _acknowledgement_rows(dialect, own)


def _report_rows(dialect: Dialect, own: Dialect) -> Iterator[Difference]:
    for name in own.report_types:
        offered = name if name in dialect.report_types else NOTHING
        yield Difference(f"report type {name}", "report type", name, offered)
    for name, media_type in own.media_types.items():
        if name in dialect.report_types:
            yield Difference(f"report type {name}", "media type", media_type, dialect.media_types[name])
    yield Difference("the bytes of a report", "conduct", _carried(own.carried), _carried(dialect.carried))


def _acknowledgement_rows(dialect: Dialect, own: Dialect) -> Iterator[Difference]:
    words = {
        "without_body": "acknowledgement without a body",
        "with_body": "acknowledgement that names reports",
        "answered": "answer to an acknowledgement",
    }
    for name, fact in words.items():
        flags = getattr(own.acknowledgements, name), getattr(dialect.acknowledgements, name)
        yield Difference(fact, "conduct", *("there" if flag else NOTHING for flag in flags))


def _paths(templates: Iterable[PathTemplate]) -> str:
    return ", ".join(template.text for template in templates) or NOTHING


def _place(pointer: Pointer | None) -> str:
    return NOTHING if pointer is None else spell(pointer)


def _words(words: tuple[Word, ...]) -> str:
    """Return words, the one that is written first. Numbers are marked, so that they differ from texts of digits."""
    return ", ".join(f"{word} (a number)" if isinstance(word, int) else word for word in words)


def _times(times: Times) -> str:
    words = {
        "rfc3339": "RFC 3339",
        "epoch_s": "seconds since 1970",
        "epoch_ms": "milliseconds since 1970",
        "pattern": str(times.pattern),
    }
    return words[times.kind]


def _carried(carried: Carried) -> str:
    words = {
        "bytes": "the body of the answer",
        "redirect": "behind a redirect",
        "url": f"behind the link at {spell(carried.pointer)}",
        "base64": f"base64 at {spell(carried.pointer)}",
    }
    return words[carried.by]
