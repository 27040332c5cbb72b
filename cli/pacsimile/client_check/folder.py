"""Writes a check into a folder: reports, what the program wrote, and the journals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pacsimile.client_check.check import Check
from pacsimile.client_check.conditions import CONDITIONS
from pacsimile.client_check.document import document, junit
from pacsimile.client_check.page import page
from pacsimile_contract.errors import UsageError
from pacsimile_contract.files import new_file, owner_only, refuse_to_overwrite

OUTPUTS, JOURNALS = "output", "journal"
PAGE, DATA, JUNIT = "report.html", "report.json", "junit.xml"
MARKERS = {DATA: '"command": ['}
"""The file that shows an earlier check wrote this folder. The `command` in a report of `verify` is a text."""


class UnusableFolder(Exception):
    """A folder cannot be made, or not written to. The message says why."""


@contextmanager
def _private(folder: Path) -> Iterator[None]:
    """Let only the owner read what is made meanwhile."""
    try:
        with owner_only():
            yield
    except OSError as error:
        place = error.filename or folder
        raise UnusableFolder(f"{place}: cannot be written: {error.strerror}; give --report another folder") from None


def make(folder: Path) -> None:
    """Make the folder, before the check takes its time, and remove what a former check left in it.

    Raises:
        UnusableFolder: it cannot be made, or a file that is no report would be removed.
    """
    try:
        refuse_to_overwrite(folder, (PAGE, DATA, JUNIT), MARKERS)
    except UsageError as error:
        raise UnusableFolder(str(error)) from None
    with _private(folder):
        for name in (OUTPUTS, JOURNALS):
            (folder / name).mkdir(parents=True, exist_ok=True)
        former = [path for condition in CONDITIONS for path in _files(folder, condition.name)]
        for path in (*former, folder / PAGE, folder / DATA, folder / JUNIT):
            path.unlink(missing_ok=True)


def _files(folder: Path, name: str) -> tuple[Path, Path]:
    """Return the files of a condition: what the program wrote, and the journal."""
    return folder / OUTPUTS / f"{name}.txt", folder / JOURNALS / f"{name}.jsonl"


def write(check: Check, folder: Path) -> None:
    """Write all files.

    Raises:
        UnusableFolder: one cannot be written.
    """
    with _private(folder):
        for trial in check.trials:
            output, journal = _files(folder, trial.condition.name)
            with new_file(output) as file:
                file.write(trial.output)
            with new_file(journal) as file:
                file.writelines(json.dumps(entry) + "\n" for entry in trial.entries)
        with new_file(folder / DATA) as file:
            file.write(json.dumps(document(check), indent=1) + "\n")
        with new_file(folder / JUNIT) as file:
            junit(check).write(file.buffer, encoding="utf-8", xml_declaration=True)
        with new_file(folder / PAGE) as file:
            file.writelines(page(check))
