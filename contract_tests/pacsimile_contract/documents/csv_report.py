"""The `csv` type of study groups: RFC 4180, one row an order."""

import csv
import io

from pacsimile_contract.documents import txt
from pacsimile_contract.documents.model import GroupDocument, Reader, Record

_FORMULA_STARTS = ("=", "+", "-", "@")


def _rows(body: bytes) -> list[list[str]] | None:
    try:
        return [row for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True) if row]
    except (UnicodeDecodeError, csv.Error):
        return None


def _recognises(body: bytes) -> bool:
    rows = (_rows(body) if txt.READER.recognises(body) else None) or [[]]
    return len(rows[0]) > 1 and all(len(row) == len(rows[0]) for row in rows)


def _group(body: bytes) -> GroupDocument | None:
    rows = _rows(body)
    return None if rows is None else GroupDocument(tuple(Record(tuple(map(_value, row))) for row in rows))


def _value(cell: str) -> str:
    """Take away the apostrophe before what a spreadsheet would run as a formula: a guard, not a part of the value."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA_STARTS else cell


READER = Reader("csv", _recognises, group=_group)
