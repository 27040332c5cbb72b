"""Writes what differs between a service and the mock: as lines, as Markdown, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from pacsimile_contract.drift.comparison import Difference, Drift, Seen
from pacsimile_contract.errors import UsageError
from pacsimile_contract.files import new_file
from pacsimile_contract.reporting import markdown
from pacsimile_contract.reporting.console import Console, Styled

FILES = ("drift.json", "drift.md")
MOST_LINES = 8
"""Differences of one situation that are shown on a terminal; the files have all."""
_SUBJECTS = {
    "status": "status", "reason": "reason of the refusal", "media type": "media type", "header": "header",
    "member": "member", "structure": "part", "type": "type of", "form": "form of", "word": "word at",
}  # fmt: skip


def subject(difference: Difference) -> str:
    """Return what differs: `member reports[].report_id`."""
    return f"{_SUBJECTS[difference.kind]} {difference.place}".strip()


def title(drift: Drift) -> str:
    """Return how much differs, in a line."""
    count = len(drift.differences)
    found = "no difference" if not count else "1 difference" if count == 1 else f"{count} differences"
    return f"drift from the mock: {found} in {_calls(drift.compared)}"


def left_out(drift: Drift) -> str:
    """Return how many calls were not compared, or not whole, and why; empty where all were."""
    return ", ".join(f"{_calls(count)}: {why}" for why, count in sorted(drift.left_out.items()))


def document(drift: Drift) -> dict[str, Any]:
    """Return the content of `drift.json`."""
    return {
        "compared": drift.compared,
        "left_out": dict(sorted(drift.left_out.items())),
        "differences": [
            {
                "kind": each.kind, "operation": each.operation, "situation": each.situation, "place": each.place,
                "mock": each.mock, "service": each.service, "calls": seen.count, "first_call": seen.first,
            }
            for each, seen in drift.sorted()
        ],
    }  # fmt: skip


def show(drift: Drift, console: Console, report: Path | None) -> None:
    """Write the differences to a terminal, those of one operation and situation under one line.

    `report` is the folder with all of them; None where none is written.
    """
    console.line()
    console.line(Styled(title(drift), "bold"))
    for (operation, situation), group in groupby(drift.sorted(), lambda pair: (pair[0].operation, pair[0].situation)):
        found = list(group)
        console.paragraph(f"{operation}, {situation}", indent="  ", hang="    ")
        for difference, seen in found[:MOST_LINES]:
            console.paragraph(_line(difference, seen), indent="    ", hang="      ")
        if len(found) > MOST_LINES:
            place = "with --report DIR" if report is None else f"in {report / 'drift.md'}"
            console.paragraph(f"{len(found) - MOST_LINES} more {place}", indent="    ", hang="      ")
    if drift.left_out:
        console.paragraph(f"not compared, or not whole: {left_out(drift)}", indent="  ", hang="    ")


def _line(difference: Difference, seen: Seen) -> str:
    told = f"{subject(difference)}: {difference.service}; mock: {difference.mock}"
    return f"{told} ({_calls(seen.count)}, first {seen.first})"


def as_markdown(drift: Drift) -> str:
    """Return the content of `drift.md`."""
    return "\n".join(_markdown(drift)) + "\n"


def _markdown(drift: Drift) -> Iterator[str]:
    yield "## Drift from the mock\n"
    yield f"{markdown.text(title(drift).partition(': ')[2])}. Values are not compared.\n"
    if drift.left_out:
        yield f"Not compared, or not whole: {markdown.text(left_out(drift))}.\n"
    if drift.differences:
        yield "| operation | situation | what | service | mock | calls | first |"
        yield "|---|---|---|---|---|---:|---:|"
    for each, seen in drift.sorted():
        words = (each.operation, each.situation, subject(each), each.service, each.mock)
        yield f"| {' | '.join(map(markdown.text, words))} | {seen.count} | {seen.first} |"


def write(drift: Drift, folder: Path, *, shared: bool = False) -> None:
    """Write `drift.json` and `drift.md` into a folder, which is there.

    Only their owner can read them, unless they are `shared`: then the umask decides.

    Raises:
        UsageError: a file cannot be written.
    """
    texts = (json.dumps(document(drift), ensure_ascii=False, indent=1) + "\n", as_markdown(drift))
    try:
        for name, text in zip(FILES, texts, strict=True):
            with new_file(folder / name, 0o666 if shared else 0o600) as file:
                file.write(text)
    except OSError as error:
        raise UsageError(f"{folder}: drift.json cannot be written: {error.strerror}") from None


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"
