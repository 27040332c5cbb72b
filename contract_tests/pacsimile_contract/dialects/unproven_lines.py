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
    """Yield each line of a dialect's `fields` that no answer confirms, as `file:line: table.member: place: why`.

    Lines about optional facts, and about operations without a successful answer, are left out.
    """
    root = compose(text)
    for operation, table in TABLES.items():
        documents = (exchange.json for exchange in exchanges if exchange.operation == operation and exchange.succeeded)
        answers = [document for document in documents if isinstance(document, dict)]
        yield from _unproven_in_table(dialect, root, file, table, operation, answers)


def _unproven_in_table(
    dialect: Dialect, root: Node | None, file: str, table: str, operation: str, answers: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    for name, member in tables()[table].items():
        line, pointer = line_of_key(root, ("fields", table, name)), dialect.fields[table][name]
        never = bool(answers) and not any(name in answer for answer in answers)
        if never and line is not None and pointer is not None and member.required:
            yield f"{file}:{line}: {table}.{name}: {spell(pointer)}: no answer of {operation} has it"
        if member.kind == "objects":
            entries = [entry for answer in answers for entry in answer.get(name) or () if isinstance(entry, dict)]
            yield from _unproven_in_table(dialect, root, file, str(member.table), operation, entries)
