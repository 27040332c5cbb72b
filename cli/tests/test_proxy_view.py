"""What shows what a proxy sees: a page unless there shall be none, and a mock beside the service only where asked."""

from __future__ import annotations

import io
from contextlib import ExitStack
from pathlib import Path

import pytest

from contract_tests.tests.helpers.small_run import call, finished
from pacsimile.drift import mock_answers
from pacsimile.proxy_view import opened_view
from pacsimile_contract.drift.catalogue import Catalogue
from pacsimile_contract.reporting.console import Console
from pacsimile_contract.run.options import Options

ALWAYS = ["ReportFiles", "LiveLines"]


@pytest.mark.parametrize(
    ("compares", "on_page", "more"),
    [(False, False, []), (False, True, ["PageListener"]), (True, True, ["DriftListener", "PageListener"])],
)
def test_a_view_has_what_was_asked_for(
    *, compares: bool, on_page: bool, more: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reports come first, so that a folder that cannot be made is told before anything is asked."""
    monkeypatch.setattr(mock_answers, "mock_answers", lambda dialect: Catalogue([call(1, "getStatus", "/", 200, {})]))
    options, console = Options(report=tmp_path / "reports"), Console(io.StringIO(), colour=False)
    with ExitStack() as stack:
        view = opened_view(finished().target, options, console, stack, compares=compares, on_page=on_page)
        assert [type(listener).__name__ for listener in view.listeners] == [*ALWAYS, *more]
        assert (view.link is not None) == on_page
        assert on_page == str(view.link).startswith("http://127.0.0.1:")
