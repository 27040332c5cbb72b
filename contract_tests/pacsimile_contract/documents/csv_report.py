"""The `csv` type of study groups: RFC 4180, one row an order."""

import csv
import io

from pacsimile_contract.documents import txt
from pacsimile_contract.documents.marks import bears_banner
from pacsimile_contract.documents.model import GroupDocument, Reader, Record

_FORMULA_STARTS = ("=", "+", "-", "@")
_MARK, _ORDER_ID, _GROUP = "synthetic", "order_id", "study_group"


def _rows(body: bytes) -> list[list[str]] | None:
    try:
        return [row for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True) if row]
    except (UnicodeDecodeError, csv.Error):
        return None


def _recognises(body: bytes) -> bool:
    """Tell whether the first row names a column `order_id`, or most rows are as wide as it.

    RESULTS-8 judges quoting and ragged rows.
    """
    if not txt.READER.recognises(body):
        return False
    try:
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig", "replace"), newline="")))
    except csv.Error:
        return False
    wide = [row for row in rows if len(row) == len(rows[0])]
    return len(rows[0]) > 1 and (_ORDER_ID in rows[0] or 2 * len(wide) >= len(rows))


def _group(body: bytes) -> GroupDocument | None:
    rows = _rows(body)
    if rows is None:
        return None
    records = tuple(Record(tuple(map(_value, row))) for row in rows)
    groups = list(dict.fromkeys(_column(rows, _GROUP) or ()))
    return GroupDocument(
        records,
        study_group=" / ".join(groups) if groups else None,
        is_synthetic=_is_marked(rows),
        order_ids=_column(rows, _ORDER_ID),
    )


def rows_by_name(body: bytes) -> list[dict[str, str]]:
    """Return the rows below the header, each as a mapping of column names to cells that are not empty."""
    head, *rest = _rows(body) or [[]]
    return [{name: _value(cell) for name, cell in zip(head, row, strict=False) if cell} for row in rest]


def _column(rows: list[list[str]], name: str) -> tuple[str, ...] | None:
    """Return the cells of a column that are not empty; None where there is none of that name."""
    head, *rest = rows or [[]]
    if name not in head:
        return None
    column = head.index(name)
    return tuple(_value(row[column]) for row in rest if len(row) > column and row[column])


def _is_marked(rows: list[list[str]]) -> bool:
    """Tell whether each row carries the mark: the banner, or a column that says so."""
    head, *rest = rows or [[]]
    column = head.index(_MARK) if _MARK in head else None
    marked = (
        bears_banner("".join(row)) or (column is not None and len(row) > column and row[column].lower() == "true")
        for row in rest
    )
    return bool(rest) and all(marked)


def _value(cell: str) -> str:
    """Remove the apostrophe that keeps a spreadsheet from running the value as a formula: it is no part of it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA_STARTS else cell


READER = Reader("csv", _recognises, group=_group)
