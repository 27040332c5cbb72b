"""Judges a stored record: a journal or an HTTP archive, told apart by the name and the beginning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

from pacsimile_advice.har import calls_of_har
from pacsimile_advice.journal_lines import WHAT_TO_GIVE, UnreadableRecord, calls_of_lines
from pacsimile_advice.presentation import of_calls, of_record

MIB = 1024 * 1024
LONGEST_LINE = 64 * MIB
LARGEST_HAR = 512 * MIB
BEGINNING = 1024
HAR = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:')
COMPRESSED = b"\x1f\x8b"


def judge_file(path: Path, *, complete: bool = False) -> tuple[dict[str, Any], bool]:
    """Judge a stored record; return the advice as `of_record` does, and whether the record is an archive.

    Args:
        path: a journal as `GET .../journal/lines` of a mock gives it, or an HTTP archive (HAR 1.2).
        complete: whether an archive has every call of the client. A journal's numbers tell that themselves.

    Raises:
        UnreadableRecord: it is neither; the message says what to do.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        beginning = file.peek(BEGINNING)[:BEGINNING]
        if beginning.startswith(COMPRESSED):
            raise UnreadableRecord(f"{path} is compressed: unpack it first, with gunzip")
        if not beginning:
            raise UnreadableRecord(f"{path} is empty: {WHAT_TO_GIVE}, after calls of a client")
        if path.suffix.lower() == ".har" or HAR.match(beginning):
            return _of_har(file, path, complete), True
        if complete:
            raise UnreadableRecord(f"--complete is for an HTTP archive, and {path} is a journal: leave it out")
        return _of_journal(file, path), False


def _of_har(file: BinaryIO, path: Path, complete: bool) -> dict[str, Any]:
    content = file.read(LARGEST_HAR + 1)
    if len(content) > LARGEST_HAR:
        raise UnreadableRecord(f"{path} is larger than {LARGEST_HAR // MIB} MiB: record fewer calls")
    calls, all_known = calls_of_har(content, str(path))
    return of_calls(calls, complete=complete and all_known)


def _of_journal(file: BinaryIO, path: Path) -> dict[str, Any]:
    with TextIOWrapper(file, encoding="utf-8-sig") as text:
        try:
            calls = calls_of_lines(_lines(text, path), str(path))
        except UnicodeDecodeError:
            raise UnreadableRecord(f"{path} is no UTF-8 text: {WHAT_TO_GIVE}") from None
    if not calls:
        raise UnreadableRecord(f"{path} has blank lines only: {WHAT_TO_GIVE}, after calls of a client")
    return of_record(calls)


def _lines(text: TextIOWrapper, path: Path) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise UnreadableRecord(f"{path} has a line of more than {LONGEST_LINE // MIB} MiB: {WHAT_TO_GIVE}")
        yield line
