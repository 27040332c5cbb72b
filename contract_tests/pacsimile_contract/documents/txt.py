"""The `txt` type: text, searched as a whole and order by order."""

from pacsimile_contract.documents import json_report
from pacsimile_contract.documents.marks import bears_banner
from pacsimile_contract.documents.model import Document, GroupDocument, Reader

_OTHERS = (b"%PDF-", b"MSH|", b"<!doctype", b"<html", b"<?xml")
"""Beginnings, in any case, of what is text of another type, or of none."""


def _decoded(body: bytes) -> str:
    """Return the text, with U+FFFD for what is not UTF-8, which RESULTS-8 judges."""
    return body.decode("utf-8-sig", "replace")


def _recognises(body: bytes) -> bool:
    start = body.lstrip()[:9].lower()
    other = any(start.startswith(beginning.lower()) for beginning in _OTHERS) or json_report.begins_as_object(body)
    return bool(body.strip()) and b"\0" not in body and not other


def _report(body: bytes) -> Document:
    text = _decoded(body)
    return Document(pages=_pages(text), is_synthetic=bears_banner(text))


def _group(body: bytes) -> GroupDocument:
    text = _decoded(body)
    return GroupDocument((), text=Document(pages=_pages(text)), is_synthetic=bears_banner(text))


def _pages(text: str) -> tuple[str, ...]:
    """Return the pages of a text that is laid out for a printer: a form feed ends one."""
    return tuple(text.split("\f"))


READER = Reader("txt", _recognises, _report, _group)
