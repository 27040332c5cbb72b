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
    """Return data whose texts have what is no visible sign as its escape, such as a mark that turns the writing."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, dict):
        return {key: _visible(each) for key, each in value.items()}
    return [_visible(each) for each in value] if isinstance(value, list | tuple) else value
