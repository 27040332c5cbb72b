"""Writes a statement as PDF: A4, tagged, heads of tables on each page."""

from dataclasses import asdict
from pathlib import Path

from pacsimile_contract.reporting.statement.document import Statement
from pacsimile_spec.plain import one_line
from pacsimile_spec.typesetting import typeset

_TEMPLATE = Path(__file__).with_name("statement.typ")


def pdf(statement: Statement) -> bytes:
    """Return a statement as PDF/UA-1: the same bytes for the same statement."""
    data = asdict(statement) | {"judged_at": statement.judged_at.strftime("%Y-%m-%d")}
    return typeset(_TEMPLATE, {name: _visible(value) for name, value in data.items()}, statement.judged_at)


def _visible(value: object) -> object:
    """Return data with invisible characters in its texts escaped, such as those that change the direction of text."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, dict):
        return {key: _visible(item) for key, item in value.items()}
    return [_visible(item) for item in value] if isinstance(value, list | tuple) else value
