"""Lines of a dialect file that no answer bears out: where a fact is said to stand, and never stood."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

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
    """Yield (as `file:line: table.member: place: why`) each line of a dialect's `fields` that no answer bears out.

    Only of facts that each answer has, and of operations that answered.
    """
    root = compose(text)
    for operation, table in TABLES.items():
        answers = [one.json for one in exchanges if one.operation == operation and one.succeeded]
        yield from _of_table(dialect, root, file, table, operation, [one for one in answers if isinstance(one, dict)])


def _of_table(
    dialect: Dialect, root: Node | None, file: str, table: str, operation: str, answers: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    for name, member in tables()[table].items():
        line, pointer = _line(root, ("fields", table, name)), dialect.fields[table][name]
        never = bool(answers) and not any(name in answer for answer in answers)
        if never and line is not None and pointer is not None and member.required:
            yield f"{file}:{line}: {table}.{name}: {spell(pointer)}: no answer of {operation} has it"
        if member.kind == "objects":
            entries = [entry for answer in answers for entry in answer.get(name) or () if isinstance(entry, dict)]
            yield from _of_table(dialect, root, file, str(member.table), operation, entries)


def _line(node: Node | None, place: tuple[str, ...]) -> int | None:
    """Return the line of a key in the file; None where the file does not have it."""
    line = None
    for step in place:
        members = node.members if node is not None else None
        found = next(((key, value) for key, value in members or () if key.text == step), None)
        if found is None:
            return None
        line, node = found[0].line, found[1]
    return line
