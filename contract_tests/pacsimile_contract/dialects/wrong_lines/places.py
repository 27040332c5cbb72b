"""Lines that say where a fact stands in an answer, and how times are written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from pacsimile_contract.dialects.wrong_lines.calls import Call, Seen, objects_by_table
from pacsimile_contract.dialects.wrong_lines.lines import DialectFile, Note
from pacsimile_spec.dialects.pointers import Pointer, spell, value_at
from pacsimile_spec.dialects.tables import tables

_ASKED_BACK: Mapping[tuple[str, str], str] = {
    ("OrderStatus", "order_id"): "order_id", ("OrderStatus", "study_uid"): "study_uid",
    ("OrderIds", "study_uid"): "study_uid", ("ReportList", "organization_id"): "organizationId",
    ("Acknowledgement", "organization_id"): "organizationId", ("JsonReport", "order_id"): "order_id",
    ("JsonReport", "study_uid"): "study_uid", ("GroupJsonReport", "study_group"): "study_group",
}  # fmt: skip
"""Facts that repeat a parameter of the call, by table and member."""


_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
"""How a time of RFC 3339 begins."""
_SIMILAR = 0.8
"""How alike two names are, from 0 to 1, to mean the same."""


def wrong_places(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the lines of `fields`, `errors` and `times` that no answer confirms.

    Facts that an answer may lack are left out, and tables that no answer has.
    """
    objects = objects_by_table(calls)
    for table, seen in objects.items():
        for name, member in tables()[table].items():
            line, pointer = lines.line_of_field(table, name), lines.dialect.fields[table][name]
            why = None
            if line is not None and pointer is None:
                elsewhere = f"{name} (elsewhere in {lines.dialect.name})"
                if all(elsewhere in one.document for one in seen):
                    why = f"every {_answer(table, seen)} has it at /{name}"
            elif line is not None and pointer is not None:
                why = _contradiction(table, name, seen) if member.required else _likeness(name, pointer, seen)
            if why is not None:
                yield Note(line, lines.name_of_field(table, name), "null" if pointer is None else spell(pointer), why)
    yield from _wrong_times(lines, objects)


def _contradiction(table: str, name: str, seen: Sequence[Seen]) -> str | None:
    if not any(name in one.document for one in seen):
        return f"no {_answer(table, seen)} has it"
    parameter = _ASKED_BACK.get((table, name))
    asked = [
        (one.call.exchange.given[str(parameter)], one.document.get(name))
        for one in seen
        if parameter in one.call.exchange.given
    ]
    if asked and all(isinstance(said, str) and said != wanted for wanted, said in asked):
        return f"no {_answer(table, seen)} has the {parameter} there that was asked for"
    return None


def _likeness(name: str, pointer: Pointer, seen: Sequence[Seen]) -> str | None:
    """Return why the place of an optional fact is wrong: none has it, and each has a member of a similar name."""
    if any(name in one.document for one in seen):
        return None
    places = [value_at(one.document, pointer[:-1]) for one in seen]
    common = set.intersection(*(set(place) if isinstance(place, dict) else set() for place in places))
    alike = get_close_matches(_plain(name), sorted(map(_plain, common)), 1, _SIMILAR)
    like = next((member for member in sorted(common) if alike and _plain(member) == alike[0]), None)
    return None if like is None else f"no answer has it, and each has {seen[0].call.shown(like)}, which no line has"


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def _answer(table: str, seen: Sequence[Seen]) -> str:
    if table.partition(".")[0] in ("Problem", "TokenError"):
        return "refusal"
    return f"answer of {seen[0].call.operation}"


def _wrong_times(lines: DialectFile, objects: Mapping[str, Sequence[Seen]]) -> Iterator[Note]:
    """Yield the line of `times` where no time could be read: one that could not is no text."""
    times = [
        one.document[name]
        for table, seen in objects.items()
        for name, member in tables()[table].items()
        if member.kind == "time"
        for one in seen
        if one.document.get(name) is not None
    ]
    kind = lines.dialect.times
    if times and not any(isinstance(time, str) and (kind.kind != "rfc3339" or _RFC3339.match(time)) for time in times):
        yield Note(lines.line("times"), "times", kind.pattern or kind.kind, "no time in any answer can be read so")
