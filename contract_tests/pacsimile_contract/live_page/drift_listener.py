"""Holds a proxy's calls beside a mock's answers as they come: on the page at once, at the end in words and files."""

from __future__ import annotations

from pathlib import Path

from pacsimile_contract.drift.catalogue import Catalogue
from pacsimile_contract.drift.comparison import Comparison
from pacsimile_contract.live_page.board import Board
from pacsimile_contract.proxy.events import ExchangeFinished, ProxyEnded, ProxyEvent, ProxyStarted
from pacsimile_contract.reporting import drift_report
from pacsimile_contract.reporting.console import Console
from pacsimile_contract.transcript.recorded import is_open


class DriftListener:
    """Hears a proxy's events.

    Args:
        catalogue: the mock's answers, in the service's dialect.
        console: where the differences are shown at the end.
        report: the folder of the reports, which is there at the end; None for none.
        shared: whether the umask decides who may read the files.
        board: the page, if there is one.
    """

    def __init__(
        self, catalogue: Catalogue, console: Console, report: Path | None, *, shared: bool, board: Board | None
    ) -> None:
        self._catalogue, self._console, self._report, self._shared = catalogue, console, report, shared
        self._board = board
        self._comparison: Comparison | None = None

    def __call__(self, event: ProxyEvent) -> None:
        """Compare a call; at the end show and write what differs."""
        if isinstance(event, ProxyStarted):
            redactor = event.redactor
            self._comparison = Comparison(self._catalogue, lambda exchange: is_open(exchange, redactor))
        elif self._comparison is not None and isinstance(event, ExchangeFinished):
            for difference in self._comparison.add(event.exchange):
                if self._board is not None:
                    title = f"{difference.operation}, {difference.situation}: {drift_report.subject(difference)}"
                    self._board.add_difference(title, difference.service, difference.mock, event.exchange.number)
        elif self._comparison is not None and isinstance(event, ProxyEnded):
            drift_report.show(self._comparison.drift, self._console, self._report)
            if self._report is not None:
                drift_report.write(self._comparison.drift, self._report, shared=self._shared)
