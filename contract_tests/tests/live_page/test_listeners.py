"""What a proxy tells is on its page, and beside the mock's answers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers.small_run import CALLS, call, finished
from pacsimile_contract.drift.catalogue import Catalogue
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.live_page.board import Board
from pacsimile_contract.live_page.drift_listener import DriftListener
from pacsimile_contract.live_page.listener import PageListener
from pacsimile_contract.proxy.events import (
    ExchangeFinished,
    FindingMade,
    JudgingStopped,
    MistakeMade,
    ProxyEnded,
    ProxyStarted,
)
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.console import Console
from pacsimile_contract.run.events import RunFinished
from pacsimile_spec import requirements


@pytest.fixture
def done() -> RunFinished:
    """Return the end of the small run."""
    return finished()


def started(done: RunFinished) -> ProxyStarted:
    """Return the event of the start."""
    return ProxyStarted(done.target, "http://127.0.0.1:1", done.redactor)


def test_each_event_is_on_the_page(done: RunFinished) -> None:
    """Calls, findings and mistakes as they come, redacted as the reports are; at last that it has ended."""
    board = Board(done.target.base_url, Redactor())
    hear = PageListener(board)
    hear(started(done))
    for exchange in CALLS:
        hear(ExchangeFinished(exchange))
    hear(FindingMade(requirements()["STATUS-2"], "STATUS-2/newest", Verdict.FAIL, CALLS[1:3], "ORD-OLD", "x"))
    hear(MistakeMade("ADVICE-POLLING", "too fast", "client-1", "at once", (2, 3), "Wait."))
    shown = board.snapshot(10)
    assert [row.number for row in shown.rows] == [5, 4, 3, 2, 1]
    (finding,), (mistake,) = shown.findings, shown.mistakes
    assert finding.calls == (2, 3)
    assert finding.title.startswith("STATUS-2 ")
    assert mistake.title == "ADVICE-POLLING: too fast (client-1)"
    assert "the-token-sent" not in str(shown)
    hear(JudgingStopped("20,000 calls were judged"))
    assert board.snapshot(1).state == "20,000 calls were judged"
    hear(ProxyEnded(done, {}, 0))
    assert board.snapshot(1).state == "The proxy has ended."


@pytest.mark.parametrize("with_page", [True, False])
def test_differences_are_shown_at_once_and_written_at_the_end(
    *, with_page: bool, done: RunFinished, tmp_path: Path
) -> None:
    """On the page with its call, then in words, then in files."""
    mock: Any = {"order_id": "A-1", "progress": 100}
    catalogue = Catalogue([call(1, "getStatus", "/status?order_id=A-1", 200, mock, X_Request_Id="req-1")])
    board, out = Board(done.target.base_url, Redactor()) if with_page else None, io.StringIO()
    hear = DriftListener(catalogue, Console(out, colour=False), tmp_path, shared=False, board=board)
    hear(started(done))
    for exchange in CALLS:
        hear(ExchangeFinished(exchange))
    if board is not None:
        shown = [(note.title, note.lines[0], note.calls) for note in reversed(board.snapshot(1).differences)]
        assert shown[1] == ("getStatus, 200: member progress", ("service", "not there"), (2,))
        assert len(shown) == 4
    assert out.getvalue() == ""
    hear(ProxyEnded(done, {}, 0))
    assert "drift from the mock: 4 differences in 2 calls" in out.getvalue()
    assert "Jane" not in out.getvalue()
    assert (tmp_path / "drift.json").stat().st_mode & 0o077 == 0
