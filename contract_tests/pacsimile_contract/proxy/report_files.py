"""Writes a proxy's reports into a folder: those of `verify`, the history, and the advice for the clients."""

import json
from collections.abc import Sequence
from pathlib import Path

from pacsimile_contract.errors import UsageError
from pacsimile_contract.files import new_file
from pacsimile_contract.proxy.events import ProxyEnded, ProxyEvent
from pacsimile_contract.reporting.folder import ADVICE, ReportFolder
from pacsimile_spec.plain import inert_json


class ReportFiles:
    """Writes into a folder, which is made at once, so that a folder that cannot be made is told before any call.

    Args:
        folder: the folder.
        shared: whether others may read the files.
        more: files that the caller writes into the folder too.

    Raises:
        UsageError: it cannot be made, or a file that this command did not write would be overwritten.
    """

    def __init__(self, folder: Path, *, shared: bool = False, more: Sequence[str] = ()) -> None:
        self._folder, self._reports = folder, ReportFolder(folder, shared=shared, more=(ADVICE, *more))

    def __call__(self, event: ProxyEvent) -> None:
        """Write the files at the end."""
        if not isinstance(event, ProxyEnded):
            return
        try:
            with self._reports.private(), new_file(self._folder / ADVICE) as file:
                file.write(event.run.redactor.redact_own_text(inert_json(json.dumps(event.advice, indent=2))) + "\n")
        except OSError as error:
            raise UsageError(f"{self._folder / ADVICE}: cannot be written: {error.strerror}") from None
        finally:
            self._reports(event.run)
