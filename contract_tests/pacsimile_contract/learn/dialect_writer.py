"""Writes a proposal as a dialect file that loads: the lines that differ from the contract, each with its evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pacsimile_contract.learn.proposal import Line, Place, Proposal
from pacsimile_spec.dialects import DialectError, parse_dialect
from pacsimile_spec.dialects.identity import identity
from pacsimile_spec.dialects.pointers import spell
from pacsimile_spec.dialects.reading import KEYS
from pacsimile_spec.dialects.tables import tables
from pacsimile_spec.operation_ids import OPERATION_IDS

_PLAIN = re.compile(r"[A-Za-z_/%][A-Za-z0-9_./{}%:+-]*")
_RESERVED = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"])
_LINE = re.compile(r":(\d+): (.*)", re.S)
SURE, UNSURE, QUESTION = "sure", "unsure", "?"
"""The first word of a comment."""
ALL = "*"
"""The key of a question about a whole section."""


def render_dialect(name: str, proposal: Proposal) -> str:
    """Return the text of a dialect file. A line that would keep it from loading becomes a question.

    Args:
        name: what the dialect is called.
        proposal: its lines and questions.
    """
    dropped: dict[Place, str] = {}
    while True:
        rows = list(_rows(name, proposal, dropped))
        text = "\n".join(text for text, _ in rows) + "\n"
        try:
            parse_dialect(text)
        except DialectError as error:
            number, problem = _LINE.search(str(error)).groups()  # type: ignore[union-attr]
            place = _culprit(rows, int(number), dropped)
            if place is None:
                raise
            dropped[place] = problem
        else:
            return text


def _culprit(rows: list[tuple[str, Place | None]], number: int, dropped: dict[Place, str]) -> Place | None:
    """Return the place of the line to drop for an error at a line: that line, or the nearest one with a value."""
    place = rows[number - 1][1] if number <= len(rows) else None
    if place is not None and place not in dropped:
        return place
    below = [place for _, place in rows[number - 1 :] if place is not None and place not in dropped]
    above = [place for _, place in rows[: number - 1] if place is not None and place not in dropped]
    return below[0] if below else above[-1] if above else None


def _rows(name: str, proposal: Proposal, dropped: dict[Place, str]) -> Iterator[tuple[str, Place | None]]:
    """Yield (line of the file, place of its value). The place is None for a line without a value."""
    yield (
        f"# Learned from {_comment(proposal.source)} by `pacsimile learn`. Check each line that is marked unsure.",
        None,
    )
    for note in proposal.notes:
        yield f"# Note: {_comment(note)}", None
    yield f"name: {name}", None
    entries: dict[Place, Line | str] = {}
    for place, line in proposal.lines.items():
        if place in dropped:
            problem = f"{_value(line.value)} was proposed ({line.evidence}), but {dropped[place]}"
            entries[place] = problem
        elif not _as_in_the_contract(line):
            entries[place] = line
    for place, question in proposal.questions.items():
        entries.setdefault(place, question)
    tree: dict[str | None, Any] = {}
    for place in sorted(entries, key=_order):
        _put(tree, place, entries[place])
    yield from _section(tree, (), 0)


def _put(tree: dict[str | None, Any], place: Place, entry: Line | str) -> None:
    for step in place[:-1]:
        inside = tree.setdefault(step, {})
        if not isinstance(inside, dict):  # a question about a whole table, and a line in it
            tree[step] = inside = {None: inside}
        tree = inside
    if isinstance(tree.get(place[-1]), dict):
        tree[place[-1]][None] = entry
    else:
        tree[place[-1]] = entry


def _section(
    tree: dict[str | None, Any], place: Place, level: int, mark: str = ""
) -> Iterator[tuple[str, Place | None]]:
    """Yield the lines of a section. One with questions only is commented out: each line begins with `mark`."""
    indent = "  " * level
    for name, entry in tree.items():
        here = place if name is None else (*place, name)
        if isinstance(entry, Line):
            comment = f"{SURE if entry.sure else UNSURE}: {_comment(entry.evidence)}"
            yield f"{indent}{_key(name)}: {_value(entry.value)}  # {comment}", here
        elif isinstance(entry, str):
            yield (
                f"{mark or f'{indent}# {QUESTION} '}{'' if not mark else indent}{_key(name)}: {_comment(entry)}",
                None,
            )
        elif any(isinstance(inside, Line) for inside in _leaves(entry)):
            yield f"{indent}{_key(name)}:", None
            yield from _section(entry, here, level + 1)
        else:
            start = mark or f"{indent}# {QUESTION} "
            yield f"{start}{indent if mark else ''}{_key(name)}:", None
            yield from _section(entry, here, level + 1 if mark else 1, start)


def _leaves(tree: dict[str | None, Any]) -> Iterator[Any]:
    for entry in tree.values():
        if isinstance(entry, dict):
            yield from _leaves(entry)
        else:
            yield entry


def _as_in_the_contract(line: Line) -> bool:
    """Tell whether a line says what the contract says, so that the file need not have it."""
    value = line.value
    if line.place[0] == "values" and isinstance(value, list):
        return False
    if line.place[0] == "report_types":
        return set(value) == set(identity().report_types)
    return bool(value == _own_value(line.place) and type(value) is type(_own_value(line.place)))


def _own_value(place: Place) -> Any:
    """Return the contract's value of a place."""
    own = identity()
    match place:
        case ("paths", operation):
            return own.paths[operation][0].text  # type: ignore[index]
        case ("parameters", name):
            return own.parameters[name]
        case ("fields", table, member):
            return spell(own.fields[table][member] or ())
        case ("values", vocabulary, word):
            return own.values[vocabulary].theirs[word][0]
        case ("codes", name):
            return getattr(own.codes, name)
        case ("media_types", name):
            return own.media_types[name]
        case ("headers", name):
            return name
        case ("errors", "media_type"):
            return own.error_media_type
        case ("errors", member) | ("acknowledgement", "body", member):
            return f"/{member}"
    plain = {
        ("times",): "rfc3339",
        ("reports_carried",): "bytes",
        ("token", "credentials"): "basic",
        ("acknowledgement", "without_body"): True,
        ("unknown_parameters",): "refused",
    }
    return plain.get(place)


