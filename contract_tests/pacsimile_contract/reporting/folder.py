"""Writes all reports of a run into a folder."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pacsimile_contract.errors import UsageError
from pacsimile_contract.files import owner_only, refuse_to_overwrite
from pacsimile_contract.reporting.history_file import HistoryJsonl
from pacsimile_contract.reporting.html.report_html import ReportHtml
from pacsimile_contract.reporting.identifiers_env import IdentifiersEnv
from pacsimile_contract.reporting.junit import JunitXml
from pacsimile_contract.reporting.report_json import ReportJson
from pacsimile_contract.reporting.summary_md import StepSummary, SummaryMd
from pacsimile_contract.run.events import Event, Listener

WRITERS: tuple[Callable[[Path], Listener], ...] = (ReportJson, JunitXml, ReportHtml, SummaryMd)
"""The reports of every run, including a stored run that is judged again."""
FILES = ("report.json", "junit.xml", "report.html", "summary.md", "history.jsonl")
"""The files of a run of `verify`."""
MARKERS = {"report.json": '"profile": "', "history.jsonl": '"record": "run"'}
"""Files that show an earlier run wrote this folder, each with a text near its beginning."""
ADVICE = "advice.json"
"""What the clients of a proxy should do otherwise: a proxy alone writes it."""


class ReportFolder:
    """Writes a run into a folder, which is created if necessary.

    The folder and its files can be read only by their owner (0700, 0600), unless they are `shared`: then the umask
    decides. An existing folder keeps its mode.

    Args:
        folder: The folder.
        again: Whether the run is a stored one that is judged again.
        shared: Whether others may read the files.
        more: Files that the caller writes into the folder too.

    Raises:
        UsageError: The folder cannot be created, or a file that this command did not write would be overwritten.
    """

    def __init__(self, folder: Path, *, again: bool = False, shared: bool = False, more: Sequence[str] = ()) -> None:
        self._folder, self._shared = folder, shared
        refuse_to_overwrite(folder, (*FILES, *more), MARKERS)
        try:
            with self.private():
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: cannot be created: {error.strerror}; give --report another folder") from None
        writers: tuple[Callable[[Path], Listener], ...] = WRITERS if again else (*WRITERS, HistoryJsonl, IdentifiersEnv)
        self._listeners: list[Listener] = [writer(folder) for writer in writers]

    def __call__(self, event: Event) -> None:
        """Pass an event to each report.

        Raises:
            UsageError: A report cannot be written; the others are written first.
        """
        with self.private():
            errors = [
                error for error in (_notify(listener, event) for listener in self._listeners) if error is not None
            ]
        if errors:
            place = errors[0].filename or self._folder
            raise UsageError(
                f"{place}: cannot be written: {errors[0].strerror}. The verdicts are above, but the exit status is 2"
            )

    @contextlib.contextmanager
    def private(self) -> Iterator[None]:
        """Let only the owner read files that are created meanwhile, and reports that an earlier run left here."""
        with owner_only(shared=self._shared):
            for name in () if self._shared else (*FILES, ADVICE):
                with contextlib.suppress(OSError):  # not there yet, or somebody else's
                    if not (self._folder / name).is_symlink():
                        (self._folder / name).chmod(0o600)
            yield


def _notify(listener: Listener, event: Event) -> OSError | None:
    try:
        listener(event)
    except OSError as error:
        return error
    return None


def reports(folder: Path | None, *, shared: bool = False) -> list[Listener]:
    """Return the reports that are written besides the terminal's: into a folder, and for a job of GitHub Actions.

    Raises:
        UsageError: The folder cannot be created.
    """
    listeners: list[Listener] = [] if folder is None else [ReportFolder(folder, shared=shared)]
    return [*listeners, StepSummary()] if StepSummary.wanted() else listeners
