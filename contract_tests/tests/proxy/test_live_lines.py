"""What a terminal shows, and what is written, at the end of a proxy's run."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from contract_tests.tests.helpers.small_run import finished
from pacsimile_advice.presentation import of_calls
from pacsimile_contract.errors import UsageError
from pacsimile_contract.proxy.events import ProxyEnded
from pacsimile_contract.proxy.live_lines import LiveLines
from pacsimile_contract.proxy.report_files import ReportFiles
from pacsimile_contract.reporting.console import Console


@pytest.mark.parametrize("is_written", [True, False])
def test_only_a_report_that_is_there_is_named(*, is_written: bool, tmp_path: Path) -> None:
    """It may have been impossible to write: then the error alone says so."""
    if is_written:
        (tmp_path / "report.html").touch()
    out, run = io.StringIO(), finished()
    LiveLines(Console(out, colour=False), tmp_path)(ProxyEnded(run, of_calls([], complete=True), 0))
    assert ("report: " in out.getvalue()) == is_written
    noun = "call" if len(run.exchanges) == 1 else "calls"
    assert f"{len(run.exchanges)} {noun} in " in out.getvalue()


def test_the_advice_is_written_though_a_report_cannot_be(tmp_path: Path) -> None:
    """Each file that can be written is."""
    files = ReportFiles(tmp_path)
    (tmp_path / "report.html").mkdir()
    with pytest.raises(UsageError, match=r"report\.html"):
        files(ProxyEnded(finished(), of_calls([], complete=True), 0))
    assert (tmp_path / "advice.json").is_file()
    assert (tmp_path / "report.json").is_file()