def _order(place: Place) -> tuple[int, ...]:
    """Return the sort key of a place: keys, tables and members are in the contract's order."""
    key = KEYS.index(place[0])
    own = identity()
    names: list[Any] = [
        *OPERATION_IDS, *own.parameters, *tables(), *own.headers, *own.media_types, *own.values, "media_type",
        "credentials", "unknown", "not_ready", "bad_request", "foreign_organization", "acknowledged", "without_body",
        "body", "answer",
    ]  # fmt: skip
    rank = [key]
    for depth, step in enumerate(place[1:], start=1):
        if place[0] == "values" and depth == 1:
            rank.append(list(own.values).index(step))
        elif place[0] == "fields" and depth == 2:
            rank.append(list(own.fields[place[1]]).index(step))
        elif place[0] == "values" and depth == 2:
            rank.append(list(own.values[place[1]].theirs).index(step))
        elif place[0] == "errors" and step != "media_type":
            rank.append(1000 + list(own.fields["Problem"]).index(step))
        else:
            rank.append(names.index(step) if step in names else 10_000)
    return tuple(rank)


def _key(name: str | None) -> str:
    """Return a key as the file has it; None stands for a whole section."""
    name = ALL if name is None else name
    return name if _PLAIN.fullmatch(name) and name.lower() not in _RESERVED else _quoted(name)


def _value(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(name)}: {_value(inside)}' for name, inside in value.items())}}}"
    if isinstance(value, str) and not (
        _PLAIN.fullmatch(value)
        and value.lower() not in _RESERVED
        and "{" not in value
        and not value.endswith(":")
        and not value.startswith("%")
    ):
        return _quoted(value)
    return str(value)


def _quoted(text: str) -> str:
    """Return a text in double quotes for YAML, with characters that are not printable as escapes."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escape(char) for char in quoted)


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _comment(text: str) -> str:
    """Return text for a comment: one line of at most 300 characters."""
    return "".join(char if char.isprintable() else " " for char in text)[:300]
