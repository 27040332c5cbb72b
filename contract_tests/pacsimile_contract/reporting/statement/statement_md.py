"""Writes a statement as Markdown: one row a line, in an order that never changes, for `diff`."""

from collections.abc import Iterator

from pacsimile_contract.reporting.markdown import code_block, code_cell, text
from pacsimile_contract.reporting.statement.document import Column, Section, Statement, Table
from pacsimile_spec.plain import one_line


def markdown(statement: Statement) -> str:
    """Return a statement as Markdown."""
    return "\n".join(_lines(statement)) + "\n"


def _lines(statement: Statement) -> Iterator[str]:
    yield "# Conformance statement"
    for notice in statement.notices:
        yield f"\n**{text(notice.words)}**"
    yield ""
    yield from _table(Table((Column("Item", 1), Column("Value", 1)), statement.summary))
    for number, section in enumerate(statement.sections, 1):
        yield from _section(number, section)


def _section(number: int, section: Section) -> Iterator[str]:
    yield f"\n## {number} {text(section.title)}\n"
    yield text(section.words)
    if section.table is not None:
        yield ""
        yield from _table(section.table)
    if section.command:
        yield from ("", *code_block([one_line(section.command)]))


def _table(table: Table) -> Iterator[str]:
    yield _row(text(column.title) for column in table.columns)
    yield _row("---" for _ in table.columns)
    for row in table.rows:
        yield _row(
            code_cell(cell) if column.kind == "code" else text(cell)
            for column, cell in zip(table.columns, row, strict=True)
        )


def _row(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"
