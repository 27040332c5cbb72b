"""Lines that say where a fact stands in an answer, and how times are written."""

from collections.abc import Iterator, Mapping, Sequence

from pacsimile_contract.dialects.wrong_lines.calls import Call, Seen, objects_by_table
from pacsimile_contract.dialects.wrong_lines.lines import DialectFile, Note
from pacsimile_spec.dialects.pointers import spell
from pacsimile_spec.dialects.tables import tables

_ASKED_BACK: Mapping[tuple[str, str], str] = {
    ("OrderStatus", "order_id"): "order_id", ("OrderStatus", "study_uid"): "study_uid",
    ("OrderIds", "study_uid"): "study_uid", ("ReportList", "organization_id"): "organizationId",
    ("Acknowledgement", "organization_id"): "organizationId", ("JsonReport", "order_id"): "order_id",
    ("JsonReport", "study_uid"): "study_uid", ("GroupJsonReport", "study_group"): "study_group",
}  # fmt: skip
"""Facts that repeat a parameter of the call, by table and member."""


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
            elif line is not None and member.required:
                why = _contradiction(table, name, seen)
            if why is not None:
                yield Note(line, f"{table}.{name}", "null" if pointer is None else spell(pointer), why)
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
    if times and not any(isinstance(time, str) for time in times):
        kind = lines.dialect.times
        yield Note(lines.line("times"), "times", kind.pattern or kind.kind, "no time in any answer can be read so")
