"""Readers of reports as a client gets them, a module for each report type.

A module here that defines `READER` is found by itself. Each type of the table has one.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from pacsimile_contract.documents.bounds import MOST_KEPT, Latest, is_readable, is_short
from pacsimile_contract.documents.model import Document, GroupDocument, Reader
from pacsimile_spec.report_types import REPORT_TYPES


@cache
def readers() -> Mapping[str, Reader]:
    """Return the reader of each report type; LookupError where a type of the table has none."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    defined = (getattr(module, "READER", None) for module in modules)
    by_type = {reader.report_type: reader for reader in defined if isinstance(reader, Reader)}
    if lacking := [name for name in REPORT_TYPES if name not in by_type]:
        raise LookupError(f"report type {lacking[0]!r} has no reader: write documents/{lacking[0]}.py with a READER")
    return by_type


def recognised(report_type: str, body: bytes) -> bool | None:
    """Tell whether bytes look like a report of that type; None where the type is unknown.

    A document beyond the bounds of `bounds.py` is of no type.
    """
    return _recognitions(report_type, body)


def read_report(report_type: str, body: bytes) -> Document | None:
    """Read an order's report; None where it cannot be read, or the type has no reader."""
    return _reports(report_type, body)


def read_group(report_type: str, body: bytes) -> GroupDocument | None:
    """Read a study group's report; None where it cannot be read, or the type has no reader."""
    return _groups(report_type, body)


_COST_OF_A_CELL = 60


def _recognises(report_type: str, body: bytes) -> bool | None:
    reader = readers().get(report_type)
    return None if reader is None else is_readable(report_type, body) and reader.recognises(body)


def _read_report(report_type: str, body: bytes) -> Document | None:
    reader = readers().get(report_type)
    document = reader.report(body) if reader and reader.report and is_readable(report_type, body) else None
    return document if document is not None and is_short(document.pages) else None


def _read_group(report_type: str, body: bytes) -> GroupDocument | None:
    reader = readers().get(report_type)
    document = reader.group(body) if reader and reader.group and is_readable(report_type, body) else None
    return document if document is not None and is_short(document.pages) else None


def _weight(document: Document | GroupDocument | None) -> int:
    cells = sum(len(record.cells) for record in document.records) if isinstance(document, GroupDocument) else 0
    return 0 if document is None else sum(map(len, document.pages)) + _COST_OF_A_CELL * cells


_reports, _groups = Latest(_read_report, _weight), Latest(_read_group, _weight)
_recognitions = Latest(_recognises, lambda _: 0, MOST_KEPT // 4)


def is_synthetic_report(report_type: str, body: bytes, *, of_group: bool = False) -> bool:
    """Tell whether a report has its type's mark of synthetic data."""
    document = read_group(report_type, body) if of_group else read_report(report_type, body)
    return document is not None and document.is_synthetic


def place_of(report_type: str, member: str) -> str:
    """Return in words where a type holds a member of a statement: `OBX-5 of 19005-8`."""
    reader = readers().get(report_type)
    return reader.places.get(member, member) if reader else member
