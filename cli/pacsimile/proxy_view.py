"""What shows what a proxy sees: the terminal, the reports, and a page for a browser on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from pacsimile_contract.live_page.board import Board
from pacsimile_contract.live_page.drift_listener import DriftListener
from pacsimile_contract.live_page.listener import PageListener
from pacsimile_contract.live_page.server import PageServer
from pacsimile_contract.proxy.events import ProxyListener
from pacsimile_contract.proxy.live_lines import LiveLines
from pacsimile_contract.proxy.report_files import ReportFiles
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting import drift_report
from pacsimile_contract.reporting.console import Console
from pacsimile_contract.run.options import Options
from pacsimile_contract.target.model import Target


@dataclass(frozen=True)
class View:
    """The listeners of a proxy, and the console that they write to. `link` opens the page; None where there is none."""

    console: Console
    listeners: Sequence[ProxyListener]
    link: str | None


def opened_view(
    target: Target, options: Options, console: Console, stack: ExitStack, *, compares: bool, on_page: bool
) -> View:
    """Return the view of a proxy. The stack ends what serves its page.

    Args:
        target: the service.
        options: where the reports go.
        console: the terminal.
        stack: what is closed at the end.
        compares: whether to hold the calls beside a mock, which is asked now.
        on_page: whether there is a page.

    Raises:
        UsageError: the folder of the reports cannot be made, or the mock could not be started.
    """
    listeners: list[ProxyListener] = [LiveLines(console, options.report)]
    if options.report is not None:
        drift_files = drift_report.FILES if compares else ()
        listeners.insert(0, ReportFiles(options.report, shared=options.share_report, more=drift_files))
    board = Board(target.base_url, Redactor(), compares=compares) if on_page else None
    if compares:
        from pacsimile.drift.mock_answers import mock_answers

        answers = mock_answers(target.dialect)
        listeners.append(DriftListener(answers, console, options.report, shared=options.share_report, board=board))
    if board is None:
        return View(console, listeners, None)
    server = PageServer(board)
    stack.callback(server.close)
    server.start()
    return View(console, [*listeners, PageListener(board)], server.link)
