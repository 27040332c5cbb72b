"""The rules of `pdf` (ISO 32000): what a viewer needs to open it, and a program to extract its text."""

import io
import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pacsimile_contract.documents.pdf import MOST_PAGES, pages_of, within_bounds
from pacsimile_contract.rules.model import Breach, Rules

if TYPE_CHECKING:
    from pypdf import PdfReader

_STARTXREF = re.compile(rb"startxref\s+([0-9]{1,20})\s*\Z")
_XREF = re.compile(rb"\s*(xref\b|[0-9]+\s+[0-9]+\s+obj\b)")
_SPACE = b"\0\t\n\f\r "
_END = b"%%EOF"
_NEAR = 1024
_MOST_REMARKS = 3


def _breaches(body: bytes) -> Iterator[Breach]:
    yield from breaches(body, "")


def breaches(body: bytes, place: str) -> Iterator[Breach]:
    """Yield the breaches of a PDF. `place` is put before their places, where the PDF lies within another file."""
    start, end = body.find(b"%PDF-", 0, _NEAR), body.rstrip(_SPACE)
    if start < 0:
        yield Breach("PDF-1", f"{place}the first {_NEAR} bytes", "no %PDF-")
        return
    if not end.endswith(_END):
        yield Breach("PDF-1", f"{place}the end", "no %%EOF: something is missing")
    yield from _table(end.removesuffix(_END), start, place)
    yield from _content(body, place)


def _table(body: bytes, start: int, place: str) -> Iterator[Breach]:
    """Check that the end names the place of a cross-reference table, and that a table is there."""
    end = _STARTXREF.search(body, max(0, len(body) - _NEAR))
    if end is None:
        yield Breach("PDF-2", f"{place}the end", "no startxref with a number")
        return
    offset = int(end[1])
    if not any(_XREF.match(body, at) for at in (offset, offset + start)):
        yield Breach("PDF-2", f"{place}byte {offset}", "no cross-reference table, where startxref has it")


def _reader(body: bytes) -> "PdfReader":
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    return PdfReader(io.BytesIO(body))


def _content(body: bytes, place: str) -> Iterator[Breach]:
    try:
        with within_bounds():
            reader = _reader(body)
            locked = reader.is_encrypted and not reader.decrypt("")
            count = 0 if locked else _pages_in(reader)
    except Exception as error:  # a broken PDF makes the library raise whatever it stumbles on
        yield Breach("PDF-2", f"{place}the document", f"cannot be opened ({type(error).__name__})")
        return
    pages = None if locked else pages_of(body)
    if locked:
        yield Breach("PDF-3", f"{place}the document", "asks for a password")
    elif count == 0:
        yield Breach("PDF-2", f"{place}the document", "no catalog with a page")
    elif pages is None:
        yield Breach("PDF-4", f"{place}the pages", "their text cannot be taken out")
    elif not any(page.strip() for page in pages):
        yield Breach("PDF-4", f"{place}the pages", "no text")


def _pages_in(reader: "PdfReader") -> int:
    """Count the pages of the catalog that the trailer names. The library would look for another catalog."""
    catalog: Any = reader.trailer["/Root"].get_object()
    return len(reader.pages) if "/Pages" in catalog else 0


def _remarks(body: bytes) -> list[str]:
    """Return the library's warnings about the document, as their templates: a filled one might quote a page."""
    kept: list[str] = []
    keeper = logging.Handler(logging.WARNING)
    keeper.emit = lambda record: kept.append(str(record.msg))  # type: ignore[method-assign]
    logger = logging.getLogger("pypdf")
    before = logger.level
    try:
        reader = _reader(body)
        logger.setLevel(logging.WARNING)
        logger.addHandler(keeper)
        logger.propagate = False
        with within_bounds():
            for page in reader.pages[:MOST_PAGES]:
                page.get_contents()
    except Exception:  # the rules have said so
        return []
    finally:
        logger.removeHandler(keeper)
        logger.propagate = True
        logger.setLevel(before)
    return [f"pypdf remarks: {message}" for message in dict.fromkeys(kept)][:_MOST_REMARKS]


WORDS = {
    "PDF-1": "begins with %PDF- within its first 1024 bytes, and ends with %%EOF",
    "PDF-2": "has a cross reference that leads to a catalog, and at least one page",
    "PDF-3": "is not encrypted with a password that a reader would have to know",
    "PDF-4": "has text that can be taken out",
}

RULES = (Rules("pdf", WORDS, _breaches, remarks=_remarks),)
