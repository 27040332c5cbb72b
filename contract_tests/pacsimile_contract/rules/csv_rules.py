"""The rules of `csv` (RFC 4180)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pacsimile_contract.instants import instant
from pacsimile_contract.rules.model import Breach, Rules
from pacsimile_contract.rules.txt_rules import utf8
from pacsimile_spec.identifiers import STUDY_UID
from pacsimile_spec.statuses import CANCELLED, FAILED

_FIELD = re.compile(r'"((?:[^"]++|"")*+)"|([^",\r\n]*)')
_OF_A_REPORT = ("report_id", "report_status", "impression", "completed_at")
_END = re.compile(r",|\r\n|\n|\r|\Z")


@dataclass
class _CsvTable:
    """Rows of fields, and how the lines end."""

    rows: list[list[str]] = field(default_factory=lambda: [[]])
    ends: list[str] = field(default_factory=list)
    broken: Breach | None = None


def _read(text: str) -> _CsvTable:
    """Read by RFC 4180's grammar, with any line ending. The first place that breaks the grammar ends the table."""
    table, at = _CsvTable(), 0
    while at < len(text) or not table.rows[-1]:
        match = _FIELD.match(text, at)
        end = _END.match(text, match.end()) if match else None
        if match is None or end is None:
            place = f"row {len(table.rows)}, field {len(table.rows[-1]) + 1}"
            table.broken = Breach("CSV-2", place, "a quotation mark within a field, or one that is never closed")
            break
        quoted, plain = match.groups()
        table.rows[-1].append(plain if quoted is None else quoted.replace('""', '"'))
        at = end.end()
        if end.group() not in (",", ""):
            table.ends.append(end.group())
            table.rows.append([])
        if at >= len(text):
            if end.group() == ",":
                table.rows[-1].append("")
            break
    if table.rows[-1] == []:
        table.rows.pop()
    return table


def _breaches(body: bytes) -> Iterator[Breach]:
    text = utf8(body, "CSV-1")
    if isinstance(text, Breach):
        yield text
        return
    table = _read(text)
    if table.broken:
        yield table.broken
    yield from _head(table.rows[0] if table.rows else [])
    for number, row in enumerate(table.rows, 1):
        if len(row) != len(table.rows[0]) and not (table.broken and row is table.rows[-1]):
            yield Breach("CSV-4", f"row {number}", f"{len(row)} fields below a header of {len(table.rows[0])}")
    yield from _without_report(table.rows)
    for number, end in enumerate(table.ends, 1):
        if end != "\r\n":
            yield Breach("CSV-5", f"row {number}", "ends with a line feed or a carriage return alone")
            break


def _head(row: list[str]) -> Iterator[Breach]:
    names = [name.strip().lower() for name in row]
    if not names or not all(names):
        yield Breach("CSV-3", "row 1", "a column without a name")
    elif len(set(names)) != len(names):
        yield Breach("CSV-3", "row 1", "two columns of one name")
    elif any(STUDY_UID.fullmatch(name) or instant(name) for name in row):
        yield Breach("CSV-3", "row 1", "no header: a UID or a time among the names")


def _without_report(rows: list[list[str]]) -> Iterator[Breach]:
    head = rows[0] if rows else []
    if "status" not in head:
        return
    columns = [(name, head.index(name)) for name in _OF_A_REPORT if name in head]
    for number, row in enumerate(rows[1:], 2):
        if len(row) == len(head) and row[head.index("status")] in (FAILED, CANCELLED):
            for name, column in columns:
                if row[column]:
                    yield Breach("CSV-6", f"row {number}, {name}", "not empty", row[column])


WORDS = {
    "CSV-1": "can be decoded as UTF-8",
    "CSV-2": "encloses in quotation marks each field that holds a comma, a line's end or one of them, which is doubled",
    "CSV-3": "begins with a header: a row of names, none of them empty or there twice",
    "CSV-4": "has as many fields in each row as in the header",
    "CSV-5": "ends each row with CRLF, the last one too or not",
    "CSV-6": "has no id, status, words or time of a report in the row of an order without a report",
}

RULES = (Rules("csv", WORDS, _breaches, form=frozenset({"CSV-5"})),)
