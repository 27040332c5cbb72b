"""Writes the statement of a stored run into files."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pacsimile_contract.errors import UsageError
from pacsimile_contract.files import new_file
from pacsimile_contract.reporting.statement.contents import statement
from pacsimile_contract.reporting.statement.document import Statement
from pacsimile_contract.reporting.statement.statement_md import markdown
from pacsimile_contract.reporting.statement.statement_pdf import pdf
from pacsimile_contract.reporting.statement.stored_report import load_stored_report
from pacsimile_spec.typesetting import NoTypesetter

WRITERS: Mapping[str, Callable[[Statement], bytes]] = {
    "statement.md": lambda document: markdown(document).encode(),
    "statement.pdf": pdf,
}
"""The function that makes the content of each file."""

_OWNERS_FOLDER, _OWNERS_FILE = 0o700, 0o600


def write_statement(run: Path, folder: Path, names: Sequence[str], service: str = "") -> list[Path]:
    """Write files of WRITERS, readable by their owner alone, and return their paths.

    Args:
        run: The folder of `verify --report`.
        folder: Where the files are written; created if missing.
        names: Which of WRITERS.
        service: The name and version of the service, as its vendor gives them; empty where none is given.

    Raises:
        UsageError: The run cannot be used, or the folder cannot be written.
    """
    document = statement(load_stored_report(run), service)
    try:
        files = {folder / name: WRITERS[name](document) for name in names}
    except NoTypesetter as error:
        raise UsageError(f"{error}; or give --markdown") from None
    try:
        folder.mkdir(mode=_OWNERS_FOLDER, parents=True, exist_ok=True)
        for path, content in files.items():
            with new_file(path, _OWNERS_FILE) as file:
                file.buffer.write(content)
    except OSError as error:
        place = error.filename or folder
        raise UsageError(f"{place}: cannot be written: {error.strerror}; give --output another folder") from None
    return list(files)
