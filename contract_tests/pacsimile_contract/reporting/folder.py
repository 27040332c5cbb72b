"""The folder of a run: every report that is written into it."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from pacsimile_contract.errors import UsageError
from pacsimile_contract.reporting.history_file import HistoryJsonl
from pacsimile_contract.reporting.html.report_html import ReportHtml
from pacsimile_contract.reporting.identifiers_env import IdentifiersEnv
from pacsimile_contract.reporting.junit import JunitXml
from pacsimile_contract.reporting.report_json import ReportJson
from pacsimile_contract.reporting.summary_md import StepSummary, SummaryMd
from pacsimile_contract.run.events import Event, Listener

WRITERS: tuple[Callable[[Path], Listener], ...] = (ReportJson, JunitXml, ReportHtml, SummaryMd)
"""What a run, and one judged again, is written as."""
FILES = ("report.json", "junit.xml", "report.html", "summary.md", "history.jsonl")


class ReportFolder:
    """Writes a run into a folder, which is made; UsageError where that cannot be. `again`: a stored run, re-judged.

    The folder and its files are for their owner alone (0700, 0600), unless they are `shared`: then the umask decides. A
    folder that is there already keeps its mode.
    """

    def __init__(self, folder: Path, *, again: bool = False, shared: bool = False) -> None:
        self._folder, self._shared = folder, shared
        try:
            with self._private():
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: cannot be created: {error.strerror}; give --report another folder") from None
        writers: tuple[Callable[[Path], Listener], ...] = WRITERS if again else (*WRITERS, HistoryJsonl, IdentifiersEnv)
        self._listeners: list[Listener] = [writer(folder) for writer in writers]

    def __call__(self, event: Event) -> None:
        """Hand an event to each report; UsageError where one cannot be written, once the others are."""
        with self._private():
            unwritten = [error for error in (_heard(one, event) for one in self._listeners) if error is not None]
        if unwritten:
            place = unwritten[0].filename or self._folder
            raise UsageError(f"{place}: cannot be written: {unwritten[0].strerror}; the verdicts are above")

    @contextlib.contextmanager
    def _private(self) -> Iterator[None]:
        """Let what is made meanwhile be for its owner alone, and what an earlier run left here too."""
        if self._shared:
            yield
            return
        former = os.umask(0o077)
        try:
            for name in FILES:
                with contextlib.suppress(OSError):  # not there yet, or somebody else's
                    if not (self._folder / name).is_symlink():
                        (self._folder / name).chmod(0o600)
            yield
        finally:
            os.umask(former)


def _heard(listener: Listener, event: Event) -> OSError | None:
    try:
        listener(event)
    except OSError as error:
        return error
    return None


def reports(folder: Path | None, *, shared: bool = False) -> list[Listener]:
    """Return the reports that are written beside what a user sees: into a folder, and for a job of GitHub Actions.

    UsageError where the folder cannot be made.
    """
    found: list[Listener] = [] if folder is None else [ReportFolder(folder, shared=shared)]
    return [*found, StepSummary()] if StepSummary.wanted() else found
