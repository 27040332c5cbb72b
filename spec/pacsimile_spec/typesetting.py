"""Sets PDF/UA-1 with Typst, from a template and data: all that stands in the data is text, and never markup or code."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from unicodedata import normalize

from pacsimile_spec.byte_cache import ByteCache

if TYPE_CHECKING:
    from typst import Compiler

_UNSETTABLE: Final = re.compile(  # beyond what Typst's own fonts hold it refuses, or panics
    r"[^ -~\u00A1-\u00AC\u00AE-\u024F"  # Latin
    r"\u0386-\u03CE\u0400-\u0481\u048A-\u04FF"  # Greek, Cyrillic
    r"\u1E00-\u1EFF\u2010-\u2027\u20AC]"  # Latin again, punctuation
)
MOST_KEPT: Final = 8 * 1024 * 1024
"""Bytes of documents that are remembered."""
kept = ByteCache(MOST_KEPT)
"""The documents set last, of all worlds: worlds of one seed that begin at one time show the same pages."""
_ONE_AT_A_TIME: Final = Lock()  # a compiler serves one caller; keeping it saves most of a first page's time


class NoTypesetter(Exception):
    """Typst is not installed, as in a slim installation. The message says how to install it."""

    def __init__(self) -> None:
        from pacsimile_spec.extras import how_to_install_typst

        super().__init__(f"PDF needs typst, which is not installed: {how_to_install_typst()}")


@cache
def is_installed() -> bool:
    """Tell whether Typst is installed, without importing it."""
    return find_spec("typst") is not None


def typeset(template: Path, data: dict[str, Any], instant: datetime) -> bytes:
    """Set a template, which reads the data as JSON from `sys.inputs.data`.

    Args:
        template: The template; what it imports lies in its folder.
        data: Mappings, lists and texts; letters that no font here has are spelled out (see `settable`).
        instant: Stands for the time of writing, so that the same data gives the same bytes.

    Raises:
        NoTypesetter: Typst is not installed.
    """
    text, timestamp = json.dumps(settable(data), ensure_ascii=False), int(instant.timestamp())
    key = (template, sha256(text.encode()).digest(), timestamp)
    return kept.get(key, lambda: _compile(template, text, timestamp))


def _compile(template: Path, data: str, timestamp: int) -> bytes:
    with _ONE_AT_A_TIME:
        document = _compiler(template).compile(
            format="pdf", sys_inputs={"data": data}, pdf_standards=["ua-1"], timestamp=timestamp
        )
    assert isinstance(document, bytes)  # a list is what formats with a file a page give
    return document


def settable(value: Any) -> Any:
    """Return data in which each text is one line that can be set.

    A letter that no font here has is spelled out, as `[U+5C71]`; a sign that is not visible becomes a question mark.
    """
    if isinstance(value, str):
        line = "".join(letter if letter.isprintable() else "?" for letter in " ".join(value.split()))
        return _UNSETTABLE.sub(lambda letter: f"[U+{ord(letter[0]):04X}]", normalize("NFC", line))
    if isinstance(value, dict):
        return {key: settable(each) for key, each in value.items()}
    return [settable(each) for each in value] if isinstance(value, list | tuple) else value


@cache
def _compiler(template: Path) -> Compiler:
    try:
        from typst import Compiler  # 80 MB on disk, and time that a start without a PDF need not spend
    except ModuleNotFoundError:
        raise NoTypesetter from None

    return Compiler(template, root=template.parent, ignore_system_fonts=True)
