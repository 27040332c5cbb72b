"""Finds lines of a dialect file that no answer confirms: the fact never was at the place that the line names."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pacsimile_contract.dialects.file_lines import line_of_key
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.pointers import spell
from pacsimile_spec.dialects.tables import tables
from pacsimile_spec.given_documents import Node, compose

TABLES: Mapping[str, str] = {
    "getToken": "Token", "getStatus": "OrderStatus", "getOrderIds": "OrderIds", "listReports": "ReportList",
    "acknowledgeReports": "Acknowledgement",
}  # fmt: skip
"""By operation, the table of its successful JSON answers."""


def unproven_lines(dialect: Dialect, text: str, file: str, exchanges: Sequence[Exchange]) -> Iterator[str]:
    """Yield each line of a dialect's `fields` or `times` that no answer confirms, as `file:line: what: place: why`.

    Lines about optional facts, and about operations without a successful answer, are left out.
    """
    root, times = compose(text), list[Any]()
    for operation, table in TABLES.items():
        documents = (exchange.json for exchange in exchanges if exchange.operation == operation and exchange.succeeded)
        answers = [document for document in documents if isinstance(document, dict)]
        yield from _unproven_in_table(dialect, root, file, table, operation, answers)
        times += _times_in_table(table, answers)
    if times and not any(isinstance(time, str) for time in times):
        line = line_of_key(root, ("times",))
        where = file if line is None else f"{file}:{line}"
        yield f"{where}: times: {dialect.times.pattern or dialect.times.kind}: no time in any answer can be read so"


def _times_in_table(table: str, answers: Sequence[Mapping[str, Any]]) -> Iterator[Any]:
    """Yield the values of all times in answers, as they were read: one that could not be read is no text."""
    for name, member in tables()[table].items():
        if member.kind == "time":
            yield from (answer[name] for answer in answers if answer.get(name) is not None)
        elif member.kind == "objects":
            yield from _times_in_table(str(member.table), _entries(answers, name))


def _unproven_in_table(
    dialect: Dialect, root: Node | None, file: str, table: str, operation: str, answers: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    for name, member in tables()[table].items():
        line, pointer = line_of_key(root, ("fields", table, name)), dialect.fields[table][name]
        never = bool(answers) and not any(name in answer for answer in answers)
        if never and line is not None and pointer is not None and member.required:
            yield f"{file}:{line}: {table}.{name}: {spell(pointer)}: no answer of {operation} has it"
        if member.kind == "objects":
            entries = _entries(answers, name)
            yield from _unproven_in_table(dialect, root, file, str(member.table), operation, entries)


def _entries(answers: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    """Return the objects in the lists of that name; what a service has there instead of a list has none."""
    lists = (answer[name] for answer in answers if isinstance(answer.get(name), list))
    return [entry for entries in lists for entry in entries if isinstance(entry, dict)]
