"""The `pdf` type, its text taken out by a library that has no part in writing what the mock serves."""

import io
import logging
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from pacsimile_contract.documents import part10
from pacsimile_contract.documents.bounds import Latest, is_short
from pacsimile_contract.documents.marks import bears_banner
from pacsimile_contract.documents.model import Document, GroupDocument, Reader
from pacsimile_contract.evidence.bounds import MEBIBYTE

MOST_PAGES = 200
"""Pages that are read: a group of 150 orders has fewer."""
MOST_OPERATORS = 300_000
"""Operators of a document that are followed to its text: each takes as long as a page's worth of words."""
LONGEST_STREAM = 8 * MEBIBYTE
"""Bytes that one of its streams may decode to."""


def _recognises(body: bytes) -> bool:
    return b"%PDF-" in body[:1024] and body[part10.PREAMBLE :][:4] != part10.PREFIX


class _TooMuch(BaseException):
    """The document has more operators than are followed. No `Exception`: of these the library goes on behind a form."""


def within_bounds() -> AbstractContextManager[Any]:
    """Return a context in which the library decodes and parses no more of a document than these bounds."""
    from pypdf import apply_configuration

    return apply_configuration(
        zlib_maximum_output_length=LONGEST_STREAM,
        lzw_maximum_output_length=LONGEST_STREAM,
        run_length_maximum_output_length=LONGEST_STREAM,
        brotli_maximum_output_length=LONGEST_STREAM,
        array_based_stream_maximum_output_length=LONGEST_STREAM,
        stream_parsing_work_maximum_count=MOST_OPERATORS,
    )


def pages_of(body: bytes) -> tuple[str, ...] | None:
    """Return the text of each page; None where it cannot be read."""
    return _pages("plain", body)


def pages_as_laid_out(body: bytes) -> tuple[str, ...] | None:
    """Return the text of each page as it stands there; None where it cannot be read."""
    return None if pages_of(body) is None else _pages("layout", body)


def _read_pages(mode: str, body: bytes) -> tuple[str, ...] | None:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    left = MOST_OPERATORS

    def count(*operator: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise _TooMuch

    try:
        with within_bounds():
            pages = PdfReader(io.BytesIO(body)).pages[:MOST_PAGES]
            if mode == "layout":
                return tuple(page.extract_text(extraction_mode="layout") for page in pages)
            return tuple(page.extract_text(visitor_operand_before=count) for page in pages)
    except (Exception, _TooMuch):  # a broken PDF makes the library raise whatever it stumbles on
        return None


_pages = Latest(_read_pages, lambda pages: sum(map(len, pages or ())))


def _report(body: bytes) -> Document | None:
    pages = pages_of(body)
    if pages is None:
        return None
    return Document(pages=pages, ascii_only=True, is_synthetic=_is_marked(pages))


def _is_marked(pages: tuple[str, ...]) -> bool:
    return bool(pages) and all(map(bears_banner, pages))


def _group(body: bytes) -> GroupDocument | None:
    pages = pages_of(body)
    if pages is None:
        return None
    text = Document(pages=pages, ascii_only=True)
    return GroupDocument((), text=text, laid_out=partial(_laid_out, body), is_synthetic=_is_marked(pages))


def _laid_out(body: bytes) -> Document | None:
    pages = pages_as_laid_out(body)
    return Document(pages=pages, ascii_only=True) if pages is not None and is_short(pages) else None


READER = Reader("pdf", _recognises, _report, _group)
