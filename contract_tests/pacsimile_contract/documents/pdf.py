"""The `pdf` type, its text taken out by a library that has no part in writing what the mock serves."""

import io
import logging
from functools import lru_cache
from typing import Literal

from pacsimile_contract.documents import part10
from pacsimile_contract.documents.marks import bears_banner
from pacsimile_contract.documents.model import Document, GroupDocument, Reader

MOST_PAGES = 200
"""Pages that are read: a group of 150 orders has fewer."""


def _recognises(body: bytes) -> bool:
    return b"%PDF-" in body[:1024] and body[part10.PREAMBLE :][:4] != part10.PREFIX


@lru_cache(maxsize=128)
def pages_of(body: bytes, *, as_laid_out: bool = False) -> tuple[str, ...] | None:
    """Return the text of each page; None where it cannot be read."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    mode: Literal["layout", "plain"] = "layout" if as_laid_out else "plain"
    try:
        pages = PdfReader(io.BytesIO(body)).pages[:MOST_PAGES]
        return tuple(page.extract_text(extraction_mode=mode) for page in pages)
    except Exception:  # a broken PDF makes the library raise whatever it stumbles on
        return None


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
    laid_out = Document(pages=pages_of(body, as_laid_out=True) or (), ascii_only=True)
    text = Document(pages=pages, ascii_only=True)
    return GroupDocument((), text=text, laid_out=laid_out, is_synthetic=_is_marked(pages))


READER = Reader("pdf", _recognises, _report, _group)
